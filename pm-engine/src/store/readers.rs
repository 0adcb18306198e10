//! A tenant's read connections: few, opened when first needed, each a snapshot of the file for as long as one query.
//!
//! Readers never block the writer nor wait for it (WAL). A read transaction is short and is ended whatever happens
//! inside it, because one left open would keep the write-ahead log from being emptied.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::time_limit::TimeLimit;
use crate::error::{Stop, StoreError, StoreResult};
use crate::limits::READERS_MAX;

/// Statements kept prepared per connection.
const STATEMENTS_MAX: usize = 128;
/// Page cache of one connection, in KiB.
const CACHE_KIB: i64 = 4_096;
/// For reads that are the engine's own.
pub(crate) const NO_LIMIT: Duration = Duration::MAX;

/// The pool of one tenant file.
#[derive(Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    most: usize,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Connections nobody uses; the last one returned is the warmest and is taken first.
    idle: Vec<Limited>,
    /// Connections that exist, in use or not.
    open: usize,
    /// Readers that wait for a connection: waking nobody would be a system call too.
    waiting: usize,
    closed: bool,
}

impl Readers {
    /// A pool that opens nothing yet. The file must exist, in WAL mode, when the first read comes.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self::with(path, READERS_MAX)
    }

    /// A pool of at most this many connections, at least one.
    pub(crate) fn with(path: PathBuf, most: usize) -> Self {
        Self { path, most: most.max(1), state: Mutex::default(), returned: Condvar::new() }
    }

    /// Runs `f` in one read transaction, with the sequence of the last event in it. Waits while all connections
    /// are in use. Takes as long as it takes.
    pub(crate) fn read<T>(&self, f: impl FnOnce(&Connection, i64) -> Result<T, Stop>) -> Result<T, Stop> {
        self.read_within(NO_LIMIT, |_| Ok(()), f)
    }

    /// As [`Self::read`], with work on the connection before the transaction begins, and with a limit of time for what
    /// `f` does on the connection. Past it SQLite ends the statement, and the connection serves the next read.
    pub(crate) fn read_within<T>(
        &self,
        within: Duration,
        prepare: impl FnOnce(&Connection) -> StoreResult<()>,
        f: impl FnOnce(&Connection, i64) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        let lease = self.lease()?;
        let Limited { connection, limit } = lease.limited()?;
        prepare(connection)?;
        connection.prepare_cached("BEGIN DEFERRED")?.execute([])?;
        let snapshot = Snapshot { connection };
        // The first read takes the snapshot; everything `f` reads is of the same state.
        let sequence = head_sequence(snapshot.connection)?;
        // Over before the transaction is ended, which has to succeed.
        let _limited = limit.begin(within);
        f(snapshot.connection, sequence)
    }

    /// Drops the connections nobody uses; the next read opens a fresh one. Gives memory and file handles back.
    pub(crate) fn rest(&self) {
        let mut state = self.state();
        let idle = std::mem::take(&mut state.idle);
        state.open = state.open.saturating_sub(idle.len());
        drop(state);
        drop(idle);
    }

    /// Drops all connections, those in use when their query ends. Reads from now on fail with `closed`.
    pub(crate) fn close(&self) {
        self.state().closed = true;
        self.rest();
        self.returned.notify_all();
    }

    /// Lets a test look into the connection that the next read will take.
    #[cfg(test)]
    pub(crate) fn next_connection(&self, f: impl FnOnce(&mut Connection)) {
        let mut lease = self.lease().unwrap();
        f(&mut lease.limited.as_mut().unwrap().connection);
    }

    /// No code that can panic runs under the lock, so a poisoned one holds sound state.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lease(&self) -> StoreResult<Lease<'_>> {
        let mut state = self.state();
        loop {
            if state.closed {
                return Err(StoreError::closed());
            }
            if let Some(limited) = state.idle.pop() {
                return Ok(Lease { readers: self, limited: Some(limited) });
            }
            if state.open < self.most {
                state.open += 1;
                drop(state);
                // From here on the lease gives the place back, also when opening fails.
                let mut lease = Lease { readers: self, limited: None };
                lease.limited = Some(open(&self.path)?);
                return Ok(lease);
            }
            state.waiting += 1;
            state = self.returned.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
    }
}

/// A connection whose work can be limited in time.
#[derive(Debug)]
struct Limited {
    connection: Connection,
    limit: Arc<TimeLimit>,
}

/// A connection on loan; it goes back when dropped.
struct Lease<'a> {
    readers: &'a Readers,
    limited: Option<Limited>,
}

