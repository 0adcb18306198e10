//! Totals of time: per item, user or day; of an item, an item with its descendants, a sprint, a user, a project or
//! the whole tenant.
//!
//! What counts: stopped, live entries on live items of live projects the actor may see. Running timers have no
//! seconds yet and are only counted. An entry is cut where the period or a day ends, in whole seconds that add up.
//!
//! The time of a sprint is what was spent within its active span (from its start to its end, or until now) on items
//! that belong or belonged to it: in its commitment or result, in it now, or in it at some time during that span.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, Statement};
use serde::{Deserialize, Serialize};

use super::page::{PageRequest, cut, encode};
use super::report_check::{is_admin, require_item, require_project, require_sprint};
use super::time_split::{Span, seconds_until_sql};
use crate::access::VISIBLE_PROJECT;
use crate::command::Actor;
use crate::error::{Stop, StoreResult};
use crate::model::{CalendarDate, ItemId, ProjectId, SprintId, UserId};
use crate::rejection::Rejection;

/// Whose time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeScope {
    /// Of the whole tenant, as far as visible.
    Tenant,
    /// On the items of a project.
    Project(ProjectId),
    /// On one item.
    Item(ItemId),
    /// On an item and its live descendants.
    ItemTree(ItemId),
    /// In a sprint.
    Sprint(SprintId),
    /// Of one user, as far as visible.
    User(UserId),
}

/// What the totals are for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeGrouping {
    /// Each item, most time first.
    Item,
    /// Each user, most time first.
    User,
    /// Each day, earliest first.
    Day,
}

/// Which totals.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TimeQuery {
    /// Whose time.
    pub scope: TimeScope,
    /// What the lines are for.
    pub by: TimeGrouping,
    /// First day; left out: from the beginning.
    pub from: Option<CalendarDate>,
    /// Last day; left out: to the end.
    pub to: Option<CalendarDate>,
    /// Where days begin, in minutes ahead of UTC (-1080 to 1080).
    pub utc_offset_minutes: i32,
    /// Which page of lines.
    pub page: PageRequest,
}

/// The total of one item, user or day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TimeLine {
    /// The item, where lines are for items.
    pub item: Option<ItemId>,
    /// The user, where lines are for users.
    pub user: Option<UserId>,
    /// The day, where lines are for days.
    pub day: Option<CalendarDate>,
    /// Whole seconds.
    pub seconds: i64,
    /// Entries with a part in it.
    pub entries: i64,
}

/// Totals of time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TimeTotals {
    /// Valid at this sequence.
    pub sequence: i64,
    /// Whole seconds of scope and period, over all pages.
    pub seconds: i64,
    /// Entries with a part in it, over all pages.
    pub entries: i64,
    /// Timers of the scope that run now; their time is in no total yet.
    pub running: i64,
    /// The totals in their order. Without time there is no line.
    pub lines: Vec<TimeLine>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// Instants between which time counts.
#[derive(Clone, Copy)]
struct Window {
    from: i64,
    to: i64,
}

/// Totals of time.
pub(crate) fn time_totals(
    connection: &Connection,
    actor: &Actor,
    sequence: i64,
    query: &TimeQuery,
) -> Result<TimeTotals, Stop> {
    let limit = query.page.size()?;
    check_offset(query.utc_offset_minutes)?;
    let mut window = Window {
        from: query.from.map_or(0, |day| day.starts_at(query.utc_offset_minutes).as_millis()),
        to: query.to.map_or(FAR, |day| {
            CalendarDate::from_days(i64::from(day.days()) + 1).starts_at(query.utc_offset_minutes).as_millis()
        }),
    };
    let scope = Scope::of(connection, actor, &query.scope, &mut window)?;
    let asked = Asked { connection, actor, scope, window, reach: reach(connection)? };
    let mut totals = asked.totals(sequence)?;
    (totals.lines, totals.next) = match query.by {
        TimeGrouping::Item => asked.largest(&query.page, limit, "t.item_id", |row| {
            Ok(TimeLine {
                item: Some(row.get(0)?),
                user: None,
                day: None,
                seconds: row.get(1)?,
                entries: row.get(2)?,
            })
        })?,
        TimeGrouping::User => asked.largest(&query.page, limit, "t.user_id", |row| {
            Ok(TimeLine {
                item: None,
                user: Some(row.get(0)?),
                day: None,
                seconds: row.get(1)?,
                entries: row.get(2)?,
            })
        })?,
        TimeGrouping::Day => asked.days(&query.page, limit, query.utc_offset_minutes)?,
    };
    Ok(totals)
}

/// How long before a period an entry that has a part in it may have begun, in milliseconds: so a period is a range of
/// the indexes by begin. Entries of more than a day have an index of their own.
fn reach(connection: &Connection) -> StoreResult<i64> {
    let sql = "SELECT max(seconds) FROM time_entries WHERE seconds > 86400 AND deleted_at IS NULL";
    let longest: Option<i64> = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok((longest.unwrap_or(86_400) + 1).saturating_mul(1_000).min(FAR))
}

/// Past every instant, with room for arithmetic.
const FAR: i64 = i64::MAX / 4;

