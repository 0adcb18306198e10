//! How a command or query names an entity that exists: by UUID, by `KEY` or `KEY-n`, or by `#k`, the entity
//! that part `k` (counted from 0) of the same batch made.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ids::{CommentId, DependencyId, ItemId, LaneId, ProjectId, SprintId, TimeEntryId};

macro_rules! refs {
    ($($(#[$doc:meta])* $name:ident of $id:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text; it is checked when the command or query runs.
            #[must_use]
            pub fn new(text: impl Into<String>) -> Self { Self(text.into()) }
            /// The entity made by part `k` of the same batch, counted from 0.
            #[must_use]
            pub fn part(k: u32) -> Self { Self(format!("#{k}")) }
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl From<$id> for $name { fn from(id: $id) -> Self { Self(id.to_string()) } }
        impl From<&str> for $name { fn from(text: &str) -> Self { Self(text.to_owned()) } }
        impl From<String> for $name { fn from(text: String) -> Self { Self(text) } }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
    )*};
}

refs! {
    /// Names a project by UUID, by key (`PM`) or by `#k`.
    ProjectRef of ProjectId;
    /// Names a lane by UUID, by its status value (`in_progress`) or by `#k`.
    LaneRef of LaneId;
    /// Names a work item by UUID, by `KEY-n` or by `#k`.
    ItemRef of ItemId;
    /// Names a sprint by UUID or by `#k`.
    SprintRef of SprintId;
    /// Names a comment by UUID or by `#k`.
    CommentRef of CommentId;
    /// Names a time entry by UUID or by `#k`.
    TimeEntryRef of TimeEntryId;
    /// Names a dependency by UUID or by `#k`.
    DependencyRef of DependencyId;
}
