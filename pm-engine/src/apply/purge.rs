//! Purging: hidden at once by one event, then taken out of tables, log and activity in bounded steps between
//! commands. An unfinished task stands in `purge_tasks` and goes on after a restart.

use rusqlite::{Connection, Row, params};

use crate::error::{StoreError, StoreResult};
use crate::event::Event;
use crate::limits::PURGE_STEP_ROWS;
use crate::model::{Entity, EntityKind};
use crate::store::rows;
use crate::store::statements::Statements;
use crate::wire;

/// Notes the task of a purge event.
pub(super) fn begin(statements: &dyn Statements, event: &Event) -> StoreResult<()> {
    let sql = "INSERT INTO purge_tasks (sequence, entity_kind, entity_id) VALUES (?1, ?2, ?3)";
    rows::run(statements, sql, params![event.sequence, event.entity_kind, event.entity_id])?;
    Ok(())
}

/// Whether a task waits.
pub(crate) fn has_work(connection: &Connection) -> StoreResult<bool> {
    Ok(rows::one(connection, "SELECT 1 FROM purge_tasks LIMIT 1", [], |_| Ok(()))?.is_some())
}

/// Does a bounded piece of the oldest task; answers whether any task is left. Runs inside a transaction.
pub(crate) fn step(connection: &Connection) -> StoreResult<bool> {
    let sql = "SELECT sequence, entity_kind, entity_id FROM purge_tasks ORDER BY sequence LIMIT 1";
    let read =
        |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, EntityKind>(1)?, row.get::<_, String>(2)?));
    let Some((sequence, kind, id)) = rows::one(connection, sql, [], read)? else { return Ok(false) };
    let mut budget = Budget(PURGE_STEP_ROWS);
    let done = match kind {
        EntityKind::WorkItem => purge_item(connection, &id, &mut budget)?,
        EntityKind::Project => purge_project(connection, &id, &mut budget)?,
        EntityKind::Comment => purge_comment_text(connection, &id, sequence)?,
        _ => true,
    };
    if done {
        rows::run(connection, "DELETE FROM purge_tasks WHERE sequence = ?1", [sequence])?;
    }
    has_work(connection)
}

/// How many more rows this step may touch.
struct Budget(i64);

impl Budget {
    fn is_spent(&self) -> bool {
        self.0 <= 0
    }
}

fn ids(connection: &Connection, sql: &str, id: &str, budget: &Budget) -> StoreResult<Vec<String>> {
    Ok(rows::many(connection, sql, params![id, budget.0.max(1)], |row| row.get(0))?)
}

/// Blanks the events of an entity, newest first, and drops its activity; done once none is left.
fn blank(connection: &Connection, entity: &str, budget: &mut Budget) -> StoreResult<bool> {
    // The purge of an item or project stays; that of a comment's text names the comment, which goes now.
    let sql = "SELECT DISTINCT sequence FROM activity_log WHERE entity_id = ?1 \
               AND (action <> 'purged' OR entity_kind = 'comment') ORDER BY sequence DESC LIMIT ?2";
    let sequences: Vec<i64> =
        rows::many(connection, sql, params![entity, budget.0.max(1)], |row| row.get(0))?;
    for sequence in &sequences {
        rewrite(connection, *sequence, |event| {
            event.entity = None;
            event.changes.clear();
            event.notes.clear();
            event.origin = None;
        })?;
        rows::run(connection, "DELETE FROM activity_log WHERE sequence = ?1", [sequence])?;
        budget.0 -= 1;
    }
    Ok(!budget.is_spent())
}

fn rewrite(connection: &Connection, sequence: i64, change: impl FnOnce(&mut Event)) -> StoreResult<()> {
    let sql = "SELECT body FROM event_log WHERE sequence = ?1";
    let body: Option<Vec<u8>> = rows::one(connection, sql, [sequence], |row| row.get(0))?;
    let Some(body) = body else { return Ok(()) };
    let mut event =
        wire::decode_event(&body).map_err(|e| StoreError::data(format!("event {sequence}: {e}")))?;
    change(&mut event);
    let sql = "UPDATE event_log SET body = ?2 WHERE sequence = ?1";
    rows::run(connection, sql, params![sequence, wire::encode_event(&event)])?;
    Ok(())
}

