//! Dependencies, and the number of open blockers of the waiting item.

use rusqlite::params;

use super::deletion_group;
use crate::decide::GraphSlot;
use crate::error::{StoreError, StoreResult};
use crate::event::Event;
use crate::model::{Dependency, DependencyKind};
use crate::store::rows;
use crate::store::statements::Statements;

pub(super) fn write(
    statements: &dyn Statements,
    graph: &GraphSlot,
    event: &Event,
    dependency: &Dependency,
) -> StoreResult<()> {
    let sql = "SELECT deleted_at IS NULL FROM dependencies WHERE id = ?1";
    let was_live: bool = rows::one(statements, sql, [dependency.id], |row| row.get(0))?.unwrap_or(false);
    let is_live = dependency.deleted_at.is_none();
    let group = dependency.deleted_at.map(|_| deletion_group(event));
    let sql = "INSERT INTO dependencies (id, kind, from_item, to_item, project_id, created_at, created_by, \
               deleted_at, version, deleted_group) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
               ON CONFLICT (id) DO UPDATE SET deleted_at = ?8, version = ?9, deleted_group = ?10";
    rows::run(
        statements,
        sql,
        params![
            dependency.id,
            dependency.kind,
            dependency.from,
            dependency.to,
            dependency.project,
            dependency.created_at,
            dependency.created_by,
            dependency.deleted_at,
            dependency.version,
            group,
        ],
    )?;
    if dependency.kind == DependencyKind::Blocks && was_live != is_live {
        count_blocker(statements, dependency, if is_live { 1 } else { -1 })?;
        update_graph(graph, dependency, is_live)?;
    }
    Ok(())
}

fn count_blocker(statements: &dyn Statements, dependency: &Dependency, by: i64) -> StoreResult<()> {
    let sql = "UPDATE work_items SET open_blockers = open_blockers + ?3 WHERE id = ?2 AND EXISTS (SELECT 1 FROM \
               work_items b WHERE b.id = ?1 AND b.finished = 0 AND b.deleted_at IS NULL)";
    rows::run(statements, sql, params![dependency.from, dependency.to, by])?;
    Ok(())
}

fn update_graph(graph: &GraphSlot, dependency: &Dependency, is_live: bool) -> StoreResult<()> {
    let Some(mut graph) = graph.loaded() else { return Ok(()) };
    if is_live {
        graph
            .add_block(dependency.from, dependency.to)
            .map_err(|_| StoreError::bug("an event closes a cycle"))?;
    } else {
        graph.remove_block(dependency.from, dependency.to);
    }
    Ok(())
}
