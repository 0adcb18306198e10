//! From the text a caller gives to what it names: UUID, `KEY`, `KEY-n` or status value; and whether the actor may
//! know of it. Everything a query answers goes through here or through [`VISIBLE_PROJECT`].

use rusqlite::types::Value;
use rusqlite::{Row, named_params};

use super::Ask;
use crate::access::effective_role;
use crate::command::LaneTarget;
use crate::error::Stop;
use crate::limits::{KEY_CHARS_MAX, KEY_CHARS_MIN, REF_BYTES_MAX, STATUS_CHARS_MAX};
use crate::model::{
    CommentId, CommentRef, ItemId, ItemRef, LaneId, LaneRef, ProjectId, ProjectRef, ProjectRole, SprintId,
    SprintRef,
};
use crate::rejection::Rejection;
use crate::store::rows::one;

/// A live project the actor may see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Home {
    pub(crate) project: ProjectId,
    pub(crate) key: String,
    pub(crate) role: ProjectRole,
}

/// A live item in a live project the actor may see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Found {
    pub(crate) item: ItemId,
    pub(crate) number: i64,
    pub(crate) home: Home,
}

/// What stands in a row of `projects p` about the actor (`:user`), read by [`home`].
const HOME: &str = "p.id, p.key, p.visibility, (SELECT m.role FROM project_members m \
     WHERE m.project_id = p.id AND m.user_id = :user AND m.removed_at IS NULL)";

fn home(ask: &Ask<'_>, row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Home>> {
    let Some(role) = effective_role(ask.actor, row.get(column + 2)?, row.get(column + 3)?) else {
        return Ok(None);
    };
    Ok(Some(Home { project: row.get(column)?, key: row.get(column + 1)?, role }))
}

/// The project named, live and visible.
pub(crate) fn project(ask: &Ask<'_>, named: &ProjectRef) -> Result<Home, Stop> {
    let (condition, value) = match parse_project(named.as_str())? {
        Named::Id(id) => ("p.id = :named", Value::Text(id)),
        Named::Key(key) => ("p.key = :named", Value::Text(key)),
    };
    let sql = format!("SELECT {HOME} FROM projects p WHERE {condition} AND p.deleted_at IS NULL");
    let params = named_params! { ":named": value, ":user": ask.actor.user };
    let found = one(ask.connection, &sql, params, |row| home(ask, row, 0))?.flatten();
    Ok(found.ok_or_else(|| Rejection::not_found("project"))?)
}

/// The item named, live and visible.
pub(crate) fn item(ask: &Ask<'_>, named: &ItemRef) -> Result<Found, Stop> {
    let read = |row: &Row<'_>, home| Ok(Found { item: row.get(0)?, number: row.get(1)?, home });
    item_with(ask, named, ("i.id, i.number", 2), read)
}

