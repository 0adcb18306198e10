//! The kinds of entities a snapshot is made of, each read along an index, one project after the other.

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Row, Statement};
use serde::{Deserialize, Serialize};

use super::report_check::is_admin;
use crate::access::VISIBLE_PROJECT;
use crate::command::Actor;
use crate::error::StoreResult;
use crate::model::Entity;
use crate::store::rows;

/// Place of an entity within its stage. What a stage does not order by keeps its lowest value.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Key {
    project: String,
    number: i64,
    text: String,
}

impl Default for Key {
    fn default() -> Self {
        Self { project: String::new(), number: -1, text: String::new() }
    }
}

/// What the entities of one project are ordered by.
#[derive(Clone, Copy, Debug)]
enum Order {
    Number(&'static str),
    Text(&'static str),
    Both(&'static str, &'static str),
}

/// One kind of entity.
#[derive(Debug)]
pub(super) struct Stage {
    /// Of no project.
    pub(super) of_tenant: bool,
    pub(super) columns: &'static [&'static str],
    table: &'static str,
    order: Order,
    live: &'static str,
    read: fn(&Row<'_>) -> rusqlite::Result<Entity>,
}

/// Comments and entries are hidden by their item, without events of their own.
const LIVE_WITH_ITEM: &str = "i.deleted_at IS NULL AND EXISTS (SELECT 1 FROM work_items w WHERE w.id = i.item_id \
     AND w.deleted_at IS NULL)";

macro_rules! stage {
    ($of_tenant:literal $table:literal, $columns:expr, $order:expr, $live:expr, $read:expr) => {
        Stage {
            of_tenant: $of_tenant,
            columns: &$columns,
            table: $table,
            order: $order,
            live: $live,
            read: $read,
        }
    };
}

/// In this order: what an entity names comes before it, but for parents and the far ends of dependencies.
pub(super) const STAGES: &[Stage] = &[
    stage!(true "tenant_settings", [rows::SETTINGS], Order::Number("i.id"), "1",
        |row| rows::settings(row).map(Entity::TenantSettings)),
    stage!(true "users", [rows::USER], Order::Text("i.id"), "1", |row| rows::user(row).map(Entity::User)),
    stage!(false "projects", [rows::PROJECT], Order::Text("i.id"), "1",
        |row| rows::project_whole(row).map(Entity::Project)),
    stage!(false "project_members", [rows::MEMBER], Order::Text("i.user_id"), "i.removed_at IS NULL",
        |row| rows::member(row).map(Entity::Member)),
    stage!(false "swim_lanes", [rows::LANE], Order::Text("i.id"), "i.deleted_at IS NULL",
        |row| rows::lane(row).map(Entity::Lane)),
    stage!(false "sprints", [rows::SPRINT], Order::Both("i.created_at", "i.id"), "i.deleted_at IS NULL",
        |row| rows::sprint(row).map(|e| Entity::Sprint(Box::new(e)))),
    stage!(false "work_items", [rows::WORK_ITEM, rows::WORK_ITEM_LONG], Order::Number("i.number"),
        "i.deleted_at IS NULL", |row| rows::work_item_whole(row).map(|e| Entity::WorkItem(Box::new(e)))),
    stage!(false "comments", [rows::COMMENT], Order::Text("i.id"), LIVE_WITH_ITEM,
        |row| rows::comment_whole(row).map(Entity::Comment)),
    stage!(false "time_entries", [rows::TIME_ENTRY], Order::Both("i.started_at", "i.id"), LIVE_WITH_ITEM,
        |row| rows::time_entry(row).map(Entity::TimeEntry)),
    stage!(false "dependencies", [rows::DEPENDENCY], Order::Text("i.id"), "i.deleted_at IS NULL",
        |row| rows::dependency(row).map(Entity::Dependency)),
];

/// The rows of a stage from a key on, with the key in the last three columns. Projects come first in the join, and
/// the key within a project is a bound on the index of the table: no chunk reads what an earlier one has sent.
pub(super) fn sql(stage: &Stage) -> String {
    let (table, live, columns) = (stage.table, stage.live, stage.columns.join(", "));
    let (number, text) = match stage.order {
        Order::Number(column) => (column, "''"),
        Order::Text(column) => ("0", column),
        Order::Both(number, text) => (number, text),
    };
    if stage.of_tenant {
        let after = after(stage.order, ":number", ":text");
        return format!(
            "SELECT {columns}, '', {number}, {text} FROM {table} i WHERE {after} ORDER BY {}",
            order_by(stage.order)
        );
    }
    let from_here = |named: &str, lowest: &str| format!("iif(v.visible_id = :project, {named}, {lowest})");
    let after = after(stage.order, &from_here(":number", "-1"), &from_here(":text", "''"));
    let project = if table == "projects" { "i.id" } else { "i.project_id" };
    let order = order_by(stage.order);
    // The projects hide their columns but one, since the entities' are named without a table.
    format!(
        "SELECT {columns}, v.visible_id, {number}, {text} FROM (SELECT p.id AS visible_id FROM projects p \
         WHERE p.deleted_at IS NULL AND {VISIBLE_PROJECT} AND p.id >= :project \
         AND (:filter IS NULL OR p.id IN (SELECT value FROM json_each(:filter)))) v \
         CROSS JOIN {table} i ON {project} = v.visible_id WHERE {live} AND {after} ORDER BY v.visible_id, {order}"
    )
}

fn after(order: Order, number: &str, text: &str) -> String {
    match order {
        Order::Number(column) => format!("{column} > {number}"),
        Order::Text(column) => format!("{column} > {text}"),
        Order::Both(first, second) => format!("({first}, {second}) > ({number}, {text})"),
    }
}

fn order_by(order: Order) -> String {
    match order {
        Order::Number(column) | Order::Text(column) => column.to_owned(),
        Order::Both(first, second) => format!("{first}, {second}"),
    }
}

/// What a stage adds to a chunk.
pub(super) struct Part {
    pub(super) entities: Vec<Entity>,
    /// Encoded, as estimated.
    pub(super) bytes: usize,
    /// The chunk is full: the key to go on after, or `None` within where the stage has not begun.
    pub(super) more_after: Option<Option<Key>>,
}

/// How much a chunk still takes.
#[derive(Clone, Copy)]
pub(super) struct Room {
    pub(super) entities: usize,
    pub(super) bytes: usize,
    /// Nothing is in the chunk yet: one entity goes in whatever its size.
    pub(super) is_empty: bool,
}

/// Reads entities of a stage until the chunk is full or the stage is done.
pub(super) fn read_stage(
    connection: &Connection,
    actor: &Actor,
    stage: &Stage,
    filter: Option<&str>,
    after: Option<Key>,
    room: Room,
) -> StoreResult<Part> {
    let mut statement = connection.prepare_cached(&sql(stage))?;
    bind(&mut statement, actor, filter, after.clone().unwrap_or_default())?;
    let mut found = statement.raw_query();
    let mut part = Part { entities: Vec::new(), bytes: 0, more_after: None };
    let mut last = after;
    while let Some(row) = found.next()? {
        let bytes = estimate(row)?;
        let first = room.is_empty && part.entities.is_empty();
        if part.entities.len() >= room.entities || (!first && part.bytes + bytes > room.bytes) {
            part.more_after = Some(last);
            return Ok(part);
        }
        last = Some(key_of(row)?);
        part.bytes += bytes;
        part.entities.push((stage.read)(row)?);
    }
    Ok(part)
}

/// Binds what the statement of this stage asks for.
fn bind(
    statement: &mut Statement<'_>,
    actor: &Actor,
    filter: Option<&str>,
    after: Key,
) -> rusqlite::Result<()> {
    let values: [(&str, Value); 6] = [
        (":is_admin", Value::from(is_admin(actor))),
        (":user", Value::from(actor.user.to_string())),
        (":filter", Value::from(filter.map(str::to_owned))),
        (":project", Value::from(after.project)),
        (":number", Value::from(after.number)),
        (":text", Value::from(after.text)),
    ];
    for (name, value) in values {
        if let Some(index) = statement.parameter_index(name)? {
            statement.raw_bind_parameter(index, value)?;
        }
    }
    Ok(())
}

fn key_of(row: &Row<'_>) -> rusqlite::Result<Key> {
    let columns = row.as_ref().column_count();
    Ok(Key {
        project: row.get(columns.saturating_sub(3))?,
        number: row.get(columns.saturating_sub(2))?,
        text: row.get(columns.saturating_sub(1))?,
    })
}

/// Bytes of an entity on the wire, from above: its texts, and a little for each field.
fn estimate(row: &Row<'_>) -> rusqlite::Result<usize> {
    let mut bytes = 16;
    for column in 0..row.as_ref().column_count() {
        bytes += 12 + if let ValueRef::Text(text) = row.get_ref(column)? { text.len() } else { 0 };
    }
    Ok(bytes)
}
