//! Queries: reads on a snapshot of the tenant's file. Every answer says at which sequence it is valid, every list
//! comes in pages, and nothing of a project the actor may not see is in any of them.

use std::sync::Arc;

use rusqlite::Connection;

pub(crate) mod page;
pub(crate) mod resolve;

pub use page::PageRequest;

use crate::command::Actor;
use crate::error::{QueryError, Stop};
use crate::store::readers::Readers;

/// One question being answered: the snapshot, what it is valid at, and who asks.
pub(crate) struct Ask<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) sequence: i64,
    pub(crate) actor: &'a Actor,
}

/// Answers one actor's questions about one tenant.
#[derive(Clone, Debug)]
pub struct Reader {
    readers: Arc<Readers>,
    actor: Actor,
}

impl Reader {
    pub(crate) const fn new(readers: Arc<Readers>, actor: Actor) -> Self {
        Self { readers, actor }
    }

    /// Runs one question in one snapshot.
    pub(crate) fn ask<T>(&self, question: impl FnOnce(&Ask<'_>) -> Result<T, Stop>) -> Result<T, QueryError> {
        let answered = self
            .readers
            .read(|connection, sequence| question(&Ask { connection, sequence, actor: &self.actor }));
        answered.map_err(QueryError::from)
    }
}
