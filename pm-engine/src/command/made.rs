//! What is to be made, with all that can be given at once.

use serde::{Deserialize, Serialize};

use super::Place;
use crate::model::{
    CalendarDate, CommentId, CommentRef, ExternalRef, ItemId, ItemKind, ItemRef, LaneCategory, LaneId,
    LaneRef, Priority, ProjectId, ProjectRef, SprintId, SprintRef, TimeEntryId, Timestamp, UserId,
    Visibility, WipPolicy,
};

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

const fn open() -> Visibility {
    Visibility::Open
}

const fn warn() -> WipPolicy {
    WipPolicy::Warn
}

const fn no_priority() -> Priority {
    Priority::None
}
