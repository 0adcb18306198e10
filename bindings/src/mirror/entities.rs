// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.
//! The entities.

#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use crate::engine::*;

/// Settings that hold for a whole tenant.
#[uniffi::remote(Record)]
pub struct TenantSettings {
    /// A timer longer than this many seconds is flagged or cut.
    pub timer_cap_seconds: i64,
    /// What is done with a timer longer than the cap.
    pub timer_cap_policy: TimerCapPolicy,
    /// What is done with overlapping time entries of one user.
    pub overlap_policy: OverlapPolicy,
    /// 1, then one more per change.
    pub version: i64,
}

/// Somebody who issued a command or was named by one.
#[uniffi::remote(Record)]
pub struct User {
    /// Opaque id.
    pub id: UserId,
    /// Person, agent or system, as first seen.
    pub kind: ActorKind,
    /// Display name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// When first recorded.
    pub created_at: Timestamp,
    /// 1, then one more per change.
    pub version: i64,
}

/// A project: a board with its items, sprints and members.
#[uniffi::remote(Record)]
pub struct Project {
    /// Id.
    pub id: ProjectId,
    /// Short key, `PM`; with a number it names an item, `PM-12`.
    pub key: String,
    /// Title.
    pub title: String,
    /// Markdown.
    pub description: Option<String>,
    /// Active, or archived and read-only.
    pub status: ProjectStatus,
    /// Open to the tenant, or private to its members.
    pub visibility: Visibility,
    /// What happens past a lane's WIP limit.
    pub wip_policy: WipPolicy,
    /// Whether several sprints may be active at once.
    pub parallel_sprints: bool,
    /// Lane of new items. `None` only between the creation of a project and of its first lane.
    pub default_lane: Option<LaneId>,
    /// When made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: UserId,
    /// When last changed.
    pub updated_at: Timestamp,
    /// Who last changed it.
    pub updated_by: UserId,
    /// When deleted, if it is.
    pub deleted_at: Option<Timestamp>,
    /// 1, then one more per change.
    pub version: i64,
}

/// A user's explicit role in a project.
#[uniffi::remote(Record)]
pub struct Member {
    /// Project.
    pub project: ProjectId,
    /// User.
    pub user: UserId,
    /// Role.
    pub role: ProjectRole,
    /// When first added.
    pub created_at: Timestamp,
    /// When removed, if he is.
    pub removed_at: Option<Timestamp>,
    /// 1, then one more per change; goes on when a removed member is added again.
    pub version: i64,
}

/// A column of a project's board. The lane an item is in is its status.
#[uniffi::remote(Record)]
pub struct Lane {
    /// Id.
    pub id: LaneId,
    /// Project.
    pub project: ProjectId,
    /// Name shown on the board.
    pub name: String,
    /// Status value, unique in the project.
    pub status: String,
    /// What the lane means for its items.
    pub category: LaneCategory,
    /// Order key among the lanes of the project; sorts bytewise.
    pub position: String,
    /// Most items that should be in the lane.
    pub wip_limit: Option<i64>,
    /// When deleted, if it is.
    pub deleted_at: Option<Timestamp>,
    /// 1, then one more per change.
    pub version: i64,
}

/// A reference to the same thing in another system, unique per tenant.
#[uniffi::remote(Record)]
pub struct ExternalRef {
    /// Name of the other system.
    pub source: String,
    /// Id there.
    pub id: String,
}

/// An epic, story, task or bug.
#[uniffi::remote(Record)]
pub struct WorkItem {
    /// Id.
    pub id: ItemId,
    /// Project; an item never changes it.
    pub project: ProjectId,
    /// Number in the project, from 1 without gaps: `KEY-number`.
    pub number: i64,
    /// Kind.
    pub kind: ItemKind,
    /// Title.
    pub title: String,
    /// Markdown.
    pub description: Option<String>,
    /// Lane: the item's status.
    pub lane: LaneId,
    /// Priority.
    pub priority: Priority,
    /// Who works on it.
    pub assignee: Option<UserId>,
    /// Labels, sorted, without repeats.
    pub labels: Vec<String>,
    /// Story points.
    pub points: Option<f64>,
    /// Estimated work in seconds.
    pub estimate_seconds: Option<i64>,
    /// Remaining work in seconds.
    pub remaining_seconds: Option<i64>,
    /// First day of work.
    pub start_date: Option<CalendarDate>,
    /// Day it is due.
    pub due_date: Option<CalendarDate>,
    /// Sprint.
    pub sprint: Option<SprintId>,
    /// Parent item.
    pub parent: Option<ItemId>,
    /// Order key in the lane; sorts bytewise.
    pub lane_order: String,
    /// Order key among the children of the same parent; sorts bytewise.
    pub parent_order: String,
    /// Reference to another system.
    pub external: Option<ExternalRef>,
    /// A JSON object of the host's own, as text.
    pub extra: Option<String>,
    /// When made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: UserId,
    /// When last changed.
    pub updated_at: Timestamp,
    /// Who last changed it.
    pub updated_by: UserId,
    /// When it entered a completed or canceled lane.
    pub completed_at: Option<Timestamp>,
    /// Who moved it there.
    pub completed_by: Option<UserId>,
    /// When deleted, if it is.
    pub deleted_at: Option<Timestamp>,
    /// 1, then one more per change.
    pub version: i64,
}

