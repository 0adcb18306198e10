//! The activity log: one row per changed field, one for everything else.

use rusqlite::params;

use crate::error::StoreResult;
use crate::event::{Event, FieldChange};
use crate::limits::ACTIVITY_TEXT_CHARS;
use crate::store::rows;
use crate::store::statements::Statements;

/// Writes the rows of an event. It runs before the event is applied, while the old long texts are still there.
pub(super) fn record(statements: &dyn Statements, event: &Event) -> StoreResult<()> {
    if event.changes.is_empty() {
        return insert(statements, event, 0, None, None, None);
    }
    for (position, change) in event.changes.iter().enumerate() {
        let old = match &change.old {
            Some(text) => Some(short(text)),
            None => old_long_text(statements, event, change)?,
        };
        let new = event.entity.as_ref().and_then(|entity| entity.field_text(&change.field));
        // An empty text is none, before and after.
        let old = old.filter(|text| !text.is_empty());
        let new = new.as_deref().map(short).filter(|text| !text.is_empty());
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        insert(statements, event, position, Some(&change.field), old.as_deref(), new.as_deref())?;
    }
    Ok(())
}

fn short(text: &str) -> String {
    text.chars().take(ACTIVITY_TEXT_CHARS).collect()
}

/// Events do not repeat the old value of a long text; the row still has it.
fn old_long_text(
    statements: &dyn Statements,
    event: &Event,
    change: &FieldChange,
) -> StoreResult<Option<String>> {
    use crate::model::EntityKind::{Comment, Project, WorkItem};
    let sql = match (event.entity_kind, change.field.as_str()) {
        (WorkItem, "description") => "SELECT substr(description, 1, 200) FROM work_items WHERE id = ?1",
        (WorkItem, "extra") => "SELECT substr(extra, 1, 200) FROM work_items WHERE id = ?1",
        (Project, "description") => "SELECT substr(description, 1, 200) FROM projects WHERE id = ?1",
        (Comment, "text") => "SELECT substr(text, 1, 200) FROM comments WHERE id = ?1",
        _ => return Ok(None),
    };
    let old: Option<String> = rows::one(statements, sql, [&event.entity_id], |row| row.get(0))?;
    Ok(old.filter(|text| !text.is_empty()))
}

fn insert(
    statements: &dyn Statements,
    event: &Event,
    position: i64,
    field: Option<&str>,
    old: Option<&str>,
    new: Option<&str>,
) -> StoreResult<()> {
    let sql = "INSERT INTO activity_log (sequence, position, instant, actor, project_id, entity_kind, entity_id, \
               action, field, old_value, new_value) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    rows::run(
        statements,
        sql,
        params![
            event.sequence,
            position,
            event.happened_at(),
            event.happened_by(),
            event.project,
            event.entity_kind,
            event.entity_id,
            event.action,
            field,
            old,
            new,
        ],
    )?;
    Ok(())
}
