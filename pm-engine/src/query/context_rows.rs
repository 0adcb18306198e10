//! The rows of a project's context, read in batches until there is no more room.

use std::collections::HashMap;

use rusqlite::types::Value;
use rusqlite::{Row, ToSql, named_params};
use serde::{Deserialize, Serialize};

use super::Ask;
use super::board::LaneView;
use super::card::{self, Card, DRAFT_LEN, Draft, json_ids};
use super::context::{ContextItem, ContextLink, ContextOptions, ContextSprint, LeftOut, Room};
use super::dependency::DependencyDirection;
use super::resolve::Home;
use crate::access::VISIBLE_PROJECT;
use crate::error::{Stop, StoreError, StoreResult};
use crate::model::{DependencyKind, ItemId, Member, Timestamp, UserId};
use crate::store::rows::{MEMBER, many, member, one};

/// Items read at a time.
const BATCH: i64 = 200;
/// Comments of one context at most.
const COMMENTS: i64 = 200;

/// A comment of the context.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ContextComment {
    /// `KEY-n` of the item it stands on.
    pub item: String,
    /// Who wrote it.
    pub author: UserId,
    /// When.
    pub at: Timestamp,
    /// It answers another comment.
    pub is_reply: bool,
    /// Markdown.
    pub text: String,
}

/// A running timer of the context.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ContextTimer {
    /// Whose.
    pub user: UserId,
    /// `KEY-n` of the item it runs on.
    pub item: String,
    /// Since when.
    pub started_at: Timestamp,
}

pub(crate) fn members(ask: &Ask<'_>, home: &Home) -> StoreResult<Vec<Member>> {
    let sql = format!(
        "SELECT {MEMBER} FROM project_members WHERE project_id = :project AND removed_at IS NULL ORDER BY user_id"
    );
    Ok(many(ask.connection, &sql, named_params! { ":project": home.project }, member)?)
}

pub(crate) fn sprints(ask: &Ask<'_>, home: &Home) -> StoreResult<Vec<ContextSprint>> {
    let sql = "SELECT id, name, goal, state, start_date, end_date, item_count, completed_points FROM sprints \
               WHERE project_id = :project AND deleted_at IS NULL ORDER BY created_at, id";
    let read = |row: &Row<'_>| {
        Ok(ContextSprint {
            id: row.get(0)?,
            name: row.get(1)?,
            goal: row.get(2)?,
            state: row.get(3)?,
            start_date: row.get(4)?,
            end_date: row.get(5)?,
            item_count: row.get(6)?,
            completed_points: row.get(7)?,
        })
    };
    Ok(many(ask.connection, sql, named_params! { ":project": home.project }, read)?)
}

pub(crate) fn timers(ask: &Ask<'_>, home: &Home) -> StoreResult<Vec<ContextTimer>> {
    let sql = "SELECT t.user_id, :key || '-' || i.number, t.started_at FROM time_entries AS t \
               INDEXED BY time_entries_running_project CROSS JOIN work_items AS i ON i.id = t.item_id \
               WHERE t.project_id = :project AND t.ended_at IS NULL AND t.deleted_at IS NULL \
               AND i.deleted_at IS NULL ORDER BY t.user_id";
    let params = named_params! { ":project": home.project, ":key": home.key };
    let read =
        |row: &Row<'_>| Ok(ContextTimer { user: row.get(0)?, item: row.get(1)?, started_at: row.get(2)? });
    Ok(many(ask.connection, sql, params, read)?)
}

/// What a context is read with.
pub(crate) struct Reading<'a> {
    pub(crate) ask: &'a Ask<'a>,
    pub(crate) home: &'a Home,
    pub(crate) lanes: &'a [LaneView],
    pub(crate) options: &'a ContextOptions,
}

/// What is read of an item beyond its card.
struct Extra {
    description: String,
    sprint: Option<String>,
    parent: Option<i64>,
}

