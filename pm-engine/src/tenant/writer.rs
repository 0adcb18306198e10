//! The one writer of a tenant: its connection, what it remembers, and what is done after a group.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use rusqlite::Connection;

use crate::apply;
use crate::clock::Clock;
use crate::decide::Memory;
use crate::error::{ExecuteError, Failure, OpenError, Stop, StoreError, StoreResult};
use crate::limits;
use crate::store::event_log;
use crate::store::open::{self, Durability};
use crate::transact::{self, Group, Request};

pub(crate) struct Writer {
    path: PathBuf,
    durability: Durability,
    /// `None` after a failure, until it is opened again.
    connection: Option<Connection>,
    memory: Memory,
    head: i64,
    /// Sequence up to which listeners have been told.
    told: i64,
    /// The file this writer began with.
    file: Option<FileId>,
    /// Set once another file, or none, stands in its place: nothing is written any more.
    lost: Arc<AtomicBool>,
    purging: bool,
    wal_pages: Arc<AtomicI32>,
    /// The lock is given back then: the file is not opened again.
    closed: bool,
}

/// Tells one file from another under the same name.
type FileId = (u64, u64);

#[cfg(unix)]
fn file_id(path: &Path) -> std::io::Result<FileId> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).map(|found| (found.dev(), found.ino()))
}

/// Elsewhere an open file can be neither removed nor replaced.
#[cfg(not(unix))]
fn file_id(path: &Path) -> std::io::Result<FileId> {
    std::fs::metadata(path).map(|_| (0, 0))
}

impl Writer {
    pub(crate) fn new(
        path: PathBuf,
        durability: Durability,
        connection: Connection,
    ) -> Result<Self, OpenError> {
        let mut writer = Self {
            durability,
            connection: None,
            memory: Memory::default(),
            head: 0,
            told: 0,
            file: file_id(&path).ok(),
            path,
            lost: Arc::new(AtomicBool::new(false)),
            purging: false,
            wal_pages: Arc::new(AtomicI32::new(0)),
            closed: false,
        };
        writer.adopt(connection)?;
        writer.told = writer.head;
        Ok(writer)
    }

    pub(crate) fn head(&self) -> i64 {
        self.head
    }

