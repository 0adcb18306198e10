//! The checks that stand before an answer about one project or item.

use rusqlite::Connection;

use crate::access;
use crate::command::Actor;
use crate::error::Stop;
use crate::model::{ItemId, ProjectId, Sprint, SprintId, TenantRole};
use crate::rejection::Rejection;
use crate::store::rows;

/// 1 for a tenant admin, for the parameter `:is_admin` of [`access::VISIBLE_PROJECT`].
pub(crate) fn is_admin(actor: &Actor) -> bool {
    actor.role == TenantRole::Admin
}

/// Refuses where the project is deleted or, to this actor, does not exist.
pub(crate) fn require_project(
    connection: &Connection,
    actor: &Actor,
    project: ProjectId,
) -> Result<(), Stop> {
    let visible = access::role_in(connection, actor, project)?.is_some();
    let sql = "SELECT deleted_at IS NULL FROM projects WHERE id = ?1";
    let live = rows::one(connection, sql, [project], |row| row.get::<_, bool>(0))?.unwrap_or(false);
    if visible && live { Ok(()) } else { Err(Rejection::not_found("project").into()) }
}

/// Refuses where the item is deleted or, to this actor, does not exist.
pub(crate) fn require_item(connection: &Connection, actor: &Actor, item: ItemId) -> Result<ProjectId, Stop> {
    let sql = "SELECT project_id FROM work_items WHERE id = ?1 AND deleted_at IS NULL";
    let Some(project) = rows::one(connection, sql, [item], |row| row.get::<_, ProjectId>(0))? else {
        return Err(Rejection::not_found("item").into());
    };
    match require_project(connection, actor, project) {
        Err(Stop::Rejected(_)) => Err(Rejection::not_found("item").into()),
        other => other.map(|()| project),
    }
}

/// The sprint, unless it is deleted or, to this actor, does not exist.
pub(crate) fn require_sprint(
    connection: &Connection,
    actor: &Actor,
    sprint: SprintId,
) -> Result<Sprint, Stop> {
    let sql = format!("SELECT {} FROM sprints WHERE id = ?1 AND deleted_at IS NULL", rows::SPRINT);
    let Some(found) = rows::one(connection, &sql, [sprint], rows::sprint)? else {
        return Err(Rejection::not_found("sprint").into());
    };
    match require_project(connection, actor, found.project) {
        Err(Stop::Rejected(_)) => Err(Rejection::not_found("sprint").into()),
        other => other.map(|()| found),
    }
}
