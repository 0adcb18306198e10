//! The forms of answers and requests as JSON Schema, made of `types.txt`. Tests hold every answer and every command
//! against them.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use pm_engine::model::{
    Action, ActorKind, DependencyKind, EntityKind, ItemKind, LaneCategory, NoteKind, OverlapPolicy, Priority,
    ProjectRole, ProjectStatus, SprintPhase, SprintState, TimerCapPolicy, Visibility, WipPolicy,
};
use pm_engine::rejection::RejectionCode;
use serde_json::{Map, Value, json};

use super::problem::CODES;

const TYPES: &str = include_str!("types.txt");

/// A type while it is being read.
struct Type {
    kind: String,
    name: String,
    tag: String,
    about: String,
    rows: Vec<String>,
}

/// Every named schema.
pub(super) fn schemas() -> Map<String, Value> {
    let types = types();
    let mut schemas = vocabularies();
    for known in &types {
        let mut schema = match known.kind.as_str() {
            "object" => object(&fields(&known.rows), None),
            "tagged" => tagged(known, &types),
            _ => choice(&known.rows),
        };
        describe(&mut schema, &known.about);
        schemas.insert(known.name.clone(), schema);
    }
    schemas
}

fn types() -> Vec<Type> {
    let mut types: Vec<Type> = Vec::new();
    for line in TYPES.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        if let Some(row) = line.strip_prefix("  ") {
            if let Some(last) = types.last_mut() {
                last.rows.push(row.to_owned());
            }
            continue;
        }
        let (kind, rest) = cut(line);
        let (name, rest) = cut(rest);
        let (tag, about) = if kind == "tagged" { cut(rest) } else { ("", rest) };
        let own = str::to_owned;
        types.push(Type {
            kind: own(kind),
            name: own(name),
            tag: own(tag),
            about: own(about),
            rows: Vec::new(),
        });
    }
    types
}

/// The names of all fields that are lists.
pub(super) fn lists() -> &'static BTreeSet<String> {
    static LISTS: OnceLock<BTreeSet<String>> = OnceLock::new();
    LISTS.get_or_init(|| {
        let rows = types().into_iter().flat_map(|known| known.rows);
        let fields = rows.flat_map(|row| match row.split_once('{') {
            Some((_, inline)) => inline.trim_end_matches('}').split(',').map(str::to_owned).collect(),
            None => vec![row],
        });
        let named = |field: String| {
            let (name, form) = cut(&field);
            form.starts_with('[').then(|| name.trim_end_matches('?').to_owned())
        };
        fields.filter_map(named).collect()
    })
}

/// The first word, and the rest.
fn cut(text: &str) -> (&str, &str) {
    text.trim().split_once(' ').unwrap_or((text.trim(), ""))
}

/// Name, whether it may be left out, and schema.
type Field = (String, bool, Value);

fn fields(rows: &[String]) -> Vec<Field> {
    rows.iter().map(|row| field(row)).collect()
}

fn field(row: &str) -> Field {
    let (name, rest) = cut(row);
    let (form, about) = cut(rest);
    let mut schema = of(form);
    describe(&mut schema, about);
    (name.trim_end_matches('?').to_owned(), name.ends_with('?'), schema)
}

fn describe(schema: &mut Value, about: &str) {
    if let (Some(map), false) = (schema.as_object_mut(), about.is_empty()) {
        map.insert("description".to_owned(), about.into());
    }
}

fn object(fields: &[Field], tag: Option<(&str, &str)>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    if let Some((name, word)) = tag {
        properties.insert(name.to_owned(), json!({ "const": word }));
        required.push(Value::from(name));
    }
    for (name, is_optional, schema) in fields {
        properties.insert(name.clone(), schema.clone());
        if !is_optional {
            required.push(Value::from(name.as_str()));
        }
    }
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if let (Some(map), false) = (schema.as_object_mut(), required.is_empty()) {
        map.insert("required".to_owned(), required.into());
    }
    schema
}

fn tagged(known: &Type, types: &[Type]) -> Value {
    let variants = known.rows.iter().map(|row| {
        let (word, rest) = cut(row);
        let tag = Some((known.tag.as_str(), word));
        let inline = rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        if let Some(inline) = inline {
            let rows: Vec<String> = inline.split(',').map(|row| row.trim().to_owned()).collect();
            return object(&fields(&rows), tag);
        }
        let Some(named) = types.iter().find(|named| named.name == rest) else { return Value::Null };
        if named.kind == "object" {
            return object(&fields(&named.rows), tag);
        }
        // What is tagged itself has its fields beside this tag.
        json!({ "type": "object", "properties": { known.tag.as_str(): { "const": word } }, "required": [known.tag] })
    });
    json!({ "oneOf": variants.collect::<Vec<_>>() })
}

