// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.
//! One item, project or user, and what hangs on it.

#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use crate::engine::*;

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
