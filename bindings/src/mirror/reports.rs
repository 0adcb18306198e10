// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.
//! The past, and sums.

#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use crate::engine::*;

/// Which activity.
#[uniffi::remote(Record)]
pub struct ActivityQuery {
    /// Of this project only.
    #[uniffi(default = None)]
    pub project: Option<ProjectId>,
    /// On the entity with this id only (as `Entity::id` gives it).
    #[uniffi(default = None)]
    pub entity: Option<String>,
    /// By this user only.
    #[uniffi(default = None)]
    pub user: Option<UserId>,
    /// After this sequence only.
    #[uniffi(default = None)]
    pub since_sequence: Option<i64>,
    /// At this instant or later only.
    #[uniffi(default = None)]
    pub since: Option<Timestamp>,
    /// Which page.
    #[uniffi(default)]
    pub page: PageRequest,
}

/// A changed field, or the creation, deletion or restoration of an entity.
#[uniffi::remote(Record)]
pub struct ActivityRow {
    /// Sequence of its event.
    pub sequence: i64,
    /// 0, 1, 2 … within the event.
    pub position: i64,
    /// When it happened (at its origin, where it was imported).
    pub at: Timestamp,
    /// Who did it.
    pub actor: UserId,
    /// Project; `None` for users and the tenant's settings.
    pub project: Option<ProjectId>,
    /// Kind of entity.
    pub entity_kind: EntityKind,
    /// Id of the entity.
    pub entity_id: String,
    /// What happened.
    pub action: Action,
    /// Field; `None` for creation, deletion and a restoration that changed none.
    pub field: Option<String>,
    /// Its value before; long texts are cut at 200 characters.
    pub old_value: Option<String>,
    /// Its value after.
    pub new_value: Option<String>,
}

/// A page of activity.
#[uniffi::remote(Record)]
pub struct ActivityPage {
    /// Valid at this sequence.
    pub sequence: i64,
    /// Newest first. A page may be shorter than asked for while `next` is there.
    pub rows: Vec<ActivityRow>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}

/// A number of items and their points. Items without points count as none.
#[uniffi::remote(Record)]
pub struct SprintLoad {
    /// Items.
    pub items: i64,
    /// Points.
    pub points: f64,
}

/// What is left at the end of a day.
#[uniffi::remote(Record)]
pub struct BurndownDay {
    /// Day.
    pub day: CalendarDate,
    /// In the sprint, finished or not.
    pub scope: SprintLoad,
    /// Neither completed nor canceled.
    pub remaining: SprintLoad,
}

/// A sprint from its start to its end, or until now.
#[uniffi::remote(Record)]
pub struct SprintReport {
    /// Valid at this sequence.
    pub sequence: i64,
    /// The sprint.
    pub sprint: Sprint,
    /// In it when it started.
    pub commitment: SprintLoad,
    /// Of the commitment, not finished yet when it started: where the burndown begins.
    pub remaining_at_start: SprintLoad,
    /// Completed when it was completed.
    pub result: SprintLoad,
    /// Added after the start.
    pub added: SprintLoad,
    /// Removed after the start, with the points they had then.
    pub removed: SprintLoad,
    /// Estimated anew after the start, with the points gained by it (negative: lost).
    pub reestimated: SprintLoad,
    /// A line per day from the start to the end or until now, at most 366. Instants may run backwards; a day once
    /// begun is not left again.
    pub burndown: Vec<BurndownDay>,
}

/// How the scope of a sprint changed.
#[uniffi::remote(Enum)]
pub enum ScopeChangeKind {
    /// Came into the sprint, or was made or restored in it.
    Added,
    /// Left the sprint, or was deleted.
    Removed,
    /// Its points changed.
    Reestimated,
}

/// A change of scope after the start.
#[uniffi::remote(Record)]
pub struct ScopeChange {
    /// Sequence of its event.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: UserId,
    /// Item.
    pub item: ItemId,
    /// How.
    pub kind: ScopeChangeKind,
    /// Its points in the sprint before; `None` for none, and where it came.
    pub points_before: Option<f64>,
    /// Its points in the sprint after; `None` for none, and where it left.
    pub points_after: Option<f64>,
}

