//! Checks of items and of whole entities that are loaded from an export.

use super::text::{bounded, filled, labels, named_once, reference};
use super::{Form, comment_text, int, key, ordered_dates, wip_limit};
use crate::command::{ItemChange, NewItem};
use crate::limits;
use crate::model::{Entity, ExternalRef, TimeEntry, WorkItem};
use crate::order_key;
use crate::rejection::{Rejection, RejectionCode};

pub(super) fn new_item(new: &mut NewItem) -> Form {
    reference("project", new.project.as_str())?;
    filled("title", &mut new.title, limits::TITLE_CHARS_MAX)?;
    bounded("description", &new.description, limits::DESCRIPTION_CHARS_MAX)?;
    labels(&mut new.labels)?;
    points(new.points)?;
    seconds("estimate_seconds", new.estimate_seconds)?;
    seconds("remaining_seconds", new.remaining_seconds)?;
    ordered_dates("due_date", new.start_date, new.due_date)?;
    new.external.as_mut().map_or(Ok(()), external)?;
    new.extra = extra_object(&new.extra)?;
    Ok(())
}

pub(super) fn item_changes(changes: &mut [ItemChange]) -> Form {
    named_once(changes)?;
    for change in changes {
        match change {
            ItemChange::Title(title) => filled("title", title, limits::TITLE_CHARS_MAX)?,
            ItemChange::Description(text) => bounded("description", text, limits::DESCRIPTION_CHARS_MAX)?,
            ItemChange::Labels(list) => labels(list)?,
            ItemChange::Points(value) => points(*value)?,
            ItemChange::EstimateSeconds(value) => seconds("estimate_seconds", *value)?,
            ItemChange::RemainingSeconds(value) => seconds("remaining_seconds", *value)?,
            ItemChange::External(Some(reference)) => external(reference)?,
            ItemChange::Extra(text) => *text = extra_object(text)?,
            ItemChange::Kind(_)
            | ItemChange::Priority(_)
            | ItemChange::Assignee(_)
            | ItemChange::StartDate(_)
            | ItemChange::DueDate(_)
            | ItemChange::External(None) => {}
        }
    }
    Ok(())
}

fn points(points: Option<f64>) -> Form {
    if points.is_some_and(|p| !(0.0..=limits::POINTS_MAX).contains(&p)) {
        return Err(Rejection::beyond(RejectionCode::Invalid, "points", 1_000, "points are 0 to 1000"));
    }
    Ok(())
}

fn seconds(field: &str, seconds: Option<i64>) -> Form {
    if seconds.is_some_and(|s| !(0..=limits::ESTIMATE_SECONDS_MAX).contains(&s)) {
        return Err(Rejection::beyond(
            RejectionCode::Invalid,
            field,
            limits::ESTIMATE_SECONDS_MAX,
            format!("{field} is out of range"),
        ));
    }
    Ok(())
}

pub(super) fn external(reference: &mut ExternalRef) -> Form {
    filled("external.source", &mut reference.source, limits::EXTERNAL_CHARS_MAX)?;
    filled("external.id", &mut reference.id, limits::EXTERNAL_CHARS_MAX)
}

fn extra_size(text: &str) -> Form {
    if text.len() > limits::EXTRA_BYTES_MAX {
        return Err(Rejection::beyond(
            RejectionCode::Invalid,
            "extra",
            int(limits::EXTRA_BYTES_MAX),
            "extra is larger than 64 KiB",
        ));
    }
    Ok(())
}

/// The canonical text of an `extra` object: keys sorted, no white space, empty for none.
fn extra_object(text: &str) -> Result<String, Rejection> {
    if text.is_empty() {
        return Ok(String::new());
    }
    extra_size(text)?;
    let not_object = || Rejection::invalid("extra", "extra is not a JSON object");
    let object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(text).map_err(|_| not_object())?;
    if object.is_empty() {
        return Ok(String::new());
    }
    let canonical = serde_json::to_string(&object).map_err(|_| not_object())?;
    // Numbers may take more room than they did: `1e15` is written out.
    extra_size(&canonical)?;
    if canonical.contains("\\u0000") {
        return Err(Rejection::invalid("extra", "extra holds a NUL character"));
    }
    Ok(canonical)
}

