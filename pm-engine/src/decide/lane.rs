//! Swim lanes.

use rusqlite::params;

use super::context::{Decision, Draft, already_exists, choose_id};
use super::find::{Archived, Need, Place, check_archived, check_need};
use super::item::lane_count;
use super::item_move::enter;
use super::order::{self, List, Spot};
use crate::command::{LaneChange, LanePlace, LaneTarget, NewLane};
use crate::error::Stop;
use crate::form::too_many_lanes;
use crate::limits;
use crate::model::{Action, Entity, Lane, LaneCategory, LaneId, LaneRef, ProjectId, ProjectRef};
use crate::order_key;
use crate::outcome::PartResult;
use crate::rejection::{Rejection, RejectionCode};
use crate::store::rows::{self, concat_sql};

/// The lane a target names, live or, where `deleted`, also a deleted one, for an admin of its project.
fn find(ctx: &Decision<'_>, target: &LaneTarget, deleted: bool) -> Result<(Lane, Place), Stop> {
    let lane = match &target.project {
        Some(project) => {
            let place = ctx.project(project, Need::View, Archived::Accepted)?;
            ctx.lane_in(place.project.id, &target.lane, "lane")?
        }
        None => {
            let id = ctx.lane_id(&target.lane)?;
            ctx.lane_row(id)?.ok_or_else(|| Rejection::not_found("lane"))?
        }
    };
    // To who may not see the project the lane does not exist either.
    let place = ctx.place_of(lane.project)?.filter(|place| place.project.deleted_at.is_none());
    let place = place.ok_or_else(|| Rejection::not_found("lane"))?;
    if lane.deleted_at.is_some() && !deleted {
        return Err(Rejection::not_found("lane").into());
    }
    check_need(&place, Need::Admin)?;
    check_archived(&place, Archived::Refused)?;
    Ok((lane, place))
}

fn find_live(ctx: &Decision<'_>, target: &LaneTarget) -> Result<(Lane, Place), Stop> {
    find(ctx, target, false)
}

/// The live lanes of a project in order.
fn lanes_of(ctx: &Decision<'_>, project: ProjectId) -> Result<Vec<Lane>, Stop> {
    let sql = concat_sql!(
        "SELECT ",
        rows::LANE,
        " FROM swim_lanes WHERE project_id = ?1 AND deleted_at IS NULL ORDER BY position, id"
    );
    Ok(rows::many(ctx.statements, sql, [project], rows::lane)?)
}

pub(super) fn create(
    ctx: &mut Decision<'_>,
    project: &ProjectRef,
    new: &NewLane,
    place: Option<&LanePlace>,
) -> Result<PartResult, Stop> {
    let project = ctx.project(project, Need::Admin, Archived::Refused)?.project;
    let lanes = lanes_of(ctx, project.id)?;
    if lanes.len() >= limits::LANES_MAX {
        return Err(too_many_lanes().into());
    }
    let id = choose_id!(ctx, new.id, Lanes, LaneId);
    let status = new.status.clone().unwrap_or_default();
    check_status_free(&lanes, &status, id)?;
    let position = position_at(ctx, &lanes, place.unwrap_or(&LanePlace::Last), id)?;
    let lane = Lane {
        id,
        project: project.id,
        name: new.name.clone(),
        status,
        category: new.category,
        position,
        wip_limit: new.wip_limit,
        deleted_at: None,
        version: ctx.first_version(),
    };
    ctx.emit_one(Draft::new(Action::Created, Entity::Lane(lane), Vec::new()), None)
}

fn check_status_free(lanes: &[Lane], status: &str, own: LaneId) -> Result<(), Rejection> {
    if lanes.iter().any(|lane| lane.status == status && lane.id != own) {
        return Err(already_exists("status", "another lane of the project has this status"));
    }
    Ok(())
}