/// Columns (so many) of `work_items i` of the item named, read by the one statement that finds it.
pub(crate) fn item_with<T>(
    ask: &Ask<'_>,
    named: &ItemRef,
    (columns, count): (&str, usize),
    read: impl FnOnce(&Row<'_>, Home) -> rusqlite::Result<T>,
) -> Result<T, Stop> {
    let (condition, id, number) = match parse_item(named.as_str())? {
        ItemNamed::Id(id) => ("i.id = :name AND :number IS NULL", id.to_string(), None),
        ItemNamed::Number(key, number) => ("p.key = :name AND i.number = :number", key, Some(number)),
    };
    let sql = format!(
        "SELECT {columns}, {HOME} FROM work_items AS i JOIN projects AS p ON p.id = i.project_id \
         WHERE {condition} AND i.deleted_at IS NULL AND p.deleted_at IS NULL"
    );
    let params = named_params! { ":name": id, ":number": number, ":user": ask.actor.user };
    let read = |row: &Row<'_>| home(ask, row, count)?.map(|home| read(row, home)).transpose();
    let found = one(ask.connection, &sql, params, read)?.flatten();
    Ok(found.ok_or_else(|| Rejection::not_found("item"))?)
}

/// The lane named, live and visible, with its project.
pub(crate) fn lane(ask: &Ask<'_>, named: &LaneTarget) -> Result<(LaneId, Home), Stop> {
    if let Some(project_ref) = &named.project {
        let home = project(ask, project_ref)?;
        return Ok((lane_of(ask, &home, &named.lane)?, home));
    }
    let id: LaneId = named
        .lane
        .as_str()
        .parse()
        .map_err(|_| Rejection::invalid("lane", "without a project a lane is named by its UUID"))?;
    let sql = format!(
        "SELECT {HOME} FROM swim_lanes l JOIN projects p ON p.id = l.project_id \
         WHERE l.id = :id AND l.deleted_at IS NULL AND p.deleted_at IS NULL"
    );
    let params = named_params! { ":id": id, ":user": ask.actor.user };
    let found = one(ask.connection, &sql, params, |row| home(ask, row, 0))?.flatten();
    Ok(found.map(|home| (id, home)).ok_or_else(|| Rejection::not_found("lane"))?)
}

/// The live lane of this project, by UUID or status value.
pub(crate) fn lane_of(ask: &Ask<'_>, home: &Home, named: &LaneRef) -> Result<LaneId, Stop> {
    let text = named.as_str();
    if text.is_empty() || text.starts_with('#') || text.chars().count() > STATUS_CHARS_MAX {
        return Err(Rejection::invalid("lane", "a lane is named by its UUID or its status value").into());
    }
    let column = if text.parse::<LaneId>().is_ok() { "id" } else { "status" };
    let sql = format!(
        "SELECT id FROM swim_lanes WHERE {column} = :named AND project_id = :project AND deleted_at IS NULL"
    );
    let params = named_params! { ":named": text.to_lowercase(), ":project": home.project };
    let found = one(ask.connection, &sql, params, |row| row.get(0))?;
    Ok(found.ok_or_else(|| Rejection::not_found("lane"))?)
}

/// The sprint named, live and visible, with its project.
pub(crate) fn sprint(ask: &Ask<'_>, named: &SprintRef) -> Result<(SprintId, Home), Stop> {
    let id: SprintId =
        named.as_str().parse().map_err(|_| Rejection::invalid("sprint", "a sprint is named by its UUID"))?;
    let sql = format!(
        "SELECT {HOME} FROM sprints s JOIN projects p ON p.id = s.project_id \
         WHERE s.id = :id AND s.deleted_at IS NULL AND p.deleted_at IS NULL"
    );
    let params = named_params! { ":id": id, ":user": ask.actor.user };
    let found = one(ask.connection, &sql, params, |row| home(ask, row, 0))?.flatten();
    Ok(found.map(|home| (id, home)).ok_or_else(|| Rejection::not_found("sprint"))?)
}

/// The comment named, deleted or not, on a live and visible item.
pub(crate) fn comment(ask: &Ask<'_>, named: &CommentRef) -> Result<CommentId, Stop> {
    let id: CommentId = named
        .as_str()
        .parse()
        .map_err(|_| Rejection::invalid("comment", "a comment is named by its UUID"))?;
    let sql = format!(
        "SELECT {HOME} FROM comments c JOIN work_items i ON i.id = c.item_id JOIN projects p ON p.id = i.project_id \
         WHERE c.id = :id AND i.deleted_at IS NULL AND p.deleted_at IS NULL"
    );
    let params = named_params! { ":id": id, ":user": ask.actor.user };
    let found = one(ask.connection, &sql, params, |row| home(ask, row, 0))?.flatten();
    Ok(found.map(|_| id).ok_or_else(|| Rejection::not_found("comment"))?)
}

enum Named {
    Id(String),
    Key(String),
}

enum ItemNamed {
    Id(ItemId),
    Number(String, i64),
}

fn parse_project(text: &str) -> Result<Named, Stop> {
    if let Ok(id) = text.parse::<ProjectId>() {
        return Ok(Named::Id(id.to_string()));
    }
    let key = parse_key(text).map(Named::Key);
    Ok(key.ok_or_else(|| Rejection::invalid("project", "a project is named by its UUID or its key"))?)
}

fn parse_item(text: &str) -> Result<ItemNamed, Stop> {
    if let Ok(id) = text.parse::<ItemId>() {
        return Ok(ItemNamed::Id(id));
    }
    let number = || {
        let (key, digits) = text.split_once('-').filter(|_| text.len() <= REF_BYTES_MAX)?;
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        Some(ItemNamed::Number(parse_key(key)?, digits.parse().ok().filter(|_| plain)?))
    };
    Ok(number().ok_or_else(|| Rejection::invalid("item", "an item is named by its UUID or as KEY-n"))?)
}

/// A project key in the case it is stored in.
fn parse_key(text: &str) -> Option<String> {
    let fits = (KEY_CHARS_MIN..=KEY_CHARS_MAX).contains(&text.len());
    let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    (fits && begins && text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .then(|| text.to_ascii_uppercase())
}
