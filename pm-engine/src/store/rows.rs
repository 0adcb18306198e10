//! Rows to entities: the one place that knows the order of columns. Writing is in `apply`.

use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Type, ValueRef};
use rusqlite::{OptionalExtension, Params, Row, Statement};

use crate::model::{
    CalendarDate, Comment, CommentId, Dependency, DependencyId, ExternalRef, ItemId, Lane, LaneId, Member,
    Project, ProjectId, Sprint, SprintId, TenantSettings, TimeEntry, TimeEntryId, Timestamp, User, UserId,
    WorkItem,
};
use crate::store::statements::Statements;

macro_rules! sql_text {
    ($($ty:ty),* $(,)?) => {$(
        impl ToSql for $ty {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> { Ok(ToSqlOutput::from(self.to_string())) }
        }
        impl FromSql for $ty {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                <$ty>::from_str(value.as_str()?).map_err(|e| FromSqlError::Other(Box::new(e)))
            }
        }
    )*};
}
sql_text!(ProjectId, LaneId, ItemId, SprintId, CommentId, TimeEntryId, DependencyId, UserId, CalendarDate);

macro_rules! sql_words {
    ($($ty:ident),* $(,)?) => {$(
        impl ToSql for crate::model::$ty {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> { Ok(ToSqlOutput::from(self.as_str())) }
        }
        impl FromSql for crate::model::$ty {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                Self::from_word(value.as_str()?).ok_or(FromSqlError::InvalidType)
            }
        }
    )*};
}
sql_words!(
    ActorKind,
    ProjectRole,
    ProjectStatus,
    Visibility,
    WipPolicy,
    LaneCategory,
    ItemKind,
    Priority,
    SprintState,
    SprintPhase,
    TimerCapPolicy,
    OverlapPolicy,
    DependencyKind,
    EntityKind,
    Action,
);

impl ToSql for Timestamp {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.as_millis()))
    }
}
impl FromSql for Timestamp {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self::from_millis)
    }
}

fn json_list<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<T>> {
    let text = row.get_ref(column)?.as_str()?;
    if text == "[]" {
        return Ok(Vec::new());
    }
    serde_json::from_str(text)
        .map_err(|e| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(e)))
}

fn external(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<ExternalRef>> {
    let source: Option<String> = row.get(column)?;
    let id: Option<String> = row.get(column + 1)?;
    Ok(source.zip(id).map(|(source, id)| ExternalRef { source, id }))
}

/// Columns of [`settings`].
pub(crate) const SETTINGS: &str = "timer_cap_seconds, timer_cap_policy, overlap_policy, version";
pub(crate) fn settings(row: &Row<'_>) -> rusqlite::Result<TenantSettings> {
    Ok(TenantSettings {
        timer_cap_seconds: row.get(0)?,
        timer_cap_policy: row.get(1)?,
        overlap_policy: row.get(2)?,
        version: row.get(3)?,
    })
}

/// Columns of [`user`].
pub(crate) const USER: &str = "id, kind, name, email, created_at, version";
pub(crate) fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: row.get(0)?,
        kind: row.get(1)?,
        name: row.get(2)?,
        email: row.get(3)?,
        created_at: row.get(4)?,
        version: row.get(5)?,
    })
}

/// Columns of [`project`]; the description is read by [`project_whole`] only.
pub(crate) const PROJECT: &str = "id, key, title, status, visibility, wip_policy, parallel_sprints, default_lane, \
     created_at, created_by, updated_at, updated_by, deleted_at, version, description";
pub(crate) fn project(row: &Row<'_>) -> rusqlite::Result<Project> {
    Ok(Project {
        id: row.get(0)?,
        key: row.get(1)?,
        title: row.get(2)?,
        description: None,
        status: row.get(3)?,
        visibility: row.get(4)?,
        wip_policy: row.get(5)?,
        parallel_sprints: row.get(6)?,
        default_lane: row.get(7)?,
        created_at: row.get(8)?,
        created_by: row.get(9)?,
        updated_at: row.get(10)?,
        updated_by: row.get(11)?,
        deleted_at: row.get(12)?,
        version: row.get(13)?,
    })
}
pub(crate) fn project_whole(row: &Row<'_>) -> rusqlite::Result<Project> {
    Ok(Project { description: Some(row.get(14)?), ..project(row)? })
}

