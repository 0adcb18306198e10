// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.
//! What commands carry.

#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use crate::engine::*;

/// A project to be made.
#[uniffi::remote(Record)]
pub struct NewProject {
    /// Id; derived if left out.
    #[uniffi(default = None)]
    pub id: Option<ProjectId>,
    /// Key: 2–10 of `A–Z 0–9`, starting with a letter; upper-cased.
    pub key: String,
    /// Title.
    pub title: String,
    /// Markdown; may be empty.
    #[uniffi(default)]
    pub description: String,
    /// Who sees it.
    pub visibility: Visibility,
    /// What happens past a WIP limit.
    pub wip_policy: WipPolicy,
    /// Whether several sprints may be active at once.
    #[uniffi(default)]
    pub parallel_sprints: bool,
    /// Its lanes in order; empty for the five usual ones. The first one of the lowest category is the default.
    #[uniffi(default)]
    pub lanes: Vec<NewLane>,
}

/// A lane to be made.
#[uniffi::remote(Record)]
pub struct NewLane {
    /// Id; derived if left out.
    #[uniffi(default = None)]
    pub id: Option<LaneId>,
    /// Name.
    pub name: String,
    /// Status value; derived from the name if left out.
    #[uniffi(default = None)]
    pub status: Option<String>,
    /// Category.
    pub category: LaneCategory,
    /// Most items that should be in it.
    #[uniffi(default = None)]
    pub wip_limit: Option<i64>,
}

/// A work item to be made.
#[uniffi::remote(Record)]
pub struct NewItem {
    /// Id; derived if left out.
    #[uniffi(default = None)]
    pub id: Option<ItemId>,
    /// Project.
    pub project: ProjectRef,
    /// Kind.
    pub kind: ItemKind,
    /// Title.
    pub title: String,
    /// Markdown; may be empty.
    #[uniffi(default)]
    pub description: String,
    /// Lane; without one, the project's default lane.
    #[uniffi(default = None)]
    pub lane: Option<LaneRef>,
    /// Priority.
    pub priority: Priority,
    /// Who works on it.
    #[uniffi(default = None)]
    pub assignee: Option<UserId>,
    /// Labels.
    #[uniffi(default)]
    pub labels: Vec<String>,
    /// Story points.
    #[uniffi(default = None)]
    pub points: Option<f64>,
    /// Estimated work in seconds.
    #[uniffi(default = None)]
    pub estimate_seconds: Option<i64>,
    /// Remaining work in seconds.
    #[uniffi(default = None)]
    pub remaining_seconds: Option<i64>,
    /// First day of work.
    #[uniffi(default = None)]
    pub start_date: Option<CalendarDate>,
    /// Day it is due.
    #[uniffi(default = None)]
    pub due_date: Option<CalendarDate>,
    /// Sprint.
    #[uniffi(default = None)]
    pub sprint: Option<SprintRef>,
    /// Parent.
    #[uniffi(default = None)]
    pub parent: Option<ItemRef>,
    /// Place in its lane; without one, the end.
    #[uniffi(default = None)]
    pub place: Option<Place>,
    /// Place among its parent's children; without one, the end.
    #[uniffi(default = None)]
    pub sibling_place: Option<Place>,
    /// Reference to another system.
    #[uniffi(default = None)]
    pub external: Option<ExternalRef>,
    /// A JSON object as text; empty for none.
    #[uniffi(default)]
    pub extra: String,
}

/// A sprint to be made.
#[uniffi::remote(Record)]
pub struct NewSprint {
    /// Id; derived if left out.
    #[uniffi(default = None)]
    pub id: Option<SprintId>,
    /// Project.
    pub project: ProjectRef,
    /// Name.
    pub name: String,
    /// What it is for; may be empty.
    #[uniffi(default)]
    pub goal: String,
    /// First day.
    #[uniffi(default = None)]
    pub start_date: Option<CalendarDate>,
    /// Last day.
    #[uniffi(default = None)]
    pub end_date: Option<CalendarDate>,
}

/// A comment to be added.
#[uniffi::remote(Record)]
pub struct NewComment {
    /// Id; derived if left out.
    #[uniffi(default = None)]
    pub id: Option<CommentId>,
    /// Item.
    pub item: ItemRef,
    /// The comment it answers.
    #[uniffi(default = None)]
    pub reply_to: Option<CommentRef>,
    /// Markdown.
    pub text: String,
    /// Reference to another system.
    #[uniffi(default = None)]
    pub external: Option<ExternalRef>,
}

/// A time entry made by hand.
#[uniffi::remote(Record)]
pub struct NewTimeEntry {
    /// Id; derived if left out.
    #[uniffi(default = None)]
    pub id: Option<TimeEntryId>,
    /// Item.
    pub item: ItemRef,
    /// Whose time; without one, the actor's. Another's needs a project admin.
    #[uniffi(default = None)]
    pub user: Option<UserId>,
    /// Begin.
    pub started_at: Timestamp,
    /// End.
    pub ended_at: Timestamp,
    /// What was done; may be empty.
    #[uniffi(default)]
    pub note: String,
}

