//! Explicit roles in a project.

use rusqlite::params;

use super::context::{Decision, Draft};
use super::find::{Archived, Need};
use crate::error::Stop;
use crate::model::{Action, Entity, Member, ProjectId, ProjectRef, ProjectRole, UserId};
use crate::outcome::PartResult;
use crate::rejection::{Rejection, RejectionCode};
use crate::store::rows::{self, concat_sql};

fn member(ctx: &Decision<'_>, project: ProjectId, user: &UserId) -> Result<Option<Member>, Stop> {
    let sql =
        concat_sql!("SELECT ", rows::MEMBER, " FROM project_members WHERE project_id = ?1 AND user_id = ?2");
    Ok(rows::one(ctx.statements, sql, params![project, user], rows::member)?)
}

pub(super) fn set(
    ctx: &mut Decision<'_>,
    project: &ProjectRef,
    user: &UserId,
    role: ProjectRole,
) -> Result<PartResult, Stop> {
    let place = ctx.project(project, Need::Admin, Archived::Refused)?;
    let Some(old) = member(ctx, place.project.id, user)? else {
        let new = Member {
            project: place.project.id,
            user: user.clone(),
            role,
            created_at: ctx.when(),
            removed_at: None,
            version: ctx.first_version(),
        };
        return ctx.emit_one(Draft::new(Action::Created, Entity::Member(new), Vec::new()), None);
    };
    ctx.check_version(|| Entity::Member(old.clone()), old.version)?;
    if old.removed_at.is_none() && old.role == role {
        return Ok(ctx.unchanged(&Entity::Member(old), None));
    }
    if old.removed_at.is_none() && old.role == ProjectRole::Admin {
        check_other_admin(ctx, &old)?;
    }
    let new = Member { role, removed_at: None, version: ctx.next_version(old.version), ..old.clone() };
    let action = if old.removed_at.is_some() { Action::Restored } else { Action::Changed };
    let changes = old.changes_to(&new);
    ctx.emit_one(Draft::new(action, Entity::Member(new), changes), None)
}

pub(super) fn remove(
    ctx: &mut Decision<'_>,
    project: &ProjectRef,
    user: &UserId,
) -> Result<PartResult, Stop> {
    let place = ctx.project(project, Need::Admin, Archived::Refused)?;
    let found = member(ctx, place.project.id, user)?.filter(|member| member.removed_at.is_none());
    let old = found.ok_or_else(|| Rejection::not_found("user"))?;
    ctx.check_version(|| Entity::Member(old.clone()), old.version)?;
    if old.role == ProjectRole::Admin {
        check_other_admin(ctx, &old)?;
    }
    let new = Member { removed_at: Some(ctx.when()), version: ctx.next_version(old.version), ..old };
    ctx.emit_one(Draft::new(Action::Deleted, Entity::Member(new), Vec::new()), None)
}

/// A project keeps one admin.
fn check_other_admin(ctx: &Decision<'_>, member: &Member) -> Result<(), Stop> {
    let sql = "SELECT 1 FROM project_members WHERE project_id = ?1 AND user_id <> ?2 AND role = 'admin' \
               AND removed_at IS NULL LIMIT 1";
    if rows::one(ctx.statements, sql, params![member.project, member.user], |_| Ok(()))?.is_some() {
        return Ok(());
    }
    Err(Rejection::new(RejectionCode::InUse, "a project keeps one admin: name another first").into())
}