impl Reading<'_> {
    /// Items by number, as far as there is room; counts the others.
    pub(crate) fn items(
        &self,
        finished: bool,
        room: &mut Room,
        left_out: &mut LeftOut,
    ) -> Result<Vec<ContextItem>, Stop> {
        let mut items: Vec<ContextItem> = Vec::new();
        let mut after = 0;
        'all: loop {
            let batch = self.batch(finished, after)?;
            let Some(last) = batch.last().map(|(card, _)| card.item.number) else { break };
            let mut links = self.links(&batch)?;
            for (card, extra) in batch {
                let links = links.remove(&card.item.id).unwrap_or_default();
                let Some(item) = fit(self.item(card, extra, links)?, room, left_out) else { break 'all };
                items.push(item);
            }
            after = last;
        }
        let count = self.count_items(finished)? - i64::try_from(items.len()).unwrap_or(0);
        if finished {
            left_out.finished_items = count;
        } else {
            left_out.open_items = count;
        }
        Ok(items)
    }

    fn batch(&self, finished: bool, after: i64) -> Result<Vec<(Card, Extra)>, Stop> {
        let sql = format!(
            "SELECT {}, i.description, (SELECT s.name FROM sprints AS s WHERE s.id = i.sprint_id), \
             (SELECT w.number FROM work_items AS w WHERE w.id = i.parent_id) FROM work_items AS i \
             WHERE i.project_id = :project AND i.deleted_at IS NULL AND i.finished = :finished \
             AND i.changed_sequence > :since AND i.number > :after ORDER BY i.number LIMIT :limit",
            card::columns()
        );
        let params = named_params! {
            ":project": self.home.project, ":finished": finished,
            ":since": self.options.since.unwrap_or(-1), ":after": after, ":limit": BATCH,
        };
        let read = |row: &Row<'_>| -> rusqlite::Result<(Draft, Extra)> {
            let (description, sprint, parent) =
                (row.get(DRAFT_LEN)?, row.get(DRAFT_LEN + 1)?, row.get(DRAFT_LEN + 2)?);
            Ok((card::draft(row)?, Extra { description, sprint, parent }))
        };
        let (drafts, extras): (Vec<_>, Vec<_>) =
            many(self.ask.connection, &sql, params, read)?.into_iter().unzip();
        Ok(card::finish(self.ask, drafts)?.into_iter().zip(extras).collect())
    }

    fn count_items(&self, finished: bool) -> StoreResult<i64> {
        let sql = "SELECT count(*) FROM work_items WHERE project_id = :project AND deleted_at IS NULL \
                   AND finished = :finished AND changed_sequence > :since";
        let since = self.options.since.unwrap_or(-1);
        let params = named_params! { ":project": self.home.project, ":finished": finished, ":since": since };
        Ok(one(self.ask.connection, sql, params, |row| row.get(0))?.unwrap_or(0))
    }

    fn links(&self, batch: &[(Card, Extra)]) -> StoreResult<HashMap<ItemId, Vec<ContextLink>>> {
        if !self.options.dependencies {
            return Ok(HashMap::new());
        }
        let sql = format!(
            "SELECT e.item, e.kind, e.outgoing, CASE WHEN {VISIBLE_PROJECT} THEN p.key || '-' || o.number END \
             FROM (SELECT j.value AS item, d.kind, 1 AS outgoing, d.to_item AS other FROM json_each(:ids) AS j \
             CROSS JOIN dependencies AS d ON d.from_item = j.value AND d.deleted_at IS NULL \
             UNION ALL SELECT j.value, d.kind, 0, d.from_item FROM json_each(:ids) AS j \
             CROSS JOIN dependencies AS d ON d.to_item = j.value AND d.deleted_at IS NULL) AS e \
             CROSS JOIN work_items AS o ON o.id = e.other CROSS JOIN projects AS p ON p.id = o.project_id \
             WHERE o.deleted_at IS NULL AND p.deleted_at IS NULL ORDER BY e.outgoing, p.key, o.number"
        );
        let params = named_params! {
            ":ids": json_ids(batch.iter().map(|(card, _)| card.item.id))?,
            ":is_admin": self.ask.is_admin(), ":user": self.ask.actor.user,
        };
        let read = |row: &Row<'_>| {
            let direction = match (row.get(1)?, row.get(2)?) {
                (DependencyKind::RelatesTo, _) => DependencyDirection::RelatesTo,
                (DependencyKind::Blocks, true) => DependencyDirection::Blocks,
                (DependencyKind::Blocks, false) => DependencyDirection::BlockedBy,
            };
            Ok((row.get(0)?, ContextLink { direction, key: row.get(3)? }))
        };
        Ok(card::grouped(many(self.ask.connection, &sql, params, read)?))
    }

    fn item(&self, card: Card, extra: Extra, dependencies: Vec<ContextLink>) -> StoreResult<ContextItem> {
        let lane = self.lanes.iter().find(|view| view.lane.id == card.item.lane);
        let lane = lane.ok_or_else(|| StoreError::data("an item without its lane"))?;
        let wanted = self.options.descriptions && !extra.description.is_empty();
        let item = card.item;
        Ok(ContextItem {
            key: card.key,
            kind: item.kind,
            title: item.title,
            description: wanted.then_some(extra.description),
            status: lane.lane.status.clone(),
            category: lane.lane.category,
            priority: item.priority,
            assignee: item.assignee,
            labels: item.labels,
            points: item.points,
            estimate_seconds: item.estimate_seconds,
            remaining_seconds: item.remaining_seconds,
            start_date: item.start_date,
            due_date: item.due_date,
            sprint: extra.sprint,
            parent: extra.parent.map(|number| format!("{}-{number}", self.home.key)),
            dependencies,
            blocked: card.blocked,
            ready: card.ready,
            open_children: card.open_children,
            comments: card.comments,
            updated_at: item.updated_at,
            completed_at: item.completed_at,
            version: item.version,
        })
    }

    /// The latest comments, as far as there is room; counts the others.
    pub(crate) fn comments(
        &self,
        room: &mut Room,
        left_out: &mut LeftOut,
    ) -> StoreResult<Vec<ContextComment>> {
        let touched = "AND c.id IN (SELECT e.entity_id FROM event_log AS e WHERE e.sequence > :since \
                       AND e.project_id = :project AND e.entity_kind = 'comment')";
        let from = format!(
            "FROM comments AS c CROSS JOIN work_items AS i ON i.id = c.item_id WHERE c.project_id = :project \
             AND c.deleted_at IS NULL AND i.deleted_at IS NULL {}",
            self.options.since.map_or("", |_| touched)
        );
        let mut bound: Vec<(&str, Value)> = vec![(":project", self.home.project.to_string().into())];
        bound.extend(self.options.since.map(|since| (":since", since.into())));
        let count =
            one(self.ask.connection, &format!("SELECT count(*) {from}"), slice(&bound).as_slice(), |row| {
                row.get::<_, i64>(0)
            })?;
        bound.extend([(":key", self.home.key.clone().into()), (":limit", COMMENTS.into())]);
        // The texts are read for the latest ones only, after sorting.
        let sql = format!(
            "SELECT :key || '-' || x.number, c.author, c.created_at, c.reply_to IS NOT NULL, c.text \
             FROM (SELECT c.rowid AS place, c.created_at, c.id, i.number {from} \
             ORDER BY c.created_at DESC, c.id DESC LIMIT :limit) AS x \
             CROSS JOIN comments AS c ON c.rowid = x.place ORDER BY x.created_at DESC, x.id DESC"
        );
        let read = |row: &Row<'_>| {
            Ok(ContextComment {
                item: row.get(0)?,
                author: row.get(1)?,
                at: row.get(2)?,
                is_reply: row.get(3)?,
                text: row.get(4)?,
            })
        };
        let (comments, _) = room.fill(many(self.ask.connection, &sql, slice(&bound).as_slice(), read)?);
        left_out.comments = count.unwrap_or(0) - i64::try_from(comments.len()).unwrap_or(0);
        Ok(comments)
    }
}

/// The item if there is room for it, if need be without its description; else nothing, and nothing after it.
fn fit(mut item: ContextItem, room: &mut Room, left_out: &mut LeftOut) -> Option<ContextItem> {
    if room.take(&item) {
        return Some(item);
    }
    let described = item.description.take().is_some();
    if described && room.take(&item) {
        left_out.descriptions += 1;
        return Some(item);
    }
    room.close();
    None
}

fn slice<'a>(bound: &'a [(&'a str, Value)]) -> Vec<(&'a str, &'a dyn ToSql)> {
    bound.iter().map(|(name, value)| (*name, value as &dyn ToSql)).collect()
}