/// Real offsets lie between UTC-12 and UTC+14.
pub(super) fn check_offset(minutes: i32) -> Result<(), Stop> {
    if (-1_080..=1_080).contains(&minutes) {
        return Ok(());
    }
    Err(Rejection::invalid("utc_offset_minutes", "an offset from UTC is -1080 to 1080 minutes").into())
}

/// A restriction of `time_entries t`, with the value of its parameter `:scope`.
struct Scope {
    condition: &'static str,
    value: Option<String>,
}

/// `UNION`, not `UNION ALL`: even rows that were never written by this engine cannot make it run forever.
const TREE: &str = "t.item_id IN (WITH RECURSIVE tree (id) AS (SELECT :scope UNION SELECT c.id FROM tree \
     CROSS JOIN work_items c ON c.parent_id = tree.id AND c.deleted_at IS NULL) SELECT id FROM tree)";

/// Items of a sprint now, at its start, at its end, or by a change of its log while it was active.
const SPRINT: &str = "t.item_id IN (SELECT id FROM work_items WHERE sprint_id = :scope AND deleted_at IS NULL \
     UNION SELECT item_id FROM sprint_items WHERE sprint_id = :scope \
     UNION SELECT a.entity_id FROM activity_log a WHERE a.project_id = (SELECT project_id FROM sprints WHERE id = :scope) \
       AND a.entity_kind = 'work_item' AND a.field = 'sprint' AND (a.old_value = :scope OR a.new_value = :scope) \
       AND a.sequence >= coalesce((SELECT min(s.sequence) FROM activity_log s WHERE s.entity_id = :scope \
         AND s.entity_kind = 'sprint' AND s.action = 'started'), 0) \
       AND a.sequence <= coalesce((SELECT max(s.sequence) FROM activity_log s WHERE s.entity_id = :scope \
         AND s.entity_kind = 'sprint' AND s.action IN ('completed', 'cancelled')), 9223372036854775807))";

impl Scope {
    fn of(
        connection: &Connection,
        actor: &Actor,
        scope: &TimeScope,
        window: &mut Window,
    ) -> Result<Self, Stop> {
        let (condition, value) = match scope {
            TimeScope::Tenant => ("1", None),
            TimeScope::Project(project) => {
                require_project(connection, actor, *project)?;
                ("t.project_id = :scope", Some(project.to_string()))
            }
            TimeScope::Item(item) => {
                require_item(connection, actor, *item)?;
                ("t.item_id = :scope", Some(item.to_string()))
            }
            TimeScope::ItemTree(item) => {
                require_item(connection, actor, *item)?;
                (TREE, Some(item.to_string()))
            }
            TimeScope::Sprint(sprint) => {
                let found = require_sprint(connection, actor, *sprint)?;
                let from = found.started_at.map_or(FAR, |at| at.as_millis());
                let to = found.ended_at.map_or(FAR, |at| at.as_millis());
                *window = Window { from: window.from.max(from), to: window.to.min(to) };
                (SPRINT, Some(sprint.to_string()))
            }
            TimeScope::User(user) => ("t.user_id = :scope", Some(user.to_string())),
        };
        Ok(Self { condition, value })
    }
}

/// A question with everything that its statements bind.
struct Asked<'a> {
    connection: &'a Connection,
    actor: &'a Actor,
    scope: Scope,
    window: Window,
    reach: i64,
}