    /// Tells when the file has gone from its place: moved, removed or replaced under the engine.
    pub(crate) fn lost(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.lost)
    }

    /// What is written to a file that was removed is lost, though SQLite sees no error.
    fn check_place(&self) -> StoreResult<()> {
        if self.lost.load(Ordering::Relaxed) || self.file != file_id(&self.path).ok() {
            self.lost.store(true, Ordering::Relaxed);
            return Err(StoreError::data("the file was moved, removed or replaced"));
        }
        Ok(())
    }

    fn adopt(&mut self, mut connection: Connection) -> StoreResult<()> {
        let pages = Arc::clone(&self.wal_pages);
        connection.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, count| {
            pages.store(count, Ordering::Relaxed);
            Ok(())
        }))?;
        self.head = event_log::head(&connection)?;
        self.purging = apply::purge_has_work(&connection)?;
        self.memory.forget();
        self.connection = Some(connection);
        Ok(())
    }

    /// The connection; after a failure the file is opened again first.
    fn connection(&mut self) -> StoreResult<&Connection> {
        if self.closed {
            return Err(StoreError::closed());
        }
        if self.connection.is_none() {
            self.check_place()?;
            let connection = open::open_writer(&self.path, self.durability, false)
                .map_err(|error| StoreError::data(format!("reopening: {error:?}")))?;
            self.adopt(connection)?;
        }
        self.connection.as_ref().ok_or_else(StoreError::closed)
    }

    /// Commits a group. After a failure of the transaction each command is answered from its record, else `storage`.
    pub(crate) fn group(&mut self, requests: &[&Request], clock: &dyn Clock) -> Group {
        match self.try_group(requests, clock) {
            Ok(mut group) => {
                if self.told < self.head {
                    // A group that was thought lost stood in the file all the same.
                    group.events = self.committed_since(self.told).unwrap_or(group.events);
                }
                self.head = group.events.last().map_or(self.head, |event| event.sequence);
                self.purging |= group.events.iter().any(|event| event.action == crate::model::Action::Purged);
                self.told = self.head;
                group
            }
            Err(error) => self.recover(requests, &Failure::from(error)),
        }
    }

    fn try_group(&mut self, requests: &[&Request], clock: &dyn Clock) -> StoreResult<Group> {
        self.check_place()?;
        self.connection()?;
        let Self { connection: Some(connection), memory, head, .. } = self else {
            return Err(StoreError::closed());
        };
        transact::run(connection, memory, *head, requests, clock)
    }

    /// The transaction failed as a whole: forget everything, open the file again, and see what is on record.
    fn recover(&mut self, requests: &[&Request], failure: &Failure) -> Group {
        self.abandon();
        let answers: Vec<_> = match self.connection() {
            Err(_) => requests.iter().map(|_| Err(failure.clone().into())).collect(),
            Ok(connection) => {
                let answer = |request: &&Request| match transact::recorded(connection, request) {
                    Ok(Some(outcome)) => Ok(outcome),
                    Ok(None) => Err(failure.clone().into()),
                    Err(Stop::Rejected(rejection)) => Err(ExecuteError::Rejected(rejection)),
                    Err(Stop::Failed(error)) => Err(error.into()),
                };
                requests.iter().map(answer).collect()
            }
        };
        let events = self.committed_since(self.told).unwrap_or_default();
        self.told = events.last().map_or(self.told, |event| event.sequence);
        Group { answers, events }
    }

    /// What a COMMIT that reported an error has left in the log all the same.
    fn committed_since(&mut self, before: i64) -> StoreResult<Vec<event_log::StoredEvent>> {
        Ok(event_log::read_after(self.connection()?, before, usize::MAX >> 1, usize::MAX >> 1)?.events)
    }

    /// Drops the connection; an open transaction is rolled back by that.
    pub(crate) fn abandon(&mut self) {
        self.connection = None;
        self.memory.forget();
    }

    /// Whether [`Writer::housekeeping`] would do anything.
    pub(crate) fn has_housekeeping(&self) -> bool {
        self.purging || self.wants_checkpoint()
    }

    fn wants_checkpoint(&self) -> bool {
        i64::from(self.wal_pages.load(Ordering::Relaxed)) > limits::CHECKPOINT_PAGES
    }

    /// Between groups: a piece of a purge, a checkpoint of a long write-ahead log. Answers whether more is waiting.
    pub(crate) fn housekeeping(&mut self) -> bool {
        if self.purging && self.purge_step().is_err() {
            // The task stays on record; the next group or the next opening goes on with it.
            self.abandon();
            return false;
        }
        if self.wants_checkpoint() {
            self.checkpoint("PRAGMA wal_checkpoint(PASSIVE)");
        }
        self.purging
    }

    fn purge_step(&mut self) -> StoreResult<()> {
        let connection = self.connection()?;
        connection.execute_batch("BEGIN IMMEDIATE")?;
        match apply::purge_step(connection)
            .and_then(|more| Ok(connection.execute_batch("COMMIT").map(|()| more)?))
        {
            Ok(more) => {
                self.memory.rows.forget();
                self.purging = more;
                if !more {
                    // What was purged must leave the write-ahead log too.
                    self.checkpoint("PRAGMA wal_checkpoint(TRUNCATE)");
                }
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// A checkpoint may be held up by a reader; the next one goes on then.
    fn checkpoint(&mut self, pragma: &str) {
        if let Some(connection) = &self.connection
            && connection.query_row(pragma, [], |_| Ok(())).is_ok()
        {
            self.wal_pages.store(0, Ordering::Relaxed);
        }
    }

    /// Runs work on the writer's connection that is no command, such as a rebuild; everything is read anew after it.
    pub(crate) fn exclusive<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> StoreResult<T>,
    ) -> StoreResult<T> {
        while self.purging {
            self.purge_step()?;
        }
        let result = work(self.connection()?);
        self.memory.forget();
        if result.is_err() {
            self.abandon();
        }
        result
    }

    /// Leaves the file tidy: an empty write-ahead log. No statistics: with them the planner takes to scanning tables
    /// that were small when it looked, and what a command costs would depend on when that was.
    pub(crate) fn close(&mut self) {
        self.closed = true;
        if let Some(connection) = self.connection.take() {
            let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
        self.memory.forget();
    }
}
