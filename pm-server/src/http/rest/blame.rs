//! Which field of a document is at fault. The reader of commands says what is wrong and at which column, but not in
//! which field: a change is read whole before its fields are. So fields are left out, one after the other, until the
//! error is another one; the field that was left out last is the one that made it.

use pm_engine::command::Part;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::commands::Single;
use crate::limits;

/// The name that tells changes apart: without it nothing can be said of the other fields.
const TAG: &str = "type";

/// What is at fault.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Blame {
    /// Which part of the command, where it is in one.
    pub(super) part: Option<u32>,
    pub(super) field: String,
}

/// The first field at fault of a document that could not be read; `None` where that is not known.
pub(super) fn of(document: &[u8]) -> Option<Blame> {
    if document.len() > limits::HTTP_BLAMED_BYTES_MAX {
        return None;
    }
    let document: Value = serde_json::from_slice(document).ok()?;
    match document.get("commands").and_then(Value::as_array) {
        Some(commands) => commands.iter().find_map(of_command),
        None => of_command(&document),
    }
}

fn of_command(command: &Value) -> Option<Blame> {
    // The parts are looked at one by one, then what stands around them.
    let mut frame = command.clone();
    if let Some(Value::Array(parts)) = frame.get_mut("parts") {
        for (index, part) in std::mem::take(parts).iter().enumerate() {
            if let Some(field) = find::<Part>(part) {
                return Some(Blame { part: u32::try_from(index).ok(), field });
            }
        }
    }
    Some(Blame { part: None, field: find::<Single>(&frame)? })
}

/// A step into a document.
enum Step {
    Field(String),
    Index(usize),
}

/// The name of the field for which a value is no `T`.
fn find<T: DeserializeOwned>(document: &Value) -> Option<String> {
    let error = error::<T>(document)?;
    if let Some(rest) = error.strip_prefix("missing field `") {
        return rest.split('`').next().map(str::to_owned);
    }
    let (mut path, mut trials) = (Vec::new(), limits::HTTP_BLAME_TRIALS_MAX);
    while let Some(step) = culprit::<T>(document, &path, &error, &mut trials) {
        path.push(step);
    }
    path.into_iter().rev().find_map(|step| match step {
        Step::Field(name) => Some(name),
        Step::Index(_) => None,
    })
}

fn error<T: DeserializeOwned>(document: &Value) -> Option<String> {
    T::deserialize(document).err().map(|error| error.to_string())
}

/// What makes the error among the values right below a place.
fn culprit<T: DeserializeOwned>(
    document: &Value,
    path: &[Step],
    is: &str,
    trials: &mut usize,
) -> Option<Step> {
    let mut copy = document.clone();
    for step in steps(place(&mut copy, path)?) {
        *trials = trials.checked_sub(1)?;
        match (place(&mut copy, path)?, &step) {
            (Value::Object(fields), Step::Field(name)) => drop(fields.remove(name)),
            // Those before it have been left out already.
            (Value::Array(list), Step::Index(_)) => drop(list.remove(0)),
            _ => return None,
        }
        if error::<T>(&copy).as_deref() != Some(is) {
            return Some(step);
        }
    }
    None
}

fn place<'a>(document: &'a mut Value, path: &[Step]) -> Option<&'a mut Value> {
    path.iter().try_fold(document, |value, step| match step {
        Step::Field(name) => value.get_mut(name),
        Step::Index(index) => value.get_mut(index),
    })
}

fn steps(value: &Value) -> Vec<Step> {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<_> = fields.keys().cloned().collect();
            names.sort_by_key(|name| name == TAG);
            names.into_iter().map(Step::Field).collect()
        }
        Value::Array(list) => (0..list.len()).map(Step::Index).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::*;

    #[gtest]
    fn given_documents_with_one_fault_when_asked_then_its_field_and_part_are_named() {
        let create = |rest: &str| {
            format!(
                r#"{{"parts": [{{"change": {{"type": "start_timer", "item": "PM-1"}}}},
                {{"change": {{"type": "create_item", "project": "PM", "kind": "task", "title": "x"{rest}}}}}]}}"#
            )
        };
        let update = r#"{"parts": [{"change": {"type": "update_item", "item": "PM-1",
            "changes": [{"title": "fine"}, {"assignee": ""}]}}]}"#;
        for (document, part, field) in [
            (create(r#", "id": "no-uuid""#), Some(1), "id"),
            (create(r#", "assignee": """#), Some(1), "assignee"),
            (create(r#", "due_date": "2026-13-01""#), Some(1), "due_date"),
            (create(r#", "points": "3""#), Some(1), "points"),
            (create(r#", "asignee": "ann""#), Some(1), "asignee"),
            (create("").replace("task", "tsk"), Some(1), "kind"),
            (create("").replace("create_item", "make"), Some(1), "type"),
            (create("").replace(r#", "title": "x""#, ""), Some(1), "title"),
            (create("").replace("}]}", r#", "expected_version": "1"}]}"#), Some(1), "expected_version"),
            (update.to_owned(), Some(0), "assignee"),
            (r#"{"id": "a b", "parts": []}"#.to_owned(), None, "id"),
            (r#"{"actor": {}, "parts": []}"#.to_owned(), None, "actor"),
            (r#"{"on_behalf_of": "", "parts": []}"#.to_owned(), None, "on_behalf_of"),
            (r#"{"parts": 7}"#.to_owned(), None, "parts"),
            ("{}".to_owned(), None, "parts"),
            (r#"{"commands": [{"parts": []}, {"id": "", "parts": []}]}"#.to_owned(), None, "id"),
        ] {
            let found = of(document.as_bytes());
            expect_that!(found, eq(&Some(Blame { part, field: field.to_owned() })), "{document}");
        }
    }

    #[gtest]
    fn given_documents_that_say_nothing_or_take_too_long_when_asked_then_none_is_named() {
        let many = format!(
            r#"{{"parts": [{{"change": {{"type": "update_item", "item": "PM-1", "changes": [{}{{"id": 1}}]}}}}]}}"#,
            r#"{"points": 1},"#.repeat(2 * limits::HTTP_BLAME_TRIALS_MAX)
        );
        expect_that!(of(many.as_bytes()).unwrap().field, eq("changes"));
        let large = format!(r#"{{"id": "{}", "parts": []}}"#, "x".repeat(limits::HTTP_BLAMED_BYTES_MAX));
        for document in ["", "null", "{", r#"{"parts": []}"#, &large] {
            expect_that!(of(document.as_bytes()), eq(&None));
        }
    }
}
