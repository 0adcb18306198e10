//! Making and changing work items.

use rusqlite::params;

use super::context::{Decision, Draft, already_exists, choose_id, wrong_state};
use super::find::{Archived, Need, Place as ProjectPlace};
use super::order::{self, List, Spot};
use super::tree;
use crate::command::{ItemChange, NewItem, Place};
use crate::error::Stop;
use crate::event::Note;
use crate::form;
use crate::limits;
use crate::model::{
    Action, Entity, ExternalRef, ItemId, ItemRef, Lane, NoteKind, ProjectId, Sprint, SprintId, SprintRef,
    SprintState, WipPolicy, WorkItem,
};
use crate::outcome::PartResult;
use crate::rejection::{Rejection, RejectionCode};
use crate::store::known::known_or;
use crate::store::rows;

pub(super) fn create(ctx: &mut Decision<'_>, new: &NewItem) -> Result<PartResult, Stop> {
    let place = ctx.project(&new.project, Need::Edit, Archived::Refused)?;
    let project = place.project.id;
    let lane = lane_for(ctx, &place, new)?;
    let sprint = match &new.sprint {
        Some(reference) => Some(open_sprint(ctx, project, reference)?.id),
        None => None,
    };
    let parent = match &new.parent {
        Some(reference) => Some(tree::parent_for(ctx, reference, project, new.kind)?),
        None => None,
    };
    if let Some(parent) = &parent {
        tree::check_depth(ctx, parent.id, 1)?;
    }
    let id = choose_id!(ctx, new.id, Items, ItemId);
    check_external_free(ctx, new.external.as_ref())?;
    let notes = check_wip(ctx, &place, &lane, 1)?;
    let lane_order = place_key(ctx, List::Lane(lane.id), new.place.as_ref(), id)?;
    let parent_order = match &parent {
        Some(parent) => place_key(ctx, List::Children(parent.id), new.sibling_place.as_ref(), id)?,
        None if new.sibling_place.is_some() => return Err(without_parent().into()),
        None => String::new(),
    };
    let finished = lane.category.is_finished();
    let (when, who) = (ctx.when(), ctx.who());
    let item = WorkItem {
        id,
        project,
        number: number_for(ctx, project)?,
        kind: new.kind,
        title: new.title.clone(),
        description: Some(new.description.clone()),
        lane: lane.id,
        priority: new.priority,
        assignee: new.assignee.clone(),
        labels: new.labels.clone(),
        points: new.points,
        estimate_seconds: new.estimate_seconds,
        remaining_seconds: new.remaining_seconds,
        start_date: new.start_date,
        due_date: new.due_date,
        sprint,
        parent: parent.map(|parent| parent.id),
        lane_order,
        parent_order,
        external: new.external.clone(),
        extra: Some(new.extra.clone()),
        created_at: when,
        created_by: who.clone(),
        updated_at: when,
        updated_by: who.clone(),
        completed_at: finished.then_some(when),
        completed_by: finished.then_some(who),
        deleted_at: None,
        version: ctx.first_version(),
    };
    let key = place.item_key(item.number);
    ctx.emit_one(
        Draft::new(Action::Created, Entity::WorkItem(Box::new(item)), Vec::new()).with_notes(notes),
        Some(key),
    )
}

pub(super) fn without_parent() -> Rejection {
    Rejection::invalid("sibling_place", "the item has no parent")
}

fn lane_for(ctx: &Decision<'_>, place: &ProjectPlace, new: &NewItem) -> Result<Lane, Stop> {
    match (&new.lane, place.project.default_lane) {
        (Some(reference), _) => ctx.live_lane_in(place.project.id, reference, "lane"),
        (None, Some(lane)) => Ok(ctx.lane_row(lane)?.ok_or_else(|| Rejection::not_found("lane"))?),
        (None, None) => Err(wrong_state("the project has no lane yet").into()),
    }
}

