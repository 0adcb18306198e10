//! Is a tenant's file whole? SQLite's own checks, gaps in the log, and whether the tables are what the log says; also
//! what the log cannot give again, and whether the schema has all that belongs to it.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::{copy, open, rebuild};
use crate::apply;
use crate::error::{OpenError, StoreError, StoreResult};
use crate::model::{Action, EntityKind, Epoch, ProjectId, Timestamp, UserId};
use crate::query::stored_event;

/// What a check found. Everything empty or zero is a whole file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CheckReport {
    /// Epoch of the file.
    pub epoch: Epoch,
    /// Sequence of its newest event.
    pub sequence: i64,
    /// What SQLite's integrity check says is wrong.
    pub integrity: Vec<String>,
    /// Rows that refer to rows which do not exist.
    pub broken_references: i64,
    /// Sequence numbers missing from the log.
    pub log_gaps: i64,
    /// Why the log could not be applied again, where it could not.
    pub replay_error: Option<String>,
    /// Tables that differ from the log applied again.
    pub differences: Vec<TableDifference>,
}

/// A table that is not what the log says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TableDifference {
    /// Name of the table.
    pub table: String,
    /// Rows the log gives that are not in the table.
    pub missing: i64,
    /// Rows in the table that the log does not give.
    pub surplus: i64,
}

impl CheckReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.integrity.is_empty()
            && self.broken_references == 0
            && self.log_gaps == 0
            && self.replay_error.is_none()
            && self.differences.is_empty()
    }
}

/// Checks a tenant file beside whoever writes it. Copies are made under `scratch`, which needs room for two.
pub(crate) fn check(file: &Path, scratch: &Path) -> Result<CheckReport, OpenError> {
    let reader = copy::open_reader(file)?;
    let integrity = problems(&reader)?;
    let mut report = CheckReport {
        epoch: open::epoch(&reader)?,
        sequence: 0,
        integrity,
        broken_references: 0,
        log_gaps: 0,
        replay_error: None,
        differences: Vec::new(),
    };
    drop(reader);
    let folder = Scratch::make(scratch)?;
    let compared = compare(file, &folder.0.join("copy.db"), &folder.0.join("replay.db"), &mut report);
    match compared {
        // A damaged file may resist copying; what is wrong with it is known already.
        Err(OpenError::Corrupt { detail }) if !report.integrity.is_empty() => {
            report.replay_error = Some(detail);
        }
        other => other?,
    }
    Ok(report)
}

/// A folder for the copies of one check, closed to other users, removed with what is in it.
struct Scratch(PathBuf);

impl Scratch {
    fn make(parent: &Path) -> StoreResult<Self> {
        let path = parent.join(format!("pm-check-{}", uuid::Uuid::new_v4()));
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is left to the system's own tidying of its temporary folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn problems(connection: &Connection) -> StoreResult<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA integrity_check(100)")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

fn compare(file: &Path, copied: &Path, replayed: &Path, report: &mut CheckReport) -> Result<(), OpenError> {
    copy::backup(file, copied)?;
    let tables = open::open_writer(copied, open::Durability::Relaxed, false)?;
    // A purge in progress is finished on the copy: in between, tables and log need not agree.
    finish_purges(&tables)?;
    let count = |sql: &str| -> StoreResult<i64> { Ok(tables.query_row(sql, [], |row| row.get(0))?) };
    report.sequence = count("SELECT coalesce(max(sequence), 0) FROM event_log")?;
    report.log_gaps = report.sequence - count("SELECT count(*) FROM event_log")?;
    report.broken_references = count("SELECT count(*) FROM pragma_foreign_key_check")?;
    let fresh = open::open_writer(replayed, open::Durability::Relaxed, true)?;
    open::initialise(&fresh, report.epoch, Timestamp::from_millis(0))?;
    if let Err(error) = replay_whole(&tables, &fresh) {
        report.replay_error = Some(error.kind.to_string());
        return Ok(());
    }
    drop(fresh);
    report.differences = differences(&tables, replayed)?;
    report.differences.extend(log_differences(&tables)?);
    Ok(())
}

fn finish_purges(connection: &Connection) -> StoreResult<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    while apply::purge_step(connection)? {}
    Ok(connection.execute_batch("COMMIT")?)
}

fn replay_whole(log: &Connection, tables: &Connection) -> StoreResult<()> {
    tables.execute_batch("BEGIN IMMEDIATE")?;
    rebuild::replay(log, tables)?;
    while apply::purge_step(tables)? {}
    Ok(tables.execute_batch("COMMIT")?)
}

/// What cannot be made again from the events: the columns beside their bodies, and the records by which a command that
/// is sent again is known.
fn log_differences(log: &Connection) -> StoreResult<Vec<TableDifference>> {
    let sql = "SELECT command_id, actor, instant, project_id, entity_kind, entity_id, number, action, sequence, body \
               FROM event_log";
    let mut statement = log.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut misfiled = 0;
    while let Some(row) = rows.next()? {
        let event = stored_event::body_at(row, 9)?;
        let is_as_it_says = row.get::<_, String>(0)? == event.group.as_str()
            && row.get::<_, UserId>(1)? == event.actor.user
            && row.get::<_, Timestamp>(2)? == event.at
            && row.get::<_, Option<ProjectId>>(3)? == event.project
            && row.get::<_, EntityKind>(4)? == event.entity_kind
            && row.get::<_, String>(5)? == event.entity_id
            && row.get::<_, Option<i64>>(6)? == event.number
            && row.get::<_, Action>(7)? == event.action
            && row.get::<_, i64>(8)? == event.sequence;
        misfiled += i64::from(!is_as_it_says);
    }
    let unrecorded: i64 = log.query_row(
        "SELECT count(*) FROM (SELECT actor, command_id FROM event_log \
         EXCEPT SELECT actor, command_id FROM command_record)",
        [],
        |row| row.get(0),
    )?;
    let mut found = Vec::new();
    for (table, missing, surplus) in [("event_log", misfiled, misfiled), ("command_record", unrecorded, 0)] {
        if missing > 0 {
            found.push(TableDifference { table: table.to_owned(), missing, surplus });
        }
    }
    Ok(found)
}

fn differences(tables: &Connection, replayed: &Path) -> StoreResult<Vec<TableDifference>> {
    let name = replayed.to_str().ok_or_else(|| StoreError::data("the scratch folder's name is not UTF-8"))?;
    tables.execute("ATTACH DATABASE ?1 AS replayed", [name])?;
    let mut found = Vec::new();
    // What somebody has added to the schema is his; without an index of ours a rule may be broken.
    let schema = "SELECT count(*) FROM (SELECT type, name FROM replayed.sqlite_schema EXCEPT \
                  SELECT type, name FROM main.sqlite_schema)";
    let missing: i64 = tables.query_row(schema, [], |row| row.get(0))?;
    if missing > 0 {
        found.push(TableDifference { table: "sqlite_schema".to_owned(), missing, surplus: 0 });
    }
    for table in rebuild::DERIVED_TABLES {
        let rows = |a: &str, b: &str| -> StoreResult<i64> {
            let sql =
                format!("SELECT count(*) FROM (SELECT * FROM {a}.{table} EXCEPT SELECT * FROM {b}.{table})");
            Ok(tables.query_row(&sql, [], |row| row.get(0))?)
        };
        let (missing, surplus) = (rows("replayed", "main")?, rows("main", "replayed")?);
        if missing + surplus > 0 {
            found.push(TableDifference { table: table.to_owned(), missing, surplus });
        }
    }
    tables.execute_batch("DETACH DATABASE replayed")?;
    Ok(found)
}
