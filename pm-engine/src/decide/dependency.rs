//! Dependencies: who waits for whom.

use rusqlite::params;

use super::context::{Decision, Draft, already_exists, choose_id};
use super::find::{Archived, Need, check_archived, check_need};
use super::{item_delete, tree};
use crate::error::Stop;
use crate::limits;
use crate::model::{
    Action, Dependency, DependencyId, DependencyKind, DependencyRef, Entity, EntityKind, ItemId, ItemRef,
};
use crate::outcome::PartResult;
use crate::rejection::{Rejection, RejectionCode};
use crate::store::rows;

pub(super) fn add(
    ctx: &mut Decision<'_>,
    id: Option<DependencyId>,
    kind: DependencyKind,
    from: &ItemRef,
    to: &ItemRef,
) -> Result<PartResult, Stop> {
    let (to, to_place) = ctx.item(to, "to", Need::View, Archived::Accepted)?;
    let (from, _) = ctx.item(from, "from", Need::View, Archived::Accepted)?;
    check_need(&to_place, Need::Edit)?;
    check_archived(&to_place, Archived::Refused)?;
    check_not_itself(kind, from.id, to.id)?;
    let id = choose_id!(ctx, id, Dependencies, DependencyId);
    check_pair(ctx, kind, from.id, to.id)?;
    let dependency = Dependency {
        id,
        kind,
        from: from.id,
        to: to.id,
        project: to.project,
        created_at: ctx.when(),
        created_by: ctx.who(),
        deleted_at: None,
        version: ctx.first_version(),
    };
    ctx.emit_one(Draft::new(Action::Created, Entity::Dependency(dependency), Vec::new()), None)
}

/// An item that blocks itself is a cycle; one that relates to itself is just nonsense.
pub(super) fn check_not_itself(kind: DependencyKind, from: ItemId, to: ItemId) -> Result<(), Rejection> {
    if from == to && kind == DependencyKind::RelatesTo {
        return Err(Rejection::invalid("to", "an item does not relate to itself"));
    }
    Ok(())
}

/// A live pair that does not exist, has room and closes no cycle.
pub(super) fn check_pair(
    ctx: &Decision<'_>,
    kind: DependencyKind,
    from: ItemId,
    to: ItemId,
) -> Result<(), Stop> {
    if kind == DependencyKind::Blocks {
        if directed_exists(ctx, from, to)? {
            return Err(already_exists("to", "this dependency exists already").into());
        }
        let checked = ctx.memory.graph.get(ctx.statements)?.check_block(from, to);
        if let Err(cycle) = checked {
            return Err(tree::cycle(ctx, &cycle)?.into());
        }
    } else if pair_exists(ctx, kind, from, to)? {
        return Err(already_exists("to", "this dependency exists already").into());
    }
    if is_full(ctx, from, to)? {
        return Err(Rejection::beyond(
            RejectionCode::TooLarge,
            "dependencies",
            limits::DEPENDENCIES_PER_DIRECTION_MAX,
            "one of the items has too many dependencies",
        )
        .into());
    }
    Ok(())
}

fn directed_exists(ctx: &Decision<'_>, from: ItemId, to: ItemId) -> Result<bool, Stop> {
    let sql = "SELECT 1 FROM dependencies WHERE from_item = ?1 AND to_item = ?2 AND kind = 'blocks' \
               AND deleted_at IS NULL";
    Ok(rows::one(ctx.statements, sql, params![from, to], |_| Ok(()))?.is_some())
}

/// A live dependency of this kind between the two, in whichever direction.
pub(super) fn pair_exists(
    ctx: &Decision<'_>,
    kind: DependencyKind,
    a: ItemId,
    b: ItemId,
) -> Result<bool, Stop> {
    let sql = "SELECT 1 FROM dependencies WHERE kind = ?1 AND min(from_item, to_item) = min(?2, ?3) \
               AND max(from_item, to_item) = max(?2, ?3) AND deleted_at IS NULL";
    Ok(rows::one(ctx.statements, sql, params![kind, a, b], |_| Ok(()))?.is_some())
}

/// Whether one of the ends has no room for another dependency in that direction.
pub(super) fn is_full(ctx: &Decision<'_>, from: ItemId, to: ItemId) -> Result<bool, Stop> {
    let sql = "SELECT max((SELECT count(*) FROM dependencies WHERE from_item = ?1 AND deleted_at IS NULL), \
               (SELECT count(*) FROM dependencies WHERE to_item = ?2 AND deleted_at IS NULL))";
    let count: i64 = rows::one(ctx.statements, sql, params![from, to], |row| row.get(0))?.unwrap_or(0);
    Ok(count >= limits::DEPENDENCIES_PER_DIRECTION_MAX)
}

pub(super) fn remove(ctx: &mut Decision<'_>, reference: &DependencyRef) -> Result<PartResult, Stop> {
    let (dependency, _) = ctx.dependency(reference, Need::Edit)?;
    ctx.check_version(|| Entity::Dependency(dependency.clone()), dependency.version)?;
    let id = dependency.id;
    let version = ctx.next_version(dependency.version);
    item_delete::drop_dependency(ctx, dependency)?;
    Ok(PartResult {
        entity_kind: EntityKind::Dependency,
        id: id.to_string(),
        key: None,
        version,
        changed: true,
    })
}