/// The next number, or the one it had at its origin; one that is taken is refused, never replaced.
fn number_for(ctx: &Decision<'_>, project: ProjectId) -> Result<i64, Stop> {
    let read = || {
        let sql = "SELECT next_number FROM projects WHERE id = ?1";
        let found = rows::one(ctx.statements, sql, [project], |row| row.get(0))?;
        Ok(found.inspect(|next| ctx.memory.rows.keep_next_number(project, *next)))
    };
    let next = known_or(ctx.memory.rows.next_number(project), read)?
        .ok_or_else(|| Rejection::not_found("project"))?;
    // Several items of one part do not happen; items of earlier parts are applied already.
    let Some(number) = ctx.origin.and_then(|o| o.number) else { return Ok(next) };
    if number < next {
        check_number_free(ctx, project, number, "origin.number")?;
    }
    Ok(number)
}

/// A number is given once, also where its item has been purged since.
pub(super) fn check_number_free(
    ctx: &Decision<'_>,
    project: ProjectId,
    number: i64,
    field: &str,
) -> Result<(), Stop> {
    let sql = "SELECT 1 FROM work_items WHERE project_id = ?1 AND number = ?2 UNION ALL \
               SELECT 1 FROM event_log WHERE project_id = ?1 AND number = ?2 AND action = 'purged' \
               AND entity_kind = 'work_item' LIMIT 1";
    if rows::one(ctx.statements, sql, params![project, number], |_| Ok(()))?.is_some() {
        return Err(already_exists(field, "the number is or was another item's").into());
    }
    Ok(())
}

/// A sprint that takes items: of this project, planned or active.
pub(super) fn open_sprint(
    ctx: &Decision<'_>,
    project: ProjectId,
    reference: &SprintRef,
) -> Result<Sprint, Stop> {
    let sprint = ctx.sprint_in(project, reference, "sprint")?;
    if matches!(sprint.state, SprintState::Completed | SprintState::Cancelled) {
        return Err(Rejection::new(RejectionCode::Frozen, "the sprint has ended and takes no items").into());
    }
    check_room(ctx, sprint.id, 1)?;
    Ok(sprint)
}

/// So many more items fit into a sprint.
pub(super) fn check_room(ctx: &Decision<'_>, sprint: SprintId, more: usize) -> Result<(), Stop> {
    let sql = "SELECT item_count FROM sprints WHERE id = ?1";
    let count: i64 = rows::one(ctx.statements, sql, [sprint], |row| row.get(0))?.unwrap_or(0);
    if count + form::int(more) > form::int(limits::SPRINT_ITEMS_MAX) {
        return Err(Rejection::beyond(
            RejectionCode::TooLarge,
            "sprint",
            form::int(limits::SPRINT_ITEMS_MAX),
            "the sprint would hold too many items",
        )
        .into());
    }
    Ok(())
}

pub(super) fn check_external_free(ctx: &Decision<'_>, external: Option<&ExternalRef>) -> Result<(), Stop> {
    let Some(external) = external else { return Ok(()) };
    let sql = "SELECT 1 FROM work_items WHERE external_source = ?1 AND external_id = ?2";
    if rows::one(ctx.statements, sql, [&external.source, &external.id], |_| Ok(()))?.is_some() {
        return Err(already_exists("external", "another item has this external reference").into());
    }
    Ok(())
}

/// So many more items in a lane: refused or remarked past its limit.
pub(super) fn check_wip(
    ctx: &Decision<'_>,
    place: &ProjectPlace,
    lane: &Lane,
    more: i64,
) -> Result<Vec<Note>, Stop> {
    let Some(limit) = lane.wip_limit else { return Ok(Vec::new()) };
    let count = lane_count(ctx, lane)? + more;
    if count <= limit {
        return Ok(Vec::new());
    }
    if place.project.wip_policy == WipPolicy::Refuse {
        let message = format!("the lane {} holds {limit} items already", lane.name);
        return Err(Rejection::beyond(RejectionCode::WipLimit, "lane", limit, message).into());
    }
    let note = Note { count: Some(count), limit: Some(limit), ..Note::of(NoteKind::WipExceeded, lane.id) };
    Ok(vec![note])
}

pub(super) fn lane_count(ctx: &Decision<'_>, lane: &Lane) -> Result<i64, Stop> {
    let sql = "SELECT item_count FROM swim_lanes WHERE id = ?1";
    Ok(rows::one(ctx.statements, sql, [lane.id], |row| row.get(0))?.unwrap_or(0))
}

