//! Moving an item: lane, order, parent and sprint in one step.

use super::context::{Decision, Draft};
use super::find::{Archived, Need, Place as ProjectPlace};
use super::item::{check_wip, open_sprint, place_key, touch, without_parent};
use super::order::List;
use super::tree;
use crate::command::{ItemMove, ParentChange, Place, SprintAssignment};
use crate::error::Stop;
use crate::event::Note;
use crate::model::{Action, Entity, Lane, LaneId, WorkItem};
use crate::outcome::PartResult;

pub(super) fn relocate(ctx: &mut Decision<'_>, moved: &ItemMove) -> Result<PartResult, Stop> {
    let (old, place) = ctx.item(&moved.item, "item", Need::Edit, Archived::Refused)?;
    let key = place.item_key(old.number);
    ctx.check_version(|| Entity::WorkItem(Box::new(old.clone())), old.version)?;
    let mut new = old.clone();
    change_sprint(ctx, moved, &mut new)?;
    change_parent(ctx, moved, &old, &mut new)?;
    let notes = change_lane(ctx, &place, moved, &mut new)?;
    order_in_lane(ctx, moved, &old, &mut new)?;
    order_among_siblings(ctx, moved, &old, &mut new)?;
    let changes = old.changes_to(&new);
    if changes.is_empty() {
        return Ok(ctx.unchanged(&Entity::WorkItem(Box::new(old)), Some(key)));
    }
    touch(ctx, &mut new);
    ctx.emit_one(
        Draft::new(Action::Moved, Entity::WorkItem(Box::new(new)), changes).with_notes(notes),
        Some(key),
    )
}

fn change_parent(
    ctx: &Decision<'_>,
    moved: &ItemMove,
    old: &WorkItem,
    new: &mut WorkItem,
) -> Result<(), Stop> {
    match &moved.parent {
        None => {}
        Some(ParentChange::Clear) => new.parent = None,
        Some(ParentChange::Set(reference)) => {
            let parent = tree::parent_for(ctx, reference, old.project, old.kind)?;
            if old.parent != Some(parent.id) {
                let checked = ctx.memory.graph.get(ctx.statements)?.check_parent(old.id, parent.id);
                if let Err(cycle) = checked {
                    return Err(tree::cycle(ctx, &cycle)?.into());
                }
                tree::check_depth(ctx, parent.id, tree::height_of(ctx, old.id)?)?;
            }
            new.parent = Some(parent.id);
        }
    }
    Ok(())
}

fn change_sprint(ctx: &Decision<'_>, moved: &ItemMove, new: &mut WorkItem) -> Result<(), Stop> {
    match &moved.sprint {
        None => {}
        Some(SprintAssignment::Clear) => new.sprint = None,
        Some(SprintAssignment::Set(reference)) => {
            let sprint = ctx.sprint_in(new.project, reference, "sprint")?;
            if new.sprint != Some(sprint.id) {
                new.sprint = Some(open_sprint(ctx, new.project, reference)?.id);
            }
        }
    }
    Ok(())
}

fn change_lane(
    ctx: &Decision<'_>,
    place: &ProjectPlace,
    moved: &ItemMove,
    new: &mut WorkItem,
) -> Result<Vec<Note>, Stop> {
    let Some(reference) = &moved.lane else { return Ok(Vec::new()) };
    let lane = ctx.live_lane_in(new.project, reference, "lane")?;
    if lane.id == new.lane {
        return Ok(Vec::new());
    }
    let notes = check_wip(ctx, place, &lane, 1)?;
    enter(ctx, new, &lane)?;
    Ok(notes)
}

/// Puts the item into a lane: entering a finished one stamps its completion, leaving clears it.
pub(super) fn enter(ctx: &Decision<'_>, item: &mut WorkItem, lane: &Lane) -> Result<(), Stop> {
    item.lane = lane.id;
    if !lane.category.is_finished() {
        item.completed_at = None;
        item.completed_by = None;
    } else if item.completed_at.is_none() {
        item.completed_at = Some(ctx.when());
        item.completed_by = Some(ctx.who());
    }
    Ok(())
}

fn order_in_lane(
    ctx: &mut Decision<'_>,
    moved: &ItemMove,
    old: &WorkItem,
    new: &mut WorkItem,
) -> Result<(), Stop> {
    if moved.place.is_none() && new.lane == old.lane {
        return Ok(());
    }
    new.lane_order = lane_key(ctx, new, old.lane, moved.place.as_ref())?;
    Ok(())
}

/// The key in the item's lane; its old key where it already stands at the end asked for.
fn lane_key(
    ctx: &mut Decision<'_>,
    item: &WorkItem,
    old_lane: LaneId,
    place: Option<&Place>,
) -> Result<String, Stop> {
    let list = List::Lane(item.lane);
    let here = old_lane == item.lane;
    if here && place.is_some_and(|place| stands_at(ctx, list, item, place)) {
        return Ok(item.lane_order.clone());
    }
    place_key(ctx, list, place, item.id)
}

fn order_among_siblings(
    ctx: &mut Decision<'_>,
    moved: &ItemMove,
    old: &WorkItem,
    new: &mut WorkItem,
) -> Result<(), Stop> {
    let Some(parent) = new.parent else {
        if moved.sibling_place.is_some() {
            return Err(without_parent().into());
        }
        new.parent_order.clear();
        return Ok(());
    };
    let here = new.parent == old.parent;
    let list = List::Children(parent);
    match &moved.sibling_place {
        None if here => {}
        Some(place) if here && stands_at(ctx, list, new, place) => {}
        place => new.parent_order = place_key(ctx, list, place.as_ref(), new.id)?,
    }
    Ok(())
}

/// Whether the item stands where it is asked to go, so that the move changes nothing.
fn stands_at(ctx: &Decision<'_>, list: List, item: &WorkItem, place: &Place) -> bool {
    let c = ctx.statements;
    let (beside, wanted) = match place {
        Place::First => (list.neighbour_before(c, item), None),
        Place::Last => (list.neighbour_after(c, item), None),
        Place::Before(reference) => (list.neighbour_after(c, item), Some(reference)),
        Place::After(reference) => (list.neighbour_before(c, item), Some(reference)),
    };
    match (beside, wanted) {
        (Ok(None), None) => true,
        (Ok(Some(beside)), Some(reference)) => ctx
            .item(reference, "place", Need::View, Archived::Accepted)
            .is_ok_and(|(neighbour, _)| neighbour.id == beside.id),
        _ => false,
    }
}