/// An entity of an export obeys the same forms as one that is made.
pub(super) fn loaded(entity: &mut Entity) -> Form {
    if !(1..=i64::from(u32::MAX)).contains(&entity.version()) {
        return Err(Rejection::invalid("version", "a version is 1 or more"));
    }
    match entity {
        Entity::TenantSettings(_) | Entity::Member(_) | Entity::Dependency(_) => Ok(()),
        Entity::User(user) => {
            super::optional_text("name", &mut user.name, limits::USER_NAME_CHARS_MAX)?;
            super::optional_text("email", &mut user.email, limits::EMAIL_CHARS_MAX)
        }
        Entity::Project(project) => {
            project.key = key(&project.key)?;
            filled("title", &mut project.title, limits::TITLE_CHARS_MAX)?;
            bounded("description", project.description.get_or_insert_default(), limits::DESCRIPTION_CHARS_MAX)
        }
        Entity::Lane(lane) => {
            filled("name", &mut lane.name, limits::NAME_CHARS_MAX)?;
            super::text::status(&lane.status)?;
            order_key_form("position", &lane.position)?;
            wip_limit(lane.wip_limit)
        }
        Entity::Sprint(sprint) => {
            filled("name", &mut sprint.name, limits::NAME_CHARS_MAX)?;
            bounded("goal", &sprint.goal, limits::GOAL_CHARS_MAX)?;
            ordered_dates("end_date", sprint.start_date, sprint.end_date)
        }
        Entity::WorkItem(item) => loaded_item(item),
        Entity::Comment(comment) => {
            let text = comment.text.get_or_insert_default();
            if comment.deleted_at.is_none() {
                comment_text(text)?;
            }
            comment.external.as_mut().map_or(Ok(()), external)
        }
        Entity::TimeEntry(entry) => loaded_entry(entry),
    }
}

fn loaded_item(item: &mut WorkItem) -> Form {
    if !(1..=i64::from(u32::MAX)).contains(&item.number) {
        return Err(Rejection::invalid("number", "an item's number is 1 or more"));
    }
    filled("title", &mut item.title, limits::TITLE_CHARS_MAX)?;
    bounded("description", item.description.get_or_insert_default(), limits::DESCRIPTION_CHARS_MAX)?;
    labels(&mut item.labels)?;
    points(item.points)?;
    seconds("estimate_seconds", item.estimate_seconds)?;
    seconds("remaining_seconds", item.remaining_seconds)?;
    ordered_dates("due_date", item.start_date, item.due_date)?;
    order_key_form("lane_order", &item.lane_order)?;
    if item.parent.is_some() {
        order_key_form("parent_order", &item.parent_order)?;
    }
    item.external.as_mut().map_or(Ok(()), external)?;
    item.extra = Some(extra_object(item.extra.as_deref().unwrap_or_default())?);
    Ok(())
}

fn loaded_entry(entry: &TimeEntry) -> Form {
    bounded("note", &entry.note, limits::NOTE_CHARS_MAX)?;
    match (entry.ended_at, entry.seconds) {
        (None, None) => Ok(()),
        (Some(end), Some(seconds)) if end >= entry.started_at && seconds >= 0 => Ok(()),
        _ => Err(Rejection::invalid("ended_at", "an ended entry has an end after its start and a length")),
    }
}

fn order_key_form(field: &str, key: &str) -> Form {
    if order_key::is_valid(key) {
        return Ok(());
    }
    Err(Rejection::beyond(
        RejectionCode::Invalid,
        field,
        int(limits::ORDER_KEY_BYTES_MAX),
        format!("{field} is not an order key"),
    ))
}
