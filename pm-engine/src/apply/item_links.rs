//! What a change of an item means elsewhere: counts of its lane, sprint and parent, heights of its ancestors, open
//! blockers of those that wait for it, and the graph. Each touches a bounded number of rows.

use rusqlite::params;

use crate::decide::GraphSlot;
use crate::error::{StoreError, StoreResult};
use crate::limits;
use crate::model::{ItemId, LaneId, SprintId};
use crate::store::rows;
use crate::store::statements::Statements;

/// Where an item stands, as far as others count it.
#[derive(Clone, PartialEq)]
pub(super) struct Standing {
    pub(super) lane: LaneId,
    pub(super) parent: Option<ItemId>,
    pub(super) sprint: Option<SprintId>,
    pub(super) finished: bool,
    pub(super) live: bool,
}

impl Standing {
    fn counted_in(&self) -> Option<LaneId> {
        self.live.then_some(self.lane)
    }
    fn sprint(&self) -> Option<SprintId> {
        self.sprint.filter(|_| self.live)
    }
    fn parent(&self) -> Option<ItemId> {
        self.parent.filter(|_| self.live)
    }
    fn is_open(&self) -> bool {
        self.live && !self.finished
    }
}

/// Brings everything that counts the item from one standing to the next.
pub(super) fn follow(
    statements: &dyn Statements,
    graph: &GraphSlot,
    item: ItemId,
    before: Option<Standing>,
    after: &Standing,
) -> StoreResult<()> {
    let before = before.as_ref();
    if before == Some(after) {
        return Ok(());
    }
    let old_lane = before.and_then(Standing::counted_in);
    if old_lane != after.counted_in() {
        let sql = "UPDATE swim_lanes SET item_count = item_count + ?2 WHERE id = ?1";
        count(statements, sql, old_lane.map(|id| id.to_string()), -1)?;
        count(statements, sql, after.counted_in().map(|id| id.to_string()), 1)?;
    }
    let old_sprint = before.and_then(Standing::sprint);
    if old_sprint != after.sprint() {
        let sql = "UPDATE sprints SET item_count = item_count + ?2 WHERE id = ?1";
        count(statements, sql, old_sprint.map(|id| id.to_string()), -1)?;
        count(statements, sql, after.sprint().map(|id| id.to_string()), 1)?;
    }
    count_children(statements, before, after)?;
    let was_open = before.is_some_and(Standing::is_open);
    if before.is_some() && was_open != after.is_open() {
        let sql = "UPDATE work_items SET open_blockers = open_blockers + ?2 WHERE id IN (SELECT to_item FROM \
                   dependencies WHERE from_item = ?1 AND kind = 'blocks' AND deleted_at IS NULL)";
        rows::run(statements, sql, params![item, if after.is_open() { 1 } else { -1 }])?;
    }
    let old_parent = before.and_then(Standing::parent);
    if old_parent != after.parent() {
        for parent in [old_parent, after.parent()].into_iter().flatten() {
            raise_heights(statements, parent)?;
        }
        if let Some(mut graph) = graph.loaded() {
            graph
                .set_parent(item, after.parent())
                .map_err(|_| StoreError::bug("an event closes a cycle in the tree"))?;
        }
    }
    Ok(())
}

fn count(statements: &dyn Statements, sql: &str, id: Option<String>, by: i64) -> StoreResult<()> {
    if let Some(id) = id {
        rows::run(statements, sql, params![id, by])?;
    }
    Ok(())
}

fn count_children(
    statements: &dyn Statements,
    before: Option<&Standing>,
    after: &Standing,
) -> StoreResult<()> {
    let sql = "UPDATE work_items SET live_children = live_children + ?2, open_children = open_children + ?3 \
               WHERE id = ?1";
    let old = before.and_then(Standing::parent);
    let was_open = i64::from(before.is_some_and(Standing::is_open));
    let is_open = i64::from(after.is_open());
    if old == after.parent() {
        if let Some(parent) = old.filter(|_| was_open != is_open) {
            rows::run(statements, sql, params![parent, 0, is_open - was_open])?;
        }
        return Ok(());
    }
    if let Some(parent) = old {
        rows::run(statements, sql, params![parent, -1, -was_open])?;
    }
    if let Some(parent) = after.parent() {
        rows::run(statements, sql, params![parent, 1, is_open])?;
    }
    Ok(())
}

/// Recomputes the height of an item from its live children, and so on upwards until nothing changes.
fn raise_heights(statements: &dyn Statements, from: ItemId) -> StoreResult<()> {
    let mut next = Some(from);
    for _ in 0..=limits::ITEM_DEPTH_MAX {
        let Some(item) = next else { break };
        let sql = "UPDATE work_items SET subtree_height = 1 + coalesce((SELECT max(c.subtree_height) FROM work_items c \
                   WHERE c.parent_id = ?1 AND c.deleted_at IS NULL), 0) WHERE id = ?1 AND subtree_height <> 1 + \
                   coalesce((SELECT max(c.subtree_height) FROM work_items c WHERE c.parent_id = ?1 \
                   AND c.deleted_at IS NULL), 0) RETURNING parent_id";
        next = rows::one(statements, sql, [item], |row| row.get(0))?.flatten();
    }
    Ok(())
}