/// Columns of [`member`].
pub(crate) const MEMBER: &str = "project_id, user_id, role, created_at, removed_at, version";
pub(crate) fn member(row: &Row<'_>) -> rusqlite::Result<Member> {
    Ok(Member {
        project: row.get(0)?,
        user: row.get(1)?,
        role: row.get(2)?,
        created_at: row.get(3)?,
        removed_at: row.get(4)?,
        version: row.get(5)?,
    })
}

/// Columns of [`lane`].
pub(crate) const LANE: &str =
    "id, project_id, name, status, category, position, wip_limit, deleted_at, version";
pub(crate) fn lane(row: &Row<'_>) -> rusqlite::Result<Lane> {
    Ok(Lane {
        id: row.get(0)?,
        project: row.get(1)?,
        name: row.get(2)?,
        status: row.get(3)?,
        category: row.get(4)?,
        position: row.get(5)?,
        wip_limit: row.get(6)?,
        deleted_at: row.get(7)?,
        version: row.get(8)?,
    })
}

/// Columns of [`work_item`]; the long texts are read by [`work_item_whole`] only.
pub(crate) const WORK_ITEM: &str = "i.id, i.project_id, i.number, i.kind, i.title, i.lane_id, i.priority, i.assignee, \
     i.labels, i.points, i.estimate_seconds, i.remaining_seconds, i.start_date, i.due_date, i.sprint_id, i.parent_id, \
     i.lane_order, i.parent_order, i.external_source, i.external_id, i.created_at, i.created_by, i.updated_at, \
     i.updated_by, i.completed_at, i.completed_by, i.deleted_at, i.version";
/// Columns of [`work_item_whole`].
pub(crate) const WORK_ITEM_LONG: &str = "i.description, i.extra";
/// How many columns [`WORK_ITEM`] has.
pub(crate) const WORK_ITEM_LEN: usize = 28;
pub(crate) fn work_item(row: &Row<'_>) -> rusqlite::Result<WorkItem> {
    Ok(WorkItem {
        id: row.get(0)?,
        project: row.get(1)?,
        number: row.get(2)?,
        kind: row.get(3)?,
        title: row.get(4)?,
        description: None,
        lane: row.get(5)?,
        priority: row.get(6)?,
        assignee: row.get(7)?,
        labels: json_list(row, 8)?,
        points: row.get(9)?,
        estimate_seconds: row.get(10)?,
        remaining_seconds: row.get(11)?,
        start_date: row.get(12)?,
        due_date: row.get(13)?,
        sprint: row.get(14)?,
        parent: row.get(15)?,
        lane_order: row.get(16)?,
        parent_order: row.get(17)?,
        external: external(row, 18)?,
        extra: None,
        created_at: row.get(20)?,
        created_by: row.get(21)?,
        updated_at: row.get(22)?,
        updated_by: row.get(23)?,
        completed_at: row.get(24)?,
        completed_by: row.get(25)?,
        deleted_at: row.get(26)?,
        version: row.get(27)?,
    })
}
/// Reads [`WORK_ITEM`] followed by [`WORK_ITEM_LONG`].
pub(crate) fn work_item_whole(row: &Row<'_>) -> rusqlite::Result<WorkItem> {
    Ok(WorkItem {
        description: Some(row.get(WORK_ITEM_LEN)?),
        extra: Some(row.get(WORK_ITEM_LEN + 1)?),
        ..work_item(row)?
    })
}

/// Columns of [`sprint`].
pub(crate) const SPRINT: &str = "id, project_id, name, goal, start_date, end_date, state, started_at, ended_at, \
     committed_items, committed_points, completed_items, completed_points, created_at, created_by, updated_at, \
     updated_by, deleted_at, version";
pub(crate) fn sprint(row: &Row<'_>) -> rusqlite::Result<Sprint> {
    Ok(Sprint {
        id: row.get(0)?,
        project: row.get(1)?,
        name: row.get(2)?,
        goal: row.get(3)?,
        start_date: row.get(4)?,
        end_date: row.get(5)?,
        state: row.get(6)?,
        started_at: row.get(7)?,
        ended_at: row.get(8)?,
        committed_items: row.get(9)?,
        committed_points: row.get(10)?,
        completed_items: row.get(11)?,
        completed_points: row.get(12)?,
        items: None,
        created_at: row.get(13)?,
        created_by: row.get(14)?,
        updated_at: row.get(15)?,
        updated_by: row.get(16)?,
        deleted_at: row.get(17)?,
        version: row.get(18)?,
    })
}

