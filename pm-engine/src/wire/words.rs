//! The closed vocabularies: one enum each on both sides, name for name.

use pm_proto as pb;

use super::convert::Wire;
use super::error::WireError;
use crate::error::FailureKind;
use crate::model::{
    Action, ActorKind, DependencyKind, EntityKind, ItemKind, LaneCategory, NoteKind, OverlapPolicy, Priority,
    ProjectRole, ProjectStatus, SprintPhase, SprintState, TenantRole, TimerCapPolicy, Visibility, WipPolicy,
};
use crate::query::{DependencyDirection, ItemSort, LlmContextKind, ScopeChangeKind, TimeGrouping};
use crate::rejection::RejectionCode;

macro_rules! words {
    ($($name:ident { $($variant:ident),* $(,)? })*) => {$(
        impl From<$name> for pb::$name {
            fn from(value: $name) -> Self {
                match value { $($name::$variant => Self::$variant,)* }
            }
        }

        impl Wire<i32> for $name {
            fn to_wire(&self) -> i32 {
                pb::$name::from(*self).into()
            }

            fn from_wire(wire: i32) -> Result<Self, WireError> {
                match pb::$name::try_from(wire) {
                    $(Ok(pb::$name::$variant) => Ok(Self::$variant),)*
                    Ok(pb::$name::Unspecified) => Err(WireError::missing()),
                    Err(_) => Err(WireError::new(format!("holds the unknown value {wire}"))),
                }
            }
        }
    )*};
}

words! {
    ActorKind { Human, Agent, System }
    TenantRole { Admin, Member }
    ProjectRole { Viewer, Editor, Admin }
    ProjectStatus { Active, Archived }
    Visibility { Open, Private }
    WipPolicy { Warn, Refuse }
    LaneCategory { Backlog, Unstarted, Started, Completed, Canceled }
    ItemKind { Epic, Story, Task, Bug }
    Priority { Urgent, High, Medium, Low, None }
    SprintState { Planned, Active, Completed, Cancelled }
    SprintPhase { Start, Completion }
    TimerCapPolicy { Flag, Cap }
    OverlapPolicy { Allow, Refuse }
    DependencyKind { Blocks, RelatesTo }
    EntityKind {
        TenantSettings, User, Project, Member, Lane, WorkItem, Sprint, Comment, TimeEntry, Dependency,
    }
    Action {
        Created, Changed, Moved, Deleted, Restored, Purged, Started, Stopped, Completed, Cancelled, Archived,
        Unarchived,
    }
    NoteKind {
        WipExceeded, TimerReplaced, Overlap, OverCap, ClockBackwards, DependencyLeftOut, SprintLeftOut,
        ParentLeftOut, LaneReplaced, PlaceReplaced,
    }
    RejectionCode {
        Invalid, NotFound, AlreadyExists, Conflict, Cycle, Forbidden, Archived, Frozen, WrongState, InUse,
        HasChildren, WipLimit, Overlap, NotRunning, CommandReused, TooLarge,
    }
    ItemSort { Number, Updated, Priority, Due, Lane }
    DependencyDirection { BlockedBy, Blocks, RelatesTo }
    LlmContextKind { SchemaDoc, QueryPattern, BusinessRule, Example, Instruction }
    ScopeChangeKind { Added, Removed, Reestimated }
    TimeGrouping { Item, User, Day }
}

/// The engine's failures; those of a connection have no counterpart in the engine.
impl From<FailureKind> for pb::FailureCode {
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Busy => Self::Busy,
            FailureKind::Storage => Self::Storage,
            FailureKind::Closed => Self::Closed,
            FailureKind::Internal => Self::Internal,
        }
    }
}
