//! What stands in the log, read back. The one seam between queries and the wire form of stored events.

use rusqlite::{Connection, Row, params};

use crate::error::{StoreError, StoreResult};
use crate::event::Event;
use crate::model::{EntityKind, Timestamp};
use crate::outcome::Outcome;
use crate::store::rows;
use crate::wire;

/// Reads the body of an event.
pub(crate) fn decode(body: &[u8]) -> StoreResult<Event> {
    wire::decode_event(body).map_err(|e| StoreError::data(format!("event: {e}")))
}

/// Reads a stored outcome.
pub(crate) fn decode_outcome(body: &[u8]) -> StoreResult<Outcome> {
    wire::decode_outcome(body).map_err(|e| StoreError::data(format!("outcome: {e}")))
}

/// Reads column `column` of a row, which is `event_log.body`. An event that a purge has blanked has no entity.
pub(crate) fn body_at(row: &Row<'_>, column: usize) -> StoreResult<Event> {
    decode(row.get_ref(column)?.as_blob().map_err(rusqlite::Error::from)?)
}

/// The last event of an entity up to a sequence; `None` where it did not exist yet. The kind is asked for too:
/// a user may choose an id that reads like another entity's.
pub(crate) fn last_of(
    connection: &Connection,
    kind: EntityKind,
    id: &str,
    sequence: i64,
) -> StoreResult<Option<Event>> {
    let mut statement = connection.prepare_cached(
        "SELECT e.body FROM activity_log a JOIN event_log e ON e.sequence = a.sequence \
         WHERE a.entity_id = ?1 AND a.sequence <= ?2 AND a.entity_kind = ?3 \
         ORDER BY a.sequence DESC, a.position DESC LIMIT 1",
    )?;
    let mut found = statement.query(params![id, sequence, kind])?;
    found.next()?.map(|row| body_at(row, 0)).transpose()
}

/// The last sequence whose event was committed at an instant or before it; 0 where there is none. It reads the log
/// from its end, since instants may run backwards: what it costs is the number of events since.
pub(crate) fn sequence_at(connection: &Connection, instant: Timestamp) -> StoreResult<i64> {
    let sql = "SELECT sequence FROM event_log WHERE instant <= ?1 ORDER BY sequence DESC LIMIT 1";
    Ok(rows::one(connection, sql, [instant], |row| row.get(0))?.unwrap_or(0))
}
