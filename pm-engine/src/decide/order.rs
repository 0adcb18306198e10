//! Places among neighbours: a new order key for the moved one, and, where the gap is used up, new keys for up to a
//! hundred neighbours.

use rusqlite::params;

use super::context::{Decision, Draft};
use crate::error::Stop;
use crate::limits;
use crate::model::{Action, Entity, ItemId, LaneId, WorkItem};
use crate::order_key;
use crate::rejection::{Rejection, RejectionCode};
use crate::store::known::known_or;
use crate::store::rows::{self, concat_sql};
use crate::store::statements::Statements;

/// The list an order key belongs to.
#[derive(Clone, Copy)]
pub(crate) enum List {
    Lane(LaneId),
    Children(ItemId),
}

/// A resolved place.
pub(crate) enum Spot {
    First,
    Last,
    Before(WorkItem),
    After(WorkItem),
}

impl List {
    fn id(self) -> String {
        match self {
            Self::Lane(id) => id.to_string(),
            Self::Children(id) => id.to_string(),
        }
    }

    pub(crate) fn key_of(self, item: &WorkItem) -> &str {
        match self {
            Self::Lane(_) => &item.lane_order,
            Self::Children(_) => &item.parent_order,
        }
    }

    /// Whether an item is in this list.
    pub(crate) fn holds(self, item: &WorkItem) -> bool {
        match self {
            Self::Lane(lane) => item.lane == lane,
            Self::Children(parent) => item.parent == Some(parent),
        }
    }

    fn with_key(self, item: &WorkItem, key: String) -> WorkItem {
        let mut moved = item.clone();
        match self {
            Self::Lane(_) => moved.lane_order = key,
            Self::Children(_) => moved.parent_order = key,
        }
        moved
    }

    /// Items of the list before `(key, id)`, nearest first, without one.
    fn before(
        self,
        c: &dyn Statements,
        key: &str,
        id: &str,
        but: ItemId,
        n: usize,
    ) -> rusqlite::Result<Vec<WorkItem>> {
        let sql = match self {
            Self::Lane(_) => concat_sql!(
                "SELECT ",
                rows::WORK_ITEM,
                " FROM work_items i WHERE lane_id = ?1 AND deleted_at IS NULL AND (lane_order, id) < (?2, ?3) \
                 AND id <> ?4 ORDER BY lane_order DESC, id DESC LIMIT ?5"
            ),
            Self::Children(_) => concat_sql!(
                "SELECT ",
                rows::WORK_ITEM,
                " FROM work_items i WHERE parent_id = ?1 AND deleted_at IS NULL AND (parent_order, id) < (?2, ?3) \
                 AND id <> ?4 ORDER BY parent_order DESC, id DESC LIMIT ?5"
            ),
        };
        rows::many(c, sql, params![self.id(), key, id, but, crate::form::int(n)], rows::work_item)
    }

    /// Items of the list after `(key, id)`, nearest first, without one.
    fn after(
        self,
        c: &dyn Statements,
        key: &str,
        id: &str,
        but: ItemId,
        n: usize,
    ) -> rusqlite::Result<Vec<WorkItem>> {
        let sql = match self {
            Self::Lane(_) => concat_sql!(
                "SELECT ",
                rows::WORK_ITEM,
                " FROM work_items i WHERE lane_id = ?1 AND deleted_at IS NULL AND (lane_order, id) > (?2, ?3) \
                 AND id <> ?4 ORDER BY lane_order, id LIMIT ?5"
            ),
            Self::Children(_) => concat_sql!(
                "SELECT ",
                rows::WORK_ITEM,
                " FROM work_items i WHERE parent_id = ?1 AND deleted_at IS NULL AND (parent_order, id) > (?2, ?3) \
                 AND id <> ?4 ORDER BY parent_order, id LIMIT ?5"
            ),
        };
        rows::many(c, sql, params![self.id(), key, id, but, crate::form::int(n)], rows::work_item)
    }

    /// The item directly before this one.
    pub(crate) fn neighbour_before(
        self,
        c: &dyn Statements,
        item: &WorkItem,
    ) -> rusqlite::Result<Option<WorkItem>> {
        Ok(self.before(c, self.key_of(item), &item.id.to_string(), item.id, 1)?.pop())
    }

    /// The item directly after this one.
    pub(crate) fn neighbour_after(
        self,
        c: &dyn Statements,
        item: &WorkItem,
    ) -> rusqlite::Result<Option<WorkItem>> {
        Ok(self.after(c, self.key_of(item), &item.id.to_string(), item.id, 1)?.pop())
    }

    /// The key of the last item, another one than this.
    fn end_key(self, ctx: &Decision<'_>, but: ItemId) -> rusqlite::Result<Option<String>> {
        match self {
            Self::Lane(lane) => lane_end(ctx, lane, but),
            Self::Children(_) => {
                let sql = "SELECT parent_order FROM work_items WHERE parent_id = ?1 AND deleted_at IS NULL \
                           AND id <> ?2 ORDER BY parent_order DESC, id DESC LIMIT 1";
                rows::one(ctx.statements, sql, params![self.id(), but], |row| row.get(0))
            }
        }
    }
}

