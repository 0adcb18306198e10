//! A run of the log as it is handed to those who follow: read once, shared, and looked at once for what each of them has to
//! know of it.

use std::sync::Arc;

use crate::model::{EntityKind, ProjectId};
use crate::store::event_log::{StoredEvent, Stretch};
use crate::subscription::RawEvent;

/// Events in order, one at least, that end at the end of a group where they can.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) events: Arc<[RawEvent]>,
    /// The last group is larger than a run, and goes on in the next one.
    pub(crate) group_split: bool,
    /// Sequence of the last event.
    pub(crate) end: i64,
    /// There was nothing newer when it was read.
    pub(crate) reaches_head: bool,
    /// The projects they are of, each once.
    pub(crate) projects: Vec<ProjectId>,
    /// Whether all of them are of a project: those that are not are for everybody.
    pub(crate) only_projects: bool,
    /// Whether one of them may change who sees what.
    pub(crate) changes_access: bool,
}

impl Run {
    /// `None` of no events.
    pub(crate) fn new(stretch: Stretch<Arc<StoredEvent>>, head: i64) -> Option<Self> {
        let Stretch { mut events, group_goes_on } = stretch;
        let group_split = group_goes_on && !cut_at_group(&mut events);
        let end = events.last()?.sequence;
        let reaches_head = end >= head;
        let mut projects: Vec<ProjectId> = events.iter().filter_map(|event| event.project).collect();
        projects.sort_unstable();
        projects.dedup();
        let only_projects = events.iter().all(|event| event.project.is_some());
        let changes_access = events.iter().any(|event| changes_access(event));
        let events = events.into_iter().map(RawEvent::new).collect();
        Some(Self { events, group_split, end, reaches_head, projects, only_projects, changes_access })
    }
}

/// Whether an event may change who sees what.
pub(crate) const fn changes_access(event: &StoredEvent) -> bool {
    matches!(event.entity_kind, EntityKind::Member | EntityKind::Project)
}

/// Drops the beginning of the last group, whose end is missing. False where that would leave nothing.
fn cut_at_group(events: &mut Vec<Arc<StoredEvent>>) -> bool {
    let Some(last) = events.last().cloned() else { return true };
    let Some(keep) = events.iter().rposition(|event| !event.is_of_group(&last)) else { return false };
    events.truncate(keep + 1);
    true
}
