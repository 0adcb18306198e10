//! The hierarchy: which parent fits, how deep.

use rusqlite::params;

use super::context::Decision;
use super::find::{Archived, Need};
use crate::error::Stop;
use crate::graph::Cycle;
use crate::limits;
use crate::model::{ItemId, ItemKind, ItemRef, ProjectId, WorkItem};
use crate::rejection::{PathStep, Rejection, RejectionCode};
use crate::store::rows;

/// The parent a reference names: live, in the same project, of no lower level than the child.
pub(crate) fn parent_for(
    ctx: &Decision<'_>,
    reference: &ItemRef,
    project: ProjectId,
    kind: ItemKind,
) -> Result<WorkItem, Stop> {
    let (parent, _) = ctx.item(reference, "parent", Need::View, Archived::Accepted)?;
    if parent.project != project {
        return Err(Rejection::invalid("parent", "the parent is in another project").into());
    }
    check_levels(parent.kind, kind)?;
    Ok(parent)
}

pub(crate) fn check_levels(parent: ItemKind, child: ItemKind) -> Result<(), Rejection> {
    if parent.level() > child.level() {
        return Err(Rejection::invalid("parent", format!("a {child} does not fit under a {parent}")));
    }
    Ok(())
}

/// Depth of an item, from 1 at its root; at most one more than the limit.
pub(crate) fn depth_of(ctx: &Decision<'_>, item: ItemId) -> Result<i64, Stop> {
    let sql = "WITH RECURSIVE up(parent, depth) AS (SELECT parent_id, 1 FROM work_items WHERE id = ?1 UNION ALL \
               SELECT w.parent_id, up.depth + 1 FROM up CROSS JOIN work_items w ON w.id = up.parent WHERE up.depth <= ?2) \
               SELECT max(depth) FROM up";
    let depth: Option<i64> =
        rows::one(ctx.statements, sql, params![item, limits::ITEM_DEPTH_MAX], |row| row.get(0))?.flatten();
    Ok(depth.unwrap_or(0))
}

/// The subtree of an item, in levels, 1 for the item alone.
pub(crate) fn height_of(ctx: &Decision<'_>, item: ItemId) -> Result<i64, Stop> {
    let sql = "SELECT subtree_height FROM work_items WHERE id = ?1";
    Ok(rows::one(ctx.statements, sql, [item], |row| row.get(0))?.unwrap_or(1))
}

/// A subtree of this height still fits under the parent.
pub(crate) fn check_depth(ctx: &Decision<'_>, parent: ItemId, height: i64) -> Result<(), Stop> {
    if depth_of(ctx, parent)? + height > limits::ITEM_DEPTH_MAX {
        return Err(too_deep().into());
    }
    Ok(())
}

fn too_deep() -> Rejection {
    Rejection::beyond(
        RejectionCode::TooLarge,
        "parent",
        limits::ITEM_DEPTH_MAX,
        "the tree would be deeper than it may be",
    )
}

/// Every live child still fits under a parent of this kind.
pub(crate) fn check_children_fit(ctx: &Decision<'_>, item: ItemId, kind: ItemKind) -> Result<(), Stop> {
    for child in ItemKind::ALL.iter().filter(|child| child.level() < kind.level()) {
        let sql =
            "SELECT 1 FROM work_items WHERE parent_id = ?1 AND kind = ?2 AND deleted_at IS NULL LIMIT 1";
        if rows::one(ctx.statements, sql, params![item, child], |_| Ok(()))?.is_some() {
            return Err(Rejection::invalid(
                "kind",
                format!("it has a {child} under it, which fits under no {kind}"),
            )
            .into());
        }
    }
    Ok(())
}

/// A cycle as the actor may see it.
pub(crate) fn cycle(ctx: &Decision<'_>, cycle: &Cycle) -> Result<Rejection, Stop> {
    let mut path = Vec::with_capacity(cycle.path.len());
    for id in cycle.path.iter().take(limits::CYCLE_PATH_MAX) {
        path.push(path_step(ctx, *id)?);
    }
    Ok(Rejection {
        path,
        path_length: Some(cycle.length),
        ..Rejection::new(RejectionCode::Cycle, "it would close a cycle: each would wait for the other")
    })
}

fn path_step(ctx: &Decision<'_>, id: ItemId) -> Result<PathStep, Stop> {
    let Some(item) = ctx.item_row(id)? else { return Ok(PathStep::Hidden) };
    let place = ctx.place_of(item.project)?.filter(|place| place.project.deleted_at.is_none());
    Ok(place.map_or(PathStep::Hidden, |place| PathStep::Item { id, key: place.item_key(item.number) }))
}
