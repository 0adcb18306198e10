//! Who may see and do what in a project. The one check behind commands, queries and subscriptions.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::command::Actor;
use crate::model::{ProjectId, ProjectRole, TenantRole, Visibility};

/// SQL that holds for the rows of `projects p` an actor may see, deleted ones left aside.
/// Parameters by name: `:is_admin` (0 or 1) and `:user`.
pub(crate) const VISIBLE_PROJECT: &str = "(:is_admin = 1 OR p.visibility = 'open' OR EXISTS (SELECT 1 FROM \
     project_members m WHERE m.project_id = p.id AND m.user_id = :user AND m.removed_at IS NULL))";

/// The role of an actor, given a project's visibility and the explicit role he has in it, if any.
/// `None`: to him the project does not exist.
pub(crate) fn effective_role(
    actor: &Actor,
    visibility: Visibility,
    explicit: Option<ProjectRole>,
) -> Option<ProjectRole> {
    match (actor.role, explicit, visibility) {
        (TenantRole::Admin, _, _) => Some(ProjectRole::Admin),
        (TenantRole::Member, Some(role), _) => Some(role),
        (TenantRole::Member, None, Visibility::Open) => Some(ProjectRole::Editor),
        (TenantRole::Member, None, Visibility::Private) => None,
    }
}

/// The role of an actor in a live or deleted project, read from the file.
pub(crate) fn role_in(
    connection: &Connection,
    actor: &Actor,
    project: ProjectId,
) -> rusqlite::Result<Option<ProjectRole>> {
    let read = |row: &Row<'_>| Ok((row.get::<_, Visibility>(0)?, row.get::<_, Option<ProjectRole>>(1)?));
    let found = connection
        .prepare_cached(
            "SELECT p.visibility, (SELECT m.role FROM project_members m WHERE m.project_id = p.id \
             AND m.user_id = ?2 AND m.removed_at IS NULL) FROM projects p WHERE p.id = ?1",
        )?
        .query_row(params![project, actor.user], read)
        .optional()?;
    Ok(found.and_then(|(visibility, explicit)| effective_role(actor, visibility, explicit)))
}
