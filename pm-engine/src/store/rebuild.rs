//! All tables again from the log.

use rusqlite::Connection;

use super::{event_log, open};
use crate::apply;
use crate::decide::Memory;
use crate::error::{StoreError, StoreResult};
use crate::model::Action;

/// Every table that is derived from the log, so that emptying these and applying the log gives them again.
/// `meta`, `event_log`, `command_record` and the seeded `llm_context` are not.
pub(crate) const DERIVED_TABLES: [&str; 15] = [
    "activity_log",
    "comment_mentions",
    "comments",
    "dependencies",
    "project_members",
    "projects",
    "purge_tasks",
    "sprint_items",
    "sprints",
    "swim_lanes",
    "tenant_settings",
    "time_entries",
    "users",
    "work_item_labels",
    "work_items",
];

const CHUNK_EVENTS: usize = 1_000;
const CHUNK_BYTES: usize = 4 * 1024 * 1024;

/// Empties the derived tables of a file and applies its log again, in one transaction. Answers how many events
/// were applied.
pub(crate) fn rebuild(connection: &Connection) -> StoreResult<i64> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let done = refill(connection);
    if done.is_ok() {
        connection.execute_batch("COMMIT")?;
    } else {
        connection.execute_batch("ROLLBACK")?;
    }
    done
}

fn refill(connection: &Connection) -> StoreResult<i64> {
    for table in DERIVED_TABLES {
        connection.execute(&format!("DELETE FROM {table}"), [])?;
    }
    open::default_settings(connection)?;
    let applied = replay(connection, connection)?;
    if connection.prepare("PRAGMA foreign_key_check")?.query([])?.next()?.is_some() {
        return Err(StoreError::data("the log breaks a foreign key"));
    }
    Ok(applied)
}

/// Applies the log of one file to the empty tables of another (or of itself).
pub(crate) fn replay(log: &Connection, tables: &Connection) -> StoreResult<i64> {
    let memory = Memory::default();
    let mut applied = 0;
    loop {
        let events = event_log::read_after(log, applied, CHUNK_EVENTS, CHUNK_BYTES)?.events;
        if events.is_empty() {
            return Ok(applied);
        }
        for stored in events {
            if stored.sequence != applied + 1 {
                return Err(StoreError::data(format!("the log has a gap after {applied}")));
            }
            let event = stored.decode()?;
            if apply::is_blanked(&event) {
                let project = event.project.map(|project| project.to_string());
                apply::apply_blanked(tables, event.entity_kind, project.as_deref(), event.number)?;
            } else {
                apply::apply(tables, &memory, &event)?;
                if event.action == Action::Purged {
                    // At its place in the log: a later text or a later use of an id is not what was purged.
                    while apply::purge_step(tables)? {}
                }
            }
            applied = stored.sequence;
        }
    }
}
