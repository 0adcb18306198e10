//! The log: appended in the writer's transaction, read by anyone from the file.

use std::sync::Arc;

use rusqlite::{Connection, Row, params};

use crate::error::{StoreError, StoreResult};
use crate::event::Event;
use crate::model::{Action, EntityKind, ProjectId};
use crate::store::rows;
use crate::wire;

/// An event as it lies in the log and goes over the wire, with what a stream must know of it.
#[derive(Clone, Debug)]
pub(crate) struct StoredEvent {
    pub(crate) sequence: i64,
    pub(crate) group: String,
    pub(crate) project: Option<ProjectId>,
    pub(crate) entity_kind: EntityKind,
    pub(crate) action: Action,
    pub(crate) entity_id: String,
    pub(crate) body: Arc<[u8]>,
}

impl StoredEvent {
    pub(crate) fn decode(&self) -> StoreResult<Event> {
        wire::decode_event(&self.body).map_err(|e| StoreError::data(format!("event {}: {e}", self.sequence)))
    }
}

/// The sequence of the newest event, 0 for none.
pub(crate) fn head(connection: &Connection) -> StoreResult<i64> {
    let sql = "SELECT coalesce(max(sequence), 0) FROM event_log";
    Ok(rows::one(connection, sql, [], |row| row.get(0))?.unwrap_or(0))
}

/// Appends an event that has its sequence.
pub(crate) fn append(connection: &Connection, event: &Event) -> StoreResult<StoredEvent> {
    let body = wire::encode_event(event);
    let sql = "INSERT INTO event_log (sequence, command_id, actor, instant, project_id, entity_kind, entity_id, \
               number, action, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    rows::run(
        connection,
        sql,
        params![
            event.sequence,
            event.group.as_str(),
            event.actor.user,
            event.at,
            event.project,
            event.entity_kind,
            event.entity_id,
            event.number,
            event.action,
            body,
        ],
    )?;
    Ok(StoredEvent {
        sequence: event.sequence,
        group: event.group.to_string(),
        project: event.project,
        entity_kind: event.entity_kind,
        action: event.action,
        entity_id: event.entity_id.clone(),
        body: body.into(),
    })
}

/// Events after a sequence, in order, until `most` events or `bytes` are reached (at least one).
pub(crate) fn read_after(
    connection: &Connection,
    after: i64,
    most: usize,
    bytes: usize,
) -> StoreResult<Vec<StoredEvent>> {
    let sql = "SELECT sequence, command_id, project_id, entity_kind, action, entity_id, body FROM event_log \
               WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = statement.query(params![after, crate::form::int(most)])?;
    let mut events = Vec::new();
    let mut size = 0;
    while let Some(row) = found.next()? {
        let event = stored(row)?;
        size += event.body.len();
        if !events.is_empty() && size > bytes {
            break;
        }
        events.push(event);
    }
    Ok(events)
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredEvent> {
    Ok(StoredEvent {
        sequence: row.get(0)?,
        group: row.get(1)?,
        project: row.get(2)?,
        entity_kind: row.get(3)?,
        action: row.get(4)?,
        entity_id: row.get(5)?,
        body: row.get_ref(6)?.as_blob()?.into(),
    })
}
