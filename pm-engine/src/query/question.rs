//! Every question as a value: one variant per method of [`Reader`](super::Reader), under the same name. What comes
//! over a wire, or from another language, is one of these.

use serde::{Deserialize, Serialize};

use super::activity::ActivityQuery;
use super::comment::MentionTarget;
use super::context::ContextOptions;
use super::filter::ItemFilter;
use super::history::BoardThenQuery;
use super::list::ItemSort;
use super::llm::LlmContextKind;
use super::page::PageRequest;
use super::search::SearchQuery;
use super::time::TimeFilter;
use super::time_report::TimeQuery;
use crate::command::LaneTarget;
use crate::model::{
    CommandId, CommentRef, DependencyKind, ItemRef, ProjectId, ProjectRef, ProjectStatus, SprintPhase,
    SprintRef, SprintState, UserId,
};

/// Everything that can be asked.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Question {
    /// The items a filter means, in an order.
    Items {
        /// Which items.
        #[serde(default)]
        filter: ItemFilter,
        /// In which order.
        #[serde(default)]
        sort: ItemSort,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
        /// Whether to count those on all pages.
        #[serde(default)]
        with_total: bool,
    },
    /// The board of a project: each lane with its first cards.
    Board {
        /// Project.
        project: ProjectRef,
        /// Which cards; names no project.
        #[serde(default)]
        filter: ItemFilter,
        /// Most cards of each lane; 50 where not said.
        per_lane: Option<i64>,
    },
    /// More cards of a lane, in its order.
    LanePage {
        /// Lane.
        lane: LaneTarget,
        /// Which cards; names no project.
        #[serde(default)]
        filter: ItemFilter,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// The projects the actor may see, by key.
    Projects {
        /// Only active, or only archived ones.
        status: Option<ProjectStatus>,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
        /// Whether to count those on all pages.
        #[serde(default)]
        with_total: bool,
    },
    /// One project, whole.
    Project {
        /// Project.
        project: ProjectRef,
    },
    /// Everybody known to the tenant, by id.
    Users {
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// One user.
    User {
        /// User.
        user: UserId,
    },
    /// Who has an explicit role in a project.
    Members {
        /// Project.
        project: ProjectRef,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// The lanes of a project, in order.
    Lanes {
        /// Project.
        project: ProjectRef,
    },
    /// The sprints of a project, in the order they were made.
    Sprints {
        /// Project.
        project: ProjectRef,
        /// In one of these states; none named: in any.
        #[serde(default)]
        states: Vec<SprintState>,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// One sprint.
    Sprint {
        /// Sprint.
        sprint: SprintRef,
    },
    /// The labels in use in a project.
    Labels {
        /// Project.
        project: ProjectRef,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// Deleted items, lanes and sprints of a project, the latest first.
    Trash {
        /// Project.
        project: ProjectRef,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// Deleted projects the actor is an admin of, the latest first.
    TrashProjects {
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// One item, whole, with what stands around it.
    Item {
        /// Item.
        item: ItemRef,
    },
    /// One item, whole, and nothing around it.
    ItemOnly {
        /// Item.
        item: ItemRef,
    },
    /// What an item belongs to, from the root down.
    Ancestors {
        /// Item.
        item: ItemRef,
    },
    /// The children of an item, in their order.
    Children {
        /// Item.
        item: ItemRef,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// Everything under an item, by number.
    Descendants {
        /// Item.
        item: ItemRef,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// The dependencies of an item, both ways, in the order they were made.
    Dependencies {
        /// Item.
        item: ItemRef,
        /// Of this kind only.
        kind: Option<DependencyKind>,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// The backlog of a project, lane by lane.
    Backlog {
        /// Project.
        project: ProjectRef,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// Unfinished items that wait for an unfinished item, by number.
    Blocked {
        /// Project.
        project: ProjectRef,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// What can be worked on, by number.
    Ready {
        /// Project.
        project: ProjectRef,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// The threads of an item, by the time of their first comments.
    Comments {
        /// Item.
        item: ItemRef,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// All replies under a comment, by time.
    Replies {
        /// Comment.
        comment: CommentRef,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// Comments that mention an item or a user.
    Mentions {
        /// What is mentioned.
        target: MentionTarget,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// Time entries of an item, a user or a project, the latest first.
    TimeEntries {
        /// Which entries.
        filter: TimeFilter,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
        /// Whether to count those on all pages.
        #[serde(default)]
        with_total: bool,
    },
    /// Timers that run now, by user.
    RunningTimers {
        /// On items of this project; without it, in all the actor may see.
        project: Option<ProjectRef>,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// The actor's own running timer.
    MyTimer,
    /// A whole project for a language model.
    Context {
        /// Project.
        project: ProjectRef,
        /// What goes into it, and how much.
        #[serde(default)]
        options: ContextOptions,
    },
    /// What the tenant's file says about itself to language models.
    LlmContext {
        /// Of this kind only.
        kind: Option<LlmContextKind>,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// Full-text search over items, comments and projects.
    Search(SearchQuery),
    /// What happened, newest first.
    Activity(ActivityQuery),
    /// A sprint with commitment, result, scope changes in sum, and its burndown.
    SprintReport {
        /// Sprint.
        sprint: SprintRef,
        /// Where days begin, in minutes ahead of UTC.
        #[serde(default)]
        utc_offset_minutes: i32,
    },
    /// Items added to, removed from and estimated anew in a sprint after its start.
    ScopeChanges {
        /// Sprint.
        sprint: SprintRef,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// The items of a sprint as they stood at its start or completion.
    SprintItems {
        /// Sprint.
        sprint: SprintRef,
        /// Start or completion.
        phase: SprintPhase,
        /// Which page.
        #[serde(default)]
        page: PageRequest,
    },
    /// The last completed sprints of a project and what they achieved on average.
    Velocity {
        /// Project.
        project: ProjectRef,
        /// How many sprints at most.
        sprints: Option<i64>,
    },
    /// Totals of time.
    TimeTotals(TimeQuery),
    /// A chunk of everything the actor may see, or of some projects.
    Snapshot {
        /// Projects; none for all, with the tenant's settings and users.
        #[serde(default)]
        projects: Vec<ProjectId>,
        /// `next` of the chunk before; none for the first.
        cursor: Option<String>,
    },
    /// The board of a project as of an earlier sequence or instant.
    BoardThen(BoardThenQuery),
    /// The parts of a command that take back an earlier one.
    Inverse {
        /// Id of the command to take back.
        command: CommandId,
        /// Whose command it was.
        user: UserId,
    },
}

impl Question {
    /// The word that stands for its kind, as in its serialised form.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Items { .. } => "items",
            Self::Board { .. } => "board",
            Self::LanePage { .. } => "lane_page",
            Self::Projects { .. } => "projects",
            Self::Project { .. } => "project",
            Self::Users { .. } => "users",
            Self::User { .. } => "user",
            Self::Members { .. } => "members",
            Self::Lanes { .. } => "lanes",
            Self::Sprints { .. } => "sprints",
            Self::Sprint { .. } => "sprint",
            Self::Labels { .. } => "labels",
            Self::Trash { .. } => "trash",
            Self::TrashProjects { .. } => "trash_projects",
            Self::Item { .. } => "item",
            Self::ItemOnly { .. } => "item_only",
            Self::Ancestors { .. } => "ancestors",
            Self::Children { .. } => "children",
            Self::Descendants { .. } => "descendants",
            Self::Dependencies { .. } => "dependencies",
            Self::Backlog { .. } => "backlog",
            Self::Blocked { .. } => "blocked",
            Self::Ready { .. } => "ready",
            Self::Comments { .. } => "comments",
            Self::Replies { .. } => "replies",
            Self::Mentions { .. } => "mentions",
            Self::TimeEntries { .. } => "time_entries",
            Self::RunningTimers { .. } => "running_timers",
            Self::MyTimer => "my_timer",
            Self::Context { .. } => "context",
            Self::LlmContext { .. } => "llm_context",
            Self::Search(_) => "search",
            Self::Activity(_) => "activity",
            Self::SprintReport { .. } => "sprint_report",
            Self::ScopeChanges { .. } => "scope_changes",
            Self::SprintItems { .. } => "sprint_items",
            Self::Velocity { .. } => "velocity",
            Self::TimeTotals(_) => "time_totals",
            Self::Snapshot { .. } => "snapshot",
            Self::BoardThen(_) => "board_then",
            Self::Inverse { .. } => "inverse",
        }
    }
}
