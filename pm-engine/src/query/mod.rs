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

pub(crate) mod access_history;
pub(crate) mod activity;
pub(crate) mod backlinks;
mod report_check;
pub(crate) mod search;
mod search_feed;
pub(crate) mod search_index;
mod search_rank;
mod search_text;
pub(crate) mod snapshot;
mod snapshot_stage;
mod sprint_log;
pub(crate) mod sprint_report;
pub(crate) mod stored_event;
pub(crate) mod time_report;
mod time_split;

#[cfg(test)]
pub(crate) mod report_fixture;

pub use activity::{ActivityPage, ActivityQuery, ActivityRow};
pub use backlinks::{Backlink, BacklinkPage, Mentioned};
pub use search::{SearchHit, SearchPage, SearchQuery};
pub use search_text::{MARK_BEGIN, MARK_END};
pub use snapshot::SnapshotChunk;
pub use sprint_report::{
    BurndownDay, ScopeChange, ScopeChangeKind, ScopeChangePage, SprintItemPage, SprintLoad, SprintReport,
    Velocity, VelocitySprint,
};
pub use time_report::{TimeGrouping, TimeLine, TimeQuery, TimeScope, TimeTotals};