/// Names a lane, in a project where it is named by its status.
#[uniffi::remote(Record)]
pub struct LaneTarget {
    /// Project; needed only where `lane` is a status value.
    #[uniffi(default = None)]
    pub project: Option<ProjectRef>,
    /// Lane.
    pub lane: LaneRef,
}

/// A place among the lanes of a project.
#[uniffi::remote(Enum)]
pub enum LanePlace {
    /// Before all others.
    First,
    /// After all others.
    Last,
    /// Directly before this lane.
    Before(LaneRef),
    /// Directly after this lane.
    After(LaneRef),
}

/// A place among items.
#[uniffi::remote(Enum)]
pub enum Place {
    /// Before all others.
    First,
    /// After all others.
    Last,
    /// Directly before this item.
    Before(ItemRef),
    /// Directly after this item.
    After(ItemRef),
}

/// A new lane, order, parent and sprint of an item, in one step. What is left out stays.
#[uniffi::remote(Record)]
pub struct ItemMove {
    /// Item.
    pub item: ItemRef,
    /// Lane to move to.
    #[uniffi(default = None)]
    pub lane: Option<LaneRef>,
    /// Place in its lane; where only the lane changes, the end.
    #[uniffi(default = None)]
    pub place: Option<Place>,
    /// New parent, or none.
    #[uniffi(default = None)]
    pub parent: Option<ParentChange>,
    /// Place among its parent's children; where only the parent changes, the end.
    #[uniffi(default = None)]
    pub sibling_place: Option<Place>,
    /// New sprint, or none.
    #[uniffi(default = None)]
    pub sprint: Option<SprintAssignment>,
}

/// A change of parent.
#[uniffi::remote(Enum)]
pub enum ParentChange {
    /// No parent.
    Clear,
    /// This parent.
    Set(ItemRef),
}

/// A change of sprint.
#[uniffi::remote(Enum)]
pub enum SprintAssignment {
    /// No sprint.
    Clear,
    /// This sprint.
    Set(SprintRef),
}

/// A setting of the tenant.
#[uniffi::remote(Enum)]
pub enum TenantSettingChange {
    /// Seconds after which a timer is flagged or cut.
    TimerCapSeconds(i64),
    /// Flag or cut.
    TimerCapPolicy(TimerCapPolicy),
    /// Flag or refuse overlapping entries.
    OverlapPolicy(OverlapPolicy),
}

/// A field of a user's profile; `None` clears.
#[uniffi::remote(Enum)]
pub enum UserChange {
    /// Display name.
    Name(Option<String>),
    /// E-mail address.
    Email(Option<String>),
}

/// A field of a project.
#[uniffi::remote(Enum)]
pub enum ProjectChange {
    /// Title.
    Title(String),
    /// Description; empty for none.
    Description(String),
    /// Who sees it.
    Visibility(Visibility),
    /// What happens past a WIP limit.
    WipPolicy(WipPolicy),
    /// Whether several sprints may be active at once.
    ParallelSprints(bool),
    /// Lane of new items.
    DefaultLane(LaneRef),
}

/// A field of a lane.
#[uniffi::remote(Enum)]
pub enum LaneChange {
    /// Name.
    Name(String),
    /// Status value.
    Status(String),
    /// Category; while the lane holds items only within the unfinished or within the finished ones.
    Category(LaneCategory),
    /// Most items that should be in it; `None` clears.
    WipLimit(Option<i64>),
}

/// A field of an item; `None` clears.
#[uniffi::remote(Enum)]
pub enum ItemChange {
    /// Kind; only where parent and children still fit.
    Kind(ItemKind),
    /// Title.
    Title(String),
    /// Description; empty for none.
    Description(String),
    /// Priority.
    Priority(Priority),
    /// Who works on it.
    Assignee(Option<UserId>),
    /// All labels.
    Labels(Vec<String>),
    /// Story points.
    Points(Option<f64>),
    /// Estimated work in seconds.
    EstimateSeconds(Option<i64>),
    /// Remaining work in seconds.
    RemainingSeconds(Option<i64>),
    /// First day of work.
    StartDate(Option<CalendarDate>),
    /// Day it is due.
    DueDate(Option<CalendarDate>),
    /// Reference to another system.
    External(Option<ExternalRef>),
    /// A JSON object as text; empty for none.
    Extra(String),
}

/// A field of a sprint; `None` clears.
#[uniffi::remote(Enum)]
pub enum SprintChange {
    /// Name.
    Name(String),
    /// Goal; empty for none.
    Goal(String),
    /// First day.
    StartDate(Option<CalendarDate>),
    /// Last day.
    EndDate(Option<CalendarDate>),
}

/// A field of a time entry.
#[uniffi::remote(Enum)]
pub enum TimeEntryChange {
    /// Item.
    Item(ItemRef),
    /// Begin.
    StartedAt(Timestamp),
    /// End; a running timer is stopped by `Change::StopTimer` instead.
    EndedAt(Timestamp),
    /// What was done; empty for none.
    Note(String),
}
