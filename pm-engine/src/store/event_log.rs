//! The log: appended in the writer's transaction, read by anyone from the file.

use std::sync::Arc;

use rusqlite::{Connection, Row, params};

use crate::error::{StoreError, StoreResult};
use crate::event::Event;
use crate::model::{Action, EntityKind, ProjectId, UserId};
use crate::store::rows;
use crate::store::statements::Statements;
use crate::wire;

/// An event as it lies in the log and goes over the wire, with what a stream must know of it.
#[derive(Clone, Debug)]
pub(crate) struct StoredEvent {
    pub(crate) sequence: i64,
    pub(crate) group: String,
    /// Whose command it was: ids of commands are their actor's own.
    pub(crate) actor: UserId,
    pub(crate) project: Option<ProjectId>,
    pub(crate) entity_kind: EntityKind,
    pub(crate) action: Action,
    pub(crate) entity_id: String,
    pub(crate) body: Arc<[u8]>,
}

/// Some events in order, cut by a bound or by the end of the log.
pub(crate) struct Stretch<E> {
    pub(crate) events: Vec<E>,
    /// The next event in the log is of the same command as the last one here.
    pub(crate) group_goes_on: bool,
}

impl StoredEvent {
    /// Whether both were made by one command.
    pub(crate) fn is_of_group(&self, other: &Self) -> bool {
        self.group == other.group && self.actor == other.actor
    }

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
pub(crate) fn append(statements: &dyn Statements, event: &Event) -> StoreResult<StoredEvent> {
    let body = wire::encode_event(event);
    let sql = "INSERT INTO event_log (sequence, command_id, actor, instant, project_id, entity_kind, entity_id, \
               number, action, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    rows::run(
        statements,
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
        actor: event.actor.user.clone(),
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
) -> StoreResult<Stretch<StoredEvent>> {
    let sql = "SELECT sequence, command_id, actor, project_id, entity_kind, action, entity_id, body FROM event_log \
               WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    // One more than wanted, to see whether it goes on with the same group.
    let mut found = statement.query(params![after, crate::form::int(most).saturating_add(1)])?;
    let mut stretch = Stretch { events: Vec::<StoredEvent>::new(), group_goes_on: false };
    let mut size = 0;
    while let Some(row) = found.next()? {
        let event = stored(row)?;
        size += event.body.len();
        if stretch.events.len() >= most || (!stretch.events.is_empty() && size > bytes) {
            stretch.group_goes_on = stretch.events.last().is_some_and(|last| last.is_of_group(&event));
            break;
        }
        stretch.events.push(event);
    }
    Ok(stretch)
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredEvent> {
    Ok(StoredEvent {
        sequence: row.get(0)?,
        group: row.get(1)?,
        actor: row.get(2)?,
        project: row.get(3)?,
        entity_kind: row.get(4)?,
        action: row.get(5)?,
        entity_id: row.get(6)?,
        body: row.get_ref(7)?.as_blob()?.into(),
    })
}
