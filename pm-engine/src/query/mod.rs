//! Queries: answers read from a snapshot of the tenant's file, each with the sequence it is valid at.

pub(crate) mod access_history;
pub(crate) mod activity;
pub(crate) mod backlinks;
pub(crate) mod page;
pub(crate) mod report_check;
pub(crate) mod search;
pub(crate) mod search_feed;
pub(crate) mod search_index;
pub(crate) mod search_rank;
pub(crate) mod search_text;
pub(crate) mod snapshot;
mod snapshot_stage;
pub(crate) mod stored_event;

#[cfg(test)]
pub(crate) mod report_fixture;

pub use activity::{ActivityPage, ActivityQuery, ActivityRow};
pub use backlinks::{Backlink, BacklinkPage, Mentioned};
pub use page::PageRequest;
pub use search::{SearchHit, SearchPage, SearchQuery};
pub use snapshot::SnapshotChunk;
pub use search_text::{MARK_BEGIN, MARK_END};
