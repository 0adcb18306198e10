//! Opening a tenant file for writing: pragmas, version check, migrations. The reasons of every pragma are in
//! docs/storage.md.

use std::path::Path;

use pm_migrations::{MIGRATIONS, Migration};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};

use crate::error::{OpenError, StoreError, StoreResult};
use crate::limits;
use crate::model::{Epoch, Timestamp};

/// Name of the tenant's file in its folder.
pub(crate) const TENANT_FILE: &str = "tenant.db";
/// Marks a SQLite file as a tenant's ("pmdb").
const APPLICATION_ID: i64 = 0x706d_6462;
/// SQLite before 3.51.3 can corrupt a file when a write races two checkpoints.
const SQLITE_VERSION_MIN: i32 = 3_051_003;
const STATEMENT_CACHE: usize = 256;

/// When an acknowledged command is safe.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Durability {
    /// On disk before it is acknowledged: it survives a power cut.
    #[default]
    Full,
    /// It survives a crash of the process; a power cut may take the last commands, never half of one.
    Relaxed,
}

/// Opens (and where `create`, makes) the file for writing and brings its schema up to date.
pub(crate) fn open_writer(
    path: &Path,
    durability: Durability,
    create: bool,
) -> Result<Connection, OpenError> {
    if rusqlite::version_number() < SQLITE_VERSION_MIN {
        return Err(StoreError::bug("the SQLite library is older than 3.51.3").into());
    }
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let mut connection = Connection::open_with_flags(path, flags).map_err(StoreError::from)?;
    prepare(&connection, durability)?;
    migrate(&mut connection, MIGRATIONS)?;
    Ok(connection)
}

fn prepare(connection: &Connection, durability: Durability) -> StoreResult<()> {
    harden(connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::Relaxed => "NORMAL",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "fullfsync", durability == Durability::Full)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "cache_size", -8_192)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "journal_size_limit", 16 * 1024 * 1024)?;
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    Ok(())
}

/// What every connection of the engine has, writers and readers.
pub(crate) fn harden(connection: &Connection) -> StoreResult<()> {
    connection.busy_timeout(std::time::Duration::from_millis(limits::BUSY_TIMEOUT_MS))?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // A plan never depends on bound values: else SQLite prepares some statements anew at each run.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(())
}

fn newest() -> i64 {
    MIGRATIONS.last().map_or(0, |migration| migration.version)
}

/// Refuses a file of a newer version, and a file that is something else.
pub(crate) fn check_version(connection: &Connection) -> Result<i64, OpenError> {
    let read =
        |name: &str| -> StoreResult<i64> { Ok(connection.pragma_query_value(None, name, |row| row.get(0))?) };
    let found = read("user_version")?;
    if found > newest() {
        return Err(OpenError::Newer { found, supported: newest() });
    }
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(StoreError::from)?;
    if tables > 0 && read("application_id")? != APPLICATION_ID {
        return Err(OpenError::Corrupt { detail: "the file is a database of something else".to_owned() });
    }
    Ok(found)
}

fn migrate(connection: &mut Connection, steps: &[Migration]) -> Result<(), OpenError> {
    let found = check_version(connection)?;
    let mut due = steps.iter().filter(|step| step.version > found).peekable();
    if due.peek().is_none() {
        return Ok(());
    }
    // A step may rebuild a table, and to drop one that others refer to counts as breaking their references. Each step
    // looks at all of them before its commit instead.
    connection.pragma_update(None, "foreign_keys", false).map_err(StoreError::from)?;
    // A step may change the text of a check where it stands.
    let defensive = DbConfig::SQLITE_DBCONFIG_DEFENSIVE;
    connection.set_db_config(defensive, false).map_err(StoreError::from)?;
    let done = due.try_for_each(|step| run_migration(connection, step));
    connection.set_db_config(defensive, true).map_err(StoreError::from)?;
    connection.pragma_update(None, "foreign_keys", true).map_err(StoreError::from)?;
    Ok(done?)
}

fn run_migration(connection: &mut Connection, migration: &Migration) -> StoreResult<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(migration.sql)?;
    let broken = transaction.prepare("PRAGMA foreign_key_check")?.query([])?.next()?.is_some();
    if broken {
        return Err(StoreError::data(format!("migration {} breaks a foreign key", migration.name)));
    }
    transaction.pragma_update(None, "user_version", migration.version)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.commit()?;
    Ok(())
}

/// Writes what a fresh file starts with: its epoch and the default settings.
pub(crate) fn initialise(connection: &Connection, epoch: Epoch, now: Timestamp) -> StoreResult<()> {
    let meta = "INSERT OR IGNORE INTO meta (name, value) VALUES (?1, ?2)";
    connection.execute(meta, params!["epoch", epoch.to_string()])?;
    connection.execute(meta, params!["created_at", now.to_string()])?;
    default_settings(connection)
}

/// The settings of a tenant that has changed none.
pub(crate) fn default_settings(connection: &Connection) -> StoreResult<()> {
    let sql = "INSERT OR IGNORE INTO tenant_settings (id, timer_cap_seconds, timer_cap_policy, overlap_policy, \
               version) VALUES (1, ?1, 'flag', 'allow', 1)";
    connection.execute(sql, [limits::TIMER_CAP_SECONDS_DEFAULT])?;
    Ok(())
}

/// The epoch of a file.
pub(crate) fn epoch(connection: &Connection) -> StoreResult<Epoch> {
    let sql = "SELECT value FROM meta WHERE name = 'epoch'";
    let text: Option<String> = connection.query_row(sql, [], |row| row.get(0)).optional()?;
    text.ok_or_else(|| StoreError::data("the epoch is missing"))?
        .parse()
        .map_err(|_| StoreError::data("the epoch is malformed"))
}

/// Gives a file another epoch: its history is no longer the one clients followed.
pub(crate) fn set_epoch(connection: &Connection, epoch: Epoch) -> StoreResult<()> {
    connection.execute("UPDATE meta SET value = ?1 WHERE name = 'epoch'", [epoch.to_string()])?;
    Ok(())
}

#[cfg(test)]
#[path = "open_tests.rs"]
mod tests;
