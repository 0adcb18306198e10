//! Ids, names of things, instants and dates: texts and numbers on the other side, checked on the way in. A text that
//! is no id is answered with [`PmError::Invalid`].
#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use std::collections::{BTreeMap, HashMap};

use crate::engine::*;
use crate::error::PmError;

/// Numbers by name of a table.
pub(crate) type TableCounts = BTreeMap<String, i64>;
/// Categories by name of a status or list.
pub(crate) type LaneCategories = BTreeMap<String, LaneCategory>;

macro_rules! checked {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        uniffi::custom_type!($(#[$doc])* $name, String, {
            remote,
            lower: |id| id.to_string(),
            try_lift: |text| text.parse::<$name>().map_err(|error| PmError::from(error).into()),
        });
    )*};
}

macro_rules! refs {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        uniffi::custom_type!($(#[$doc])* $name, String, {
            remote,
            lower: |name| name.to_string(),
            try_lift: |text| Ok($name::new(text)),
        });
    )*};
}

checked! {
    /// Id of a project, a UUID.
    ProjectId;
    /// Id of a swim lane, a UUID.
    LaneId;
    /// Id of a work item, a UUID.
    ItemId;
    /// Id of a sprint, a UUID.
    SprintId;
    /// Id of a comment, a UUID.
    CommentId;
    /// Id of a time entry, a UUID.
    TimeEntryId;
    /// Id of a dependency, a UUID.
    DependencyId;
    /// Which history a sequence number belongs to; a restored tenant gets a new one.
    Epoch;
    /// Id of a user: an opaque text of 1–255 bytes without control characters.
    UserId;
    /// Id of a command: 1–64 of `A–Z a–z 0–9 _ -`. Sending it again returns the first outcome.
    CommandId;
    /// A date without a zone, `YYYY-MM-DD`.
    CalendarDate;
}

refs! {
    /// Names a project by UUID, by key or by `#k`.
    ProjectRef;
    /// Names a lane by UUID, by its status value or by `#k`.
    LaneRef;
    /// Names a work item by UUID, by `KEY-n` or by `#k`.
    ItemRef;
    /// Names a sprint by UUID or by `#k`.
    SprintRef;
    /// Names a comment by UUID or by `#k`.
    CommentRef;
    /// Names a time entry by UUID or by `#k`.
    TimeEntryRef;
    /// Names a dependency by UUID or by `#k`.
    DependencyRef;
}

uniffi::custom_type!(
    /// An instant: milliseconds since 1970-01-01T00:00:00Z.
    Timestamp, i64, {
    remote,
    lower: |at| at.as_millis(),
    try_lift: |ms| {
        let at = Timestamp::from_millis(ms);
        if at.as_millis() == ms { Ok(at) } else { Err(PmError::instant().into()) }
    },
});

uniffi::custom_type!(
    /// Numbers by name of a table.
    TableCounts, HashMap<String, i64>, {
    remote,
    lower: |counts| counts.into_iter().collect(),
    try_lift: |counts| Ok(counts.into_iter().collect()),
});

uniffi::custom_type!(
    /// Categories by name of a status or list.
    LaneCategories, HashMap<String, LaneCategory>, {
    remote,
    lower: |categories| categories.into_iter().collect(),
    try_lift: |categories| Ok(categories.into_iter().collect()),
});
