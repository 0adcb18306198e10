//! Places, and moves to them.

use serde::{Deserialize, Serialize};

use crate::model::{ItemRef, LaneId, LaneRef, ProjectRef, SprintRef};

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