impl Lease<'_> {
    fn limited(&self) -> StoreResult<&Limited> {
        self.limited.as_ref().ok_or_else(|| StoreError::bug("a lease without its connection"))
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        // One whose transaction could not be ended is not used again.
        let sound = self.limited.take().filter(|limited| limited.connection.is_autocommit());
        let mut state = self.readers.state();
        let dropped = match sound {
            Some(limited) if !state.closed => {
                state.idle.push(limited);
                None
            }
            other => {
                state.open = state.open.saturating_sub(1);
                other
            }
        };
        let awaited = state.waiting > 0;
        drop(state);
        if awaited {
            self.readers.returned.notify_one();
        }
        drop(dropped);
    }
}

/// An open read transaction; dropping it ends it, also on error and while unwinding.
struct Snapshot<'a> {
    connection: &'a Connection,
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        let ended = self.connection.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([]));
        if ended.is_err() {
            // If this fails too, the lease sees that a transaction is open and lets the connection go.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}

/// Sequence of the last event in the snapshot; 0 in an empty log.
fn head_sequence(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT coalesce(max(sequence), 0) FROM event_log")?
        .query_row([], |row| row.get(0))
}

fn open(path: &Path) -> StoreResult<Limited> {
    // One thread at a time uses a connection: SQLite's own mutex is not needed.
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    super::open::harden(&connection)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection.pragma_update(None, "query_only", true)?;
    let limit = TimeLimit::over(&mut connection)?;
    Ok(Limited { connection, limit })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Barrier};
    use std::time::Duration;

    use googletest::prelude::*;

    use super::*;
    use crate::error::StoreErrorKind;
    use crate::rejection::Rejection;

    struct File {
        dir: tempfile::TempDir,
        writer: Connection,
    }

    impl File {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let writer = Connection::open(dir.path().join("tenant.db")).unwrap();
            writer.pragma_update(None, "journal_mode", "wal").unwrap();
            for migration in pm_migrations::MIGRATIONS {
                writer.execute_batch(migration.sql).unwrap();
            }
            Self { dir, writer }
        }

        fn path(&self) -> PathBuf {
            self.dir.path().join("tenant.db")
        }

        fn event(&self) {
            self.writer
                .execute(
                    "INSERT INTO event_log (command_id, actor, instant, entity_kind, entity_id, action, body) \
                     VALUES ('c', 'a', 0, 'user', 'a', 'created', x'')",
                    [],
                )
                .unwrap();
        }

        /// Whether the log can be emptied: only where no reader holds a snapshot.
        fn log_can_be_emptied(&self) -> bool {
            let busy: i64 =
                self.writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).unwrap();
            busy == 0
        }
    }

    fn sequence(readers: &Readers) -> Result<i64, Stop> {
        readers.read(|_, sequence| Ok(sequence))
    }

    #[gtest]
    fn given_an_empty_log_when_read_then_the_sequence_is_zero() {
        let file = File::new();
        expect_that!(sequence(&Readers::new(file.path())), ok(eq(&0)));
    }

    #[gtest]
    fn given_a_commit_during_a_read_when_read_again_inside_then_the_snapshot_stands_still() {
        let file = File::new();
        file.event();
        let readers = Readers::new(file.path());
        let seen = readers.read(|connection, sequence| {
            file.event();
            Ok((sequence, head_sequence(connection)?))
        });
        expect_that!(seen, ok(eq(&(1, 1))));
        expect_that!(sequence(&readers), ok(eq(&2)));
    }

    #[gtest]
    fn given_a_refusal_when_it_leaves_the_read_then_no_transaction_is_open() {
        let file = File::new();
        let readers = Readers::new(file.path());
        let refused = readers.read(|_, _| Err::<(), _>(Rejection::not_found("item").into()));
        expect_that!(refused, err(matches_pattern!(Stop::Rejected(_))));
        file.event();
        expect_true!(file.log_can_be_emptied());
    }

    #[gtest]
    fn given_a_panic_inside_when_it_unwinds_then_no_transaction_is_open_and_the_place_is_free() {
        let file = File::new();
        let readers = Readers::new(file.path());
        for _ in 0..=READERS_MAX {
            let panicking = std::panic::AssertUnwindSafe(|| readers.read::<()>(|_, _| panic!("on purpose")));
            expect_true!(std::panic::catch_unwind(panicking).is_err());
        }
        file.event();
        expect_true!(file.log_can_be_emptied());
        expect_that!(sequence(&readers), ok(eq(&1)));
    }

    #[gtest]
    fn given_a_reader_when_it_writes_then_the_file_refuses() {
        let file = File::new();
        let readers = Readers::new(file.path());
        let wrote = readers.read(|connection, _| Ok(connection.execute("DELETE FROM event_log", [])?));
        expect_that!(wrote, err(matches_pattern!(Stop::Failed(_))));
    }

    #[gtest]
    fn given_many_threads_when_they_read_then_never_more_connections_than_the_limit() {
        for limit in [1, READERS_MAX] {
            at_most(limit);
        }
    }

    fn at_most(limit: usize) {
        let file = File::new();
        let readers = Arc::new(Readers::with(file.path(), limit));
        let (busy, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let start = Barrier::new(READERS_MAX * 3);
        std::thread::scope(|scope| {
            for _ in 0..READERS_MAX * 3 {
                scope.spawn(|| {
                    start.wait();
                    let done = readers.read(|_, _| {
                        most.fetch_max(busy.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::sleep(Duration::from_millis(2));
                        busy.fetch_sub(1, Ordering::SeqCst);
                        Ok(())
                    });
                    assert!(done.is_ok());
                });
            }
        });
        expect_that!(most.into_inner(), le(limit));
        expect_that!(readers.state().open, le(limit));
    }

    /// Some steps of SQLite's machine.
    fn count_to(connection: &Connection, end: i64) -> Result<i64, Stop> {
        let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) SELECT count(*) FROM n";
        Ok(connection.query_row(sql, [end], |row| row.get(0))?)
    }

    #[gtest]
    fn given_a_limit_that_is_over_when_a_read_goes_on_then_it_is_busy_and_its_connection_serves_the_next() {
        let file = File::new();
        let readers = Readers::with(file.path(), 1);
        let limited = |end| readers.read_within(Duration::ZERO, |_| Ok(()), |c, _| count_to(c, end));
        let Err(Stop::Failed(error)) = limited(1_000_000) else { panic!("it went on") };
        let failure = crate::error::Failure::from(error);
        expect_that!(failure.kind(), eq(crate::error::FailureKind::Busy));
        expect_that!(failure.to_string(), contains_substring("longer than it may"));
        // A short one is over before anybody looks; one without a limit takes as long as it takes.
        expect_that!(limited(3), ok(eq(&3)));
        expect_that!(readers.read(|connection, _| count_to(connection, 1_000_000)), ok(eq(&1_000_000)));
        let longer = readers.read_within(Duration::from_secs(3_600), |_| Ok(()), |c, _| count_to(c, 100_000));
        expect_that!(longer, ok(eq(&100_000)));
        expect_that!(readers.state().open, eq(1));
        file.event();
        expect_true!(file.log_can_be_emptied());
    }

    #[gtest]
    fn given_what_comes_before_a_limited_read_when_it_takes_long_then_it_does_not_count() {
        let file = File::new();
        let readers = Readers::new(file.path());
        let prepare = |connection: &Connection| match count_to(connection, 1_000_000) {
            Ok(_) => Ok(()),
            Err(stop) => panic!("{stop:?}"),
        };
        let read = readers.read_within(Duration::ZERO, prepare, |_, sequence| Ok(sequence));
        expect_that!(read, ok(eq(&0)));
    }

    #[gtest]
    fn given_a_closed_pool_when_read_then_closed() {
        let file = File::new();
        let readers = Readers::new(file.path());
        expect_that!(sequence(&readers), ok(eq(&0)));
        readers.close();
        let Err(Stop::Failed(error)) = sequence(&readers) else { panic!("a read of a closed pool") };
        expect_true!(matches!(error.kind, StoreErrorKind::Closed));
        expect_that!(readers.state().open, eq(0));
    }

    #[gtest]
    fn given_a_pool_at_rest_when_read_then_it_opens_again() {
        let file = File::new();
        let readers = Readers::new(file.path());
        expect_that!(sequence(&readers), ok(eq(&0)));
        readers.rest();
        expect_that!(readers.state().open, eq(0));
        expect_that!(sequence(&readers), ok(eq(&0)));
    }

    #[gtest]
    fn given_a_missing_file_when_read_then_it_fails_and_the_place_is_free() {
        let dir = tempfile::tempdir().unwrap();
        let readers = Readers::new(dir.path().join("none.db"));
        for _ in 0..=READERS_MAX {
            expect_that!(sequence(&readers), err(matches_pattern!(Stop::Failed(_))));
        }
    }
}
