// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.
//! Questions and answers as values.

#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use crate::engine::*;

/// Everything that can be asked.
#[uniffi::remote(Enum)]
pub enum Question {
    /// The items a filter means, in an order.
    Items {
        /// Which items.
        filter: ItemFilter,
        /// In which order.
        sort: ItemSort,
        /// Which page.
        #[uniffi(default)]
        page: PageRequest,
        /// Whether to count those on all pages.
        #[uniffi(default)]
        with_total: bool,
    },
    /// The board of a project: each lane with its first cards.
    Board {
        /// Project.
        project: ProjectRef,
        /// Which cards; names no project.
        #[uniffi(default)]
        filter: ItemFilter,
        /// Most cards of each lane; 50 where not said.
        #[uniffi(default = None)]
        per_lane: Option<i64>,
    },
    /// More cards of a lane, in its order.
    LanePage {
        /// Lane.
        lane: LaneTarget,
        /// Which cards; names no project.
        #[uniffi(default)]
        filter: ItemFilter,
        /// Which page.
        #[uniffi(default)]
        page: PageRequest,
    },
    /// The projects the actor may see, by key.
    Projects {
        /// Only active, or only archived ones.
        #[uniffi(default = None)]
        status: Option<ProjectStatus>,
        /// Which page.
        #[uniffi(default)]
        page: PageRequest,
        /// Whether to count those on all pages.
        #[uniffi(default)]
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
        #[uniffi(default)]
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
        #[uniffi(default)]
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
        #[uniffi(default)]
        states: Vec<SprintState>,
        /// Which page.
        #[uniffi(default)]
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
        #[uniffi(default)]
        page: PageRequest,
    },
    /// Deleted items, lanes and sprints of a project, the latest first.
    Trash {
        /// Project.
        project: ProjectRef,
        /// Which page.
        #[uniffi(default)]
        page: PageRequest,
    },
    /// Deleted projects the actor is an admin of, the latest first.
    TrashProjects {
        /// Which page.
        #[uniffi(default)]
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
        #[uniffi(default)]
        page: PageRequest,
    },
    /// Everything under an item, by number.
    Descendants {
        /// Item.
        item: ItemRef,
        /// Which page.
        #[uniffi(default)]
        page: PageRequest,
    },
    /// The dependencies of an item, both ways, in the order they were made.
    Dependencies {
        /// Item.
        item: ItemRef,
        /// Of this kind only.
        #[uniffi(default = None)]
        kind: Option<DependencyKind>,
        /// Which page.
        #[uniffi(default)]
        page: PageRequest,
    },
    /// The backlog of a project, lane by lane.
    Backlog {
        /// Project.
        project: ProjectRef,
        /// Which page.
        #[uniffi(default)]
        page: PageRequest,
    },
    /// Unfinished items that wait for an unfinished item, by number.
    Blocked {
        /// Project.
        project: ProjectRef,
        /// Which page.
        #[uniffi(default)]
        page: PageRequest,
    },
    /// What can be worked on, by number.
    Ready {
        /// Project.
        project: ProjectRef,
        /// Which page.
        #[uniffi(default)]
        page: PageRequest,
    },
    /// The threads of an item, by the time of their first comments.
    Comments {
        /// Item.
        item: ItemRef,
        /// Which page.
        #[uniffi(default)]
        page: PageRequest,
    },
    /// All replies under a comment, by time.
    Replies {
        /// Comment.
        comment: CommentRef,
        /// Which page.
        #[uniffi(default)]
        page: PageRequest,
    },
    /// Comments that mention an item or a user.
    Mentions {
        /// What is mentioned.
        target: MentionTarget,
        /// Which page.
        #[uniffi(default)]
        page: PageRequest,
    },
    /// Time entries of an item, a user or a project, the latest first.
    TimeEntries {
        /// Which entries.
        #[uniffi(default)]
        filter: TimeFilter,
        /// Which page.
        #[uniffi(default)]
        page: PageRequest,
        /// Whether to count those on all pages.
        #[uniffi(default)]
        with_total: bool,
    },
    /// Timers that run now, by user.
    RunningTimers {
        /// On items of this project; without it, in all the actor may see.
        #[uniffi(default = None)]
        project: Option<ProjectRef>,
        /// Which page.
        #[uniffi(default)]
        page: PageRequest,
    },
    /// The actor's own running timer.
    MyTimer,
    /// A whole project for a language model.
    Context {
        /// Project.
        project: ProjectRef,
        /// What goes into it, and how much.
        #[uniffi(default)]
        options: ContextOptions,
    },
    /// What the tenant's file says about itself to language models.
    LlmContext {
        /// Of this kind only.
        #[uniffi(default = None)]
        kind: Option<LlmContextKind>,
        /// Which page.
        #[uniffi(default)]
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
        #[uniffi(default)]
        utc_offset_minutes: i32,
    },
    /// Items added to, removed from and estimated anew in a sprint after its start.
    ScopeChanges {
        /// Sprint.
        sprint: SprintRef,
        /// Which page.
        #[uniffi(default)]
        page: PageRequest,
    },
    /// The items of a sprint as they stood at its start or completion.
    SprintItems {
        /// Sprint.
        sprint: SprintRef,
        /// Start or completion.
        phase: SprintPhase,
        /// Which page.
        #[uniffi(default)]
        page: PageRequest,
    },
    /// The last completed sprints of a project and what they achieved on average.
    Velocity {
        /// Project.
        project: ProjectRef,
        /// How many sprints at most.
        #[uniffi(default = None)]
        sprints: Option<i64>,
    },
    /// Totals of time.
    TimeTotals(TimeQuery),
    /// A chunk of everything the actor may see, or of some projects.
    Snapshot {
        /// Projects; none for all, with the tenant's settings and users.
        #[uniffi(default)]
        projects: Vec<ProjectId>,
        /// `next` of the chunk before; none for the first.
        #[uniffi(default = None)]
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

/// The answer to a `Question`: the variant of the same name.
#[uniffi::remote(Enum)]
pub enum Answer {
    /// Items.
    Items(ItemPage),
    /// A board.
    Board(Box<Board>),
    /// More of one lane.
    LanePage(Box<LanePage>),
    /// Projects.
    Projects(ProjectPage),
    /// One project.
    Project(Box<ProjectAnswer>),
    /// Users.
    Users(UserPage),
    /// One user.
    User(UserAnswer),
    /// Members of a project.
    Members(MemberPage),
    /// Lanes of a project.
    Lanes(LaneList),
    /// Sprints of a project.
    Sprints(SprintPage),
    /// One sprint.
    Sprint(Box<SprintAnswer>),
    /// Labels of a project.
    Labels(LabelPage),
    /// What was deleted in a project.
    Trash(TrashPage),
    /// Deleted projects.
    TrashProjects(TrashPage),
    /// One item with what stands around it.
    Item(Box<ItemDetail>),
    /// One item.
    ItemOnly(Box<ItemAnswer>),
    /// What an item belongs to.
    Ancestors(Ancestors),
    /// Children of an item.
    Children(ItemPage),
    /// What stands under an item.
    Descendants(DescendantPage),
    /// Dependencies of an item.
    Dependencies(DependencyPage),
    /// A backlog.
    Backlog(ItemPage),
    /// Blocked items.
    Blocked(FlowPage),
    /// Ready items.
    Ready(FlowPage),
    /// Threads of an item.
    Comments(ThreadPage),
    /// Replies under a comment.
    Replies(CommentPage),
    /// Comments that mention something.
    Mentions(MentionPage),
    /// Time entries.
    TimeEntries(TimePage),
    /// Running timers.
    RunningTimers(TimePage),
    /// The actor's own timer.
    MyTimer(Box<TimerAnswer>),
    /// A project for a language model.
    Context(Box<ProjectContext>),
    /// Notes for language models.
    LlmContext(LlmContextPage),
    /// Matches of a search.
    Search(SearchPage),
    /// What happened.
    Activity(ActivityPage),
    /// A sprint's report.
    SprintReport(Box<SprintReport>),
    /// Changes of a sprint's scope.
    ScopeChanges(ScopeChangePage),
    /// Items of a sprint at its start or completion.
    SprintItems(SprintItemPage),
    /// Velocity of a project.
    Velocity(Velocity),
    /// Totals of time.
    TimeTotals(TimeTotals),
    /// A chunk of a snapshot.
    Snapshot(SnapshotChunk),
    /// A board as it was.
    BoardThen(Box<BoardThen>),
    /// How to take a command back.
    Inverse(Undo),
}