impl Asked<'_> {
    /// Live entries of the scope that may be seen.
    fn live(&self) -> String {
        format!(
            "time_entries t CROSS JOIN work_items i ON i.id = t.item_id AND i.deleted_at IS NULL \
             WHERE t.deleted_at IS NULL AND {} AND t.project_id IN (SELECT p.id FROM projects p \
             WHERE p.deleted_at IS NULL AND {VISIBLE_PROJECT})",
            self.scope.condition
        )
    }

    /// Those that are stopped and can have a part in the period; where they are cut is settled row by row.
    fn entries(&self) -> String {
        format!(
            "{} AND t.ended_at IS NOT NULL AND t.started_at >= :from - :reach AND t.started_at < :to",
            self.live()
        )
    }

    /// Seconds of a row within the period.
    fn seconds(&self) -> String {
        format!("({} - {})", seconds_until_sql(":to"), seconds_until_sql(":from"))
    }

    fn totals(&self, sequence: i64) -> StoreResult<TimeTotals> {
        let sql = format!(
            "SELECT coalesce(sum(s), 0), count(nullif(s, 0)), (SELECT count(*) FROM {} AND t.ended_at IS NULL) \
             FROM (SELECT {} AS s FROM {})",
            self.live(),
            self.seconds(),
            self.entries()
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        self.bind(&mut statement, &[])?;
        let mut rows = statement.raw_query();
        let mut totals =
            TimeTotals { sequence, seconds: 0, entries: 0, running: 0, lines: Vec::new(), next: None };
        if let Some(row) = rows.next()? {
            (totals.seconds, totals.entries, totals.running) = (row.get(0)?, row.get(1)?, row.get(2)?);
        }
        Ok(totals)
    }

    /// Groups by a column, most time first.
    fn largest(
        &self,
        page: &PageRequest,
        limit: i64,
        column: &str,
        read: fn(&Row<'_>) -> rusqlite::Result<TimeLine>,
    ) -> Result<(Vec<TimeLine>, Option<String>), Stop> {
        let (most, after) = page.start::<(i64, String)>(column)?.unwrap_or((i64::MAX, String::new()));
        let sql = format!(
            "SELECT id, total, entries FROM (SELECT {column} AS id, sum({seconds}) AS total, \
             count(nullif({seconds}, 0)) AS entries FROM {} GROUP BY {column}) \
             WHERE total > 0 AND (total < :most OR (total = :most AND id > :after)) \
             ORDER BY total DESC, id LIMIT :limit",
            self.entries(),
            seconds = self.seconds(),
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let own = [
            (":most", Value::from(most)),
            (":after", Value::from(after)),
            (":limit", Value::from(limit + 1)),
        ];
        self.bind(&mut statement, &own)?;
        let mut rows = statement.raw_query();
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            lines.push(read(row)?);
        }
        let key = |line: &TimeLine| {
            let user = line.user.as_ref().map(ToString::to_string);
            (line.seconds, user.or(line.item.map(|item| item.to_string())).unwrap_or_default())
        };
        Ok(cut(column, limit, lines, key))
    }

    /// Groups by day. A page is at most `limit` consecutive days, beginning with the first one that has time.
    fn days(
        &self,
        page: &PageRequest,
        limit: i64,
        offset: i32,
    ) -> Result<(Vec<TimeLine>, Option<String>), Stop> {
        let from = page
            .start::<(i64,)>("day")?
            .map_or(self.window.from, |(from,)| from.clamp(self.window.from, FAR));
        let Some(first) = self.first(from)? else { return Ok((Vec::new(), None)) };
        let day = |instant: i64| (instant + i64::from(offset) * 60_000).div_euclid(86_400_000);
        let starts = |day: i64| day * 86_400_000 - i64::from(offset) * 60_000;
        let first_day = day(first);
        let to = starts(first_day + limit).min(self.window.to);
        let mut days = vec![(0_i64, 0_i64); usize::try_from(limit).unwrap_or(0)];
        for span in self.spans(from, to)? {
            for (date, seconds) in span.by_day(from, to, offset) {
                let place = usize::try_from(i64::from(date.days()) - first_day).ok();
                if let Some(line) = place.and_then(|place| days.get_mut(place)) {
                    *line = (line.0 + seconds, line.1 + 1);
                }
            }
        }
        let line = |(date, (seconds, entries)): (i64, (i64, i64))| {
            let day = Some(CalendarDate::from_days(date));
            (seconds > 0).then_some(TimeLine { item: None, user: None, day, seconds, entries })
        };
        let next = if to < self.window.to { self.first(to)?.map(|_| encode("day", &(to,))) } else { None };
        Ok(((first_day..).zip(days).filter_map(line).collect(), next))
    }

    /// The first instant from this one on that has time.
    fn first(&self, from: i64) -> StoreResult<Option<i64>> {
        let spans = format!(
            "SELECT min(max(t.started_at, :after)) FROM {} AND t.ended_at > :after AND t.seconds > 0 \
             AND {} > {}",
            self.entries(),
            seconds_until_sql(":to"),
            seconds_until_sql(":after"),
        );
        let mut statement = self.connection.prepare_cached(&spans)?;
        self.bind(&mut statement, &[(":after", Value::from(from))])?;
        let mut rows = statement.raw_query();
        Ok(rows.next()?.map(|row| row.get::<_, Option<i64>>(0)).transpose()?.flatten())
    }

    /// Entries with a part between two instants.
    fn spans(&self, from: i64, to: i64) -> StoreResult<Vec<Span>> {
        let sql = format!(
            "SELECT t.started_at, t.ended_at, t.seconds FROM {} AND t.ended_at > :after AND t.started_at < :before \
             AND t.seconds > 0",
            self.entries()
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        self.bind(&mut statement, &[(":after", Value::from(from)), (":before", Value::from(to))])?;
        let mut rows = statement.raw_query();
        let mut spans = Vec::new();
        while let Some(row) = rows.next()? {
            spans.push(Span { from: row.get(0)?, to: row.get(1)?, seconds: row.get(2)? });
        }
        Ok(spans)
    }

    /// Binds what a statement asks for: what all have in common, and its own.
    fn bind(&self, statement: &mut Statement<'_>, own: &[(&str, Value)]) -> rusqlite::Result<()> {
        let common = [
            (":is_admin", Value::from(is_admin(self.actor))),
            (":user", Value::from(self.actor.user.to_string())),
            (":scope", Value::from(self.scope.value.clone())),
            (":from", Value::from(self.window.from)),
            (":to", Value::from(self.window.to)),
            (":reach", Value::from(self.reach)),
        ];
        for (name, value) in common.iter().chain(own) {
            if let Some(index) = statement.parameter_index(name)? {
                statement.raw_bind_parameter(index, value)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "time_report_tests.rs"]
mod tests;
