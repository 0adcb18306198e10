//! Deleting items with what hangs on them, and purging them.

use rusqlite::params;

use super::context::{Decision, Draft, too_many_events, wrong_state};
use super::find::{Archived, Need};
use super::timer;
use crate::error::Stop;
use crate::limits;
use crate::model::{Action, Dependency, Entity, EntityKind, ItemId, ItemRef, TimeEntry, WorkItem};
use crate::outcome::PartResult;
use crate::rejection::{Rejection, RejectionCode};
use crate::store::rows::{self, concat_sql};

pub(super) fn delete(ctx: &mut Decision<'_>, item: &ItemRef, cascade: bool) -> Result<PartResult, Stop> {
    let (root, place) = ctx.item(item, "item", Need::Admin, Archived::Refused)?;
    let key = place.item_key(root.number);
    ctx.check_version(|| Entity::WorkItem(Box::new(root.clone())), root.version)?;
    let family = if cascade { live_family(ctx, root.id)? } else { childless(ctx, root.clone())? };
    let mut dropped = std::collections::HashSet::new();
    for item in &family {
        stop_timers(ctx, item.id)?;
        for dependency in live_dependencies(ctx, item.id)? {
            if dropped.insert(dependency.id) {
                drop_dependency(ctx, dependency)?;
            }
        }
    }
    let mut version = root.version;
    // Deepest first, so that no live child is ever under a deleted parent.
    for mut item in family.into_iter().rev() {
        item.deleted_at = Some(ctx.when());
        item.version = ctx.next_version(item.version);
        if item.id == root.id {
            version = item.version;
        }
        ctx.emit(Draft::new(Action::Deleted, Entity::WorkItem(Box::new(item)), Vec::new()))?;
    }
    Ok(PartResult {
        entity_kind: EntityKind::WorkItem,
        id: root.id.to_string(),
        key: Some(key),
        version,
        changed: true,
    })
}

/// The item alone, where it has no live children, however many there might be.
fn childless(ctx: &Decision<'_>, item: WorkItem) -> Result<Vec<WorkItem>, Stop> {
    let sql = "SELECT live_children FROM work_items WHERE id = ?1";
    let children: i64 = rows::one(ctx.statements, sql, [item.id], |row| row.get(0))?.unwrap_or(0);
    if children > 0 {
        return Err(Rejection::beyond(
            RejectionCode::HasChildren,
            "cascade",
            children,
            "the item has live children: delete them first or cascade",
        )
        .into());
    }
    Ok(vec![item])
}

/// An item and its live descendants, parents before children.
fn live_family(ctx: &Decision<'_>, root: ItemId) -> Result<Vec<WorkItem>, Stop> {
    let sql = concat_sql!(
        "WITH RECURSIVE family(id, depth) AS (SELECT ?1, 1 UNION ALL SELECT w.id, family.depth + 1 FROM family \
         CROSS JOIN work_items w ON w.parent_id = family.id WHERE w.deleted_at IS NULL LIMIT ?2) SELECT ",
        rows::WORK_ITEM,
        " FROM family CROSS JOIN work_items i ON i.id = family.id ORDER BY family.depth, i.id"
    );
    let most = crate::form::int(limits::EVENTS_PER_COMMAND_MAX) + 1;
    let family = rows::many(ctx.statements, sql, params![root, most], rows::work_item)?;
    if family.len() > limits::EVENTS_PER_COMMAND_MAX {
        return Err(too_many_events().into());
    }
    Ok(family)
}

fn stop_timers(ctx: &mut Decision<'_>, item: ItemId) -> Result<(), Stop> {
    let sql = concat_sql!(
        "SELECT ",
        rows::TIME_ENTRY,
        " FROM time_entries WHERE item_id = ?1 AND ended_at IS NULL AND deleted_at IS NULL ORDER BY id LIMIT ?2"
    );
    stop_all(ctx, sql, &item.to_string())
}

/// Stops the running timers a statement finds.
pub(super) fn stop_all(ctx: &mut Decision<'_>, sql: &str, id: &str) -> Result<(), Stop> {
    let most = crate::form::int(limits::EVENTS_PER_COMMAND_MAX);
    let running: Vec<TimeEntry> = rows::many(ctx.statements, sql, params![id, most], rows::time_entry)?;
    for entry in running {
        let draft = timer::stopped(ctx, entry)?;
        ctx.emit(draft)?;
    }
    Ok(())
}

fn live_dependencies(ctx: &Decision<'_>, item: ItemId) -> Result<Vec<Dependency>, Stop> {
    let sql = concat_sql!(
        "SELECT ",
        rows::DEPENDENCY,
        " FROM dependencies WHERE (from_item = ?1 OR to_item = ?1) AND deleted_at IS NULL ORDER BY id"
    );
    Ok(rows::many(ctx.statements, sql, [item], rows::dependency)?)
}

pub(super) fn drop_dependency(ctx: &mut Decision<'_>, mut dependency: Dependency) -> Result<(), Stop> {
    dependency.deleted_at = Some(ctx.when());
    dependency.version = ctx.next_version(dependency.version);
    Ok(ctx.emit(Draft::new(Action::Deleted, Entity::Dependency(dependency), Vec::new()))?)
}

pub(super) fn purge(ctx: &mut Decision<'_>, item: &ItemRef) -> Result<PartResult, Stop> {
    ctx.need_tenant_admin()?;
    let (item, place) = ctx.any_item(item, "item", Need::Admin, Archived::Accepted)?;
    ctx.check_version(|| Entity::WorkItem(Box::new(item.clone())), item.version)?;
    if item.deleted_at.is_none() {
        return Err(wrong_state("only a deleted item can be purged: delete it first").into());
    }
    let key = place.item_key(item.number);
    let draft = gone(Entity::WorkItem(Box::new(item)));
    ctx.emit_one(draft, Some(key))
}

/// The event of a purge: it names the entity and carries nothing of it.
pub(super) fn gone(entity: Entity) -> Draft {
    Draft { entity: None, ..Draft::new(Action::Purged, entity, Vec::new()) }
}
