//! What a record says, in words of this engine and of no format.

use serde_json::{Map, Value};

use super::index::Index;
use super::report::Origin;
use crate::command::{Change, ItemChange, NewItem, Part};
use crate::event;
use crate::form;
use crate::model::{
    CalendarDate, ExternalRef, ItemId, LaneId, Priority, ProjectId, Timestamp, UserId, WorkItem,
};

/// When and by whom something was done there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) at: Option<Timestamp>,
    pub(super) by: Option<UserId>,
}

impl Stamp {
    /// The part of a command that does this with the stamp as its origin.
    pub(super) fn part(&self, change: Change) -> Part {
        let origin = event::Origin { at: self.at, by: self.by.clone(), number: None, version: None };
        let known = origin.at.is_some() || origin.by.is_some();
        Part { change, expected_version: None, origin: known.then_some(origin) }
    }
}

/// A work item as its source has it.
#[derive(Clone, Debug)]
pub(super) struct ItemFacts {
    /// Its place in the index.
    pub(super) node: usize,
    pub(super) origin: Origin,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) priority: Priority,
    pub(super) assignee: Option<UserId>,
    pub(super) labels: Vec<String>,
    pub(super) estimate_seconds: Option<i64>,
    pub(super) start_date: Option<CalendarDate>,
    pub(super) due_date: Option<CalendarDate>,
    /// Fields without a place of their own; they stand under the source's name in the item's `extra`.
    pub(super) extra: Map<String, Value>,
    /// Lane it was made in.
    pub(super) first_lane: LaneId,
    /// Lane it is in; `None` where the source does not say, and it stays where it is.
    pub(super) lane: Option<LaneId>,
    pub(super) created: Stamp,
    pub(super) updated: Stamp,
    /// When and by whom it was put into its lane.
    pub(super) entered: Stamp,
    /// When it was completed, where the source says.
    pub(super) completed_at: Option<Timestamp>,
    pub(super) deleted: Option<Stamp>,
}

impl ItemFacts {
    /// The part that makes the item. Its `extra` comes last of all, dated with the last change.
    pub(super) fn create(&self, index: &Index, project: ProjectId, source: &str) -> Part {
        let new = NewItem {
            description: self.description.clone(),
            lane: Some(self.first_lane.into()),
            priority: self.priority,
            assignee: self.assignee.clone(),
            labels: self.labels.clone(),
            estimate_seconds: self.estimate_seconds,
            start_date: self.start_date,
            due_date: self.due_date,
            external: Some(ExternalRef {
                source: source.to_owned(),
                id: self.origin.id.clone().unwrap_or_default(),
            }),
            ..NewItem::new(project, index.kind(self.node), self.title.clone())
        };
        self.created.part(Change::CreateItem(Box::new(new)))
    }

    /// The changes that bring an item to what its source says; none where it is so already.
    pub(super) fn changes(&self, index: &Index, old: &WorkItem) -> Vec<ItemChange> {
        let mut changes = Vec::new();
        let kind = index.kind(self.node);
        if old.kind != kind {
            changes.push(ItemChange::Kind(kind));
        }
        if old.title != self.title.trim() {
            changes.push(ItemChange::Title(self.title.clone()));
        }
        if old.description.as_deref() != Some(self.description.as_str()) {
            changes.push(ItemChange::Description(self.description.clone()));
        }
        if old.priority != self.priority {
            changes.push(ItemChange::Priority(self.priority));
        }
        if old.assignee != self.assignee {
            changes.push(ItemChange::Assignee(self.assignee.clone()));
        }
        let mut labels = self.labels.clone();
        if form::labels(&mut labels).is_err() || old.labels != labels {
            changes.push(ItemChange::Labels(self.labels.clone()));
        }
        if old.estimate_seconds != self.estimate_seconds {
            changes.push(ItemChange::EstimateSeconds(self.estimate_seconds));
        }
        if old.start_date != self.start_date {
            changes.push(ItemChange::StartDate(self.start_date));
        }
        if old.due_date != self.due_date {
            changes.push(ItemChange::DueDate(self.due_date));
        }
        changes
    }

    /// The item's `extra` with this record's fields in it; `None` where they stand there already. What the host
    /// keeps there under other names stays.
    pub(super) fn extra(&self, old: &str, source: &str) -> Option<String> {
        let mut object: Map<String, Value> = serde_json::from_str(old).unwrap_or_default();
        if self.extra.is_empty() {
            object.remove(source);
        } else {
            object.insert(source.to_owned(), Value::Object(self.extra.clone()));
        }
        let new = if object.is_empty() { String::new() } else { Value::Object(object).to_string() };
        (new != old).then_some(new)
    }

    /// About how large its command is.
    pub(super) fn bytes(&self) -> usize {
        1_024 + self.title.len() + self.description.len() + self.labels.iter().map(String::len).sum::<usize>()
    }
}

/// A comment as its source has it.
#[derive(Clone, Debug)]
pub(super) struct CommentFacts {
    pub(super) origin: Origin,
    /// Its item's place in the index.
    pub(super) node: usize,
    pub(super) text: String,
    pub(super) written: Stamp,
}

/// A dependency as its source has it, both ends found.
#[derive(Clone, Debug)]
pub(super) struct EdgeFacts {
    pub(super) origin: Origin,
    pub(super) kind: crate::model::DependencyKind,
    /// The blocker.
    pub(super) from: ItemId,
    /// The item that waits.
    pub(super) to: ItemId,
    pub(super) made: Stamp,
}

/// The parent a record should have.
#[derive(Clone, Debug)]
pub(super) struct ParentFacts {
    pub(super) node: usize,
    pub(super) origin: Origin,
    pub(super) parent: Option<ItemId>,
    pub(super) made: Stamp,
}
