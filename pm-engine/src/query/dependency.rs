//! What an item waits for, what waits for it, and what it is related to.

use rusqlite::{Row, named_params};
use serde::{Deserialize, Serialize};

use super::page::{PageRequest, cut};
use super::{Ask, resolve};
use crate::access::VISIBLE_PROJECT;
use crate::error::{Stop, StoreResult};
use crate::model::{
    DependencyId, DependencyKind, ItemId, ItemKind, ItemRef, LaneCategory, LaneId, ProjectId, Timestamp,
    UserId,
};
use crate::store::rows::many;

/// How the item asked about stands to the other one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DependencyDirection {
    /// It waits for the other one.
    BlockedBy,
    /// The other one waits for it.
    Blocks,
    /// They are related.
    RelatesTo,
}

/// The other item of a dependency.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DependencyEnd {
    /// An item the actor may see.
    Item(LinkedItem),
    /// An item the actor may not see.
    Hidden,
}

/// An item in a few words.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LinkedItem {
    /// Id.
    pub id: ItemId,
    /// `KEY-n`.
    pub key: String,
    /// Project.
    pub project: ProjectId,
    /// Kind.
    pub kind: ItemKind,
    /// Title.
    pub title: String,
    /// Lane.
    pub lane: LaneId,
    /// Status value of the lane.
    pub status: String,
    /// Category of the lane.
    pub category: LaneCategory,
    /// Its lane is completed or canceled.
    pub finished: bool,
}

/// A dependency, seen from one of its ends.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DependencyLine {
    /// The dependency.
    pub id: DependencyId,
    /// How the item stands to the other one.
    pub direction: DependencyDirection,
    /// The other one.
    pub other: DependencyEnd,
    /// When made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: UserId,
    /// Version of the dependency.
    pub version: i64,
}

/// A page of an item's dependencies.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DependencyPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// The dependencies in the order they were made.
    pub dependencies: Vec<DependencyLine>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

pub(crate) fn dependencies(
    ask: &Ask<'_>,
    named: &ItemRef,
    kind: Option<DependencyKind>,
    page: &PageRequest,
) -> Result<DependencyPage, Stop> {
    let found = resolve::item(ask, named)?;
    let (dependencies, next) = dependencies_of(ask, found.item, kind, page)?;
    Ok(DependencyPage { sequence: ask.sequence, dependencies, next })
}

/// Items of deleted projects are left out: a deleted end has ended the dependency.
pub(crate) fn dependencies_of(
    ask: &Ask<'_>,
    item: ItemId,
    kind: Option<DependencyKind>,
    page: &PageRequest,
) -> Result<(Vec<DependencyLine>, Option<String>), Stop> {
    let size = page.size()?;
    let list = format!("dependencies.{item}");
    let (at, id) = page.start::<(i64, String)>(&list)?.unwrap_or((-1, String::new()));
    let rows = read_lines(ask, item, kind, (at, id), size + 1)?;
    Ok(cut(&list, size, rows, |line| (line.created_at, line.id)))
}

fn read_lines(
    ask: &Ask<'_>,
    item: ItemId,
    kind: Option<DependencyKind>,
    (at, id): (i64, String),
    limit: i64,
) -> StoreResult<Vec<DependencyLine>> {
    // `+` keeps the choice of the two indexes on the ends.
    let sql = format!(
        "SELECT e.id, e.kind, e.outgoing, e.created_at, e.created_by, e.version, {VISIBLE_PROJECT}, o.id, \
         p.key || '-' || o.number, o.project_id, o.kind, o.title, o.lane_id, l.status, l.category, o.finished \
         FROM (SELECT *, to_item AS other, 1 AS outgoing FROM dependencies WHERE from_item = :item \
         AND deleted_at IS NULL UNION ALL SELECT *, from_item, 0 FROM dependencies WHERE to_item = :item \
         AND deleted_at IS NULL) AS e CROSS JOIN work_items AS o ON o.id = e.other \
         CROSS JOIN projects AS p ON p.id = o.project_id CROSS JOIN swim_lanes AS l ON l.id = o.lane_id \
         WHERE (+e.created_at, +e.id) > (:at, :id) AND (:kind IS NULL OR +e.kind = :kind) \
         AND o.deleted_at IS NULL AND p.deleted_at IS NULL ORDER BY e.created_at, e.id LIMIT :limit"
    );
    let params = named_params! {
        ":item": item, ":kind": kind, ":at": at, ":id": id, ":limit": limit,
        ":is_admin": ask.is_admin(), ":user": ask.actor.user,
    };
    Ok(many(ask.connection, &sql, params, line)?)
}

fn line(row: &Row<'_>) -> rusqlite::Result<DependencyLine> {
    let direction = match (row.get(1)?, row.get(2)?) {
        (DependencyKind::RelatesTo, _) => DependencyDirection::RelatesTo,
        (DependencyKind::Blocks, true) => DependencyDirection::Blocks,
        (DependencyKind::Blocks, false) => DependencyDirection::BlockedBy,
    };
    let other = if row.get(6)? { DependencyEnd::Item(linked(row)?) } else { DependencyEnd::Hidden };
    Ok(DependencyLine {
        id: row.get(0)?,
        direction,
        other,
        created_at: row.get(3)?,
        created_by: row.get(4)?,
        version: row.get(5)?,
    })
}

fn linked(row: &Row<'_>) -> rusqlite::Result<LinkedItem> {
    Ok(LinkedItem {
        id: row.get(7)?,
        key: row.get(8)?,
        project: row.get(9)?,
        kind: row.get(10)?,
        title: row.get(11)?,
        lane: row.get(12)?,
        status: row.get(13)?,
        category: row.get(14)?,
        finished: row.get(15)?,
    })
}
