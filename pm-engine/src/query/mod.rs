//! Queries: reads on a snapshot of the tenant's file. Every answer says at which sequence it is valid, every list
//! comes in pages, and nothing of a project the actor may not see is in any of them.

use rusqlite::Connection;

mod board;
mod card;
mod comment;
mod context;
mod context_rows;
mod dependency;
mod filter;
mod flow;
mod item;
mod list;
mod llm;
pub(crate) mod page;
mod project;
mod reader;
pub(crate) mod resolve;
mod time;
mod trash;
mod tree;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

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
pub use reader::Reader;
pub use time::{TimeFilter, TimeLine, TimePage, TimerAnswer};
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