/// The position key at a place among the other lanes.
fn position_at(
    ctx: &mut Decision<'_>,
    lanes: &[Lane],
    place: &LanePlace,
    own: LaneId,
) -> Result<String, Stop> {
    let others: Vec<&Lane> = lanes.iter().filter(|lane| lane.id != own).collect();
    let index_of = |reference: &LaneRef| -> Result<usize, Stop> {
        let project = others.first().map(|lane| lane.project).ok_or_else(|| Rejection::not_found("place"))?;
        let named = ctx.live_lane_in(project, reference, "place")?;
        let found = others.iter().position(|lane| lane.id == named.id);
        Ok(found.ok_or_else(|| Rejection::invalid("place", "a lane has no place beside itself"))?)
    };
    let index = match place {
        LanePlace::First => 0,
        LanePlace::Last => others.len(),
        LanePlace::Before(reference) => index_of(reference)?,
        LanePlace::After(reference) => index_of(reference)? + 1,
    };
    let key = |index: usize| others.get(index).map(|lane| lane.position.as_str());
    let low = index.checked_sub(1).and_then(key);
    match order_key::key_between(low, key(index)) {
        Ok(position) => Ok(position),
        Err(_) => respread(ctx, &others, index),
    }
}

/// Gives the lanes new positions, evenly, with room for one more at an index: where a restored lane stands on the
/// position of another, nothing fits between the two.
fn respread(ctx: &mut Decision<'_>, lanes: &[&Lane], index: usize) -> Result<String, Stop> {
    let mut positions = order_key::keys_between(None, None, lanes.len() + 1).map_err(|_| too_many_lanes())?;
    let own = positions.remove(index);
    for (lane, position) in lanes.iter().zip(positions).filter(|(lane, position)| lane.position != *position)
    {
        let new = Lane { position, version: lane.version + 1, ..(*lane).clone() };
        let changes = lane.changes_to(&new);
        ctx.emit(Draft::new(Action::Moved, Entity::Lane(new), changes))?;
    }
    Ok(own)
}

pub(super) fn update(
    ctx: &mut Decision<'_>,
    target: &LaneTarget,
    changes: &[LaneChange],
) -> Result<PartResult, Stop> {
    let (old, _) = find_live(ctx, target)?;
    ctx.check_version(|| Entity::Lane(old.clone()), old.version)?;
    let mut new = old.clone();
    for change in changes {
        match change {
            LaneChange::Name(name) => new.name.clone_from(name),
            LaneChange::Status(status) => {
                check_status_free(&lanes_of(ctx, old.project)?, status, old.id)?;
                new.status.clone_from(status);
            }
            LaneChange::Category(category) => {
                check_category(ctx, &old, *category)?;
                new.category = *category;
            }
            LaneChange::WipLimit(limit) => new.wip_limit = *limit,
        }
    }
    changed(ctx, old, new, Action::Changed)
}

fn changed(ctx: &mut Decision<'_>, old: Lane, mut new: Lane, action: Action) -> Result<PartResult, Stop> {
    let changes = old.changes_to(&new);
    if changes.is_empty() {
        return Ok(ctx.unchanged(&Entity::Lane(old), None));
    }
    new.version = ctx.next_version(old.version);
    ctx.emit_one(Draft::new(action, Entity::Lane(new), changes), None)
}

/// A lane that holds items stays finished or unfinished; a project keeps its last completed lane.
fn check_category(ctx: &Decision<'_>, lane: &Lane, category: LaneCategory) -> Result<(), Stop> {
    if lane.category.is_finished() != category.is_finished() && lane_count(ctx, lane)? > 0 {
        let message = "the lane holds items: it cannot change between finished and unfinished";
        return Err(Rejection::new(RejectionCode::InUse, message).into());
    }
    if lane.category == LaneCategory::Completed && category != LaneCategory::Completed {
        check_not_last_completed(ctx, lane)?;
    }
    Ok(())
}

fn check_not_last_completed(ctx: &Decision<'_>, lane: &Lane) -> Result<(), Stop> {
    let sql = "SELECT 1 FROM swim_lanes WHERE project_id = ?1 AND id <> ?2 AND category = 'completed' \
               AND deleted_at IS NULL LIMIT 1";
    if rows::one(ctx.statements, sql, params![lane.project, lane.id], |_| Ok(()))?.is_some() {
        return Ok(());
    }
    Err(Rejection::new(RejectionCode::InUse, "it is the last completed lane of the project").into())
}

