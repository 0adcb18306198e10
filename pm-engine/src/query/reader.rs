//! What can be asked: one method per question, each answered in one snapshot.

use std::sync::Arc;

use super::board::{self, Board, LaneList, LanePage};
use super::comment::{self, CommentPage, MentionPage, MentionTarget, ThreadPage};
use super::context::{self, ContextOptions, ProjectContext};
use super::dependency::{self, DependencyPage};
use super::door::Door;
use super::filter::ItemFilter;
use super::flow::{self, FlowPage};
use super::item::{self, ItemAnswer, ItemDetail};
use super::list::{self, ItemPage, ItemSort};
use super::llm::{self, LlmContextKind, LlmContextPage};
use super::project::{
    self, LabelPage, MemberPage, ProjectAnswer, ProjectPage, SprintAnswer, SprintPage, UserAnswer, UserPage,
};
use super::time::{self, TimeFilter, TimePage, TimerAnswer};
use super::trash::{self, TrashPage};
use super::tree::{self, Ancestors, DescendantPage};
use super::{Ask, PageRequest};
use crate::command::{Actor, LaneTarget};
use crate::error::{QueryError, Stop};
use crate::model::{
    CommentRef, DependencyKind, ItemRef, ProjectRef, ProjectStatus, SprintRef, SprintState, UserId,
};

/// Answers one actor's questions about one tenant. Nothing of a project the actor may not see is in any answer, and
/// what he may not see is `not_found`, as if it did not exist.
#[derive(Clone, Debug)]
pub struct Reader {
    door: Arc<Door>,
    actor: Actor,
}

type Answer<T> = Result<T, QueryError>;

impl Reader {
    pub(crate) const fn new(door: Arc<Door>, actor: Actor) -> Self {
        Self { door, actor }
    }

    pub(crate) fn door(&self) -> &Door {
        &self.door
    }

    pub(crate) const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Runs one question in one snapshot.
    pub(crate) fn ask<T>(&self, question: impl FnOnce(&Ask<'_>) -> Result<T, Stop>) -> Answer<T> {
        let actor = &self.actor;
        Ok(self.door.read(|connection, sequence| question(&Ask { connection, sequence, actor }))?)
    }

    /// Runs one question that may have words to look for, and then needs the search index.
    fn ask_filtered<T>(
        &self,
        filter: &ItemFilter,
        question: impl Fn(&Ask<'_>) -> Result<T, Stop>,
    ) -> Answer<T> {
        if filter.text.is_none() {
            return self.ask(question);
        }
        let actor = &self.actor;
        Ok(self.door.search(|connection, sequence, _| question(&Ask { connection, sequence, actor }))?)
    }

    /// The items a filter means, in an order.
    ///
    /// # Errors
    /// `invalid` where the question breaks its form, `not_found` where what it names does not exist or may not be
    /// seen, or a failure of the storage.
    pub fn items(
        &self,
        filter: &ItemFilter,
        sort: ItemSort,
        page: &PageRequest,
        with_total: bool,
    ) -> Answer<ItemPage> {
        self.ask_filtered(filter, |ask| list::items(ask, filter, sort, page, with_total))
    }

    /// The board of a project: each lane with its first cards. The filter narrows the cards, never the counts; it
    /// names no project.
    ///
    /// # Errors
    /// As [`Reader::items`].
    pub fn board(&self, project: &ProjectRef, filter: &ItemFilter, per_lane: Option<i64>) -> Answer<Board> {
        self.ask_filtered(filter, |ask| board::board(ask, project, filter, per_lane))
    }

    /// More cards of a lane, in its order. The filter names no project.
    ///
    /// # Errors
    /// As [`Reader::items`].
    pub fn lane_page(&self, lane: &LaneTarget, filter: &ItemFilter, page: &PageRequest) -> Answer<LanePage> {
        self.ask_filtered(filter, |ask| board::lane_page(ask, lane, filter, page))
    }
}

macro_rules! questions {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $ty:ty),*) -> $answer:ty = $question:path;)*) => {
        impl Reader {$(
            $(#[$doc])*
            ///
            /// # Errors
            /// `invalid` where the question breaks its form, `not_found` where what it names does not exist or may
            /// not be seen, or a failure of the storage.
            pub fn $name(&self, $($arg: $ty),*) -> Answer<$answer> {
                self.ask(|ask| $question(ask, $($arg),*))
            }
        )*}
    };
}

