// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.
//! Lists of items, and what is asked of them.

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

/// What to look for.
#[uniffi::remote(Record)]
pub struct SearchQuery {
    /// Words that must all occur, in any order and any case, with or without accents; the last one may go on. Up to
    /// 500 characters. Nothing in it is syntax.
    pub text: String,
    /// In this project only.
    #[uniffi(default = None)]
    pub project: Option<ProjectId>,
    /// Only work items, comments or projects.
    #[uniffi(default = None)]
    pub kind: Option<EntityKind>,
    /// Which page. Ranks move a little while texts change: a match may then come twice or be passed over.
    #[uniffi(default)]
    pub page: PageRequest,
}

/// A match.
#[uniffi::remote(Record)]
pub struct SearchHit {
    /// Work item, comment or project.
    pub kind: EntityKind,
    /// Its id.
    pub id: String,
    /// Its project.
    pub project: ProjectId,
    /// The item, or the item of the comment.
    pub item: Option<ItemId>,
    /// `KEY-n` of the item, key of the project.
    pub key: String,
    /// Title of the item or project.
    pub title: String,
    /// The best piece of text. U+E000 stands before each match and U+E001 after it; texts never hold these two.
    pub snippet: String,
    /// Lower is better (bm25; a word in a title or key counts more).
    pub rank: f64,
}

/// A page of matches.
#[uniffi::remote(Record)]
pub struct SearchPage {
    /// Valid at this sequence.
    pub sequence: i64,
    /// Items and projects with every word in their title or key first, then the others. Within both the best first,
    /// where more than 1,000 match the best of the newest 1,000, then of the next. A page may be shorter than asked
    /// for while `next` is there.
    pub hits: Vec<SearchHit>,
    /// Where the next page begins.
    pub next: Option<String>,
}
