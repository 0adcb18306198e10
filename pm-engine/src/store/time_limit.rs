//! A limit of time for what a connection does: SQLite asks now and then whether to go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::limits::QUERY_STEPS_PER_LOOK;

const NEVER: u64 = u64::MAX;

/// Until when a connection may work.
#[derive(Debug)]
pub(super) struct TimeLimit {
    opened: Instant,
    /// Nanoseconds after `opened`. Set and looked at by the thread that has the connection.
    end: AtomicU64,
}

/// A piece of work that is limited; dropping it takes the limit away.
#[derive(Debug)]
pub(super) struct Limitation<'a>(&'a TimeLimit);

impl TimeLimit {
    /// For a connection: no limit yet.
    pub(super) fn over(connection: &mut Connection) -> rusqlite::Result<Arc<Self>> {
        let limit = Arc::new(Self { opened: Instant::now(), end: AtomicU64::new(NEVER) });
        let looked_at = Arc::clone(&limit);
        connection.progress_handler(QUERY_STEPS_PER_LOOK, Some(move || looked_at.is_over()))?;
        Ok(limit)
    }

    /// From now on for so long; a time without end is no limit.
    pub(super) fn begin(&self, within: Duration) -> Limitation<'_> {
        let end = self.opened.elapsed().saturating_add(within).as_nanos();
        self.end.store(u64::try_from(end).unwrap_or(NEVER), Ordering::Relaxed);
        Limitation(self)
    }

    fn is_over(&self) -> bool {
        let end = self.end.load(Ordering::Relaxed);
        end != NEVER && self.opened.elapsed().as_nanos() >= u128::from(end)
    }
}

impl Drop for Limitation<'_> {
    fn drop(&mut self) {
        self.0.end.store(NEVER, Ordering::Relaxed);
    }
}
