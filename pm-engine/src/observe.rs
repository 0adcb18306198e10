//! What a host may count: the engine itself knows no metrics.

use std::fmt::Debug;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::completion::CommandResult;

/// Is told what an engine does. Called on the thread that commits, when the writer is free again, before the callers
/// are answered: it must be quick, must not block, and may not ask the engine for anything.
pub trait Observer: Send + Sync + Debug {
    /// A group of commands was taken to the file.
    fn group(&self, group: &CommittedGroup) {
        let _ = group;
    }

    /// A command is about to be answered; also one that was refused before it was queued.
    fn answered(&self, answer: &CommandResult) {
        let _ = answer;
    }
}

/// Commands that went to the file together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct CommittedGroup {
    /// How many commands were decided, refused ones included.
    pub commands: usize,
    /// How many events were committed.
    pub events: usize,
    /// From the beginning of the transaction to the end of its commit.
    pub took: Duration,
}

/// What an engine holds at the moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Statistics {
    /// Tenants that are open.
    pub tenants_open: usize,
    /// Commands that wait for a writer.
    pub commands_waiting: usize,
    /// Events kept in memory for those who listen.
    pub ring_events: usize,
    /// Bytes of these events.
    pub ring_bytes: usize,
}

/// Whoever observes an engine.
#[derive(Debug, Default)]
pub(crate) struct Observers(RwLock<Vec<Arc<dyn Observer>>>);

impl Observers {
    pub(crate) fn add(&self, observer: Arc<dyn Observer>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(observer);
    }

    /// Tells everybody; a panic in one keeps nobody from being told or answered.
    pub(crate) fn tell(&self, what: impl Fn(&dyn Observer)) {
        for observer in self.0.read().unwrap_or_else(PoisonError::into_inner).iter() {
            crate::callback::run(|| what(observer.as_ref()));
        }
    }
}