/// A page of changes of scope.
#[uniffi::remote(Record)]
pub struct ScopeChangePage {
    /// Valid at this sequence.
    pub sequence: i64,
    /// In the order of the log.
    pub changes: Vec<ScopeChange>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A page of the items of a sprint as they stood at its start or completion.
#[uniffi::remote(Record)]
pub struct SprintItemPage {
    /// Valid at this sequence.
    pub sequence: i64,
    /// In the order of their ids.
    pub items: Vec<SprintItem>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// What a completed sprint achieved.
#[uniffi::remote(Record)]
pub struct VelocitySprint {
    /// Sprint.
    pub sprint: SprintId,
    /// Its name.
    pub name: String,
    /// When it was completed.
    pub ended_at: Option<Timestamp>,
    /// In it when it started.
    pub committed: SprintLoad,
    /// Completed in it.
    pub completed: SprintLoad,
}

/// The velocity of a project.
#[uniffi::remote(Record)]
pub struct Velocity {
    /// Valid at this sequence.
    pub sequence: i64,
    /// Its last completed sprints, newest first.
    pub sprints: Vec<VelocitySprint>,
    /// Average of their completed points; `None` without any.
    pub average_points: Option<f64>,
}

/// Whose time.
#[uniffi::remote(Enum)]
pub enum TimeScope {
    /// Of the whole tenant, as far as visible.
    Tenant,
    /// On the items of a project.
    Project(ProjectId),
    /// On one item.
    Item(ItemId),
    /// On an item and its live descendants.
    ItemTree(ItemId),
    /// In a sprint.
    Sprint(SprintId),
    /// Of one user, as far as visible.
    User(UserId),
}

/// What the totals are for.
#[uniffi::remote(Enum)]
pub enum TimeGrouping {
    /// Each item, most time first.
    Item,
    /// Each user, most time first.
    User,
    /// Each day, earliest first.
    Day,
}

/// Which totals.
#[uniffi::remote(Record)]
pub struct TimeQuery {
    /// Whose time.
    pub scope: TimeScope,
    /// What the lines are for.
    pub by: TimeGrouping,
    /// First day; left out: from the beginning.
    #[uniffi(default = None)]
    pub from: Option<CalendarDate>,
    /// Last day; left out: to the end.
    #[uniffi(default = None)]
    pub to: Option<CalendarDate>,
    /// Where days begin, in minutes ahead of UTC (-1080 to 1080).
    pub utc_offset_minutes: i32,
    /// Which page of lines.
    #[uniffi(default)]
    pub page: PageRequest,
}

/// The total of one item, user or day.
#[uniffi::remote(Record)]
pub struct TimeLine {
    /// The item, where lines are for items.
    pub item: Option<ItemId>,
    /// The user, where lines are for users.
    pub user: Option<UserId>,
    /// The day, where lines are for days.
    pub day: Option<CalendarDate>,
    /// Whole seconds.
    pub seconds: i64,
    /// Entries with a part in it.
    pub entries: i64,
}

/// Totals of time.
#[uniffi::remote(Record)]
pub struct TimeTotals {
    /// Valid at this sequence.
    pub sequence: i64,
    /// Whole seconds of scope and period, over all pages.
    pub seconds: i64,
    /// Entries with a part in it, over all pages.
    pub entries: i64,
    /// Timers of the scope that run now; their time is in no total yet.
    pub running: i64,
    /// The totals in their order. Without time there is no line.
    pub lines: Vec<TimeLine>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A moment of the past.
#[uniffi::remote(Enum)]
pub enum AsOf {
    /// After the event with this sequence.
    Sequence(i64),
    /// After the last event that was committed at this instant or before it.
    Instant(Timestamp),
}

/// Which board, and when.
#[uniffi::remote(Record)]
pub struct BoardThenQuery {
    /// Project; visible now.
    pub project: ProjectId,
    /// When.
    pub as_of: AsOf,
    /// Only this lane. Without it every lane comes with its first items, at most 50 each and 500 in all.
    #[uniffi(default = None)]
    pub lane: Option<LaneId>,
    /// Which page of the lane; only the limit counts where no lane is named.
    #[uniffi(default)]
    pub page: PageRequest,
}

/// A lane as it was, with items.
#[uniffi::remote(Record)]
pub struct LaneThen {
    /// The lane.
    pub lane: Lane,
    /// All items in it then.
    pub item_count: i64,
    /// Items in the order of the board, without long texts.
    pub items: Vec<WorkItem>,
    /// Where the next page of this lane begins.
    pub next: Option<String>,
}

/// A board as it was.
#[uniffi::remote(Record)]
pub struct BoardThen {
    /// Valid at this sequence: what has been purged up to here is gone.
    pub sequence: i64,
    /// The board is as it was after this sequence.
    pub as_of: i64,
    /// The project then, without its description.
    pub project: Project,
    /// Its live lanes then, in order.
    pub lanes: Vec<LaneThen>,
}

/// A piece of a snapshot.
#[uniffi::remote(Record)]
pub struct SnapshotChunk {
    /// Valid at this sequence. That of the first chunk is where to follow the log from.
    pub sequence: i64,
    /// Live entities, whole: the tenant's settings, users, then of the projects asked for and visible the projects,
    /// members, lanes, sprints, items, comments, time entries and dependencies. A comment whose `reply_to` does not
    /// come answers a deleted one.
    pub entities: Vec<Entity>,
    /// Where the next chunk begins; `None` at the end. The last chunk may be empty.
    pub next: Option<String>,
}

/// What stays although the command is undone.
#[uniffi::remote(Record)]
pub struct UndoLeftOut {
    /// Sequence of the event.
    pub sequence: i64,
    /// Kind of entity.
    pub entity_kind: EntityKind,
    /// Id of the entity.
    pub entity_id: String,
    /// What happened to it: a timer that was stopped stays stopped.
    pub action: Action,
}

/// How to take a command back.
#[uniffi::remote(Record)]
pub struct Undo {
    /// Valid at this sequence.
    pub sequence: i64,
    /// The parts of the command that does it, in order. Empty where the command changed nothing that lasts.
    pub parts: Vec<Part>,
    /// Side effects that stay.
    pub left_out: Vec<UndoLeftOut>,
}
