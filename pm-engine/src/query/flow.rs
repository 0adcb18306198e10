//! What waits and what can be worked on.
//!
//! Blocked: not finished, and it or an ancestor has an unfinished blocker. The file keeps `open_blockers` of each
//! item, so only the inheritance is worked out here: for a page of items upwards, at most sixteen steps; for a list
//! downwards from the items that wait.

use std::collections::{BTreeSet, HashSet};

use rusqlite::named_params;
use serde::{Deserialize, Serialize};

use super::card::{self, Card};
use super::page::{PageRequest, cut};
use super::{Ask, resolve};
use crate::error::{Stop, StoreResult};
use crate::limits::ITEM_DEPTH_MAX;
use crate::model::{ItemId, ProjectRef};
use crate::store::rows::many;

/// A page of items that are all blocked, or all ready, in the order of their numbers.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FlowPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The items.
    pub items: Vec<Card>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// Common table expression `held`: the items with children that wait or stand under one that waits. Their children,
/// and no others, are blocked from above. It walks items that have children only; `work_items_by_height` tells them
/// apart without reading the rows.
pub(crate) fn held_in(scope: &str) -> String {
    format!(
        "held (id) AS (SELECT w.id FROM work_items AS w INDEXED BY work_items_waiting \
         WHERE {scope} w.open_blockers > 0 AND w.deleted_at IS NULL AND w.subtree_height > 1 \
         UNION SELECT c.id FROM held CROSS JOIN work_items AS c INDEXED BY work_items_by_height \
         ON c.parent_id = held.id AND c.subtree_height > 1 AND c.deleted_at IS NULL)"
    )
}

/// Holds for the rows of `work_items i` that stand under an item of `held`.
const FROM_ABOVE: &str = "coalesce(i.parent_id, '') IN (SELECT id FROM held)";

/// Holds for blocked rows of `work_items i`; needs `held`.
pub(crate) fn is_blocked() -> String {
    format!("(i.finished = 0 AND (i.open_blockers > 0 OR {FROM_ABOVE}))")
}

/// Holds for ready rows of `work_items i`; needs `held`. The first three terms are those of `work_items_open`.
pub(crate) fn is_ready() -> String {
    format!("(i.finished = 0 AND i.open_blockers = 0 AND i.open_children = 0 AND NOT {FROM_ABOVE})")
}

/// Which of these items wait or stand under one that waits.
pub(crate) fn held(ask: &Ask<'_>, items: BTreeSet<ItemId>) -> StoreResult<HashSet<ItemId>> {
    if items.is_empty() {
        return Ok(HashSet::new());
    }
    // Goes on upwards only from those not yet known to wait.
    let sql = "WITH RECURSIVE up (start, parent, waits, depth) AS (\
               SELECT i.id, i.parent_id, i.open_blockers > 0, 1 \
               FROM json_each(:ids) AS j CROSS JOIN work_items AS i ON i.id = j.value \
               UNION ALL SELECT up.start, i.parent_id, i.open_blockers > 0, up.depth + 1 \
               FROM up CROSS JOIN work_items AS i ON i.id = up.parent WHERE up.waits = 0 AND up.depth < :depth) \
               SELECT start FROM up WHERE waits = 1";
    let params = named_params! { ":ids": card::json_ids(items.into_iter())?, ":depth": ITEM_DEPTH_MAX };
    Ok(many(ask.connection, sql, params, |row| row.get(0))?.into_iter().collect())
}

pub(crate) fn blocked(ask: &Ask<'_>, project: &ProjectRef, page: &PageRequest) -> Result<FlowPage, Stop> {
    list(ask, project, page, "blocked", &blocked_sql())
}

pub(crate) fn ready(ask: &Ask<'_>, project: &ProjectRef, page: &PageRequest) -> Result<FlowPage, Stop> {
    list(ask, project, page, "ready", &ready_sql())
}

/// Both kinds of blocked items are found through what they wait for, so the cost is that of the blocked ones, not of
/// the project; whole rows are read for one page only.
fn blocked_sql() -> String {
    format!(
        "WITH RECURSIVE {held}, hit (place, number) AS (\
         SELECT w.rowid, w.number FROM work_items AS w INDEXED BY work_items_waiting WHERE w.project_id = :project \
         AND w.open_blockers > 0 AND w.deleted_at IS NULL AND w.finished = 0 AND w.number > :after \
         UNION SELECT c.rowid, c.number FROM held CROSS JOIN work_items AS c INDEXED BY work_items_by_parent \
         ON c.parent_id = held.id AND c.deleted_at IS NULL WHERE c.finished = 0 AND c.number > :after \
         ORDER BY 2 LIMIT :limit) \
         SELECT {columns} FROM hit CROSS JOIN work_items AS i ON i.rowid = hit.place ORDER BY i.number",
        held = held_in("w.project_id = :project AND"),
        columns = card::columns(),
    )
}

fn ready_sql() -> String {
    format!(
        "WITH RECURSIVE {held} SELECT {columns} FROM work_items AS i INDEXED BY work_items_open \
         WHERE i.project_id = :project AND i.deleted_at IS NULL AND {ready} AND i.number > :after \
         ORDER BY i.number LIMIT :limit",
        held = held_in("w.project_id = :project AND"),
        columns = card::columns(),
        ready = is_ready(),
    )
}

fn list(
    ask: &Ask<'_>,
    project: &ProjectRef,
    page: &PageRequest,
    name: &str,
    sql: &str,
) -> Result<FlowPage, Stop> {
    let size = page.size()?;
    let (after,) = page.start::<(i64,)>(name)?.unwrap_or((0,));
    let home = resolve::project(ask, project)?;
    let params = named_params! { ":project": home.project, ":after": after, ":limit": size + 1 };
    let drafts = many(ask.connection, sql, params, card::draft)?;
    let (drafts, next) = cut(name, size, drafts, |draft| (draft.item.number,));
    Ok(FlowPage { sequence: ask.sequence, items: card::finish(ask, drafts)?, next })
}
