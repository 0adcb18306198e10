//! Sprints: made, changed, started.

use rusqlite::params;

use super::context::{Decision, Draft, already_exists, choose_id, wrong_state};
use super::find::{Archived, Need};
use crate::command::{NewSprint, SprintChange};
use crate::error::Stop;
use crate::form;
use crate::limits;
use crate::model::{
    Action, Entity, LaneCategory, ProjectId, Sprint, SprintId, SprintItem, SprintPhase, SprintRef,
    SprintState, WorkItem,
};
use crate::outcome::PartResult;
use crate::rejection::{Rejection, RejectionCode};
use crate::store::rows::{self, concat_sql};

pub(super) fn create(ctx: &mut Decision<'_>, new: &NewSprint) -> Result<PartResult, Stop> {
    let project = ctx.project(&new.project, Need::Edit, Archived::Refused)?.project;
    let id = choose_id!(ctx, new.id, Sprints, SprintId);
    check_name_free(ctx, project.id, &new.name, id)?;
    let (when, who) = (ctx.when(), ctx.who());
    let sprint = Sprint {
        id,
        project: project.id,
        name: new.name.clone(),
        goal: new.goal.clone(),
        start_date: new.start_date,
        end_date: new.end_date,
        state: SprintState::Planned,
        started_at: None,
        ended_at: None,
        committed_items: 0,
        committed_points: 0.0,
        completed_items: 0,
        completed_points: 0.0,
        items: None,
        created_at: when,
        created_by: who.clone(),
        updated_at: when,
        updated_by: who,
        deleted_at: None,
        version: ctx.first_version(),
    };
    ctx.emit_one(Draft::new(Action::Created, Entity::Sprint(Box::new(sprint)), Vec::new()), None)
}

pub(super) fn check_name_free(
    ctx: &Decision<'_>,
    project: ProjectId,
    name: &str,
    own: SprintId,
) -> Result<(), Stop> {
    let sql = "SELECT 1 FROM sprints WHERE project_id = ?1 AND name = ?2 AND id <> ?3 AND deleted_at IS NULL";
    if rows::one(ctx.statements, sql, params![project, name, own], |_| Ok(()))?.is_some() {
        return Err(already_exists("name", "another sprint of the project has this name").into());
    }
    Ok(())
}

pub(super) fn check_not_frozen(sprint: &Sprint) -> Result<(), Rejection> {
    if matches!(sprint.state, SprintState::Completed | SprintState::Cancelled) {
        return Err(Rejection::new(RejectionCode::Frozen, format!("the sprint is {}", sprint.state)));
    }
    Ok(())
}

pub(super) fn update(
    ctx: &mut Decision<'_>,
    sprint: &SprintRef,
    changes: &[SprintChange],
) -> Result<PartResult, Stop> {
    let (old, _) = ctx.sprint(sprint, Need::Edit)?;
    check_not_frozen(&old)?;
    ctx.check_version(|| Entity::Sprint(Box::new(old.clone())), old.version)?;
    let mut new = old.clone();
    for change in changes {
        match change {
            SprintChange::Name(name) => {
                check_name_free(ctx, old.project, name, old.id)?;
                new.name.clone_from(name);
            }
            SprintChange::Goal(goal) => new.goal.clone_from(goal),
            SprintChange::StartDate(date) => new.start_date = *date,
            SprintChange::EndDate(date) => new.end_date = *date,
        }
    }
    form::ordered_dates("end_date", new.start_date, new.end_date)?;
    if old == new {
        return Ok(ctx.unchanged(&Entity::Sprint(Box::new(old)), None));
    }
    finish(ctx, &old, new, Action::Changed)
}

/// Counts the change and emits it.
pub(super) fn finish(
    ctx: &mut Decision<'_>,
    old: &Sprint,
    mut new: Sprint,
    action: Action,
) -> Result<PartResult, Stop> {
    new.version = ctx.next_version(old.version);
    new.updated_at = ctx.when();
    new.updated_by = ctx.who();
    let changes = old.changes_to(&new);
    ctx.emit_one(Draft::new(action, Entity::Sprint(Box::new(new)), changes), None)
}

pub(super) fn start(ctx: &mut Decision<'_>, sprint: &SprintRef) -> Result<PartResult, Stop> {
    let (old, place) = ctx.sprint(sprint, Need::Edit)?;
    check_not_frozen(&old)?;
    ctx.check_version(|| Entity::Sprint(Box::new(old.clone())), old.version)?;
    if old.state != SprintState::Planned {
        return Err(wrong_state("the sprint has started already").into());
    }
    let sql =
        "SELECT 1 FROM sprints WHERE project_id = ?1 AND state = 'active' AND deleted_at IS NULL LIMIT 1";
    let other = rows::one(ctx.statements, sql, [old.project], |_| Ok(()))?.is_some();
    if other && !place.project.parallel_sprints {
        return Err(wrong_state("another sprint of the project is active: complete it first").into());
    }
    let items = counted(&items_of(ctx, old.id)?, SprintPhase::Start);
    let mut new = old.clone();
    new.state = SprintState::Active;
    new.started_at = Some(ctx.when());
    new.committed_items = form::int(items.len());
    new.committed_points = items.iter().filter_map(|item| item.points).sum();
    new.items = Some(items);
    finish(ctx, &old, new, Action::Started)
}

/// The live items of a sprint, each with the category of its lane.
pub(super) fn items_of(ctx: &Decision<'_>, sprint: SprintId) -> Result<Vec<(WorkItem, LaneCategory)>, Stop> {
    let sql = concat_sql!(
        "SELECT ",
        rows::WORK_ITEM,
        ", l.category FROM work_items i JOIN swim_lanes l ON l.id = i.lane_id WHERE i.sprint_id = ?1 \
         AND i.deleted_at IS NULL ORDER BY i.id LIMIT ?2"
    );
    // Restoring items may bring a sprint past its limit by one command's worth, never further.
    let most = form::int(limits::SPRINT_ITEMS_MAX + limits::EVENTS_PER_COMMAND_MAX);
    let read = |row: &rusqlite::Row<'_>| Ok((rows::work_item(row)?, row.get(rows::WORK_ITEM_LEN)?));
    Ok(rows::many(ctx.statements, sql, params![sprint, most], read)?)
}

/// Items as they stand now, for the record of the sprint.
pub(super) fn counted(items: &[(WorkItem, LaneCategory)], phase: SprintPhase) -> Vec<SprintItem> {
    items
        .iter()
        .map(|(item, category)| SprintItem { item: item.id, phase, points: item.points, category: *category })
        .collect()
}