/// Columns of [`comment`].
pub(crate) const COMMENT: &str = "id, project_id, item_id, reply_to, depth, author, mentioned_users, mentioned_items, \
     external_source, external_id, created_at, edited_at, deleted_at, version, text";
pub(crate) fn comment(row: &Row<'_>) -> rusqlite::Result<Comment> {
    Ok(Comment {
        id: row.get(0)?,
        project: row.get(1)?,
        item: row.get(2)?,
        reply_to: row.get(3)?,
        depth: row.get(4)?,
        author: row.get(5)?,
        text: None,
        mentioned_users: json_list(row, 6)?,
        mentioned_items: json_list(row, 7)?,
        external: external(row, 8)?,
        created_at: row.get(10)?,
        edited_at: row.get(11)?,
        deleted_at: row.get(12)?,
        version: row.get(13)?,
    })
}
pub(crate) fn comment_whole(row: &Row<'_>) -> rusqlite::Result<Comment> {
    Ok(Comment { text: Some(row.get(14)?), ..comment(row)? })
}

/// Columns of [`time_entry`].
pub(crate) const TIME_ENTRY: &str = "id, project_id, item_id, user_id, started_at, ended_at, seconds, note, manual, \
     overlaps, over_cap, clock_backwards, original_end, created_at, updated_by, deleted_at, version";
pub(crate) fn time_entry(row: &Row<'_>) -> rusqlite::Result<TimeEntry> {
    Ok(TimeEntry {
        id: row.get(0)?,
        project: row.get(1)?,
        item: row.get(2)?,
        user: row.get(3)?,
        started_at: row.get(4)?,
        ended_at: row.get(5)?,
        seconds: row.get(6)?,
        note: row.get(7)?,
        manual: row.get(8)?,
        overlaps: row.get(9)?,
        over_cap: row.get(10)?,
        clock_backwards: row.get(11)?,
        original_end: row.get(12)?,
        created_at: row.get(13)?,
        updated_by: row.get(14)?,
        deleted_at: row.get(15)?,
        version: row.get(16)?,
    })
}

/// Columns of [`dependency`].
pub(crate) const DEPENDENCY: &str =
    "id, kind, from_item, to_item, project_id, created_at, created_by, deleted_at, version";
pub(crate) fn dependency(row: &Row<'_>) -> rusqlite::Result<Dependency> {
    Ok(Dependency {
        id: row.get(0)?,
        kind: row.get(1)?,
        from: row.get(2)?,
        to: row.get(3)?,
        project: row.get(4)?,
        created_at: row.get(5)?,
        created_by: row.get(6)?,
        deleted_at: row.get(7)?,
        version: row.get(8)?,
    })
}

/// Joins SQL pieces once, at first use.
macro_rules! concat_sql {
    ($($piece:expr),+ $(,)?) => {{
        static SQL: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| [$($piece),+].concat());
        SQL.as_str()
    }};
}
pub(crate) use concat_sql;

/// The first row of a statement, if there is one.
pub(crate) fn one<T, P: Params>(
    statements: &dyn Statements,
    sql: &str,
    params: P,
    map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Option<T>> {
    lent(statements, sql, |statement| statement.query_row(params, map).optional())
}

/// All rows of a statement.
pub(crate) fn many<T, P: Params>(
    statements: &dyn Statements,
    sql: &str,
    params: P,
    map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    lent(statements, sql, |statement| statement.query_map(params, map)?.collect())
}

/// Runs a statement that writes.
pub(crate) fn run<P: Params>(statements: &dyn Statements, sql: &str, params: P) -> rusqlite::Result<usize> {
    lent(statements, sql, |statement| statement.execute(params))
}

fn lent<R: Default>(
    statements: &dyn Statements,
    sql: &str,
    work: impl FnOnce(&mut Statement<'_>) -> rusqlite::Result<R>,
) -> rusqlite::Result<R> {
    let (mut work, mut done) = (Some(work), R::default());
    statements.lend(sql, &mut |statement| {
        if let Some(work) = work.take() {
            done = work(statement)?;
        }
        Ok(())
    })?;
    Ok(done)
}
