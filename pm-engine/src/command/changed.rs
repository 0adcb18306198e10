//! Patches: named changes of fields. What is not named stays; what may be absent is cleared by `None`.

use serde::{Deserialize, Serialize};

use crate::model::{
    CalendarDate, ExternalRef, ItemKind, ItemRef, LaneCategory, LaneRef, OverlapPolicy, Priority,
    TimerCapPolicy, Timestamp, UserId, Visibility, WipPolicy,
};

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

/// A field of a time entry.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeEntryChange {
    /// Item.
    Item(ItemRef),
    /// Begin.
    StartedAt(Timestamp),
    /// End; a running timer is stopped by [`Change::StopTimer`](super::Change::StopTimer) instead.
    EndedAt(Timestamp),
    /// What was done; empty for none.
    Note(String),
}
