//! An item as lists and boards show it, and what is worked out for a whole page of them at once: the keys, who is
//! blocked from above, the running timers, the comments. A fixed number of statements per page, never one per item.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hash;

use rusqlite::types::FromSql;
use rusqlite::{Row, ToSql, named_params};
use serde::{Deserialize, Serialize};

use super::{Ask, flow};
use crate::error::{StoreError, StoreResult};
use crate::model::{ItemId, ProjectId, UserId, WorkItem};
use crate::store::rows::{WORK_ITEM, WORK_ITEM_LEN, many, work_item};

/// A work item without its long texts, with what is derived.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Card {
    /// The item; `description` and `extra` are not carried.
    pub item: WorkItem,
    /// `KEY-n`.
    pub key: String,
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
    /// Comments, deleted ones not counted.
    pub comments: i64,
    /// Who has a timer running on it.
    pub timers: Vec<UserId>,
}

/// What is read of one row before the page is complete.
pub(crate) struct Draft {
    pub(crate) item: WorkItem,
    pub(crate) flags: Flags,
}

/// The derived columns of an item.
#[derive(Clone, Copy)]
pub(crate) struct Flags {
    pub(crate) finished: bool,
    pub(crate) waiting: bool,
    pub(crate) open_children: i64,
    pub(crate) live_children: i64,
}

/// Columns of [`flags`], of `work_items i`.
pub(crate) const FLAGS: &str = "i.finished, i.open_blockers > 0, i.open_children, i.live_children";
const FLAGS_LEN: usize = 4;
/// How many columns [`columns`] has; what a list adds for its order comes after them.
pub(crate) const DRAFT_LEN: usize = WORK_ITEM_LEN + FLAGS_LEN;

pub(crate) fn flags(row: &Row<'_>, column: usize) -> rusqlite::Result<Flags> {
    Ok(Flags {
        finished: row.get(column)?,
        waiting: row.get(column + 1)?,
        open_children: row.get(column + 2)?,
        live_children: row.get(column + 3)?,
    })
}

/// Columns of [`draft`], of `work_items i`.
pub(crate) fn columns() -> String {
    format!("{WORK_ITEM}, {FLAGS}")
}

pub(crate) fn draft(row: &Row<'_>) -> rusqlite::Result<Draft> {
    Ok(Draft { item: work_item(row)?, flags: flags(row, WORK_ITEM_LEN)? })
}

/// Completes a page of items the actor may see.
pub(crate) fn finish(ask: &Ask<'_>, drafts: Vec<Draft>) -> StoreResult<Vec<Card>> {
    if drafts.is_empty() {
        return Ok(Vec::new());
    }
    let ids = json_ids(drafts.iter().map(|draft| draft.item.id))?;
    let keys = project_keys(ask, drafts.iter().map(|draft| draft.item.project).collect())?;
    let open_parents = drafts.iter().filter(|draft| !draft.flags.finished && !draft.flags.waiting);
    let held = flow::held(ask, open_parents.filter_map(|draft| draft.item.parent).collect())?;
    let comments: HashMap<ItemId, i64> = comment_counts(ask, &ids)?.into_iter().collect();
    let mut timers = grouped(running_users(ask, &ids)?);
    let complete = |draft: Draft| -> StoreResult<Card> {
        let Draft { item, flags } = draft;
        let key = keys.get(&item.project).ok_or_else(|| StoreError::data("an item without its project"))?;
        let from_above = item.parent.is_some_and(|parent| held.contains(&parent));
        let blocked = !flags.finished && (flags.waiting || from_above);
        Ok(Card {
            key: format!("{key}-{}", item.number),
            finished: flags.finished,
            blocked,
            ready: !flags.finished && !blocked && flags.open_children == 0,
            open_children: flags.open_children,
            live_children: flags.live_children,
            comments: comments.get(&item.id).copied().unwrap_or(0),
            timers: timers.remove(&item.id).unwrap_or_default(),
            item,
        })
    };
    drafts.into_iter().map(complete).collect()
}

/// Ids as the JSON array that `json_each` takes: one parameter for any number of them.
pub(crate) fn json_ids<T: ToString>(ids: impl Iterator<Item = T>) -> StoreResult<String> {
    json_list(&ids.map(|id| id.to_string()).collect::<Vec<_>>())
}

/// Texts as the JSON array that `json_each` takes.
pub(crate) fn json_list(values: &[String]) -> StoreResult<String> {
    serde_json::to_string(values).map_err(|error| StoreError::bug(error.to_string()))
}

/// Pairs of two columns.
pub(crate) fn pairs<A: FromSql, B: FromSql>(
    ask: &Ask<'_>,
    sql: &str,
    params: &[(&str, &dyn ToSql)],
) -> StoreResult<Vec<(A, B)>> {
    Ok(many(ask.connection, sql, params, |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Pairs by their first.
pub(crate) fn grouped<A: Hash + Eq, B>(pairs: Vec<(A, B)>) -> HashMap<A, Vec<B>> {
    let mut groups: HashMap<A, Vec<B>> = HashMap::new();
    for (first, second) in pairs {
        groups.entry(first).or_default().push(second);
    }
    groups
}

pub(crate) fn project_keys(
    ask: &Ask<'_>,
    projects: BTreeSet<ProjectId>,
) -> StoreResult<HashMap<ProjectId, String>> {
    let ids = json_ids(projects.into_iter())?;
    let sql = "SELECT p.id, p.key FROM json_each(:ids) AS j CROSS JOIN projects AS p ON p.id = j.value";
    Ok(pairs(ask, sql, named_params! { ":ids": ids })?.into_iter().collect())
}

/// `KEY-n` and title of items the actor may see, live ones; of the others nothing.
pub(crate) fn names(
    ask: &Ask<'_>,
    items: &HashSet<ItemId>,
) -> StoreResult<HashMap<ItemId, (String, String)>> {
    if items.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "SELECT i.id, p.key || '-' || i.number, i.title FROM json_each(:ids) AS j CROSS JOIN work_items AS i ON i.id = j.value \
         CROSS JOIN projects AS p ON p.id = i.project_id WHERE i.deleted_at IS NULL AND p.deleted_at IS NULL AND {}",
        crate::access::VISIBLE_PROJECT
    );
    let ids = json_ids(items.iter())?;
    let params = named_params! { ":ids": ids, ":is_admin": ask.is_admin(), ":user": ask.actor.user };
    let read = |row: &Row<'_>| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)));
    Ok(many(ask.connection, &sql, params, read)?.into_iter().collect())
}

fn comment_counts(ask: &Ask<'_>, ids: &str) -> StoreResult<Vec<(ItemId, i64)>> {
    let sql = "SELECT c.item_id, count(*) FROM json_each(:ids) AS j CROSS JOIN comments AS c ON c.item_id = j.value \
               WHERE c.deleted_at IS NULL GROUP BY c.item_id";
    pairs(ask, sql, named_params! { ":ids": ids })
}

fn running_users(ask: &Ask<'_>, ids: &str) -> StoreResult<Vec<(ItemId, UserId)>> {
    let sql = "SELECT t.item_id, t.user_id FROM json_each(:ids) AS j CROSS JOIN time_entries AS t ON t.item_id = j.value \
               WHERE t.ended_at IS NULL AND t.deleted_at IS NULL ORDER BY t.user_id";
    pairs(ask, sql, named_params! { ":ids": ids })
}
