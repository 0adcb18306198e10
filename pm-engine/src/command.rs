//! Commands: requests to change something. Plain data; nothing here decides. In their JSON form what may be empty may
//! be left out, and a field nobody knows is refused.
//!
//! A command is a list of parts that happen all or not at all. Most have one; a batch has up to
//! [`PARTS_MAX`](crate::limits::PARTS_MAX).

use serde::{Deserialize, Serialize};

use crate::event::Origin;
use crate::model::{
    ActorKind, CalendarDate, CommandId, CommentId, CommentRef, DependencyId, DependencyKind, DependencyRef,
    Entity, ExternalRef, ItemId, ItemKind, ItemRef, LaneCategory, LaneId, LaneRef, OverlapPolicy, Priority,
    ProjectId, ProjectRef, ProjectRole, SprintId, SprintRef, TenantRole, TimeEntryId, TimeEntryRef,
    TimerCapPolicy, Timestamp, UserId, Visibility, WipPolicy,
};

/// Who issues a command or asks a query, as the host vouches for it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Actor {
    /// User.
    pub user: UserId,
    /// Person, agent or system.
    pub kind: ActorKind,
    /// Role in the tenant.
    pub role: TenantRole,
    /// On whose behalf; only recorded.
    pub on_behalf_of: Option<UserId>,
}

impl Actor {
    /// A person who is a member of the tenant.
    #[must_use]
    pub const fn member(user: UserId) -> Self {
        Self { user, kind: ActorKind::Human, role: TenantRole::Member, on_behalf_of: None }
    }

    /// A person who is an admin of the tenant; what an embedded single-user host acts as.
    #[must_use]
    pub const fn admin(user: UserId) -> Self {
        Self { user, kind: ActorKind::Human, role: TenantRole::Admin, on_behalf_of: None }
    }
}

/// A request to change a tenant.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Command {
    /// Chosen by the caller, unique per actor. The same id again returns the first outcome and does nothing.
    pub id: CommandId,
    /// Who asks.
    pub actor: Actor,
    /// What to do, in order; all of it or nothing.
    pub parts: Vec<Part>,
}

impl Command {
    /// A command of one part under a fresh id.
    #[must_use]
    pub fn new(actor: Actor, change: Change) -> Self {
        Self { id: CommandId::generate(), actor, parts: vec![Part::from(change)] }
    }

    /// A batch under a fresh id.
    #[must_use]
    pub fn batch(actor: Actor, changes: Vec<Change>) -> Self {
        Self { id: CommandId::generate(), actor, parts: changes.into_iter().map(Part::from).collect() }
    }

    /// The same command under an id of the caller's.
    #[must_use]
    pub fn with_id(mut self, id: CommandId) -> Self {
        self.id = id;
        self
    }

    /// Every part based on this version of its entity; `conflict` if it has moved on.
    #[must_use]
    pub fn expecting(mut self, version: i64) -> Self {
        for part in &mut self.parts {
            part.expected_version = Some(version);
        }
        self
    }

    /// Every part with this origin (tenant admins only).
    #[must_use]
    pub fn from_origin(mut self, origin: &Origin) -> Self {
        for part in &mut self.parts {
            part.origin = Some(origin.clone());
        }
        self
    }
}

/// One part of a command.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// What to do.
    pub change: Change,
    /// The version of the entity the caller has seen; checked and written in one step.
    pub expected_version: Option<i64>,
    /// Where an imported fact comes from (tenant admins only).
    pub origin: Option<Origin>,
}

impl From<Change> for Part {
    fn from(change: Change) -> Self {
        Self { change, expected_version: None, origin: None }
    }
}

/// Everything that can be asked for.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
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
        #[serde(default)]
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
        #[serde(default)]
        note: String,
    },
    /// Stops a timer.
    StopTimer {
        /// The entry; without one, the actor's running timer.
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

/// A setting of the tenant.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantSettingChange {
    /// Seconds after which a timer is flagged or cut.
    TimerCapSeconds(i64),
    /// Flag or cut.
    TimerCapPolicy(TimerCapPolicy),
    /// Flag or refuse overlapping entries.
    OverlapPolicy(OverlapPolicy),
}

