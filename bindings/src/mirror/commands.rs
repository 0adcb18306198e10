// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.
//! Commands and their parts.

#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use crate::engine::*;

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

/// Who issues a command or asks a query, as the host vouches for it.
#[uniffi::remote(Record)]
pub struct Actor {
    /// User.
    pub user: UserId,
    /// Person, agent or system.
    pub kind: ActorKind,
    /// Role in the tenant.
    pub role: TenantRole,
    /// On whose behalf; only recorded.
    #[uniffi(default = None)]
    pub on_behalf_of: Option<UserId>,
}

/// A request to change a tenant.
#[uniffi::remote(Record)]
pub struct Command {
    /// Chosen by the caller, unique per actor. The same id again returns the first outcome and does nothing.
    pub id: CommandId,
    /// Who asks.
    pub actor: Actor,
    /// What to do, in order; all of it or nothing.
    pub parts: Vec<Part>,
}

/// One part of a command.
#[uniffi::remote(Record)]
pub struct Part {
    /// What to do.
    pub change: Change,
    /// The version of the entity the caller has seen; checked and written in one step.
    #[uniffi(default = None)]
    pub expected_version: Option<i64>,
    /// Where an imported fact comes from (tenant admins only).
    #[uniffi(default = None)]
    pub origin: Option<Origin>,
}