/// An item as it stood when its sprint started or was completed.
#[uniffi::remote(Record)]
pub struct SprintItem {
    /// Item.
    pub item: ItemId,
    /// Start or completion.
    pub phase: SprintPhase,
    /// Its points then.
    pub points: Option<f64>,
    /// Its state then.
    pub category: LaneCategory,
}

/// A time box of a project.
#[uniffi::remote(Record)]
pub struct Sprint {
    /// Id.
    pub id: SprintId,
    /// Project.
    pub project: ProjectId,
    /// Name, unique among the project's live sprints.
    pub name: String,
    /// What it is for.
    pub goal: String,
    /// First day.
    pub start_date: Option<CalendarDate>,
    /// Last day.
    pub end_date: Option<CalendarDate>,
    /// State.
    pub state: SprintState,
    /// When it became active.
    pub started_at: Option<Timestamp>,
    /// When it was completed or cancelled.
    pub ended_at: Option<Timestamp>,
    /// Items in it at its start.
    pub committed_items: i64,
    /// Points in it at its start.
    pub committed_points: f64,
    /// Items completed in it.
    pub completed_items: i64,
    /// Points completed in it: its velocity.
    pub completed_points: f64,
    /// Its items at start and completion; carried by the events of those two only.
    pub items: Option<Vec<SprintItem>>,
    /// When made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: UserId,
    /// When last changed.
    pub updated_at: Timestamp,
    /// Who last changed it.
    pub updated_by: UserId,
    /// When deleted, if it is.
    pub deleted_at: Option<Timestamp>,
    /// 1, then one more per change.
    pub version: i64,
}

/// A comment on an item.
#[uniffi::remote(Record)]
pub struct Comment {
    /// Id.
    pub id: CommentId,
    /// Project of the item.
    pub project: ProjectId,
    /// Item.
    pub item: ItemId,
    /// The comment this one answers.
    pub reply_to: Option<CommentId>,
    /// Depth in the thread, from 1.
    pub depth: i64,
    /// Who wrote it.
    pub author: UserId,
    /// Markdown. Empty in answers where the comment is deleted: a placeholder.
    pub text: Option<String>,
    /// Users mentioned.
    pub mentioned_users: Vec<UserId>,
    /// Items mentioned, as far as the author may see them.
    pub mentioned_items: Vec<ItemId>,
    /// Reference to another system.
    pub external: Option<ExternalRef>,
    /// When written.
    pub created_at: Timestamp,
    /// When last edited.
    pub edited_at: Option<Timestamp>,
    /// When deleted, if it is.
    pub deleted_at: Option<Timestamp>,
    /// 1, then one more per change.
    pub version: i64,
}

/// Time spent on an item: a timer, or an entry made by hand.
#[uniffi::remote(Record)]
pub struct TimeEntry {
    /// Id.
    pub id: TimeEntryId,
    /// Project of the item.
    pub project: ProjectId,
    /// Item.
    pub item: ItemId,
    /// Whose time.
    pub user: UserId,
    /// Begin.
    pub started_at: Timestamp,
    /// End; `None` while the timer runs.
    pub ended_at: Option<Timestamp>,
    /// Whole seconds; `None` while the timer runs.
    pub seconds: Option<i64>,
    /// What was done.
    pub note: String,
    /// Made by hand, not by a timer.
    pub manual: bool,
    /// Overlaps another entry of the same user, as seen when it was written.
    pub overlaps: bool,
    /// Ran longer than the cap.
    pub over_cap: bool,
    /// The clock went backwards while it ran.
    pub clock_backwards: bool,
    /// The end before it was cut at the cap.
    pub original_end: Option<Timestamp>,
    /// When recorded.
    pub created_at: Timestamp,
    /// Who last changed it.
    pub updated_by: UserId,
    /// When deleted, if it is.
    pub deleted_at: Option<Timestamp>,
    /// 1, then one more per change.
    pub version: i64,
}

/// A relation of two items.
#[uniffi::remote(Record)]
pub struct Dependency {
    /// Id.
    pub id: DependencyId,
    /// Kind.
    pub kind: DependencyKind,
    /// The blocker; for `relates_to` just the first.
    pub from: ItemId,
    /// The item that waits; for `relates_to` just the second.
    pub to: ItemId,
    /// Project of the waiting item.
    pub project: ProjectId,
    /// When made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: UserId,
    /// When deleted, if it is.
    pub deleted_at: Option<Timestamp>,
    /// 1, then one more per change.
    pub version: i64,
}

/// Any entity.
#[uniffi::remote(Enum)]
pub enum Entity {
    /// The tenant's settings.
    TenantSettings(TenantSettings),
    /// A user.
    User(User),
    /// A project.
    Project(Project),
    /// A member of a project.
    Member(Member),
    /// A lane.
    Lane(Lane),
    /// A work item.
    WorkItem(Box<WorkItem>),
    /// A sprint.
    Sprint(Box<Sprint>),
    /// A comment.
    Comment(Comment),
    /// A time entry.
    TimeEntry(TimeEntry),
    /// A dependency.
    Dependency(Dependency),
}
