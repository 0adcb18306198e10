//! The full-text index of a tenant: a file of its own beside the tenant's, out of the path of commits.
//!
//! It is derived. The log says what to bring up to date, the tables say to what, and the file keeps the sequence it
//! stands at. Before a search is answered the index is caught up to what was committed when it was asked. Where it
//! is lost, damaged, of another epoch or of a log that went on differently, it is made again; it stays out of
//! backups.
//!
//! The file is in WAL mode with `synchronous=NORMAL`: no catch-up waits for the disk, only a checkpoint does. With
//! `OFF` a power cut during a checkpoint could leave an index that misses texts and says nothing of it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::search_feed;
use crate::error::{StoreError, StoreErrorKind, StoreResult};
use crate::limits::BUSY_TIMEOUT_MS;
use crate::model::Epoch;

/// Goes up when the shape of the index changes; an index of another shape is made again.
const FORMAT: i64 = 1;

/// `secure-delete` takes purged words out of the index at once, instead of marking them as gone.
const SCHEMA: &str = "
DROP TABLE IF EXISTS texts; DROP TABLE IF EXISTS documents; DROP TABLE IF EXISTS state;
CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1), format INTEGER NOT NULL, epoch TEXT NOT NULL, generation TEXT NOT NULL,
    sequence INTEGER NOT NULL, last_event TEXT NOT NULL
) STRICT;
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, entity_kind TEXT NOT NULL, entity_id TEXT NOT NULL, project_id TEXT NOT NULL,
    item_id TEXT, UNIQUE (entity_id, entity_kind)
) STRICT;
CREATE INDEX documents_by_item ON documents (item_id);
CREATE INDEX documents_by_project ON documents (project_id);
CREATE VIRTUAL TABLE texts USING fts5(title, body, key, tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO texts (texts, rank) VALUES ('secure-delete', 1);
";

/// The index of one tenant. One catch-up runs at a time; searches read on their own connections meanwhile.
#[derive(Debug)]
pub(crate) struct SearchIndex {
    path: PathBuf,
    epoch: Epoch,
    /// What searches may count on, without waiting for a catch-up that runs; -1 until the log has been looked at.
    ready: AtomicI64,
    /// Which file it is: a new one is made in the place of a damaged one.
    generation: Mutex<String>,
    writer: Mutex<Writer>,
}

#[derive(Debug)]
struct Writer {
    connection: Connection,
    /// What the file stands at.
    sequence: i64,
}

impl SearchIndex {
    /// Opens the index, or makes an empty one where there is none that can be used.
    pub(crate) fn open(path: &Path, epoch: Epoch) -> StoreResult<Self> {
        let (writer, generation) = match open_file(path, epoch) {
            Err(error) if error.is_corrupt() => {
                remove_file(path)?;
                open_file(path, epoch)?
            }
            other => other?,
        };
        Ok(Self {
            path: path.to_owned(),
            epoch,
            ready: AtomicI64::new(-1),
            generation: Mutex::new(generation),
            writer: Mutex::new(writer),
        })
    }

    /// Brings the index up to `head`, which the tenant's file has committed. `tenant` reads that file and should be
    /// outside a transaction, so that a long catch-up holds no snapshot.
    pub(crate) fn catch_up(&self, tenant: &Connection, head: i64) -> StoreResult<()> {
        if self.ready.load(Ordering::Acquire) >= head {
            return Ok(());
        }
        let mut writer = self.lock();
        match self.run(&mut writer, tenant, head) {
            Err(error) if is_damage(&error) => {
                self.renew(&mut writer)?;
                self.run(&mut writer, tenant, head)
            }
            other => other,
        }
    }

    /// Throws the index away, where a search found it damaged; the next catch-up makes it again.
    pub(crate) fn discard(&self) -> StoreResult<()> {
        self.renew(&mut self.lock())
    }

    fn run(&self, writer: &mut Writer, tenant: &Connection, head: i64) -> StoreResult<()> {
        if self.ready.load(Ordering::Acquire) < 0 {
            self.verify(writer, tenant, head)?;
        }
        while writer.sequence < head {
            let transaction = writer.connection.transaction()?;
            let step = search_feed::step(tenant, &transaction, writer.sequence, head)?;
            let sql = "UPDATE state SET sequence = ?1, last_event = ?2";
            transaction.prepare_cached(sql)?.execute(params![step.sequence, step.last_event])?;
            transaction.commit()?;
            writer.sequence = step.sequence;
            if step.purged {
                writer.truncate_log()?;
            }
        }
        self.ready.fetch_max(writer.sequence, Ordering::AcqRel);
        Ok(())
    }

    /// An index ahead of the log, or of a log whose event at its sequence is another one, comes from a history that
    /// was lost (a file put back by hand, a commit that did not survive a power cut) and is made again.
    fn verify(&self, writer: &mut Writer, tenant: &Connection, head: i64) -> StoreResult<()> {
        let sql = "SELECT last_event FROM state";
        let known: String = writer.connection.query_row(sql, [], |row| row.get(0))?;
        if writer.sequence > head || known != search_feed::event_mark(tenant, writer.sequence)? {
            self.set_generation(reset(&writer.connection, self.epoch)?);
            writer.sequence = 0;
        }
        Ok(())
    }

    /// Sees to it that a reading connection has the index attached as `search`. To be called outside a transaction,
    /// after [`Self::catch_up`]: that may have put a new file in the place of a damaged one.
    pub(crate) fn attach_to(&self, reader: &Connection) -> StoreResult<()> {
        let generation = self.generation.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let attached = "SELECT count(*) FROM pragma_database_list WHERE name = 'search'";
        if reader.prepare_cached(attached)?.query_row([], |row| row.get::<_, bool>(0))? {
            let sql = "SELECT generation FROM search.state";
            let found = reader.query_row(sql, [], |row| row.get::<_, String>(0));
            if found.is_ok_and(|found| found == generation) {
                return Ok(());
            }
            reader.flush_prepared_statement_cache();
            reader.execute_batch("DETACH DATABASE search")?;
        }
        let Some(path) = self.path.to_str() else {
            return Err(StoreError::bug("the path of the search index is not UTF-8"));
        };
        reader.execute("ATTACH DATABASE ?1 AS search", [path])?;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Writer> {
        // What a panicking catch-up left behind was rolled back with its transaction.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_generation(&self, generation: String) {
        *self.generation.lock().unwrap_or_else(PoisonError::into_inner) = generation;
    }

    /// Puts a new, empty file in the place of a damaged one.
    fn renew(&self, writer: &mut Writer) -> StoreResult<()> {
        self.ready.store(-1, Ordering::Release);
        // Some systems do not remove a file that is open.
        writer.connection = Connection::open_in_memory()?;
        remove_file(&self.path)?;
        let (fresh, generation) = open_file(&self.path, self.epoch)?;
        *writer = fresh;
        self.set_generation(generation);
        Ok(())
    }
}

/// Whether an error says that the index is broken. FTS5 reports some damage as a plain SQL error, and a missing
/// table or row is damage too: all but a lock or a full disk is answered by making the index again, once.
fn is_damage(error: &StoreError) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase, Unknown};
    match &error.kind {
        StoreErrorKind::Sqlite(rusqlite::Error::QueryReturnedNoRows) => true,
        StoreErrorKind::Sqlite(e) => {
            matches!(e.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase | Unknown))
        }
        _ => false,
    }
}

