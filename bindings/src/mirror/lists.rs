// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.
//! Questions about what is, and their answers.

#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use crate::engine::*;

/// Which page of a list.
#[uniffi::remote(Record)]
pub struct PageRequest {
    /// `next` of the page before; none for the first page.
    #[uniffi(default = None)]
    pub cursor: Option<String>,
    /// Most rows wanted; 50 where not said, at most 500.
    #[uniffi(default = None)]
    pub limit: Option<i64>,
}

/// Which items. Every field narrows; one left empty does not. Within a list any one value is enough, but for labels,
/// of which an item must have all.
#[uniffi::remote(Record)]
pub struct ItemFilter {
    /// Project; without one, all the actor may see.
    #[uniffi(default = None)]
    pub project: Option<ProjectRef>,
    /// These items; those that do not exist are left aside.
    #[uniffi(default)]
    pub ids: Vec<ItemRef>,
    /// Kinds.
    #[uniffi(default)]
    pub kinds: Vec<ItemKind>,
    /// Lanes; by status value only where a project is given.
    #[uniffi(default)]
    pub lanes: Vec<LaneRef>,
    /// Categories of lanes.
    #[uniffi(default)]
    pub categories: Vec<LaneCategory>,
    /// Priorities.
    #[uniffi(default)]
    pub priorities: Vec<Priority>,
    /// Assigned to one of these users.
    #[uniffi(default)]
    pub assignees: Vec<UserId>,
    /// Assigned to nobody; together with `assignees`, either.
    #[uniffi(default)]
    pub unassigned: bool,
    /// In one of these sprints.
    #[uniffi(default)]
    pub sprints: Vec<SprintRef>,
    /// In no sprint; together with `sprints`, either.
    #[uniffi(default)]
    pub no_sprint: bool,
    /// Children of one of these items.
    #[uniffi(default)]
    pub parents: Vec<ItemRef>,
    /// Without a parent; together with `parents`, either.
    #[uniffi(default)]
    pub roots: bool,
    /// Labels, all of them.
    #[uniffi(default)]
    pub labels: Vec<String>,
    /// Due on this day or later.
    #[uniffi(default = None)]
    pub due_from: Option<CalendarDate>,
    /// Due on this day or earlier.
    #[uniffi(default = None)]
    pub due_to: Option<CalendarDate>,
    /// Starting on this day or later.
    #[uniffi(default = None)]
    pub start_from: Option<CalendarDate>,
    /// Starting on this day or earlier.
    #[uniffi(default = None)]
    pub start_to: Option<CalendarDate>,
    /// Changed at this instant or later.
    #[uniffi(default = None)]
    pub updated_since: Option<Timestamp>,
    /// Changed by an event after this sequence.
    #[uniffi(default = None)]
    pub changed_after: Option<i64>,
    /// Finished (in a completed or canceled lane), or not.
    #[uniffi(default = None)]
    pub finished: Option<bool>,
    /// Blocked, or not.
    #[uniffi(default = None)]
    pub blocked: Option<bool>,
    /// Ready, or not.
    #[uniffi(default = None)]
    pub ready: Option<bool>,
    /// Words of the title or description.
    #[uniffi(default = None)]
    pub text: Option<String>,
    /// Made by this user.
    #[uniffi(default = None)]
    pub created_by: Option<UserId>,
    /// Last changed by this user.
    #[uniffi(default = None)]
    pub updated_by: Option<UserId>,
    /// With this external reference.
    #[uniffi(default = None)]
    pub external: Option<ExternalRef>,
}

/// A work item without its long texts, with what is derived.
#[uniffi::remote(Record)]
pub struct Card {
    /// The item; `description` and `extra` are not carried.
    pub item: WorkItem,
    /// `KEY-n`.
    pub key: String,
    /// Its lane is completed or canceled.
    pub finished: bool,
    /// Not finished, and it or an ancestor waits for an unfinished item.
    pub blocked: bool,
    /// Not finished, not blocked, no unfinished children.
    pub ready: bool,
    /// Unfinished children.
    pub open_children: i64,
    /// Children.
    pub live_children: i64,
    /// Comments, deleted ones not counted.
    pub comments: i64,
    /// Who has a timer running on it.
    pub timers: Vec<UserId>,
}