fn choice(rows: &[String]) -> Value {
    let words: Vec<&str> = rows.iter().map(|row| row.trim()).filter(|row| !row.contains(' ')).collect();
    let mut variants: Vec<Value> =
        rows.iter().filter(|row| row.trim().contains(' ')).map(|row| object(&[field(row)], None)).collect();
    if !words.is_empty() {
        variants.push(json!({ "enum": words }));
    }
    json!({ "oneOf": variants })
}

/// The schema of a type as it is written in a row.
fn of(form: &str) -> Value {
    if let Some(form) = form.strip_suffix("|null") {
        return match of(form) {
            Value::Object(mut schema) if schema.get("type").is_some_and(Value::is_string) => {
                let kind = schema.remove("type");
                schema.insert("type".to_owned(), json!([kind, "null"]));
                schema.into()
            }
            schema => json!({ "oneOf": [schema, { "type": "null" }] }),
        };
    }
    if let Some(form) = form.strip_prefix('[').and_then(|form| form.strip_suffix(']')) {
        return json!({ "type": "array", "items": of(form) });
    }
    if form.starts_with('"') {
        let words: Vec<&str> = form.split('|').map(|word| word.trim_matches('"')).collect();
        return json!({ "type": "string", "enum": words });
    }
    match form {
        "string" | "integer" | "number" | "boolean" => {
            if form == "integer" {
                return json!({ "type": "integer", "format": "int64" });
            }
            json!({ "type": form })
        }
        "uuid" => json!({ "type": "string", "format": "uuid" }),
        "date" => json!({ "type": "string", "format": "date" }),
        "instant" => json!({
            "type": "integer", "format": "int64", "description": "Milliseconds since 1970-01-01T00:00:00Z.",
        }),
        named => json!({ "$ref": format!("#/components/schemas/{named}") }),
    }
}

macro_rules! vocabularies {
    ($($name:ident)*) => {
        fn vocabularies() -> Map<String, Value> {
            let mut all = Map::new();
            $(
                let words: Vec<&str> = $name::ALL.iter().map(|word| word.as_str()).collect();
                all.insert(stringify!($name).to_owned(), json!({ "type": "string", "enum": words }));
            )*
            let codes = CODES.iter().map(|(code, ..)| *code);
            let codes: Vec<&str> = codes.chain(RejectionCode::ALL.iter().map(|code| code.as_str())).collect();
            all.insert("ProblemCode".to_owned(), json!({ "type": "string", "enum": codes }));
            all
        }
    };
}

vocabularies! {
    Action ActorKind DependencyKind EntityKind ItemKind LaneCategory NoteKind OverlapPolicy Priority ProjectRole
    ProjectStatus SprintPhase SprintState TimerCapPolicy Visibility WipPolicy
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::*;

    fn refs(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
                map.values().for_each(|value| refs(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| refs(value, found)),
            _ => {}
        }
    }

    #[gtest]
    fn given_the_schemas_when_read_then_every_name_in_them_is_one_of_them() {
        let schemas = schemas();
        let mut named = Vec::new();
        refs(&Value::Object(schemas.clone()), &mut named);
        expect_that!(named.len(), gt(100));
        for name in named {
            let name = name.trim_start_matches("#/components/schemas/");
            expect_that!(schemas.contains_key(name), eq(true), "{name}");
        }
        expect_that!(serde_json::to_string(&schemas).unwrap().contains("null]}"), eq(false));
    }

    #[gtest]
    fn given_rows_when_read_then_they_become_schemas() {
        expect_that!(
            of("[uuid]|null"),
            eq(&json!({ "type": ["array", "null"], "items": { "type": "string", "format": "uuid" } }))
        );
        expect_that!(
            of("Place|null"),
            eq(&json!({ "oneOf": [{ "$ref": "#/components/schemas/Place" }, { "type": "null" }] }))
        );
        expect_that!(of("\"a\"|\"b\""), eq(&json!({ "type": "string", "enum": ["a", "b"] })));
        let choice = choice(&["first".to_owned(), "before string".to_owned()]);
        expect_that!(choice["oneOf"][1], eq(&json!({ "enum": ["first"] })));
        expect_that!(choice["oneOf"][0]["required"], eq(&json!(["before"])));
    }
}