questions! {
    /// The projects the actor may see, by key.
    projects(status: Option<ProjectStatus>, page: &PageRequest, with_total: bool) -> ProjectPage = project::projects;
    /// One project, whole.
    project(project: &ProjectRef) -> ProjectAnswer = project::project_answer;
    /// Everybody known to the tenant, by id.
    users(page: &PageRequest) -> UserPage = project::users;
    /// One user.
    user(user: &UserId) -> UserAnswer = project::user_answer;
    /// Who has an explicit role in a project.
    members(project: &ProjectRef, page: &PageRequest) -> MemberPage = project::members;
    /// The lanes of a project, in order.
    lanes(project: &ProjectRef) -> LaneList = board::lanes;
    /// The sprints of a project in these states (none named: in any), in the order they were made.
    sprints(project: &ProjectRef, states: &[SprintState], page: &PageRequest) -> SprintPage = project::sprints;
    /// One sprint.
    sprint(sprint: &SprintRef) -> SprintAnswer = project::sprint_answer;
    /// The labels in use in a project.
    labels(project: &ProjectRef, page: &PageRequest) -> LabelPage = project::labels;
    /// Deleted items, lanes and sprints of a project, the latest first.
    trash(project: &ProjectRef, page: &PageRequest) -> TrashPage = trash::trash;
    /// Deleted projects the actor is an admin of, the latest first.
    trash_projects(page: &PageRequest) -> TrashPage = trash::trash_projects;

    /// One item, whole, with what stands around it.
    item(item: &ItemRef) -> ItemDetail = item::detail;
    /// One item, whole, and nothing around it: the cheapest question about it.
    item_only(item: &ItemRef) -> ItemAnswer = item::answer;
    /// What an item belongs to, from the root down.
    ancestors(item: &ItemRef) -> Ancestors = tree::ancestors;
    /// The children of an item, in their order.
    children(item: &ItemRef, page: &PageRequest) -> ItemPage = tree::children;
    /// Everything under an item, by number.
    descendants(item: &ItemRef, page: &PageRequest) -> DescendantPage = tree::descendants;
    /// The dependencies of an item, both ways, of one kind or of both, in the order they were made.
    dependencies(item: &ItemRef, kind: Option<DependencyKind>, page: &PageRequest) -> DependencyPage
        = dependency::dependencies;

    /// The backlog of a project: items without a sprint in lanes of the categories `backlog` and `unstarted`, lane
    /// by lane in their order.
    backlog(project: &ProjectRef, page: &PageRequest) -> ItemPage = board::backlog;
    /// Unfinished items that wait, or stand under one that waits, for an unfinished item; by number.
    blocked(project: &ProjectRef, page: &PageRequest) -> FlowPage = flow::blocked;
    /// Unfinished items that are not blocked and have no unfinished children: what can be worked on; by number.
    ready(project: &ProjectRef, page: &PageRequest) -> FlowPage = flow::ready;

    /// The threads of an item, by the time of their first comments.
    comments(item: &ItemRef, page: &PageRequest) -> ThreadPage = comment::comments;
    /// All replies under a comment, by time.
    replies(comment: &CommentRef, page: &PageRequest) -> CommentPage = comment::replies;
    /// Comments that mention an item or a user.
    mentions(target: &MentionTarget, page: &PageRequest) -> MentionPage = comment::mentions;
    /// Time entries of an item, a user or a project, the latest first.
    time_entries(filter: &TimeFilter, page: &PageRequest, with_total: bool) -> TimePage = time::time_entries;
    /// Timers that run now, in one project or in all the actor may see, by user.
    running_timers(project: Option<&ProjectRef>, page: &PageRequest) -> TimePage = time::running_timers;
    /// The actor's own running timer.
    my_timer() -> TimerAnswer = time::my_timer;

    /// A whole project for a language model, within a number of bytes.
    context(project: &ProjectRef, options: &ContextOptions) -> ProjectContext = context::context;
    /// What the file says about itself to language models.
    llm_context(kind: Option<LlmContextKind>, page: &PageRequest) -> LlmContextPage = llm::llm_context;
}
