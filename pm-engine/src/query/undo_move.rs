//! Places as they were: of items in lanes and among siblings, of lanes on the board.
//!
//! An old order key is no place that a command could name, since the keys around it may have gone. So the place is
//! named by what follows it now. Items of the same command are put back from the last to the first of their lane;
//! each finds the ones behind it already in place, and those still elsewhere are not asked.

use std::collections::{BTreeMap, HashSet};

use rusqlite::{Connection, params};

use super::undo_group::Touched;
use super::undo_patch::{Old, parse};
use crate::command::{Change, ItemMove, LanePlace, LaneTarget, ParentChange, Place, SprintAssignment};
use crate::error::{Stop, StoreResult};
use crate::model::{Entity, ItemId, Lane, LaneId, SprintId, WorkItem};
use crate::store::rows;

/// Where an item was.
struct Was<'a> {
    one: &'a Touched,
    item: &'a WorkItem,
    lane: LaneId,
    lane_order: String,
    parent: Option<ItemId>,
    parent_order: String,
}

/// The moves that put items back where they were before the command, in the order in which they are to be made.
pub(super) fn moves<'a>(
    connection: &Connection,
    touched: impl Iterator<Item = &'a Touched>,
) -> Result<Vec<(&'a Touched, Change)>, Stop> {
    let mut all = Vec::new();
    for one in touched {
        if let Entity::WorkItem(item) = &one.after {
            all.extend(was(connection, one, item)?);
        }
    }
    all.sort_by(|a, b| (b.lane, &b.lane_order, b.item.id).cmp(&(a.lane, &a.lane_order, a.item.id)));
    let group: HashSet<ItemId> = all.iter().map(|was| was.item.id).collect();
    let mut back = Back::default();
    let mut moves = Vec::with_capacity(all.len());
    for was in &all {
        let change = back.put(connection, &group, was)?;
        moves.push((was.one, Change::MoveItem(change)));
    }
    Ok(moves)
}

/// `None` where the command did not move the item.
fn was<'a>(connection: &Connection, one: &'a Touched, item: &'a WorkItem) -> StoreResult<Option<Was<'a>>> {
    let moved =
        ["lane", "lane_order", "parent", "parent_order", "sprint"].iter().any(|f| one.old.contains_key(*f));
    if !moved {
        return Ok(None);
    }
    let old = Old { connection, one };
    Ok(Some(Was {
        one,
        item,
        lane: old.any("lane", parse)?.flatten().unwrap_or(item.lane),
        lane_order: old.any("lane_order", parse)?.flatten().unwrap_or_else(|| item.lane_order.clone()),
        parent: old.any("parent", parse)?.unwrap_or(item.parent),
        parent_order: old.any("parent_order", parse)?.flatten().unwrap_or_else(|| item.parent_order.clone()),
    }))
}

/// Items of the command that are back in their places.
#[derive(Default)]
struct Back {
    lanes: BTreeMap<(LaneId, String, ItemId), ()>,
    siblings: BTreeMap<(Option<ItemId>, String, ItemId), ()>,
}

impl Back {
    fn put(
        &mut self,
        connection: &Connection,
        group: &HashSet<ItemId>,
        was: &Was<'_>,
    ) -> StoreResult<ItemMove> {
        let id = was.item.id;
        let mut change = ItemMove::new(id);
        if was.lane != was.item.lane {
            change.lane = Some(was.lane.into());
        }
        if change.lane.is_some() || was.one.old.contains_key("lane_order") {
            let ours = self.lanes.range((was.lane, was.lane_order.clone(), id)..).map(|(key, ())| key);
            let ours = ours
                .take_while(|(lane, _, _)| *lane == was.lane)
                .map(|(_, order, item)| (order.clone(), *item))
                .next();
            let sql = "SELECT lane_order, id FROM work_items WHERE lane_id = ?1 AND deleted_at IS NULL \
                 AND (lane_order, id) > (?2, ?3) ORDER BY lane_order, id";
            let others = first_other(connection, sql, params![was.lane, was.lane_order, id], group)?;
            change.place = Some(before(ours, others));
            self.lanes.insert((was.lane, was.lane_order.clone(), id), ());
        }
        if was.parent != was.item.parent {
            change.parent =
                Some(was.parent.map_or(ParentChange::Clear, |parent| ParentChange::Set(parent.into())));
        }
        if was.parent.is_some() && (change.parent.is_some() || was.one.old.contains_key("parent_order")) {
            let ours = self.siblings.range((was.parent, was.parent_order.clone(), id)..).map(|(key, ())| key);
            let ours = ours
                .take_while(|(at, _, _)| *at == was.parent)
                .map(|(_, order, item)| (order.clone(), *item))
                .next();
            let sql = "SELECT parent_order, id FROM work_items WHERE parent_id = ?1 AND deleted_at IS NULL \
                 AND (parent_order, id) > (?2, ?3) ORDER BY parent_order, id";
            let others = first_other(connection, sql, params![was.parent, was.parent_order, id], group)?;
            change.sibling_place = Some(before(ours, others));
            self.siblings.insert((was.parent, was.parent_order.clone(), id), ());
        }
        let old = Old { connection, one: was.one };
        change.sprint = old.any("sprint", parse::<SprintId>)?.map(|sprint| match sprint {
            None => SprintAssignment::Clear,
            Some(sprint) => SprintAssignment::Set(sprint.into()),
        });
        Ok(change)
    }
}

/// The first item of the rows that is not of the command.
fn first_other(
    connection: &Connection,
    sql: &str,
    bounds: impl rusqlite::Params,
    group: &HashSet<ItemId>,
) -> StoreResult<Option<(String, ItemId)>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = statement.query(bounds)?;
    while let Some(row) = found.next()? {
        let id: ItemId = row.get(1)?;
        if !group.contains(&id) {
            return Ok(Some((row.get(0)?, id)));
        }
    }
    Ok(None)
}

fn before(ours: Option<(String, ItemId)>, others: Option<(String, ItemId)>) -> Place {
    match ours.into_iter().chain(others).min() {
        Some((_, next)) => Place::Before(next.into()),
        None => Place::Last,
    }
}

/// The move that puts a lane back; `None` where the command did not move it.
pub(super) fn lane_move(connection: &Connection, one: &Touched, lane: &Lane) -> Result<Option<Change>, Stop> {
    let old = Old { connection, one };
    let Some(position) = old.any("position", parse::<String>)?.flatten() else { return Ok(None) };
    let sql = "SELECT id FROM swim_lanes WHERE project_id = ?1 AND deleted_at IS NULL AND position > ?2 AND id <> ?3 \
         ORDER BY position LIMIT 1";
    let next: Option<LaneId> =
        rows::one(connection, sql, params![lane.project, position, lane.id], |row| row.get(0))?;
    let place = next.map_or(LanePlace::Last, |next| LanePlace::Before(next.into()));
    Ok(Some(Change::MoveLane { lane: LaneTarget::from(lane.id), place }))
}
