// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.
//! Commands.

#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use crate::engine::*;

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