/// A field of a user's profile; `None` clears.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserChange {
    /// Display name.
    Name(Option<String>),
    /// E-mail address.
    Email(Option<String>),
}

/// A project to be made.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewProject {
    /// Id; derived if left out.
    pub id: Option<ProjectId>,
    /// Key: 2–10 of `A–Z 0–9`, starting with a letter; upper-cased.
    pub key: String,
    /// Title.
    pub title: String,
    /// Markdown; may be empty.
    #[serde(default)]
    pub description: String,
    /// Who sees it.
    #[serde(default = "open")]
    pub visibility: Visibility,
    /// What happens past a WIP limit.
    #[serde(default = "warn")]
    pub wip_policy: WipPolicy,
    /// Whether several sprints may be active at once.
    #[serde(default)]
    pub parallel_sprints: bool,
    /// Its lanes in order; empty for the five usual ones. The first one of the lowest category is the default.
    #[serde(default)]
    pub lanes: Vec<NewLane>,
}

impl NewProject {
    /// An open project with the five usual lanes.
    #[must_use]
    pub fn new(key: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            id: None,
            key: key.into(),
            title: title.into(),
            description: String::new(),
            visibility: Visibility::Open,
            wip_policy: WipPolicy::Warn,
            parallel_sprints: false,
            lanes: Vec::new(),
        }
    }
}

/// A field of a project.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// A lane to be made.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewLane {
    /// Id; derived if left out.
    pub id: Option<LaneId>,
    /// Name.
    pub name: String,
    /// Status value; derived from the name if left out.
    pub status: Option<String>,
    /// Category.
    pub category: LaneCategory,
    /// Most items that should be in it.
    pub wip_limit: Option<i64>,
}

/// Names a lane, in a project where it is named by its status.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaneTarget {
    /// Project; needed only where `lane` is a status value.
    pub project: Option<ProjectRef>,
    /// Lane.
    pub lane: LaneRef,
}

impl From<LaneId> for LaneTarget {
    fn from(id: LaneId) -> Self {
        Self { project: None, lane: id.into() }
    }
}

/// A place among the lanes of a project.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// A field of a lane.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// A work item to be made.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewItem {
    /// Id; derived if left out.
    pub id: Option<ItemId>,
    /// Project.
    pub project: ProjectRef,
    /// Kind.
    pub kind: ItemKind,
    /// Title.
    pub title: String,
    /// Markdown; may be empty.
    #[serde(default)]
    pub description: String,
    /// Lane; without one, the project's default lane.
    pub lane: Option<LaneRef>,
    /// Priority.
    #[serde(default = "no_priority")]
    pub priority: Priority,
    /// Who works on it.
    pub assignee: Option<UserId>,
    /// Labels.
    #[serde(default)]
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
    pub sprint: Option<SprintRef>,
    /// Parent.
    pub parent: Option<ItemRef>,
    /// Place in its lane; without one, the end.
    pub place: Option<Place>,
    /// Place among its parent's children; without one, the end.
    pub sibling_place: Option<Place>,
    /// Reference to another system.
    pub external: Option<ExternalRef>,
    /// A JSON object as text; empty for none.
    #[serde(default)]
    pub extra: String,
}

impl NewItem {
    /// An item with nothing but project, kind and title.
    #[must_use]
    pub fn new(project: impl Into<ProjectRef>, kind: ItemKind, title: impl Into<String>) -> Self {
        Self {
            id: None,
            project: project.into(),
            kind,
            title: title.into(),
            description: String::new(),
            lane: None,
            priority: Priority::None,
            assignee: None,
            labels: Vec::new(),
            points: None,
            estimate_seconds: None,
            remaining_seconds: None,
            start_date: None,
            due_date: None,
            sprint: None,
            parent: None,
            place: None,
            sibling_place: None,
            external: None,
            extra: String::new(),
        }
    }
}

