//! What happened to a sprint while it was active, read from the log: items that came and went, were estimated anew,
//! were finished and taken up again.
//!
//! The commitment is where it begins. Every event of an item of the project between start and end is compared with
//! what was known of the item before it. Items that the completion itself carries away stay: that is its result, no
//! change of scope. Blanked events of purged items say nothing and are passed over.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::stored_event;
use crate::error::{Stop, StoreResult};
use crate::event::Event;
use crate::model::{
    CommandId, Entity, ItemId, LaneCategory, Sprint, SprintId, SprintPhase, Timestamp, UserId, WorkItem,
};
use crate::rejection::{Rejection, RejectionCode};
use crate::store::rows;

/// Most events of items read for one sprint; a sprint with more has no report.
const EVENTS_MAX: i64 = 100_000;

/// What an event meant for a sprint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum StepKind {
    Added,
    Removed,
    Reestimated,
    /// Entered a completed or canceled lane, or left it.
    Progress,
}

/// One change, with the item's state before and after it; `None` where it was or is not in the sprint.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) sequence: i64,
    pub(super) at: Timestamp,
    pub(super) by: UserId,
    pub(super) item: ItemId,
    pub(super) kind: StepKind,
    pub(super) before: Option<State>,
    pub(super) after: Option<State>,
}

/// An item of the sprint.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct State {
    pub(super) points: Option<f64>,
    pub(super) finished: bool,
}

/// The sprint from its start on.
#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) committed: Vec<State>,
    pub(super) steps: Vec<Step>,
}

/// Sequence of the sprint's start, and of its end with the command that ended it.
struct Bounds {
    start: i64,
    end: Option<(i64, CommandId)>,
}

/// The history of a sprint; empty for one that has not started, or whose start is not in the log (an import).
pub(super) fn history(connection: &Connection, sprint: &Sprint) -> Result<History, Stop> {
    let Some(bounds) = bounds(connection, sprint.id)? else { return Ok(History::default()) };
    let mut known = commitment(connection, sprint.id)?;
    let mut history = History { committed: known.values().copied().collect(), steps: Vec::new() };
    let mut statement = connection.prepare_cached(
        "SELECT e.body FROM activity_log a INDEXED BY activity_log_by_project \
         CROSS JOIN event_log e ON e.sequence = a.sequence \
         WHERE a.project_id = ?1 AND a.sequence > ?2 AND a.sequence <= ?3 AND a.entity_kind = 'work_item' \
         AND (a.field IS NULL OR a.field IN ('sprint', 'points', 'completed_at') \
           OR a.action IN ('created', 'deleted', 'restored')) \
         GROUP BY a.sequence ORDER BY a.sequence",
    )?;
    let end = bounds.end.as_ref().map_or(i64::MAX, |(sequence, _)| *sequence);
    let mut found = statement.query(params![sprint.project, bounds.start, end])?;
    let mut read = 0;
    while let Some(row) = found.next()? {
        read += 1;
        if read > EVENTS_MAX {
            let message = "too much happened during this sprint for a report";
            return Err(Rejection::beyond(RejectionCode::TooLarge, "sprint", EVENTS_MAX, message).into());
        }
        let event = stored_event::body_at(row, 0)?;
        let ending = bounds.end.as_ref().is_some_and(|(_, group)| event.group == *group);
        history.steps.extend(step(&mut known, sprint.id, &event, ending));
    }
    Ok(history)
}

fn bounds(connection: &Connection, sprint: SprintId) -> StoreResult<Option<Bounds>> {
    let sql = "SELECT min(sequence) FROM activity_log WHERE entity_id = ?1 AND entity_kind = 'sprint' \
         AND action = 'started'";
    let start: Option<i64> = rows::one(connection, sql, [sprint], |row| row.get(0))?.flatten();
    let Some(start) = start else { return Ok(None) };
    let sql = "SELECT e.sequence, e.command_id FROM activity_log a JOIN event_log e ON e.sequence = a.sequence \
         WHERE a.entity_id = ?1 AND a.entity_kind = 'sprint' AND a.sequence > ?2 \
         AND a.action IN ('completed', 'cancelled') ORDER BY a.sequence LIMIT 1";
    let end = rows::one(connection, sql, params![sprint, start], |row| {
        Ok((row.get(0)?, row.get::<_, String>(1)?))
    })?;
    let end = end.and_then(|(sequence, group)| Some((sequence, CommandId::new(group).ok()?)));
    Ok(Some(Bounds { start, end }))
}

fn commitment(connection: &Connection, sprint: SprintId) -> StoreResult<HashMap<ItemId, State>> {
    let sql = "SELECT item_id, points, category FROM sprint_items WHERE sprint_id = ?1 AND phase = ?2";
    let read = |row: &rusqlite::Row<'_>| {
        let finished = row.get::<_, LaneCategory>(2)?.is_finished();
        Ok((row.get(0)?, State { points: row.get(1)?, finished }))
    };
    Ok(rows::many(connection, sql, params![sprint, SprintPhase::Start], read)?.into_iter().collect())
}

/// What one event meant, and the item as known after it. An estimate and a finish in one event are two steps.
fn step(known: &mut HashMap<ItemId, State>, sprint: SprintId, event: &Event, ending: bool) -> Vec<Step> {
    let Some(Entity::WorkItem(item)) = &event.entity else { return Vec::new() };
    let before = known.get(&item.id).copied();
    let stays = ending && before.is_some();
    let inside = item.deleted_at.is_none() && (item.sprint == Some(sprint) || stays);
    let after = inside.then(|| State { points: item.points, finished: item.completed_at.is_some() });
    match after {
        Some(state) => known.insert(item.id, state),
        None => known.remove(&item.id),
    };
    kinds(before, after)
        .into_iter()
        .map(|(kind, before, after)| made(event, item, kind, before, after))
        .collect()
}

fn kinds(before: Option<State>, after: Option<State>) -> Vec<(StepKind, Option<State>, Option<State>)> {
    match (before, after) {
        (None, Some(_)) => vec![(StepKind::Added, before, after)],
        (Some(_), None) => vec![(StepKind::Removed, before, after)],
        (Some(old), Some(new)) => {
            let between = Some(State { points: new.points, finished: old.finished });
            let mut kinds = Vec::new();
            if old.points != new.points {
                kinds.push((StepKind::Reestimated, before, between));
            }
            if old.finished != new.finished {
                kinds.push((StepKind::Progress, between, after));
            }
            kinds
        }
        (None, None) => Vec::new(),
    }
}

fn made(event: &Event, item: &WorkItem, kind: StepKind, before: Option<State>, after: Option<State>) -> Step {
    let (at, by) = (event.happened_at(), event.happened_by().clone());
    Step { sequence: event.sequence, at, by, item: item.id, kind, before, after }
}
