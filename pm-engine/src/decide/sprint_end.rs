//! The ends of sprints: completed, cancelled, deleted; and brought back.

use super::context::{Decision, Draft, wrong_state};
use super::find::Need;
use super::item::{check_room, open_sprint, touch};
use super::sprint::{check_name_free, check_not_frozen, counted, finish, items_of};
use crate::error::Stop;
use crate::form;
use crate::model::{
    Action, Entity, LaneCategory, Sprint, SprintId, SprintPhase, SprintRef, SprintState, WorkItem,
};
use crate::outcome::PartResult;
use crate::rejection::Rejection;

pub(super) fn complete(
    ctx: &mut Decision<'_>,
    sprint: &SprintRef,
    carry_to: Option<&SprintRef>,
) -> Result<PartResult, Stop> {
    let (old, _) = ctx.sprint(sprint, Need::Edit)?;
    check_not_frozen(&old)?;
    let carry_to = match carry_to {
        None => None,
        Some(reference) => Some(open_sprint(ctx, old.project, reference)?.id),
    };
    ctx.check_version(|| Entity::Sprint(Box::new(old.clone())), old.version)?;
    if old.state != SprintState::Active {
        return Err(wrong_state("only an active sprint can be completed: start it first").into());
    }
    if carry_to == Some(old.id) {
        return Err(
            Rejection::invalid("carry_to", "items cannot be carried into the sprint that ends").into()
        );
    }
    let items = items_of(ctx, old.id)?;
    let result = counted(&items, SprintPhase::Completion);
    let done = || result.iter().filter(|item| item.category == LaneCategory::Completed);
    let mut new = old.clone();
    new.state = SprintState::Completed;
    new.ended_at = Some(ctx.when());
    new.completed_items = form::int(done().count());
    new.completed_points = done().filter_map(|item| item.points).sum();
    new.items = Some(result);
    let open = items.into_iter().filter(|(_, category)| !category.is_finished());
    let carried: Vec<WorkItem> = open.map(|(item, _)| item).collect();
    if let Some(target) = carry_to {
        check_room(ctx, target, carried.len())?;
    }
    for item in carried {
        reassign(ctx, item, carry_to)?;
    }
    finish(ctx, &old, new, Action::Completed)
}

fn reassign(ctx: &mut Decision<'_>, old: WorkItem, sprint: Option<SprintId>) -> Result<(), Stop> {
    let mut new = old.clone();
    new.sprint = sprint;
    touch(ctx, &mut new);
    let changes = old.changes_to(&new);
    Ok(ctx.emit(Draft::new(Action::Moved, Entity::WorkItem(Box::new(new)), changes))?)
}

fn clear(ctx: &mut Decision<'_>, sprint: SprintId) -> Result<(), Stop> {
    for (item, _) in items_of(ctx, sprint)? {
        reassign(ctx, item, None)?;
    }
    Ok(())
}

pub(super) fn cancel(ctx: &mut Decision<'_>, sprint: &SprintRef) -> Result<PartResult, Stop> {
    let (old, _) = ctx.sprint(sprint, Need::Edit)?;
    check_not_frozen(&old)?;
    ctx.check_version(|| Entity::Sprint(Box::new(old.clone())), old.version)?;
    clear(ctx, old.id)?;
    let new = Sprint { state: SprintState::Cancelled, ended_at: Some(ctx.when()), ..old.clone() };
    finish(ctx, &old, new, Action::Cancelled)
}

pub(super) fn delete(ctx: &mut Decision<'_>, sprint: &SprintRef) -> Result<PartResult, Stop> {
    let (old, _) = ctx.sprint(sprint, Need::Admin)?;
    ctx.check_version(|| Entity::Sprint(Box::new(old.clone())), old.version)?;
    clear(ctx, old.id)?;
    let new = Sprint { deleted_at: Some(ctx.when()), ..old.clone() };
    finish(ctx, &old, new, Action::Deleted)
}

/// A sprint that was active when it was deleted comes back active only where it may be.
pub(super) fn restore(ctx: &mut Decision<'_>, sprint: &SprintRef) -> Result<PartResult, Stop> {
    let (old, place) = ctx.any_sprint(sprint, Need::Admin)?;
    ctx.check_version(|| Entity::Sprint(Box::new(old.clone())), old.version)?;
    if old.deleted_at.is_none() {
        return Ok(ctx.unchanged(&Entity::Sprint(Box::new(old)), None));
    }
    check_name_free(ctx, old.project, &old.name, old.id)?;
    if old.state == SprintState::Active && !place.project.parallel_sprints {
        let sql =
            "SELECT 1 FROM sprints WHERE project_id = ?1 AND state = 'active' AND deleted_at IS NULL LIMIT 1";
        if crate::store::rows::one(ctx.statements, sql, [old.project], |_| Ok(()))?.is_some() {
            return Err(wrong_state("another sprint of the project is active: complete it first").into());
        }
    }
    let new = Sprint { deleted_at: None, ..old.clone() };
    finish(ctx, &old, new, Action::Restored)
}