impl Writer {
    /// Purged text must not linger in the write-ahead log. A reader in the way is no error: it is tried at the next.
    fn truncate_log(&self) -> StoreResult<()> {
        let done = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).optional();
        match done {
            Err(e) if e.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => Ok(()),
            other => other.map(|_| ()).map_err(StoreError::from),
        }
    }
}

fn open_file(path: &Path, epoch: Epoch) -> StoreResult<(Writer, String)> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;",
    )?;
    let (sequence, generation) = match read_state(&connection, epoch)? {
        Some(state) => state,
        None => (0, reset(&connection, epoch)?),
    };
    Ok((Writer { connection, sequence }, generation))
}

/// Sequence and generation; `None` where the index is of another epoch or shape.
fn read_state(connection: &Connection, epoch: Epoch) -> StoreResult<Option<(i64, String)>> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name IN ('state', 'documents', 'texts')";
    if connection.query_row(sql, [], |row| row.get::<_, i64>(0))? < 3 {
        return Ok(None);
    }
    let sql = "SELECT sequence, generation FROM state WHERE epoch = ?1 AND format = ?2";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    Ok(connection.query_row(sql, params![epoch.to_string(), FORMAT], read).optional()?)
}

/// Empties the index, and answers its new generation.
fn reset(connection: &Connection, epoch: Epoch) -> StoreResult<String> {
    let generation = Uuid::new_v4().to_string();
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(SCHEMA)?;
    let sql = "INSERT INTO state VALUES (1, ?1, ?2, ?3, 0, '')";
    transaction.execute(sql, params![FORMAT, epoch.to_string(), generation])?;
    transaction.commit()?;
    Ok(generation)
}

fn remove_file(path: &Path) -> StoreResult<()> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(PathBuf::from(name)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e.into()),
            _ => {}
        }
    }
    Ok(())
}