fn lane_end(ctx: &Decision<'_>, lane: LaneId, but: ItemId) -> rusqlite::Result<Option<String>> {
    let known = &ctx.memory.rows;
    let read = || {
        let sql = "SELECT lane_order, id FROM work_items WHERE lane_id = ?1 AND deleted_at IS NULL \
                   ORDER BY lane_order DESC, id DESC LIMIT 2";
        let last: Vec<(String, ItemId)> =
            rows::many(ctx.statements, sql, [lane], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if let Some((key, item)) = last.first() {
            known.keep_lane_end(lane, key, *item);
        }
        Ok(last.into_iter().find(|(_, item)| *item != but).map(|(key, _)| key))
    };
    known_or(known.lane_end(lane, but), read)
}

/// Sorts after every key and every id.
const LAST: &str = "\u{7f}";

/// The key of `item` at a spot of a list. Neighbours that must move get their events here.
pub(crate) fn key_at(ctx: &mut Decision<'_>, list: List, spot: &Spot, item: ItemId) -> Result<String, Stop> {
    let c = ctx.statements;
    let (low, high) = match spot {
        Spot::Last => (list.end_key(ctx, item)?, None),
        Spot::First => (None, list.after(c, "", "", item, 1)?.first().map(|n| list.key_of(n).to_owned())),
        Spot::Before(next) => {
            let key = list.key_of(next);
            let previous = list.before(c, key, &next.id.to_string(), item, 1)?;
            (previous.first().map(|n| list.key_of(n).to_owned()), Some(key.to_owned()))
        }
        Spot::After(previous) => {
            let key = list.key_of(previous);
            let next = list.after(c, key, &previous.id.to_string(), item, 1)?;
            (Some(key.to_owned()), next.first().map(|n| list.key_of(n).to_owned()))
        }
    };
    match order_key::key_between(low.as_deref(), high.as_deref()) {
        Ok(key) => Ok(key),
        Err(_) => respread(ctx, list, spot, item),
    }
}

/// Gives up to [`limits::RESPREAD_MAX`] neighbours around the spot new keys, evenly, with room for one more.
fn respread(ctx: &mut Decision<'_>, list: List, spot: &Spot, item: ItemId) -> Result<String, Stop> {
    let c = ctx.statements;
    let half = limits::RESPREAD_MAX / 2;
    // One more on each side than is moved: the outermost two stay and bound the new keys.
    let (mut left, mut right) = match spot {
        Spot::First => (Vec::new(), list.after(c, "", "", item, half + 1)?),
        Spot::Last => (list.before(c, LAST, LAST, item, half + 1)?, Vec::new()),
        Spot::Before(next) => {
            let (key, id) = (list.key_of(next), next.id.to_string());
            let mut right = vec![next.clone()];
            right.extend(list.after(c, key, &id, item, half)?);
            (list.before(c, key, &id, item, half + 1)?, right)
        }
        Spot::After(previous) => {
            let (key, id) = (list.key_of(previous), previous.id.to_string());
            let mut left = vec![previous.clone()];
            left.extend(list.before(c, key, &id, item, half)?);
            (left, list.after(c, key, &id, item, half + 1)?)
        }
    };
    let low = if left.len() > half { left.pop() } else { None };
    let high = if right.len() > half { right.pop() } else { None };
    left.reverse();
    let low = low.as_ref().map(|n| list.key_of(n));
    let high = high.as_ref().map(|n| list.key_of(n));
    let wanted = left.len() + 1 + right.len();
    let mut keys = order_key::keys_between(low, high, wanted).map_err(|_| no_room())?;
    let own = if left.len() < keys.len() { keys.remove(left.len()) } else { return Err(no_room().into()) };
    for (neighbour, key) in left.iter().chain(&right).zip(keys) {
        rekey(ctx, list, neighbour, key)?;
    }
    Ok(own)
}

/// Moves a neighbour to its new key; one event per neighbour, even where lane and parent respread it together.
fn rekey(ctx: &mut Decision<'_>, list: List, item: &WorkItem, key: String) -> Result<(), Stop> {
    let id = item.id;
    let earlier = ctx.drafts.iter_mut().find_map(|draft| match &mut draft.entity {
        Some(Entity::WorkItem(moved)) if moved.id == id => Some((moved, &mut draft.changes)),
        _ => None,
    });
    if let Some((moved, changes)) = earlier {
        **moved = list.with_key(moved, key);
        *changes = item.changes_to(moved);
        return Ok(());
    }
    if list.key_of(item) == key {
        return Ok(());
    }
    let mut moved = list.with_key(item, key);
    moved.version += 1;
    moved.updated_at = ctx.when();
    moved.updated_by = ctx.who();
    let changes = item.changes_to(&moved);
    Ok(ctx.emit(Draft::new(Action::Moved, Entity::WorkItem(Box::new(moved)), changes))?)
}

fn no_room() -> Rejection {
    Rejection::beyond(
        RejectionCode::TooLarge,
        "place",
        crate::form::int(limits::ORDER_KEY_BYTES_MAX),
        "there is no room between these neighbours: name another place",
    )
}