/// In which order items are listed.
#[uniffi::remote(Enum)]
pub enum ItemSort {
    /// By number; without a project, project by project.
    Number,
    /// What was changed last comes first, in the order of the log.
    Updated,
    /// Urgent first, items without a priority last; then by number.
    Priority,
    /// Due first, items without a due date last; then by number.
    Due,
    /// As on the board: lane by lane, in the order within the lane.
    Lane,
}

/// A page of items.
#[uniffi::remote(Record)]
pub struct ItemPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The items.
    pub items: Vec<Card>,
    /// How many there are on all pages, where asked for.
    pub total: Option<i64>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// A lane with how many items are in it.
#[uniffi::remote(Record)]
pub struct LaneView {
    /// The lane.
    pub lane: Lane,
    /// Items in the lane, whatever the filter.
    pub item_count: i64,
}

/// The lanes of a project, in order.
#[uniffi::remote(Record)]
pub struct LaneList {
    /// What the answer is valid at.
    pub sequence: i64,
    /// All of them: there are at most a hundred.
    pub lanes: Vec<LaneView>,
}

/// A lane of a board.
#[uniffi::remote(Record)]
pub struct BoardLane {
    /// The lane.
    pub lane: Lane,
    /// Items in the lane, whatever the filter; to be held against the lane's WIP limit.
    pub item_count: i64,
    /// The first items, in the order of the lane.
    pub cards: Vec<Card>,
    /// Cursor of the lane's next page.
    pub next: Option<String>,
}

/// A project's board.
#[uniffi::remote(Record)]
pub struct Board {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The project, without its description.
    pub project: Project,
    /// What the actor may do in it.
    pub role: ProjectRole,
    /// Its lanes, in order.
    pub lanes: Vec<BoardLane>,
}

/// More of one lane.
#[uniffi::remote(Record)]
pub struct LanePage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The lane with these cards.
    pub lane: BoardLane,
}

/// An item with its long texts and what is derived.
#[uniffi::remote(Record)]
pub struct ItemAnswer {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The item, whole.
    pub item: WorkItem,
    /// `KEY-n`.
    pub key: String,
    /// What the actor may do in its project.
    pub role: ProjectRole,
    /// Its lane is completed or canceled.
    pub finished: bool,
    /// Not finished, and it or an ancestor waits for an unfinished item.
    pub blocked: bool,
    /// Not finished, not blocked, no unfinished children.
    pub ready: bool,
    /// Unfinished children.
    pub open_children: i64,
    /// Children.
    pub live_children: i64,
}

/// An item with what stands around it.
#[uniffi::remote(Record)]
pub struct ItemDetail {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The item, whole.
    pub item: ItemAnswer,
    /// Its lane.
    pub lane: Lane,
    /// What it belongs to, from the root down to the parent.
    pub ancestors: Vec<Card>,
    /// Its first children, in their order.
    pub children: Vec<Card>,
    /// Cursor of the children's next page.
    pub children_next: Option<String>,
    /// Its first dependencies, both ways.
    pub dependencies: Vec<DependencyLine>,
    /// Cursor of the dependencies' next page.
    pub dependencies_next: Option<String>,
    /// Timers that run on it.
    pub timers: Vec<TimeEntry>,
    /// Comments, deleted ones not counted.
    pub comments: i64,
}

/// What an item belongs to.
#[uniffi::remote(Record)]
pub struct Ancestors {
    /// What the answer is valid at.
    pub sequence: i64,
    /// From the root down to the parent: fewer than sixteen.
    pub items: Vec<Card>,
}

/// An item somewhere under another.
#[uniffi::remote(Record)]
pub struct Descendant {
    /// The item.
    pub card: Card,
    /// 1 for a child, 2 for a grandchild.
    pub depth: i64,
}

/// A page of what stands under an item.
#[uniffi::remote(Record)]
pub struct DescendantPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The items, by number.
    pub items: Vec<Descendant>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// How the item asked about stands to the other one.