/// Entities of a kind that hang on one another, each blanked and then removed.
fn purge_each(
    connection: &Connection,
    owner: &str,
    budget: &mut Budget,
    find: &str,
    remove: &[&str],
) -> StoreResult<bool> {
    for id in ids(connection, find, owner, budget)? {
        if !blank(connection, &id, budget)? {
            return Ok(false);
        }
        for sql in remove {
            rows::run(connection, sql, [&id])?;
        }
        budget.0 -= 1;
    }
    Ok(!budget.is_spent())
}

fn purge_item(connection: &Connection, item: &str, budget: &mut Budget) -> StoreResult<bool> {
    // Answers before what they answer: a reply refers to the comment above it.
    let comments = "SELECT id FROM comments WHERE item_id = ?1 ORDER BY depth DESC, id LIMIT ?2";
    let gone = ["DELETE FROM comment_mentions WHERE comment_id = ?1", "DELETE FROM comments WHERE id = ?1"];
    if !purge_each(connection, item, budget, comments, &gone)? {
        return Ok(false);
    }
    let entries = "SELECT id FROM time_entries WHERE item_id = ?1 LIMIT ?2";
    if !purge_each(connection, item, budget, entries, &["DELETE FROM time_entries WHERE id = ?1"])? {
        return Ok(false);
    }
    let dependencies = "SELECT id FROM dependencies WHERE from_item = ?1 OR to_item = ?1 LIMIT ?2";
    if !purge_each(connection, item, budget, dependencies, &["DELETE FROM dependencies WHERE id = ?1"])? {
        return Ok(false);
    }
    if !blank(connection, item, budget)? {
        return Ok(false);
    }
    for sql in [
        "DELETE FROM work_item_labels WHERE item_id = ?1",
        "DELETE FROM sprint_items WHERE item_id = ?1",
        "DELETE FROM work_items WHERE id = ?1",
    ] {
        rows::run(connection, sql, [item])?;
    }
    Ok(true)
}

fn purge_project(connection: &Connection, project: &str, budget: &mut Budget) -> StoreResult<bool> {
    while !budget.is_spent() {
        let sql = "SELECT id FROM work_items INDEXED BY work_items_number WHERE project_id = ?1 LIMIT 1";
        let next: Option<String> = rows::one(connection, sql, [project], |row| row.get(0))?;
        let Some(item) = next else { break };
        if !purge_item(connection, &item, budget)? {
            return Ok(false);
        }
        budget.0 -= 1;
    }
    let sprints = "SELECT id FROM sprints WHERE project_id = ?1 LIMIT ?2";
    if budget.is_spent()
        || !purge_each(connection, project, budget, sprints, &["DELETE FROM sprints WHERE id = ?1"])?
    {
        return Ok(false);
    }
    let members = "SELECT project_id || '/' || user_id FROM project_members WHERE project_id = ?1 LIMIT ?2";
    let gone =
        ["DELETE FROM project_members WHERE project_id = substr(?1, 1, 36) AND user_id = substr(?1, 38)"];
    if !purge_each(connection, project, budget, members, &gone)? {
        return Ok(false);
    }
    // The project names its default lane: both go in one step.
    rows::run(connection, "UPDATE projects SET default_lane = NULL WHERE id = ?1", [project])?;
    let lanes = "SELECT id FROM swim_lanes WHERE project_id = ?1 LIMIT ?2";
    if !purge_each(connection, project, budget, lanes, &["DELETE FROM swim_lanes WHERE id = ?1"])?
        || !blank(connection, project, budget)?
    {
        return Ok(false);
    }
    rows::run(connection, "DELETE FROM projects WHERE id = ?1", [project])?;
    Ok(true)
}

/// The text of a comment goes from its events up to the purge; the comment keeps its place in the thread, and a text
/// it got afterwards. A comment has few events.
fn purge_comment_text(connection: &Connection, comment: &str, upto: i64) -> StoreResult<bool> {
    let sql = "SELECT DISTINCT sequence FROM activity_log WHERE entity_id = ?1 AND sequence <= ?2";
    let sequences: Vec<i64> = rows::many(connection, sql, params![comment, upto], |row| row.get(0))?;
    for sequence in sequences {
        rewrite(connection, sequence, |event| {
            if let Some(Entity::Comment(comment)) = &mut event.entity {
                comment.text = comment.text.as_ref().map(|_| String::new());
                comment.mentioned_users.clear();
                comment.mentioned_items.clear();
            }
        })?;
    }
    let sql = "UPDATE activity_log SET old_value = NULL, new_value = NULL WHERE entity_id = ?1 AND field = 'text' \
               AND sequence <= ?2";
    rows::run(connection, sql, params![comment, upto])?;
    Ok(true)
}