pub(super) fn relocate(
    ctx: &mut Decision<'_>,
    target: &LaneTarget,
    place: &LanePlace,
) -> Result<PartResult, Stop> {
    let (old, _) = find_live(ctx, target)?;
    ctx.check_version(|| Entity::Lane(old.clone()), old.version)?;
    let lanes = lanes_of(ctx, old.project)?;
    let here = lanes.iter().position(|lane| lane.id == old.id);
    let there = match place {
        LanePlace::First => here == Some(0),
        LanePlace::Last => here.is_some_and(|index| index + 1 == lanes.len()),
        LanePlace::Before(next) => {
            let next = ctx.live_lane_in(old.project, next, "place")?.id;
            here.and_then(|index| lanes.get(index + 1)).is_some_and(|lane| lane.id == next)
        }
        LanePlace::After(previous) => {
            let previous = ctx.live_lane_in(old.project, previous, "place")?.id;
            here.and_then(|index| lanes.get(index.checked_sub(1)?)).is_some_and(|lane| lane.id == previous)
        }
    };
    if there {
        return Ok(ctx.unchanged(&Entity::Lane(old), None));
    }
    let new = Lane { position: position_at(ctx, &lanes, place, old.id)?, ..old.clone() };
    changed(ctx, old, new, Action::Moved)
}

pub(super) fn delete(
    ctx: &mut Decision<'_>,
    target: &LaneTarget,
    move_items_to: Option<&LaneRef>,
) -> Result<PartResult, Stop> {
    let (old, place) = find_live(ctx, target)?;
    ctx.check_version(|| Entity::Lane(old.clone()), old.version)?;
    if place.project.default_lane == Some(old.id) {
        return Err(Rejection::new(
            RejectionCode::InUse,
            "it is the default lane: make another the default first",
        )
        .into());
    }
    if old.category == LaneCategory::Completed {
        check_not_last_completed(ctx, &old)?;
    }
    let count = lane_count(ctx, &old)?;
    if count > 0 {
        let Some(reference) = move_items_to else {
            let message = "the lane holds items: name a lane to move them to";
            return Err(Rejection::beyond(RejectionCode::InUse, "move_items_to", count, message).into());
        };
        empty_into(ctx, &place, &old, reference, count)?;
    }
    let new = Lane { deleted_at: Some(ctx.when()), version: ctx.next_version(old.version), ..old };
    ctx.emit_one(Draft::new(Action::Deleted, Entity::Lane(new), Vec::new()), None)
}

/// Moves every item of a lane to the end of another, in order.
fn empty_into(
    ctx: &mut Decision<'_>,
    place: &Place,
    lane: &Lane,
    reference: &LaneRef,
    count: i64,
) -> Result<(), Stop> {
    let target = ctx.live_lane_in(lane.project, reference, "move_items_to")?;
    if target.id == lane.id {
        return Err(Rejection::invalid("move_items_to", "the lane's items cannot stay in it").into());
    }
    if count >= crate::form::int(limits::EVENTS_PER_COMMAND_MAX) {
        return Err(super::context::too_many_events().into());
    }
    let notes = super::item::check_wip(ctx, place, &target, count)?;
    ctx.notes.extend(notes);
    let sql = concat_sql!(
        "SELECT ",
        rows::WORK_ITEM,
        " FROM work_items i WHERE lane_id = ?1 AND deleted_at IS NULL ORDER BY lane_order, id"
    );
    let items = rows::many(ctx.statements, sql, [lane.id], rows::work_item)?;
    let Some(first) = items.first().map(|item| item.id) else { return Ok(()) };
    let mut key = order::key_at(ctx, List::Lane(target.id), &Spot::Last, first)?;
    for old in items {
        let mut new = old.clone();
        enter(ctx, &mut new, &target)?;
        new.lane_order.clone_from(&key);
        super::item::touch(ctx, &mut new);
        let changes = old.changes_to(&new);
        ctx.emit(Draft::new(Action::Moved, Entity::WorkItem(Box::new(new)), changes))?;
        key = order_key::key_between(Some(&key), None)
            .map_err(|_| Rejection::invalid("move_items_to", "there is no room at the end of that lane"))?;
    }
    Ok(())
}

pub(super) fn restore(ctx: &mut Decision<'_>, target: &LaneTarget) -> Result<PartResult, Stop> {
    let (old, _) = find(ctx, target, true)?;
    ctx.check_version(|| Entity::Lane(old.clone()), old.version)?;
    if old.deleted_at.is_none() {
        return Ok(ctx.unchanged(&Entity::Lane(old), None));
    }
    let lanes = lanes_of(ctx, old.project)?;
    if lanes.len() >= limits::LANES_MAX {
        return Err(too_many_lanes().into());
    }
    check_status_free(&lanes, &old.status, old.id)?;
    let new = Lane { deleted_at: None, version: ctx.next_version(old.version), ..old };
    ctx.emit_one(Draft::new(Action::Restored, Entity::Lane(new), Vec::new()), None)
}