#[uniffi::remote(Enum)]
pub enum DependencyDirection {
    /// It waits for the other one.
    BlockedBy,
    /// The other one waits for it.
    Blocks,
    /// They are related.
    RelatesTo,
}

/// The other item of a dependency.
#[uniffi::remote(Enum)]
pub enum DependencyEnd {
    /// An item the actor may see.
    Item(LinkedItem),
    /// An item the actor may not see.
    Hidden,
}

/// An item in a few words.
#[uniffi::remote(Record)]
pub struct LinkedItem {
    /// Id.
    pub id: ItemId,
    /// `KEY-n`.
    pub key: String,
    /// Project.
    pub project: ProjectId,
    /// Kind.
    pub kind: ItemKind,
    /// Title.
    pub title: String,
    /// Lane.
    pub lane: LaneId,
    /// Status value of the lane.
    pub status: String,
    /// Category of the lane.
    pub category: LaneCategory,
    /// Its lane is completed or canceled.
    pub finished: bool,
}

/// A dependency, seen from one of its ends.
#[uniffi::remote(Record)]
pub struct DependencyLine {
    /// The dependency.
    pub id: DependencyId,
    /// How the item stands to the other one.
    pub direction: DependencyDirection,
    /// The other one.
    pub other: DependencyEnd,
    /// When made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: UserId,
    /// Version of the dependency.
    pub version: i64,
}

/// A page of an item's dependencies.
#[uniffi::remote(Record)]
pub struct DependencyPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The dependencies in the order they were made.
    pub dependencies: Vec<DependencyLine>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// A page of items that are all blocked, or all ready, in the order of their numbers.
#[uniffi::remote(Record)]
pub struct FlowPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The items.
    pub items: Vec<Card>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// A project with what the actor may do in it.
#[uniffi::remote(Record)]
pub struct ProjectView {
    /// The project; lists leave its description out.
    pub project: Project,
    /// What the actor may do in it.
    pub role: ProjectRole,
}

/// One project.
#[uniffi::remote(Record)]
pub struct ProjectAnswer {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The project, whole.
    pub project: Project,
    /// What the actor may do in it.
    pub role: ProjectRole,
}

/// A page of projects, by key.
#[uniffi::remote(Record)]
pub struct ProjectPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The projects.
    pub projects: Vec<ProjectView>,
    /// How many there are on all pages, where asked for.
    pub total: Option<i64>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// A page of users, by id.
#[uniffi::remote(Record)]
pub struct UserPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The users.
    pub users: Vec<User>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// One user.
#[uniffi::remote(Record)]
pub struct UserAnswer {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The user.
    pub user: User,
}

/// A page of a project's explicit members, by user.
#[uniffi::remote(Record)]
pub struct MemberPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The members.
    pub members: Vec<Member>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// A sprint with how many items are in it.
#[uniffi::remote(Record)]
pub struct SprintView {
    /// The sprint; its items at start and completion are not carried.
    pub sprint: Sprint,
    /// Items in it now.
    pub item_count: i64,
}

/// A page of a project's sprints, in the order they were made.
#[uniffi::remote(Record)]
pub struct SprintPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The sprints.
    pub sprints: Vec<SprintView>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// One sprint.
#[uniffi::remote(Record)]
pub struct SprintAnswer {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The sprint.
    pub sprint: Sprint,
    /// Items in it now.
    pub item_count: i64,
}

/// A label in use.
#[uniffi::remote(Record)]
pub struct LabelCount {
    /// The label.
    pub label: String,
    /// How many items of the project carry it.
    pub items: i64,
}

/// A page of a project's labels, in their order as text.
#[uniffi::remote(Record)]
pub struct LabelPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The labels.
    pub labels: Vec<LabelCount>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// A comment with the replies to it and to them.
#[uniffi::remote(Record)]
pub struct Thread {
    /// The first comment; with an empty text where it is deleted.
    pub comment: Comment,
    /// The first of its replies by time, each naming the comment it answers; deleted ones with an empty text.
    pub replies: Vec<Comment>,
    /// Replies left out here.
    pub left_out: i64,
    /// Cursor of the thread's next page of replies, where some were left out.
    pub next: Option<String>,
}