/// A place among items.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// A field of an item; `None` clears.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// A new lane, order, parent and sprint of an item, in one step. What is left out stays.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemMove {
    /// Item.
    pub item: ItemRef,
    /// Lane to move to.
    pub lane: Option<LaneRef>,
    /// Place in its lane; where only the lane changes, the end.
    pub place: Option<Place>,
    /// New parent, or none.
    pub parent: Option<ParentChange>,
    /// Place among its parent's children; where only the parent changes, the end.
    pub sibling_place: Option<Place>,
    /// New sprint, or none.
    pub sprint: Option<SprintAssignment>,
}

impl ItemMove {
    /// A move that changes nothing yet.
    #[must_use]
    pub fn new(item: impl Into<ItemRef>) -> Self {
        Self { item: item.into(), lane: None, place: None, parent: None, sibling_place: None, sprint: None }
    }

    /// A move to the end of a lane.
    #[must_use]
    pub fn to_lane(item: impl Into<ItemRef>, lane: impl Into<LaneRef>) -> Self {
        Self { lane: Some(lane.into()), ..Self::new(item) }
    }
}

/// A change of parent.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParentChange {
    /// No parent.
    Clear,
    /// This parent.
    Set(ItemRef),
}

/// A change of sprint.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SprintAssignment {
    /// No sprint.
    Clear,
    /// This sprint.
    Set(SprintRef),
}

/// A sprint to be made.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSprint {
    /// Id; derived if left out.
    pub id: Option<SprintId>,
    /// Project.
    pub project: ProjectRef,
    /// Name.
    pub name: String,
    /// What it is for; may be empty.
    #[serde(default)]
    pub goal: String,
    /// First day.
    pub start_date: Option<CalendarDate>,
    /// Last day.
    pub end_date: Option<CalendarDate>,
}

impl NewSprint {
    /// A sprint with nothing but project and name.
    #[must_use]
    pub fn new(project: impl Into<ProjectRef>, name: impl Into<String>) -> Self {
        Self {
            id: None,
            project: project.into(),
            name: name.into(),
            goal: String::new(),
            start_date: None,
            end_date: None,
        }
    }
}

/// A field of a sprint; `None` clears.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// A comment to be added.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    /// Id; derived if left out.
    pub id: Option<CommentId>,
    /// Item.
    pub item: ItemRef,
    /// The comment it answers.
    pub reply_to: Option<CommentRef>,
    /// Markdown.
    pub text: String,
    /// Reference to another system.
    pub external: Option<ExternalRef>,
}

impl NewComment {
    /// A comment that starts a thread.
    #[must_use]
    pub fn new(item: impl Into<ItemRef>, text: impl Into<String>) -> Self {
        Self { id: None, item: item.into(), reply_to: None, text: text.into(), external: None }
    }
}

/// A time entry made by hand.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTimeEntry {
    /// Id; derived if left out.
    pub id: Option<TimeEntryId>,
    /// Item.
    pub item: ItemRef,
    /// Whose time; without one, the actor's. Another's needs a project admin.
    pub user: Option<UserId>,
    /// Begin.
    pub started_at: Timestamp,
    /// End.
    pub ended_at: Timestamp,
    /// What was done; may be empty.
    #[serde(default)]
    pub note: String,
}

/// A field of a time entry.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeEntryChange {
    /// Item.
    Item(ItemRef),
    /// Begin.
    StartedAt(Timestamp),
    /// End; a running timer is stopped by [`Change::StopTimer`] instead.
    EndedAt(Timestamp),
    /// What was done; empty for none.
    Note(String),
}

const fn open() -> Visibility {
    Visibility::Open
}

const fn warn() -> WipPolicy {
    WipPolicy::Warn
}

const fn no_priority() -> Priority {
    Priority::None
}
