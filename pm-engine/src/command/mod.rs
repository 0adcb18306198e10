//! Commands: requests to change something. Plain data; nothing here decides. In their JSON form what may be empty may
//! be left out, and a field nobody knows is refused.
//!
//! A command is a list of parts that happen all or not at all. Most have one; a batch has up to
//! [`PARTS_MAX`](crate::limits::PARTS_MAX).

mod changed;
mod made;
mod moved;

use serde::{Deserialize, Serialize};

use crate::event::Origin;
use crate::model::{
    ActorKind, CommandId, CommentRef, DependencyId, DependencyKind, DependencyRef, Entity, ItemRef, LaneRef,
    ProjectRef, ProjectRole, SprintRef, TenantRole, TimeEntryId, TimeEntryRef, UserId,
};

pub use changed::{
    ItemChange, LaneChange, ProjectChange, SprintChange, TenantSettingChange, TimeEntryChange, UserChange,
};
pub use made::{NewComment, NewItem, NewLane, NewProject, NewSprint, NewTimeEntry};
pub use moved::{ItemMove, LanePlace, LaneTarget, ParentChange, Place, SprintAssignment};

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
