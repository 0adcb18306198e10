//! Time entries.

use rusqlite::params;

use crate::error::StoreResult;
use crate::model::TimeEntry;
use crate::store::rows;
use crate::store::statements::Statements;

pub(super) fn write(statements: &dyn Statements, entry: &TimeEntry) -> StoreResult<()> {
    let sql = "INSERT INTO time_entries (id, project_id, item_id, user_id, started_at, ended_at, seconds, note, \
               manual, overlaps, over_cap, clock_backwards, original_end, created_at, updated_by, deleted_at, \
               version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17) \
               ON CONFLICT (id) DO UPDATE SET item_id = ?3, started_at = ?5, ended_at = ?6, seconds = ?7, note = ?8, \
               overlaps = ?10, over_cap = ?11, clock_backwards = ?12, original_end = ?13, updated_by = ?15, \
               deleted_at = ?16, version = ?17";
    rows::run(
        statements,
        sql,
        params![
            entry.id,
            entry.project,
            entry.item,
            entry.user,
            entry.started_at,
            entry.ended_at,
            entry.seconds,
            entry.note,
            entry.manual,
            entry.overlaps,
            entry.over_cap,
            entry.clock_backwards,
            entry.original_end,
            entry.created_at,
            entry.updated_by,
            entry.deleted_at,
            entry.version,
        ],
    )?;
    Ok(())
}
