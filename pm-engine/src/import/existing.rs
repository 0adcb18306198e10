//! What is there already: reads of an import, keyed by external reference or id.

use rusqlite::{Connection, params};

use crate::error::Stop;
use crate::model::{
    Comment, DependencyKind, ItemId, Lane, LaneId, Project, ProjectId, Timestamp, UserId, WorkItem,
};
use crate::store::rows::{self, concat_sql};

/// An item with its long texts, live or deleted, by its external reference.
pub(super) fn item(c: &Connection, source: &str, id: &str) -> Result<Option<WorkItem>, Stop> {
    let sql = concat_sql!(
        "SELECT ",
        rows::WORK_ITEM,
        ", ",
        rows::WORK_ITEM_LONG,
        " FROM work_items i WHERE i.external_source = ?1 AND i.external_id = ?2"
    );
    Ok(rows::one(c, sql, [source, id], rows::work_item_whole)?)
}

/// An item with its long texts, live or deleted.
pub(super) fn item_by_id(c: &Connection, id: ItemId) -> Result<Option<WorkItem>, Stop> {
    let sql = concat_sql!(
        "SELECT ",
        rows::WORK_ITEM,
        ", ",
        rows::WORK_ITEM_LONG,
        " FROM work_items i WHERE i.id = ?1"
    );
    Ok(rows::one(c, sql, [id], rows::work_item_whole)?)
}

/// The live item of an external reference.
pub(super) fn live_item_id(c: &Connection, source: &str, id: &str) -> Result<Option<ItemId>, Stop> {
    let sql =
        "SELECT id FROM work_items WHERE external_source = ?1 AND external_id = ?2 AND deleted_at IS NULL";
    Ok(rows::one(c, sql, [source, id], |row| row.get(0))?)
}

/// The parent of an item, and the source of that parent's external reference.
pub(super) type Hanging = (Option<ItemId>, Option<String>);

/// Where a live item hangs; `None`: there is no such live item.
pub(super) fn parent(c: &Connection, item: ItemId) -> Result<Option<Hanging>, Stop> {
    let sql = "SELECT i.parent_id, p.external_source FROM work_items i LEFT JOIN work_items p ON p.id = i.parent_id \
               WHERE i.id = ?1 AND i.deleted_at IS NULL";
    Ok(rows::one(c, sql, [item], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// A comment with its text, live or deleted, by its external reference.
pub(super) fn comment(c: &Connection, source: &str, id: &str) -> Result<Option<Comment>, Stop> {
    let sql = concat_sql!(
        "SELECT ",
        rows::COMMENT,
        " FROM comments WHERE external_source = ?1 AND external_id = ?2"
    );
    Ok(rows::one(c, sql, [source, id], rows::comment_whole)?)
}

/// Whether two items have a live dependency of this kind; a note has no direction.
pub(super) fn has_dependency(
    c: &Connection,
    kind: DependencyKind,
    from: ItemId,
    to: ItemId,
) -> Result<bool, Stop> {
    let sql = "SELECT from_item FROM dependencies WHERE kind = ?1 AND min(from_item, to_item) = min(?2, ?3) \
               AND max(from_item, to_item) = max(?2, ?3) AND deleted_at IS NULL";
    let found: Option<ItemId> = rows::one(c, sql, params![kind, from, to], |row| row.get(0))?;
    Ok(found.is_some_and(|first| kind == DependencyKind::RelatesTo || first == from))
}

pub(super) fn has_user(c: &Connection, user: &UserId) -> Result<bool, Stop> {
    Ok(rows::one(c, "SELECT 1 FROM users WHERE id = ?1", [user], |_| Ok(()))?.is_some())
}

/// The live project with this key.
pub(super) fn project(c: &Connection, key: &str) -> Result<Option<Project>, Stop> {
    let sql = concat_sql!("SELECT ", rows::PROJECT, " FROM projects WHERE key = ?1 AND deleted_at IS NULL");
    Ok(rows::one(c, sql, [key], rows::project)?)
}

/// All lanes of a project in order, deleted ones too.
pub(super) fn lanes(c: &Connection, project: ProjectId) -> Result<Vec<Lane>, Stop> {
    let sql =
        concat_sql!("SELECT ", rows::LANE, " FROM swim_lanes WHERE project_id = ?1 ORDER BY position, id");
    Ok(rows::many(c, sql, [project], rows::lane)?)
}

/// Live items of a source in a project, after an id: id and external id, so many.
pub(super) fn items_of(
    c: &Connection,
    project: ProjectId,
    source: &str,
    after: &str,
    count: usize,
) -> Result<Vec<(ItemId, String)>, Stop> {
    let sql = "SELECT id, external_id FROM work_items WHERE external_source = ?1 AND external_id > ?2 \
               AND project_id = ?3 AND deleted_at IS NULL ORDER BY external_id LIMIT ?4";
    let count = crate::form::int(count);
    Ok(rows::many(c, sql, params![source, after, project, count], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// When a live item last changed its lane, as the activity log has it; else when it was last changed. `None` for an
/// item that is deleted.
pub(super) fn last_move(c: &Connection, item: ItemId) -> Result<Option<Timestamp>, Stop> {
    let sql = "SELECT coalesce((SELECT max(instant) FROM activity_log WHERE entity_id = ?1 AND field = 'lane'), \
               updated_at) FROM work_items WHERE id = ?1 AND deleted_at IS NULL";
    Ok(rows::one(c, sql, params![item], |row| row.get(0))?)
}

/// The live items of a lane in order.
pub(super) fn lane_order(c: &Connection, lane: LaneId) -> Result<Vec<ItemId>, Stop> {
    let sql = "SELECT id FROM work_items WHERE lane_id = ?1 AND deleted_at IS NULL ORDER BY lane_order, id";
    Ok(rows::many(c, sql, params![lane], |row| row.get(0))?)
}