/// A page of an item's threads, by time.
#[uniffi::remote(Record)]
pub struct ThreadPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The threads.
    pub threads: Vec<Thread>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// A page of comments.
#[uniffi::remote(Record)]
pub struct CommentPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The comments.
    pub comments: Vec<Comment>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// What is mentioned.
#[uniffi::remote(Enum)]
pub enum MentionTarget {
    /// A work item.
    Item(ItemRef),
    /// A user.
    User(UserId),
}

/// A comment that mentions something, with the item it stands on.
#[uniffi::remote(Record)]
pub struct Mention {
    /// The comment.
    pub comment: Comment,
    /// `KEY-n` of the item it stands on.
    pub key: String,
    /// Title of that item.
    pub title: String,
}

/// A page of mentions, by id of the comment.
#[uniffi::remote(Record)]
pub struct MentionPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The mentions.
    pub mentions: Vec<Mention>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// Which time entries. Every field narrows; at least one of the first three is needed.
#[uniffi::remote(Record)]
pub struct TimeFilter {
    /// On this item.
    #[uniffi(default = None)]
    pub item: Option<ItemRef>,
    /// Of this user.
    #[uniffi(default = None)]
    pub user: Option<UserId>,
    /// On items of this project.
    #[uniffi(default = None)]
    pub project: Option<ProjectRef>,
    /// Begun at this instant or later.
    #[uniffi(default = None)]
    pub from: Option<Timestamp>,
    /// Begun before this instant.
    #[uniffi(default = None)]
    pub to: Option<Timestamp>,
}

/// A time entry with the item it is on.
#[uniffi::remote(Record)]
pub struct TimeEntryLine {
    /// The entry.
    pub entry: TimeEntry,
    /// `KEY-n` of the item.
    pub key: String,
    /// Title of the item.
    pub title: String,
}

/// A page of time entries.
#[uniffi::remote(Record)]
pub struct TimePage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The entries.
    pub entries: Vec<TimeEntryLine>,
    /// How many there are on all pages, where asked for.
    pub total: Option<i64>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// The actor's own timer.
#[uniffi::remote(Record)]
pub struct TimerAnswer {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The running entry, if there is one; also where its item or project is gone or no longer visible, since it
    /// can be stopped all the same.
    pub entry: Option<TimeEntry>,
}

/// Something deleted.
#[uniffi::remote(Record)]
pub struct TrashEntry {
    /// What it is: a work item, a lane, a sprint or a project.
    pub kind: EntityKind,
    /// Its id; restoring names it by this.
    pub id: String,
    /// `KEY-n` of an item, the key of a project.
    pub key: Option<String>,
    /// Title or name.
    pub title: String,
    /// When it was deleted.
    pub deleted_at: Timestamp,
    /// Items deleted by one command share this and come back together.
    pub group: Option<String>,
}

/// A page of what was deleted, the latest first.
#[uniffi::remote(Record)]
pub struct TrashPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// What was deleted.
    pub entries: Vec<TrashEntry>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// What a note for language models is about.
#[uniffi::remote(Enum)]
pub enum LlmContextKind {
    /// A table or column.
    SchemaDoc,
    /// How to ask for something in SQL.
    QueryPattern,
    /// A rule of the domain.
    BusinessRule,
    /// An example.
    Example,
    /// How to behave.
    Instruction,
}

/// A note for language models.
#[uniffi::remote(Record)]
pub struct LlmContextNote {
    /// Kind of note: one of the words of `LlmContextKind`.
    pub kind: String,
    /// What it belongs to.
    pub category: String,
    /// Title.
    pub title: String,
    /// Text.
    pub content: String,
    /// An SQL query that can be run as it is.
    pub example_sql: Option<String>,
    /// 1 is read first.
    pub priority: i64,
}

/// A page of notes for language models, the most important first.
#[uniffi::remote(Record)]
pub struct LlmContextPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The notes.
    pub notes: Vec<LlmContextNote>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

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
