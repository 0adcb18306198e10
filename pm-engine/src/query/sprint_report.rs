//! Sprints: commitment, result, changes of scope, burndown, velocity.

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::page::{PageRequest, cut, size};
use super::report_check::{require_project, require_sprint};
use super::sprint_log::{History, State, Step, StepKind, history};
use super::time_report::check_offset;
use crate::command::Actor;
use crate::error::Stop;
use crate::model::{
    CalendarDate, ItemId, ProjectId, Sprint, SprintId, SprintItem, SprintPhase, Timestamp, UserId,
};
use crate::store::rows;

/// Most days of a burndown; a sprint that goes on longer is shown up to here.
const BURNDOWN_DAYS_MAX: i64 = 366;

/// A number of items and their points. Items without points count as none.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct SprintLoad {
    /// Items.
    pub items: i64,
    /// Points.
    pub points: f64,
}

/// What is left at the end of a day.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct BurndownDay {
    /// Day.
    pub day: CalendarDate,
    /// In the sprint, finished or not.
    pub scope: SprintLoad,
    /// Neither completed nor canceled.
    pub remaining: SprintLoad,
}

/// A sprint from its start to its end, or until now.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SprintReport {
    /// Valid at this sequence.
    pub sequence: i64,
    /// The sprint.
    pub sprint: Sprint,
    /// In it when it started.
    pub commitment: SprintLoad,
    /// Of the commitment, not finished yet when it started: where the burndown begins.
    pub remaining_at_start: SprintLoad,
    /// Completed when it was completed.
    pub result: SprintLoad,
    /// Added after the start.
    pub added: SprintLoad,
    /// Removed after the start, with the points they had then.
    pub removed: SprintLoad,
    /// Estimated anew after the start, with the points gained by it (negative: lost).
    pub reestimated: SprintLoad,
    /// A line per day from the start to the end or until now, at most 366. Instants may run backwards; a day once
    /// begun is not left again.
    pub burndown: Vec<BurndownDay>,
}

/// How the scope of a sprint changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeChangeKind {
    /// Came into the sprint, or was made or restored in it.
    Added,
    /// Left the sprint, or was deleted.
    Removed,
    /// Its points changed.
    Reestimated,
}

/// A change of scope after the start.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ScopeChange {
    /// Sequence of its event.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: UserId,
    /// Item.
    pub item: ItemId,
    /// How.
    pub kind: ScopeChangeKind,
    /// Its points in the sprint before; `None` for none, and where it came.
    pub points_before: Option<f64>,
    /// Its points in the sprint after; `None` for none, and where it left.
    pub points_after: Option<f64>,
}

/// A page of changes of scope.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ScopeChangePage {
    /// Valid at this sequence.
    pub sequence: i64,
    /// In the order of the log.
    pub changes: Vec<ScopeChange>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A page of the items of a sprint as they stood at its start or completion.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SprintItemPage {
    /// Valid at this sequence.
    pub sequence: i64,
    /// In the order of their ids.
    pub items: Vec<SprintItem>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// What a completed sprint achieved.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct VelocitySprint {
    /// Sprint.
    pub sprint: SprintId,
    /// Its name.
    pub name: String,
    /// When it was completed.
    pub ended_at: Option<Timestamp>,
    /// In it when it started.
    pub committed: SprintLoad,
    /// Completed in it.
    pub completed: SprintLoad,
}

/// The velocity of a project.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Velocity {
    /// Valid at this sequence.
    pub sequence: i64,
    /// Its last completed sprints, newest first.
    pub sprints: Vec<VelocitySprint>,
    /// Average of their completed points; `None` without any.
    pub average_points: Option<f64>,
}

/// The report of a sprint, with days as they are at an offset from UTC.
pub(crate) fn sprint_report(
    connection: &Connection,
    actor: &Actor,
    sequence: i64,
    sprint: SprintId,
    utc_offset_minutes: i32,
    now: Timestamp,
) -> Result<SprintReport, Stop> {
    check_offset(utc_offset_minutes)?;
    let sprint = require_sprint(connection, actor, sprint)?;
    let history = history(connection, &sprint)?;
    let mut report = SprintReport {
        sequence,
        commitment: SprintLoad { items: sprint.committed_items, points: sprint.committed_points },
        remaining_at_start: remaining(&history),
        result: SprintLoad { items: sprint.completed_items, points: sprint.completed_points },
        added: SprintLoad::default(),
        removed: SprintLoad::default(),
        reestimated: SprintLoad::default(),
        burndown: burndown(&sprint, &history, utc_offset_minutes, now),
        sprint,
    };
    for step in &history.steps {
        match step.kind {
            StepKind::Added => report.added.add(points(step.after)),
            StepKind::Removed => report.removed.add(points(step.before)),
            StepKind::Reestimated => report.reestimated.add(points(step.after) - points(step.before)),
            StepKind::Progress => {}
        }
    }
    Ok(report)
}

/// Items added to, removed from and estimated anew in a sprint after its start.
pub(crate) fn scope_changes(
    connection: &Connection,
    actor: &Actor,
    sequence: i64,
    sprint: SprintId,
    page: &PageRequest,
) -> Result<ScopeChangePage, Stop> {
    let limit = page.size()?;
    let (after,): (i64,) = page.start("scope changes")?.unwrap_or((0,));
    let sprint = require_sprint(connection, actor, sprint)?;
    let taken = usize::try_from(limit + 1).unwrap_or(0);
    let steps = history(connection, &sprint)?.steps.into_iter().filter(|step| step.sequence > after);
    let changes: Vec<ScopeChange> = steps.filter_map(scope_change).take(taken).collect();
    let (changes, next) = cut("scope changes", limit, changes, |change| (change.sequence,));
    Ok(ScopeChangePage { sequence, changes, next })
}

