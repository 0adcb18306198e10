//! Small closed vocabularies. In the file, on the wire of REST and in exports they are words.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant,)* }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// The word that stands for this value.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $word,)* } }
            /// The value a word stands for.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> { match word { $($word => Some(Self::$variant),)* _ => None } }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }
    )*};
}

words! {
    /// What kind of actor issues a command.
    ActorKind {
        /// A person.
        Human = "human",
        /// A program that acts on its own, such as a language model.
        Agent = "agent",
        /// The host itself.
        System = "system",
    }
    /// Role in the tenant, vouched for by the host.
    TenantRole {
        /// Admin of every project; may import and purge.
        Admin = "admin",
        /// Sees open projects and those that list him.
        Member = "member",
    }
    /// Role in a project.
    ProjectRole {
        /// Reads, comments, tracks own time.
        Viewer = "viewer",
        /// Also creates, changes and moves items, sprints and dependencies.
        Editor = "editor",
        /// Also deletes, restores, moderates, and changes the project and its members.
        Admin = "admin",
    }
    /// Whether a project takes changes.
    ProjectStatus {
        /// Takes changes.
        Active = "active",
        /// Read-only.
        Archived = "archived",
    }
    /// Who sees a project.
    Visibility {
        /// Every member of the tenant, as an editor unless listed otherwise.
        Open = "open",
        /// Listed members only.
        Private = "private",
    }
    /// What happens when a lane passes its WIP limit.
    WipPolicy {
        /// The move is made and the event says so.
        Warn = "warn",
        /// The move is refused.
        Refuse = "refuse",
    }
    /// What a lane means for the state of its items.
    LaneCategory {
        /// Not planned yet.
        Backlog = "backlog",
        /// Planned, not begun.
        Unstarted = "unstarted",
        /// Being worked on.
        Started = "started",
        /// Done.
        Completed = "completed",
        /// Given up.
        Canceled = "canceled",
    }
    /// Kind of a work item.
    ItemKind {
        /// A body of work; may hold epics, stories, tasks and bugs.
        Epic = "epic",
        /// A user-visible piece; may hold stories, tasks and bugs.
        Story = "story",
        /// A piece of work; may hold tasks and bugs.
        Task = "task",
        /// A defect; on the level of a task.
        Bug = "bug",
    }
    /// Priority of a work item.
    Priority {
        /// Before everything else.
        Urgent = "urgent",
        /// High.
        High = "high",
        /// Medium.
        Medium = "medium",
        /// Low.
        Low = "low",
        /// Not set.
        None = "none",
    }
    /// State of a sprint.
    SprintState {
        /// Not begun.
        Planned = "planned",
        /// Running.
        Active = "active",
        /// Ended, with its result kept.
        Completed = "completed",
        /// Given up.
        Cancelled = "cancelled",
    }
    /// When an item of a sprint was counted.
    SprintPhase {
        /// At the start: the commitment.
        Start = "start",
        /// At the completion: the result.
        Completion = "completion",
    }
    /// What is done with a timer that ran longer than the cap.
    TimerCapPolicy {
        /// Flag it.
        Flag = "flag",
        /// Cut it at the cap, keeping the original end in the entry.
        Cap = "cap",
    }
    /// What is done with time entries of one user that overlap.
    OverlapPolicy {
        /// Flag them.
        Allow = "allow",
        /// Refuse the later command.
        Refuse = "refuse",
    }
    /// Kind of a dependency.
    DependencyKind {
        /// The second item waits for the first.
        Blocks = "blocks",
        /// A note without order; never counts as waiting.
        RelatesTo = "relates_to",
    }
    /// Which entity an event is about.
    EntityKind {
        /// The tenant's settings.
        TenantSettings = "tenant_settings",
        /// A user.
        User = "user",
        /// A project.
        Project = "project",
        /// A member of a project.
        Member = "member",
        /// A swim lane.
        Lane = "lane",
        /// A work item.
        WorkItem = "work_item",
        /// A sprint.
        Sprint = "sprint",
        /// A comment.
        Comment = "comment",
        /// A time entry.
        TimeEntry = "time_entry",
        /// A dependency.
        Dependency = "dependency",
    }
    /// What happened to the entity.
    Action {
        /// It was made.
        Created = "created",
        /// Fields changed.
        Changed = "changed",
        /// It changed lane, order, parent or sprint.
        Moved = "moved",
        /// It was deleted, softly.
        Deleted = "deleted",
        /// It came back.
        Restored = "restored",
        /// It is gone for good.
        Purged = "purged",
        /// A sprint or timer began.
        Started = "started",
        /// A timer ended.
        Stopped = "stopped",
        /// A sprint was completed.
        Completed = "completed",
        /// A sprint was cancelled.
        Cancelled = "cancelled",
        /// A project became read-only.
        Archived = "archived",
        /// A project takes changes again.
        Unarchived = "unarchived",
    }
    /// A remark on an event or outcome that is not a refusal.
    NoteKind {
        /// A lane holds more items than its limit; `id` is the lane, `count` and `limit` say how many.
        WipExceeded = "wip_exceeded",
        /// Starting this timer stopped another; `id` is that entry.
        TimerReplaced = "timer_replaced",
        /// The entry overlaps another of the same user; `id` is that entry.
        Overlap = "overlap",
        /// The timer ran longer than the cap; `count` is its length and `limit` the cap, in seconds.
        OverCap = "over_cap",
        /// The clock went backwards while the timer ran.
        ClockBackwards = "clock_backwards",
        /// Restore left out a dependency; `id` is that dependency.
        DependencyLeftOut = "dependency_left_out",
        /// Restore left out a sprint that has ended; `id` is the sprint.
        SprintLeftOut = "sprint_left_out",
        /// Restore left out a parent that is not live; `id` is the parent.
        ParentLeftOut = "parent_left_out",
        /// Restore put the item into the default lane; `id` is the lane that is gone.
        LaneReplaced = "lane_replaced",
        /// Restore left out an assignment or place that no longer fits; `id` names it.
        PlaceReplaced = "place_replaced",
    }
}

impl ItemKind {
    /// Level in the hierarchy: 0 for epics, 1 for stories, 2 for tasks and bugs. A parent's level is never
    /// greater than its child's.
    #[must_use]
    pub const fn level(self) -> u8 {
        match self {
            Self::Epic => 0,
            Self::Story => 1,
            Self::Task | Self::Bug => 2,
        }
    }
}

impl LaneCategory {
    /// Whether items in such a lane are finished: completed or canceled.
    #[must_use]
    pub const fn is_finished(self) -> bool {
        matches!(self, Self::Completed | Self::Canceled)
    }
}
