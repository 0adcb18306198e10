//! Whole copies of a tenant: backup beside a running writer, and restore under a new epoch.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::open::{self, Durability, TENANT_FILE};
use crate::error::{OpenError, StoreError, StoreResult};
use crate::model::Epoch;

/// Name of the derived search index in a tenant's folder.
pub(crate) const SEARCH_FILE: &str = "search.db";

/// Opens a tenant file for reading, beside whoever writes it.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, OpenError> {
    if !path.exists() {
        return Err(OpenError::NotFound);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(StoreError::from)?;
    open::harden(&connection)?;
    open::check_version(&connection)?;
    Ok(connection)
}

/// Copies a tenant file as it is now into a new file, in one read transaction.
pub(crate) fn backup(file: &Path, target: &Path) -> Result<(), OpenError> {
    if target.exists() {
        return Err(OpenError::AlreadyExists);
    }
    let source = open_reader(file)?;
    let name = target.to_str().ok_or_else(|| StoreError::data("the target's name is not UTF-8"))?;
    let copied = source.execute("VACUUM INTO ?1", [name]).map_err(StoreError::from);
    if copied.is_err() {
        remove(target);
    }
    copied?;
    sync(target)?;
    Ok(())
}

/// A whole copy of a backup under a new epoch, not in its place yet. Goes when it is dropped.
pub(crate) struct Prepared(PathBuf);

impl Drop for Prepared {
    fn drop(&mut self) {
        remove_with_logs(&self.0);
    }
}

/// Makes the copy, under a name in `root` that no tenant has: a backup that is none leaves no folder behind, and a
/// tenant that is to be replaced serves on meanwhile.
pub(crate) fn prepare(from: &Path, root: &Path, epoch: Epoch) -> Result<Prepared, OpenError> {
    let prepared = Prepared(root.join(format!(".restore-{epoch}.db")));
    fill(from, &prepared.0, epoch)?;
    Ok(prepared)
}

/// Puts a copy in the place of a tenant's file. The caller holds the tenant's lock.
pub(crate) fn put_in_place(prepared: &Prepared, folder: &Path) -> Result<(), OpenError> {
    remove_with_logs(&folder.join(SEARCH_FILE));
    let place = folder.join(TENANT_FILE);
    // The old write-ahead log must be gone before the new file has the name it belongs to.
    for suffix in ["-wal", "-shm"] {
        remove(&with_suffix(&place, suffix));
    }
    std::fs::rename(&prepared.0, &place).map_err(StoreError::from)?;
    sync(folder)?;
    Ok(())
}

/// Whether nothing has ever happened in a tenant: no event, and no command that is remembered.
pub(crate) fn is_untouched(file: &Path) -> Result<bool, OpenError> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM event_log) AND NOT EXISTS (SELECT 1 FROM command_record)";
    Ok(open_reader(file)?.query_row(sql, [], |row| row.get(0)).map_err(StoreError::from)?)
}

fn fill(from: &Path, fresh: &Path, epoch: Epoch) -> Result<(), OpenError> {
    // SQLite takes an empty file for an empty database. A copy that was cut short must not replace a tenant.
    if open::check_version(&open_reader(from)?)? == 0 {
        return Err(OpenError::Corrupt { detail: "the file is empty".to_owned() });
    }
    backup(from, fresh)?;
    let connection = open::open_writer(fresh, Durability::Full, false)?;
    let verdict: String =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(StoreError::from)?;
    if verdict != "ok" {
        return Err(OpenError::Corrupt { detail: verdict });
    }
    open::set_epoch(&connection, epoch)?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(StoreError::from)?;
    drop(connection);
    sync(fresh)?;
    Ok(())
}

fn sync(path: &Path) -> StoreResult<()> {
    Ok(std::fs::File::open(path)?.sync_all()?)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn remove(path: &Path) {
    // What is not there need not be removed; anything else shows up when the name is used.
    let _ = std::fs::remove_file(path);
}

/// Removes a database file with its write-ahead log.
pub(crate) fn remove_with_logs(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        remove(&with_suffix(path, suffix));
    }
}
