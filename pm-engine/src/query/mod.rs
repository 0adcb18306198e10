//! Queries: reads on a snapshot of the tenant's file. Every answer says at which sequence it is valid, every list
//! comes in pages, and nothing of a project the actor may not see is in any of them.

use rusqlite::Connection;

mod answer;
mod board;
mod card;
mod comment;
mod context;
mod context_rows;
mod dependency;
pub(crate) mod door;
mod filter;
mod flow;
mod item;
mod list;
mod llm;
pub(crate) mod page;
mod project;
mod question;
mod reader;
mod reader_reports;
pub(crate) mod resolve;
mod time;
mod trash;
mod tree;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

pub use answer::Answer;
pub use board::{Board, BoardLane, LaneList, LanePage, LaneView};
pub use card::Card;
pub use comment::{CommentPage, Mention, MentionPage, MentionTarget, Thread, ThreadPage};
pub use context::{
    ContextComment, ContextItem, ContextLane, ContextLink, ContextOptions, ContextSprint, ContextTimer,
    LeftOut, ProjectContext,
};
pub use dependency::{DependencyDirection, DependencyEnd, DependencyLine, DependencyPage, LinkedItem};
pub use filter::ItemFilter;
pub use flow::FlowPage;
pub use item::{ItemAnswer, ItemDetail};
pub use list::{ItemPage, ItemSort};
pub use llm::{LlmContextKind, LlmContextNote, LlmContextPage};
pub use page::PageRequest;
pub use project::{
    LabelCount, LabelPage, MemberPage, ProjectAnswer, ProjectPage, ProjectView, SprintAnswer, SprintPage,
    SprintView, UserAnswer, UserPage,
};
pub use question::Question;
pub use reader::Reader;
pub use time::{TimeEntryLine, TimeFilter, TimePage, TimerAnswer};
pub use trash::{TrashEntry, TrashPage};
pub use tree::{Ancestors, Descendant, DescendantPage};

use crate::command::Actor;
use crate::model::TenantRole;

/// One question being answered: the snapshot, what it is valid at, and who asks.
pub(crate) struct Ask<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) sequence: i64,
    pub(crate) actor: &'a Actor,
}

impl Ask<'_> {
    /// `:is_admin` of [`VISIBLE_PROJECT`](crate::access::VISIBLE_PROJECT).
    pub(crate) const fn is_admin(&self) -> bool {
        matches!(self.actor.role, TenantRole::Admin)
    }
}

pub(crate) mod access_history;
pub(crate) mod activity;
pub(crate) mod history;
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
pub(crate) mod undo;
mod undo_group;
mod undo_move;
mod undo_patch;

#[cfg(test)]
pub(crate) mod report_fixture;

pub use activity::{ActivityPage, ActivityQuery, ActivityRow};
pub use history::{AsOf, BoardThen, BoardThenQuery, LaneThen};
pub use search::{SearchHit, SearchPage, SearchQuery};
pub use search_text::{MARK_BEGIN, MARK_END};
pub use snapshot::SnapshotChunk;
pub use sprint_report::{
    BurndownDay, ScopeChange, ScopeChangeKind, ScopeChangePage, SprintItemPage, SprintLoad, SprintReport,
    Velocity, VelocitySprint,
};
pub use time_report::{TimeGrouping, TimeLine, TimeQuery, TimeScope, TimeTotals};
pub use undo::{Undo, UndoLeftOut};