/// Everything that can be asked for.
#[uniffi::remote(Enum)]
pub enum Change {
    /// Changes the tenant's settings (tenant admin).
    UpdateTenantSettings {
        /// What to change.
        changes: Vec<TenantSettingChange>,
    },
    /// Changes a user's profile (his own, or a tenant admin).
    UpdateUser {
        /// User; recorded if unknown.
        user: UserId,
        /// What to change.
        changes: Vec<UserChange>,
    },
    /// Makes a project with its lanes; the actor becomes its admin.
    CreateProject(NewProject),
    /// Changes a project.
    UpdateProject {
        /// Project.
        project: ProjectRef,
        /// What to change.
        changes: Vec<ProjectChange>,
    },
    /// Makes a project read-only and stops its running timers.
    ArchiveProject {
        /// Project.
        project: ProjectRef,
    },
    /// Lets an archived project take changes again.
    UnarchiveProject {
        /// Project.
        project: ProjectRef,
    },
    /// Deletes a project, softly, and stops its running timers.
    DeleteProject {
        /// Project.
        project: ProjectRef,
    },
    /// Brings a deleted project back, by its UUID.
    RestoreProject {
        /// Project.
        project: ProjectRef,
    },
    /// Removes a deleted project for good (tenant admin).
    PurgeProject {
        /// Project, by its UUID.
        project: ProjectRef,
    },
    /// Gives a user a role in a project, or changes it.
    SetMember {
        /// Project.
        project: ProjectRef,
        /// User.
        user: UserId,
        /// Role.
        role: ProjectRole,
    },
    /// Takes a user's explicit role away.
    RemoveMember {
        /// Project.
        project: ProjectRef,
        /// User.
        user: UserId,
    },
    /// Adds a lane.
    CreateLane {
        /// Project.
        project: ProjectRef,
        /// The lane.
        lane: NewLane,
        /// Where among the lanes; without one, at the end.
        #[uniffi(default = None)]
        place: Option<LanePlace>,
    },
    /// Changes a lane.
    UpdateLane {
        /// Lane.
        lane: LaneTarget,
        /// What to change.
        changes: Vec<LaneChange>,
    },
    /// Moves a lane among its project's lanes.
    MoveLane {
        /// Lane.
        lane: LaneTarget,
        /// Where to.
        place: LanePlace,
    },
    /// Deletes a lane.
    DeleteLane {
        /// Lane.
        lane: LaneTarget,
        /// Where its items go; needed where it holds any.
        #[uniffi(default = None)]
        move_items_to: Option<LaneRef>,
    },
    /// Brings a deleted lane back.
    RestoreLane {
        /// Lane.
        lane: LaneTarget,
    },
    /// Makes a work item.
    CreateItem(Box<NewItem>),
    /// Changes an item's fields.
    UpdateItem {
        /// Item.
        item: ItemRef,
        /// What to change.
        changes: Vec<ItemChange>,
    },
    /// Changes lane, order, parent and sprint, together.
    MoveItem(ItemMove),
    /// Deletes an item, softly.
    DeleteItem {
        /// Item.
        item: ItemRef,
        /// Also its live descendants; without it they are a reason to refuse.
        cascade: bool,
    },
    /// Brings an item back with what was deleted together with it.
    RestoreItem {
        /// Item.
        item: ItemRef,
    },
    /// Removes a deleted item with its comments and entries for good (tenant admin).
    PurgeItem {
        /// Item.
        item: ItemRef,
    },
    /// Makes a sprint.
    CreateSprint(NewSprint),
    /// Changes a sprint.
    UpdateSprint {
        /// Sprint.
        sprint: SprintRef,
        /// What to change.
        changes: Vec<SprintChange>,
    },
    /// Starts a planned sprint and stores its commitment.
    StartSprint {
        /// Sprint.
        sprint: SprintRef,
    },
    /// Completes an active sprint and stores its result.
    CompleteSprint {
        /// Sprint.
        sprint: SprintRef,
        /// Where unfinished items go: a planned or active sprint; without one, out of any sprint.
        #[uniffi(default = None)]
        carry_to: Option<SprintRef>,
    },
    /// Cancels a planned or active sprint and clears it of its items.
    CancelSprint {
        /// Sprint.
        sprint: SprintRef,
    },
    /// Deletes a sprint and clears it of its items.
    DeleteSprint {
        /// Sprint.
        sprint: SprintRef,
    },
    /// Brings a deleted sprint back, without its items.
    RestoreSprint {
        /// Sprint.
        sprint: SprintRef,
    },
    /// Adds a comment.
    AddComment(NewComment),
    /// Changes the text of an own comment.
    EditComment {
        /// Comment.
        comment: CommentRef,
        /// New text.
        text: String,
    },
    /// Deletes a comment; answers to it stay.
    DeleteComment {
        /// Comment.
        comment: CommentRef,
    },
    /// Brings a deleted comment back.
    RestoreComment {
        /// Comment.
        comment: CommentRef,
    },
    /// Removes the text of one comment for good (tenant admin).
    PurgeComment {
        /// Comment.
        comment: CommentRef,
    },
    /// Starts the actor's timer, stopping the one that runs.
    StartTimer {
        /// Id of the entry; derived if left out.
        id: Option<TimeEntryId>,
        /// Item.
        item: ItemRef,
        /// What is being done.
        #[uniffi(default)]
        note: String,
    },
    /// Stops a timer.
    StopTimer {
        /// The entry; without one, the actor's running timer.
        #[uniffi(default = None)]
        entry: Option<TimeEntryRef>,
    },
    /// Records time by hand.
    AddTimeEntry(NewTimeEntry),
    /// Changes a time entry.
    UpdateTimeEntry {
        /// Entry.
        entry: TimeEntryRef,
        /// What to change.
        changes: Vec<TimeEntryChange>,
    },
    /// Deletes a time entry; a running one is stopped by it.
    DeleteTimeEntry {
        /// Entry.
        entry: TimeEntryRef,
    },
    /// Brings a deleted time entry back.
    RestoreTimeEntry {
        /// Entry.
        entry: TimeEntryRef,
    },
    /// Relates two items.
    AddDependency {
        /// Id; derived if left out.
        id: Option<DependencyId>,
        /// Kind.
        kind: DependencyKind,
        /// The blocker.
        from: ItemRef,
        /// The item that waits.
        to: ItemRef,
    },
    /// Takes a dependency away.
    RemoveDependency {
        /// Dependency.
        dependency: DependencyRef,
    },
    /// Takes over an entity of an export, with its times, authors and version, under the rules that hold for
    /// making one (tenant admin).
    LoadEntity(Box<Entity>),
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
