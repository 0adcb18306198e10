//! Time: entries of an item, a user or a project, and the timers that run.

use rusqlite::types::Value;
use rusqlite::{ToSql, named_params};
use serde::{Deserialize, Serialize};

use super::card::names;
use super::page::{PageRequest, cut};
use super::{Ask, resolve};
use crate::access::VISIBLE_PROJECT;
use crate::error::{Stop, StoreResult};
use crate::limits::TIMESTAMP_MS_MAX;
use crate::model::{ItemRef, ProjectRef, TimeEntry, Timestamp, UserId};
use crate::rejection::Rejection;
use crate::store::rows::{TIME_ENTRY, many, one, time_entry};

/// Which time entries. Every field narrows; at least one of the first three is needed.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TimeFilter {
    /// On this item.
    pub item: Option<ItemRef>,
    /// Of this user.
    pub user: Option<UserId>,
    /// On items of this project.
    pub project: Option<ProjectRef>,
    /// Begun at this instant or later.
    pub from: Option<Timestamp>,
    /// Begun before this instant.
    pub to: Option<Timestamp>,
}

/// A time entry with the item it is on.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TimeEntryLine {
    /// The entry.
    pub entry: TimeEntry,
    /// `KEY-n` of the item.
    pub key: String,
    /// Title of the item.
    pub title: String,
}

/// A page of time entries.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TimePage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The entries.
    pub entries: Vec<TimeEntryLine>,
    /// How many there are on all pages, where asked for.
    pub total: Option<i64>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// The actor's own timer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TimerAnswer {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The running entry, if there is one; also where its item or project is gone or no longer visible, since it
    /// can be stopped all the same.
    pub entry: Option<TimeEntry>,
}

/// Entries of live items in live projects the actor may see.
fn visible() -> String {
    format!(
        "+t.deleted_at IS NULL AND EXISTS (SELECT 1 FROM work_items AS i JOIN projects AS p ON p.id = i.project_id \
         WHERE i.id = t.item_id AND i.deleted_at IS NULL AND p.deleted_at IS NULL AND {VISIBLE_PROJECT})"
    )
}