/// The order key of an item at a place of a list; without a place, the end.
pub(super) fn place_key(
    ctx: &mut Decision<'_>,
    list: List,
    place: Option<&Place>,
    item: ItemId,
) -> Result<String, Stop> {
    let spot = match place {
        None | Some(Place::Last) => Spot::Last,
        Some(Place::First) => Spot::First,
        Some(Place::Before(reference)) => Spot::Before(neighbour(ctx, list, reference, item)?),
        Some(Place::After(reference)) => Spot::After(neighbour(ctx, list, reference, item)?),
    };
    order::key_at(ctx, list, &spot, item)
}

fn neighbour(ctx: &Decision<'_>, list: List, reference: &ItemRef, item: ItemId) -> Result<WorkItem, Stop> {
    let (neighbour, _) = ctx.item(reference, "place", Need::View, Archived::Accepted)?;
    if !list.holds(&neighbour) || neighbour.id == item {
        return Err(Rejection::invalid("place", "the neighbour named is not in that list").into());
    }
    Ok(neighbour)
}

pub(super) fn update(
    ctx: &mut Decision<'_>,
    item: &ItemRef,
    changes: &[ItemChange],
) -> Result<PartResult, Stop> {
    let (old, place) = ctx.item(item, "item", Need::Edit, Archived::Refused)?;
    let key = place.item_key(old.number);
    ctx.check_version(|| Entity::WorkItem(Box::new(old.clone())), old.version)?;
    let mut new = old.clone();
    for change in changes {
        apply_change(ctx, &old, &mut new, change)?;
    }
    form::ordered_dates("due_date", new.start_date, new.due_date)?;
    let changed = old.changes_to(&new);
    if changed.is_empty() {
        return Ok(ctx.unchanged(&Entity::WorkItem(Box::new(old)), Some(key)));
    }
    touch(ctx, &mut new);
    ctx.emit_one(Draft::new(Action::Changed, Entity::WorkItem(Box::new(new)), changed), Some(key))
}

/// Counts the change on the item.
pub(super) fn touch(ctx: &Decision<'_>, item: &mut WorkItem) {
    item.version = ctx.next_version(item.version);
    item.updated_at = ctx.when();
    item.updated_by = ctx.who();
}

fn apply_change(
    ctx: &Decision<'_>,
    old: &WorkItem,
    new: &mut WorkItem,
    change: &ItemChange,
) -> Result<(), Stop> {
    match change {
        ItemChange::Kind(kind) => {
            if let Some(parent) = old.parent {
                let parent = ctx.item_row(parent)?.ok_or_else(|| Rejection::not_found("parent"))?;
                tree::check_levels(parent.kind, *kind)?;
            }
            tree::check_children_fit(ctx, old.id, *kind)?;
            new.kind = *kind;
        }
        ItemChange::Title(title) => new.title.clone_from(title),
        ItemChange::Description(text) => new.description = changed_text(ctx, old.id, "description", text)?,
        ItemChange::Priority(priority) => new.priority = *priority,
        ItemChange::Assignee(assignee) => new.assignee.clone_from(assignee),
        ItemChange::Labels(labels) => new.labels.clone_from(labels),
        ItemChange::Points(points) => new.points = *points,
        ItemChange::EstimateSeconds(seconds) => new.estimate_seconds = *seconds,
        ItemChange::RemainingSeconds(seconds) => new.remaining_seconds = *seconds,
        ItemChange::StartDate(date) => new.start_date = *date,
        ItemChange::DueDate(date) => new.due_date = *date,
        ItemChange::External(external) => {
            if *external != old.external {
                check_external_free(ctx, external.as_ref())?;
            }
            new.external.clone_from(external);
        }
        ItemChange::Extra(text) => new.extra = changed_text(ctx, old.id, "extra", text)?,
    }
    Ok(())
}

/// A long text, carried only where it differs from what stands in the file.
fn changed_text(ctx: &Decision<'_>, item: ItemId, field: &str, text: &str) -> Result<Option<String>, Stop> {
    let sql = if field == "extra" {
        "SELECT extra FROM work_items WHERE id = ?1"
    } else {
        "SELECT description FROM work_items WHERE id = ?1"
    };
    let stored: Option<String> = rows::one(ctx.statements, sql, [item], |row| row.get(0))?;
    Ok((stored.as_deref() != Some(text)).then(|| text.to_owned()))
}
