// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.
//! Every question as a method.

#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use crate::engine::*;
use crate::error::PmError;
use crate::reader::{Reader, mismatched};

#[uniffi::export]
impl Reader {
    /// The items a filter means, in an order.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(filter), default(page), default(with_total))]
    pub fn items(
        &self,
        sort: ItemSort,
        filter: ItemFilter,
        page: PageRequest,
        with_total: bool,
    ) -> Result<ItemPage, PmError> {
        match self.ask(Question::Items { filter, sort, page, with_total })? {
            Answer::Items(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The board of a project: each lane with its first cards.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(filter), default(per_lane = None))]
    pub fn board(
        &self,
        project: ProjectRef,
        filter: ItemFilter,
        per_lane: Option<i64>,
    ) -> Result<Board, PmError> {
        match self.ask(Question::Board { project, filter, per_lane })? {
            Answer::Board(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// More cards of a lane, in its order.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(filter), default(page))]
    pub fn lane_page(
        &self,
        lane: LaneTarget,
        filter: ItemFilter,
        page: PageRequest,
    ) -> Result<LanePage, PmError> {
        match self.ask(Question::LanePage { lane, filter, page })? {
            Answer::LanePage(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// The projects the actor may see, by key.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(status = None), default(page), default(with_total))]
    pub fn projects(
        &self,
        status: Option<ProjectStatus>,
        page: PageRequest,
        with_total: bool,
    ) -> Result<ProjectPage, PmError> {
        match self.ask(Question::Projects { status, page, with_total })? {
            Answer::Projects(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// One project, whole.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn project(&self, project: ProjectRef) -> Result<ProjectAnswer, PmError> {
        match self.ask(Question::Project { project })? {
            Answer::Project(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// Everybody known to the tenant, by id.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn users(&self, page: PageRequest) -> Result<UserPage, PmError> {
        match self.ask(Question::Users { page })? {
            Answer::Users(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// One user.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn user(&self, user: UserId) -> Result<UserAnswer, PmError> {
        match self.ask(Question::User { user })? {
            Answer::User(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Who has an explicit role in a project.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn members(&self, project: ProjectRef, page: PageRequest) -> Result<MemberPage, PmError> {
        match self.ask(Question::Members { project, page })? {
            Answer::Members(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The lanes of a project, in order.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn lanes(&self, project: ProjectRef) -> Result<LaneList, PmError> {
        match self.ask(Question::Lanes { project })? {
            Answer::Lanes(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The sprints of a project, in the order they were made.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(states), default(page))]
    pub fn sprints(
        &self,
        project: ProjectRef,
        states: Vec<SprintState>,
        page: PageRequest,
    ) -> Result<SprintPage, PmError> {
        match self.ask(Question::Sprints { project, states, page })? {
            Answer::Sprints(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// One sprint.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn sprint(&self, sprint: SprintRef) -> Result<SprintAnswer, PmError> {
        match self.ask(Question::Sprint { sprint })? {
            Answer::Sprint(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// The labels in use in a project.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn labels(&self, project: ProjectRef, page: PageRequest) -> Result<LabelPage, PmError> {
        match self.ask(Question::Labels { project, page })? {
            Answer::Labels(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Deleted items, lanes and sprints of a project, the latest first.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn trash(&self, project: ProjectRef, page: PageRequest) -> Result<TrashPage, PmError> {
        match self.ask(Question::Trash { project, page })? {
            Answer::Trash(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Deleted projects the actor is an admin of, the latest first.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn trash_projects(&self, page: PageRequest) -> Result<TrashPage, PmError> {
        match self.ask(Question::TrashProjects { page })? {
            Answer::TrashProjects(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// One item, whole, with what stands around it.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn item(&self, item: ItemRef) -> Result<ItemDetail, PmError> {
        match self.ask(Question::Item { item })? {
            Answer::Item(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// One item, whole, and nothing around it.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn item_only(&self, item: ItemRef) -> Result<ItemAnswer, PmError> {
        match self.ask(Question::ItemOnly { item })? {
            Answer::ItemOnly(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// What an item belongs to, from the root down.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn ancestors(&self, item: ItemRef) -> Result<Ancestors, PmError> {
        match self.ask(Question::Ancestors { item })? {
            Answer::Ancestors(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The children of an item, in their order.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn children(&self, item: ItemRef, page: PageRequest) -> Result<ItemPage, PmError> {
        match self.ask(Question::Children { item, page })? {
            Answer::Children(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Everything under an item, by number.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn descendants(&self, item: ItemRef, page: PageRequest) -> Result<DescendantPage, PmError> {
        match self.ask(Question::Descendants { item, page })? {
            Answer::Descendants(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The dependencies of an item, both ways, in the order they were made.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(kind = None), default(page))]
    pub fn dependencies(
        &self,
        item: ItemRef,
        kind: Option<DependencyKind>,
        page: PageRequest,
    ) -> Result<DependencyPage, PmError> {
        match self.ask(Question::Dependencies { item, kind, page })? {
            Answer::Dependencies(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The backlog of a project, lane by lane.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn backlog(&self, project: ProjectRef, page: PageRequest) -> Result<ItemPage, PmError> {
        match self.ask(Question::Backlog { project, page })? {
            Answer::Backlog(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Unfinished items that wait for an unfinished item, by number.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn blocked(&self, project: ProjectRef, page: PageRequest) -> Result<FlowPage, PmError> {
        match self.ask(Question::Blocked { project, page })? {
            Answer::Blocked(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// What can be worked on, by number.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn ready(&self, project: ProjectRef, page: PageRequest) -> Result<FlowPage, PmError> {
        match self.ask(Question::Ready { project, page })? {
            Answer::Ready(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The threads of an item, by the time of their first comments.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn comments(&self, item: ItemRef, page: PageRequest) -> Result<ThreadPage, PmError> {
        match self.ask(Question::Comments { item, page })? {
            Answer::Comments(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// All replies under a comment, by time.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn replies(&self, comment: CommentRef, page: PageRequest) -> Result<CommentPage, PmError> {
        match self.ask(Question::Replies { comment, page })? {
            Answer::Replies(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Comments that mention an item or a user.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn mentions(&self, target: MentionTarget, page: PageRequest) -> Result<MentionPage, PmError> {
        match self.ask(Question::Mentions { target, page })? {
            Answer::Mentions(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Time entries of an item, a user or a project, the latest first.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(filter), default(page), default(with_total))]
    pub fn time_entries(
        &self,
        filter: TimeFilter,
        page: PageRequest,
        with_total: bool,
    ) -> Result<TimePage, PmError> {
        match self.ask(Question::TimeEntries { filter, page, with_total })? {
            Answer::TimeEntries(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Timers that run now, by user.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(project = None), default(page))]
    pub fn running_timers(
        &self,
        project: Option<ProjectRef>,
        page: PageRequest,
    ) -> Result<TimePage, PmError> {
        match self.ask(Question::RunningTimers { project, page })? {
            Answer::RunningTimers(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The actor's own running timer.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn my_timer(&self) -> Result<TimerAnswer, PmError> {
        match self.ask(Question::MyTimer)? {
            Answer::MyTimer(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// A whole project for a language model.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(options))]
    pub fn context(&self, project: ProjectRef, options: ContextOptions) -> Result<ProjectContext, PmError> {
        match self.ask(Question::Context { project, options })? {
            Answer::Context(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// What the tenant's file says about itself to language models.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(kind = None), default(page))]
    pub fn llm_context(
        &self,
        kind: Option<LlmContextKind>,
        page: PageRequest,
    ) -> Result<LlmContextPage, PmError> {
        match self.ask(Question::LlmContext { kind, page })? {
            Answer::LlmContext(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Full-text search over items, comments and projects.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn search(&self, query: SearchQuery) -> Result<SearchPage, PmError> {
        match self.ask(Question::Search(query))? {
            Answer::Search(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// What happened, newest first.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn activity(&self, query: ActivityQuery) -> Result<ActivityPage, PmError> {
        match self.ask(Question::Activity(query))? {
            Answer::Activity(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// A sprint with commitment, result, scope changes in sum, and its burndown.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(utc_offset_minutes))]
    pub fn sprint_report(&self, sprint: SprintRef, utc_offset_minutes: i32) -> Result<SprintReport, PmError> {
        match self.ask(Question::SprintReport { sprint, utc_offset_minutes })? {
            Answer::SprintReport(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// Items added to, removed from and estimated anew in a sprint after its start.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn scope_changes(&self, sprint: SprintRef, page: PageRequest) -> Result<ScopeChangePage, PmError> {
        match self.ask(Question::ScopeChanges { sprint, page })? {
            Answer::ScopeChanges(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The items of a sprint as they stood at its start or completion.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(page))]
    pub fn sprint_items(
        &self,
        sprint: SprintRef,
        phase: SprintPhase,
        page: PageRequest,
    ) -> Result<SprintItemPage, PmError> {
        match self.ask(Question::SprintItems { sprint, phase, page })? {
            Answer::SprintItems(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The last completed sprints of a project and what they achieved on average.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(sprints = None))]
    pub fn velocity(&self, project: ProjectRef, sprints: Option<i64>) -> Result<Velocity, PmError> {
        match self.ask(Question::Velocity { project, sprints })? {
            Answer::Velocity(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// Totals of time.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn time_totals(&self, query: TimeQuery) -> Result<TimeTotals, PmError> {
        match self.ask(Question::TimeTotals(query))? {
            Answer::TimeTotals(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// A chunk of everything the actor may see, or of some projects.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    #[uniffi::method(default(projects), default(cursor = None))]
    pub fn snapshot(
        &self,
        projects: Vec<ProjectId>,
        cursor: Option<String>,
    ) -> Result<SnapshotChunk, PmError> {
        match self.ask(Question::Snapshot { projects, cursor })? {
            Answer::Snapshot(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }

    /// The board of a project as of an earlier sequence or instant.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn board_then(&self, query: BoardThenQuery) -> Result<BoardThen, PmError> {
        match self.ask(Question::BoardThen(query))? {
            Answer::BoardThen(answer) => Ok(*answer),
            _ => Err(mismatched()),
        }
    }

    /// The parts of a command that take back an earlier one.
    ///
    /// # Errors
    /// `invalid`, `not_found`, or a failure of the storage.
    pub fn inverse(&self, command: CommandId, user: UserId) -> Result<Undo, PmError> {
        match self.ask(Question::Inverse { command, user })? {
            Answer::Inverse(answer) => Ok(answer),
            _ => Err(mismatched()),
        }
    }
}