fn scope_change(step: Step) -> Option<ScopeChange> {
    let kind = match step.kind {
        StepKind::Added => ScopeChangeKind::Added,
        StepKind::Removed => ScopeChangeKind::Removed,
        StepKind::Reestimated => ScopeChangeKind::Reestimated,
        StepKind::Progress => return None,
    };
    Some(ScopeChange {
        sequence: step.sequence,
        at: step.at,
        by: step.by,
        item: step.item,
        kind,
        points_before: step.before.and_then(|state| state.points),
        points_after: step.after.and_then(|state| state.points),
    })
}

/// The items of a sprint as they stood at its start or completion.
pub(crate) fn sprint_items(
    connection: &Connection,
    actor: &Actor,
    sequence: i64,
    sprint: SprintId,
    phase: SprintPhase,
    page: &PageRequest,
) -> Result<SprintItemPage, Stop> {
    let limit = page.size()?;
    let (after,): (String,) = page.start("sprint items")?.unwrap_or_default();
    let sprint = require_sprint(connection, actor, sprint)?;
    let sql = "SELECT item_id, points, category FROM sprint_items WHERE sprint_id = ?1 AND phase = ?2 \
         AND item_id > ?3 ORDER BY item_id LIMIT ?4";
    let items = rows::many(connection, sql, params![sprint.id, phase, after, limit + 1], |row| {
        Ok(SprintItem { item: row.get(0)?, phase, points: row.get(1)?, category: row.get(2)? })
    })?;
    let (items, next) = cut("sprint items", limit, items, |item| (item.item.to_string(),));
    Ok(SprintItemPage { sequence, items, next })
}

/// The last completed sprints of a project and what they achieved on average.
pub(crate) fn velocity(
    connection: &Connection,
    actor: &Actor,
    sequence: i64,
    project: ProjectId,
    sprints: Option<i64>,
) -> Result<Velocity, Stop> {
    let limit = size(sprints, "sprints")?;
    require_project(connection, actor, project)?;
    let sql = "SELECT id, name, ended_at, committed_items, committed_points, completed_items, completed_points \
         FROM sprints WHERE project_id = ?1 AND state = 'completed' AND deleted_at IS NULL \
         ORDER BY ended_at DESC, id DESC LIMIT ?2";
    let sprints = rows::many(connection, sql, params![project, limit], |row| {
        Ok(VelocitySprint {
            sprint: row.get(0)?,
            name: row.get(1)?,
            ended_at: row.get(2)?,
            committed: SprintLoad { items: row.get(3)?, points: row.get(4)? },
            completed: SprintLoad { items: row.get(5)?, points: row.get(6)? },
        })
    })?;
    let total: f64 = sprints.iter().map(|sprint| sprint.completed.points).sum();
    let count = u32::try_from(sprints.len()).ok().filter(|count| *count > 0);
    Ok(Velocity { sequence, average_points: count.map(|count| total / f64::from(count)), sprints })
}

impl SprintLoad {
    fn add(&mut self, points: f64) {
        self.items += 1;
        self.points += points;
    }

    fn count(&mut self, state: Option<State>, sign: i64) {
        let Some(state) = state else { return };
        self.items += sign;
        let points = state.points.unwrap_or(0.0);
        self.points += if sign < 0 { -points } else { points };
    }
}

fn points(state: Option<State>) -> f64 {
    state.and_then(|state| state.points).unwrap_or(0.0)
}

fn open(state: Option<State>) -> Option<State> {
    state.filter(|state| !state.finished)
}

fn remaining(history: &History) -> SprintLoad {
    let mut load = SprintLoad::default();
    for state in &history.committed {
        load.count(open(Some(*state)), 1);
    }
    load
}

fn burndown(sprint: &Sprint, history: &History, utc_offset_minutes: i32, now: Timestamp) -> Vec<BurndownDay> {
    let Some(started) = sprint.started_at else { return Vec::new() };
    if history.committed.is_empty() && history.steps.is_empty() && sprint.committed_items > 0 {
        // Its start is not in the log: a line of zeros would be a lie.
        return Vec::new();
    }
    let first = i64::from(started.date_at(utc_offset_minutes).days());
    let last = i64::from(sprint.ended_at.unwrap_or(now).date_at(utc_offset_minutes).days());
    let last = last.clamp(first, first + BURNDOWN_DAYS_MAX - 1);
    let mut scope = SprintLoad::default();
    for state in &history.committed {
        scope.count(Some(*state), 1);
    }
    let mut left = remaining(history);
    let mut steps = history.steps.iter().peekable();
    let mut days = Vec::new();
    for day in first..=last {
        // The last day of a sprint that has ended takes what a clock that ran ahead would put behind it.
        let to_the_end = day == last && sprint.ended_at.is_some() && last < first + BURNDOWN_DAYS_MAX - 1;
        let is_due =
            |step: &&Step| to_the_end || i64::from(step.at.date_at(utc_offset_minutes).days()) <= day;
        while let Some(step) = steps.next_if(is_due) {
            scope.count(step.before, -1);
            scope.count(step.after, 1);
            left.count(open(step.before), -1);
            left.count(open(step.after), 1);
        }
        days.push(BurndownDay { day: CalendarDate::from_days(day), scope, remaining: left });
    }
    days
}

#[cfg(test)]
#[path = "sprint_report_tests.rs"]
mod tests;
