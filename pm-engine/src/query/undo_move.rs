//! Places as they were: of items in lanes and among siblings, of lanes on the board.
//!
//! An old order key is no place that a command could name, since the keys around it may have gone. So the place is
//! named by what follows it now. Items of the same command are put back from the last to the first of their lane;
//! each finds the ones behind it already in place, and those still elsewhere are not asked.

use std::collections::{BTreeSet, HashSet};

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
/// Items that the command deleted have come back by then.
pub(super) fn moves<'a>(
    connection: &Connection,
    touched: &[&'a Touched],
) -> Result<Vec<(&'a Touched, Change)>, Stop> {
    let mut all = Vec::new();
    let mut back = Back::default();
    for one in touched {
        let Entity::WorkItem(item) = &one.after else { continue };
        let was = was(connection, one, item)?;
        back.expect(one, item, was.as_ref());
        all.extend(was);
    }
    all.sort_by(|a, b| (b.lane, &b.lane_order, b.item.id).cmp(&(a.lane, &a.lane_order, a.item.id)));
    let mut moves = Vec::with_capacity(all.len());
    for was in &all {
        moves.push((was.one, Change::MoveItem(back.put(connection, was)?)));
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

impl Was<'_> {
    fn left_its_lane_place(&self) -> bool {
        self.lane != self.item.lane || self.one.old.contains_key("lane_order")
    }

    fn left_its_siblings(&self) -> bool {
        self.parent != self.item.parent || self.one.old.contains_key("parent_order")
    }
}

type InLane = (LaneId, String, ItemId);
type Sibling = (Option<ItemId>, String, ItemId);

/// Items of the command that are back in their places, and those that it took from theirs.
#[derive(Default)]
struct Back {
    lanes: BTreeSet<InLane>,
    siblings: BTreeSet<Sibling>,
    gone_from_lanes: HashSet<ItemId>,
    gone_from_siblings: HashSet<ItemId>,
}

impl Back {
    /// An item that was deleted where it stood comes back there.
    fn expect(&mut self, one: &Touched, item: &WorkItem, was: Option<&Was<'_>>) {
        if was.is_some_and(Was::left_its_lane_place) {
            self.gone_from_lanes.insert(item.id);
        } else if one.was_live && !one.is_live {
            self.lanes.insert((item.lane, item.lane_order.clone(), item.id));
        }
        if was.is_some_and(Was::left_its_siblings) {
            self.gone_from_siblings.insert(item.id);
        } else if one.was_live && !one.is_live {
            self.siblings.insert((item.parent, item.parent_order.clone(), item.id));
        }
    }

    fn put(&mut self, connection: &Connection, was: &Was<'_>) -> StoreResult<ItemMove> {
        let mut change = ItemMove::new(was.item.id);
        if was.lane != was.item.lane {
            change.lane = Some(was.lane.into());
        }
        if was.left_its_lane_place() {
            change.place = Some(self.lane_place(connection, was)?);
        }
        if was.parent != was.item.parent {
            change.parent =
                Some(was.parent.map_or(ParentChange::Clear, |parent| ParentChange::Set(parent.into())));
        }
        if was.parent.is_some() && was.left_its_siblings() {
            change.sibling_place = Some(self.sibling_place(connection, was)?);
        }
        let old = Old { connection, one: was.one };
        change.sprint = old.any("sprint", parse::<SprintId>)?.map(|sprint| match sprint {
            None => SprintAssignment::Clear,
            Some(sprint) => SprintAssignment::Set(sprint.into()),
        });
        Ok(change)
    }

    fn lane_place(&mut self, connection: &Connection, was: &Was<'_>) -> StoreResult<Place> {
        let key = (was.lane, was.lane_order.clone(), was.item.id);
        let ours = self.lanes.range(&key..).next().filter(|(lane, _, _)| *lane == was.lane);
        let ours = ours.map(|(_, order, item)| (order.clone(), *item));
        let sql = "SELECT lane_order, id FROM work_items WHERE lane_id = ?1 AND deleted_at IS NULL \
             AND (lane_order, id) > (?2, ?3) ORDER BY lane_order, id";
        let others = first_other(connection, sql, params![key.0, key.1, key.2], &self.gone_from_lanes)?;
        self.lanes.insert(key);
        Ok(before(ours, others))
    }

    fn sibling_place(&mut self, connection: &Connection, was: &Was<'_>) -> StoreResult<Place> {
        let key = (was.parent, was.parent_order.clone(), was.item.id);
        let ours = self.siblings.range(&key..).next().filter(|(parent, _, _)| *parent == was.parent);
        let ours = ours.map(|(_, order, item)| (order.clone(), *item));
        let sql = "SELECT parent_order, id FROM work_items WHERE parent_id = ?1 AND deleted_at IS NULL \
             AND (parent_order, id) > (?2, ?3) ORDER BY parent_order, id";
        let others = first_other(connection, sql, params![key.0, key.1, key.2], &self.gone_from_siblings)?;
        self.siblings.insert(key);
        Ok(before(ours, others))
    }
}

/// The first item of the rows that the command has not put there.
fn first_other(
    connection: &Connection,
    sql: &str,
    bounds: impl rusqlite::Params,
    gone: &HashSet<ItemId>,
) -> StoreResult<Option<(String, ItemId)>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = statement.query(bounds)?;
    while let Some(row) = found.next()? {
        let id: ItemId = row.get(1)?;
        if !gone.contains(&id) {
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
