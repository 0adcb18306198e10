// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.
//! Small closed vocabularies.

#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use crate::engine::*;

/// What kind of actor issues a command.
#[uniffi::remote(Enum)]
pub enum ActorKind {
    /// A person.
    Human,
    /// A program that acts on its own, such as a language model.
    Agent,
    /// The host itself.
    System,
}

/// Role in the tenant, vouched for by the host.
#[uniffi::remote(Enum)]
pub enum TenantRole {
    /// Admin of every project; may import and purge.
    Admin,
    /// Sees open projects and those that list him.
    Member,
}

/// Role in a project.
#[uniffi::remote(Enum)]
pub enum ProjectRole {
    /// Reads, comments, tracks own time.
    Viewer,
    /// Also creates, changes and moves items, sprints and dependencies.
    Editor,
    /// Also deletes, restores, moderates, and changes the project and its members.
    Admin,
}

/// Whether a project takes changes.
#[uniffi::remote(Enum)]
pub enum ProjectStatus {
    /// Takes changes.
    Active,
    /// Read-only.
    Archived,
}

/// Who sees a project.
#[uniffi::remote(Enum)]
pub enum Visibility {
    /// Every member of the tenant, as an editor unless listed otherwise.
    Open,
    /// Listed members only.
    Private,
}

/// What happens when a lane passes its WIP limit.
#[uniffi::remote(Enum)]
pub enum WipPolicy {
    /// The move is made and the event says so.
    Warn,
    /// The move is refused.
    Refuse,
}

/// What a lane means for the state of its items.
#[uniffi::remote(Enum)]
pub enum LaneCategory {
    /// Not planned yet.
    Backlog,
    /// Planned, not begun.
    Unstarted,
    /// Being worked on.
    Started,
    /// Done.
    Completed,
    /// Given up.
    Canceled,
}

/// Kind of a work item.
#[uniffi::remote(Enum)]
pub enum ItemKind {
    /// A body of work; may hold epics, stories, tasks and bugs.
    Epic,
    /// A user-visible piece; may hold stories, tasks and bugs.
    Story,
    /// A piece of work; may hold tasks and bugs.
    Task,
    /// A defect; on the level of a task.
    Bug,
}

/// Priority of a work item.
#[uniffi::remote(Enum)]
pub enum Priority {
    /// Before everything else.
    Urgent,
    /// High.
    High,
    /// Medium.
    Medium,
    /// Low.
    Low,
    /// Not set.
    None,
}

/// State of a sprint.
#[uniffi::remote(Enum)]
pub enum SprintState {
    /// Not begun.
    Planned,
    /// Running.
    Active,
    /// Ended, with its result kept.
    Completed,
    /// Given up.
    Cancelled,
}

/// When an item of a sprint was counted.
#[uniffi::remote(Enum)]
pub enum SprintPhase {
    /// At the start: the commitment.
    Start,
    /// At the completion: the result.
    Completion,
}

/// What is done with a timer that ran longer than the cap.
#[uniffi::remote(Enum)]
pub enum TimerCapPolicy {
    /// Flag it.
    Flag,
    /// Cut it at the cap, keeping the original end in the entry.
    Cap,
}

/// What is done with time entries of one user that overlap.
#[uniffi::remote(Enum)]
pub enum OverlapPolicy {
    /// Flag them.
    Allow,
    /// Refuse the later command.
    Refuse,
}

/// Kind of a dependency.
#[uniffi::remote(Enum)]
pub enum DependencyKind {
    /// The second item waits for the first.
    Blocks,
    /// A note without order; never counts as waiting.
    RelatesTo,
}

/// Which entity an event is about.
#[uniffi::remote(Enum)]
pub enum EntityKind {
    /// The tenant's settings.
    TenantSettings,
    /// A user.
    User,
    /// A project.
    Project,
    /// A member of a project.
    Member,
    /// A swim lane.
    Lane,
    /// A work item.
    WorkItem,
    /// A sprint.
    Sprint,
    /// A comment.
    Comment,
    /// A time entry.
    TimeEntry,
    /// A dependency.
    Dependency,
}

/// What happened to the entity.
#[uniffi::remote(Enum)]
pub enum Action {
    /// It was made.
    Created,
    /// Fields changed.
    Changed,
    /// It changed lane, order, parent or sprint.
    Moved,
    /// It was deleted, softly.
    Deleted,
    /// It came back.
    Restored,
    /// It is gone for good.
    Purged,
    /// A sprint or timer began.
    Started,
    /// A timer ended.
    Stopped,
    /// A sprint was completed.
    Completed,
    /// A sprint was cancelled.
    Cancelled,
    /// A project became read-only.
    Archived,
    /// A project takes changes again.
    Unarchived,
}

/// A remark on an event or outcome that is not a refusal.
#[uniffi::remote(Enum)]
pub enum NoteKind {
    /// A lane holds more items than its limit; `id` is the lane, `count` and `limit` say how many.
    WipExceeded,
    /// Starting this timer stopped another; `id` is that entry.
    TimerReplaced,
    /// The entry overlaps another of the same user; `id` is that entry.
    Overlap,
    /// The timer ran longer than the cap; `count` is its length and `limit` the cap, in seconds.
    OverCap,
    /// The clock went backwards while the timer ran.
    ClockBackwards,
    /// Restore left out a dependency; `id` is that dependency.
    DependencyLeftOut,
    /// Restore left out a sprint that has ended; `id` is the sprint.
    SprintLeftOut,
    /// Restore left out a parent that is not live; `id` is the parent.
    ParentLeftOut,
    /// Restore put the item into the default lane; `id` is the lane that is gone.
    LaneReplaced,
    /// Restore left out an assignment or place that no longer fits; `id` names it.
    PlaceReplaced,
}

/// When an acknowledged command is safe.
#[uniffi::remote(Enum)]
pub enum Durability {
    /// On disk before it is acknowledged: it survives a power cut.
    Full,
    /// It survives a crash of the process; a power cut may take the last commands, never half of one.
    Relaxed,
}
