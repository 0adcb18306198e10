//! One item, whole.

use rusqlite::{Row, named_params};
use serde::{Deserialize, Serialize};

use super::card::{self, Card, FLAGS};
use super::dependency::{DependencyLine, dependencies_of};
use super::page::PageRequest;
use super::resolve::{self, Home};
use super::{Ask, tree};
use crate::error::{Stop, StoreError, StoreResult};
use crate::limits::ITEM_DEPTH_MAX;
use crate::model::{ItemId, ItemRef, Lane, ProjectRole, TimeEntry, WorkItem};
use crate::store::rows::{
    LANE, TIME_ENTRY, WORK_ITEM, WORK_ITEM_LEN, WORK_ITEM_LONG, lane, many, one, time_entry, work_item_whole,
};

/// An item with its long texts and what is derived.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ItemAnswer {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The item, whole.
    pub item: WorkItem,
    /// `KEY-n`.
    pub key: String,
    /// What the actor may do in its project.
    pub role: ProjectRole,
    /// Its lane is completed or canceled.
    pub finished: bool,
    /// Not finished, and it or an ancestor waits for an unfinished item.
    pub blocked: bool,
    /// Not finished, not blocked, no unfinished children.
    pub ready: bool,
    /// Unfinished children.
    pub open_children: i64,
    /// Children.
    pub live_children: i64,
}

/// An item with what stands around it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ItemDetail {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The item, whole.
    pub item: ItemAnswer,
    /// Its lane.
    pub lane: Lane,
    /// What it belongs to, from the root down to the parent.
    pub ancestors: Vec<Card>,
    /// Its first children, in their order.
    pub children: Vec<Card>,
    /// Cursor of the children's next page.
    pub children_next: Option<String>,
    /// Its first dependencies, both ways.
    pub dependencies: Vec<DependencyLine>,
    /// Cursor of the dependencies' next page.
    pub dependencies_next: Option<String>,
    /// Timers that run on it.
    pub timers: Vec<TimeEntry>,
    /// Comments, deleted ones not counted.
    pub comments: i64,
}

/// The item and nothing around it: the cheapest read there is.
pub(crate) fn answer(ask: &Ask<'_>, named: &ItemRef) -> Result<ItemAnswer, Stop> {
    let columns = format!("{WORK_ITEM}, {WORK_ITEM_LONG}, {FLAGS}");
    let read =
        |row: &Row<'_>, home: Home| Ok((work_item_whole(row)?, card::flags(row, WORK_ITEM_LEN + 2)?, home));
    let (item, flags, home) = resolve::item_with(ask, named, (&columns, WORK_ITEM_LEN + 6), read)?;
    let parent = item.parent.filter(|_| !flags.finished && !flags.waiting);
    let blocked = !flags.finished && (flags.waiting || is_held(ask, parent)?);
    Ok(ItemAnswer {
        sequence: ask.sequence,
        key: format!("{}-{}", home.key, item.number),
        role: home.role,
        finished: flags.finished,
        blocked,
        ready: !flags.finished && !blocked && flags.open_children == 0,
        open_children: flags.open_children,
        live_children: flags.live_children,
        item,
    })
}

/// Whether an item or an ancestor of it waits. For one item, steps of a cached statement are many times cheaper than
/// setting up the recursive query that serves a page.
fn is_held(ask: &Ask<'_>, item: Option<ItemId>) -> StoreResult<bool> {
    let sql = "SELECT parent_id, open_blockers > 0 FROM work_items WHERE id = :id";
    let mut next = item;
    for _ in 0..ITEM_DEPTH_MAX {
        let Some(id) = next else { return Ok(false) };
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        match one(ask.connection, sql, named_params! { ":id": id }, read)? {
            Some((_, true)) => return Ok(true),
            found => next = found.and_then(|(parent, _)| parent),
        }
    }
    Ok(false)
}

pub(crate) fn detail(ask: &Ask<'_>, named: &ItemRef) -> Result<ItemDetail, Stop> {
    let item = answer(ask, named)?;
    let id = item.item.id;
    let first = PageRequest::default();
    let (children, children_next) = tree::children_of(ask, id, &first)?;
    let (dependencies, dependencies_next) = dependencies_of(ask, id, None, &first)?;
    let ancestors =
        if item.item.parent.is_some() { tree::ancestors(ask, &id.into())?.items } else { Vec::new() };
    let sql = format!("SELECT {LANE} FROM swim_lanes WHERE id = :lane");
    let lane = one(ask.connection, &sql, named_params! { ":lane": item.item.lane }, lane)?;
    let sql = format!(
        "SELECT {TIME_ENTRY} FROM time_entries INDEXED BY time_entries_running \
         WHERE item_id = :item AND ended_at IS NULL AND deleted_at IS NULL ORDER BY started_at, id LIMIT :limit"
    );
    let params = named_params! { ":item": id, ":limit": first.size()? };
    let timers = many(ask.connection, &sql, params, time_entry)?;
    let sql = "SELECT count(*) FROM comments WHERE item_id = :item AND deleted_at IS NULL";
    let comments = one(ask.connection, sql, named_params! { ":item": id }, |row| row.get(0))?.unwrap_or(0);
    Ok(ItemDetail {
        sequence: ask.sequence,
        lane: lane.ok_or_else(|| StoreError::data("an item without its lane"))?,
        item,
        ancestors,
        children,
        children_next,
        dependencies,
        dependencies_next,
        timers,
        comments,
    })
}