type Bound = Vec<(&'static str, Value)>;

fn slice(bound: &Bound) -> Vec<(&str, &dyn ToSql)> {
    bound.iter().map(|(name, value)| (*name, value as &dyn ToSql)).collect()
}

/// The condition of a filter, the index that serves it best, and its parameters.
fn conditions(ask: &Ask<'_>, filter: &TimeFilter) -> Result<(String, &'static str, Bound), Stop> {
    let item = filter.item.as_ref().map(|named| resolve::item(ask, named)).transpose()?;
    let home = filter.project.as_ref().map(|named| resolve::project(ask, named)).transpose()?;
    let index = match (&item, &filter.user, &home) {
        (Some(_), ..) => "time_entries_by_item",
        (None, Some(_), _) => "time_entries_by_user",
        (None, None, Some(_)) => "time_entries_by_project",
        (None, None, None) => {
            return Err(Rejection::invalid("filter", "name an item, a user or a project").into());
        }
    };
    let mut bound: Bound =
        vec![(":is_admin", ask.is_admin().into()), (":user", ask.actor.user.to_string().into())];
    let mut sql = visible();
    let narrow = [
        (" AND t.item_id = :item", ":item", item.map(|found| found.item.to_string().into())),
        (" AND t.user_id = :whose", ":whose", filter.user.as_ref().map(|user| user.to_string().into())),
        (" AND t.project_id = :project", ":project", home.map(|home| home.project.to_string().into())),
        (" AND t.started_at >= :from", ":from", filter.from.map(|at| at.as_millis().into())),
        (" AND t.started_at < :to", ":to", filter.to.map(|at| at.as_millis().into())),
    ];
    for (fragment, name, value) in narrow {
        if let Some(value) = value {
            sql.push_str(fragment);
            bound.push((name, value));
        }
    }
    Ok((sql, index, bound))
}

/// The latest first.
pub(crate) fn time_entries(
    ask: &Ask<'_>,
    filter: &TimeFilter,
    page: &PageRequest,
    with_total: bool,
) -> Result<TimePage, Stop> {
    const LIST: &str = "time_entries";
    let size = page.size()?;
    let (at, id) = page.start::<(i64, String)>(LIST)?.unwrap_or((TIMESTAMP_MS_MAX + 1, String::new()));
    let (condition, index, mut bound) = conditions(ask, filter)?;
    let from = format!("FROM time_entries AS t INDEXED BY {index} WHERE {condition}");
    let mut total = None;
    if with_total {
        let sql = format!("SELECT count(*) {from}");
        total = one(ask.connection, &sql, slice(&bound).as_slice(), |row| row.get(0))?;
    }
    let sql = format!(
        "SELECT {TIME_ENTRY} {from} AND (t.started_at, t.id) < (:at, :id) \
         ORDER BY t.started_at DESC, t.id DESC LIMIT :limit"
    );
    bound.extend([(":at", at.into()), (":id", id.into()), (":limit", (size + 1).into())]);
    let found = many(ask.connection, &sql, slice(&bound).as_slice(), time_entry)?;
    let (entries, next) = cut(LIST, size, found, |entry: &TimeEntry| (entry.started_at, entry.id));
    Ok(TimePage { sequence: ask.sequence, entries: lines(ask, entries)?, total, next })
}

/// By user: each has one at most.
pub(crate) fn running_timers(
    ask: &Ask<'_>,
    project: Option<&ProjectRef>,
    page: &PageRequest,
) -> Result<TimePage, Stop> {
    const LIST: &str = "running_timers";
    let size = page.size()?;
    let (after,) = page.start::<(String,)>(LIST)?.unwrap_or_default();
    let home = project.map(|named| resolve::project(ask, named)).transpose()?;
    let (index, scope) = match &home {
        Some(_) => ("time_entries_running_project", "t.project_id = :project AND"),
        None => ("time_entries_one_running", ""),
    };
    let sql = format!(
        "SELECT {TIME_ENTRY} FROM time_entries AS t INDEXED BY {index} WHERE {scope} t.ended_at IS NULL \
         AND t.deleted_at IS NULL AND t.user_id > :after AND {} ORDER BY t.user_id LIMIT :limit",
        visible()
    );
    let mut bound: Bound = vec![
        (":is_admin", ask.is_admin().into()),
        (":user", ask.actor.user.to_string().into()),
        (":after", after.into()),
        (":limit", (size + 1).into()),
    ];
    bound.extend(home.map(|home| (":project", home.project.to_string().into())));
    let found = many(ask.connection, &sql, slice(&bound).as_slice(), time_entry)?;
    let (entries, next) = cut(LIST, size, found, |entry: &TimeEntry| (entry.user.clone(),));
    Ok(TimePage { sequence: ask.sequence, entries: lines(ask, entries)?, total: None, next })
}

pub(crate) fn my_timer(ask: &Ask<'_>) -> Result<TimerAnswer, Stop> {
    let sql = format!(
        "SELECT {TIME_ENTRY} FROM time_entries WHERE user_id = :user AND ended_at IS NULL AND deleted_at IS NULL"
    );
    let entry = one(ask.connection, &sql, named_params! { ":user": ask.actor.user }, time_entry)?;
    Ok(TimerAnswer { sequence: ask.sequence, entry })
}

fn lines(ask: &Ask<'_>, entries: Vec<TimeEntry>) -> StoreResult<Vec<TimeEntryLine>> {
    let items = names(ask, &entries.iter().map(|entry| entry.item).collect())?;
    let line = |entry: TimeEntry| {
        let (key, title) = items.get(&entry.item).cloned().unwrap_or_default();
        TimeEntryLine { entry, key, title }
    };
    Ok(entries.into_iter().map(line).collect())
}
