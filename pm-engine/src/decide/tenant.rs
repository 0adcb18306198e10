//! Settings of the tenant and profiles of its users.

use super::context::{Decision, Draft};
use crate::command::{TenantSettingChange, UserChange};
use crate::error::{Stop, StoreError};
use crate::model::{Action, ActorKind, Entity, TenantSettings, User, UserId};
use crate::outcome::PartResult;
use crate::rejection::{Rejection, RejectionCode};
use crate::store::rows::{self, concat_sql};

/// The tenant's settings as they stand.
pub(super) fn settings(ctx: &Decision<'_>) -> Result<TenantSettings, Stop> {
    let sql = concat_sql!("SELECT ", rows::SETTINGS, " FROM tenant_settings");
    Ok(rows::one(ctx.statements, sql, [], rows::settings)?
        .ok_or_else(|| StoreError::data("the tenant's settings are missing"))?)
}

pub(super) fn update_settings(
    ctx: &mut Decision<'_>,
    changes: &[TenantSettingChange],
) -> Result<PartResult, Stop> {
    ctx.need_tenant_admin()?;
    let old = settings(ctx)?;
    ctx.check_version(|| Entity::TenantSettings(old.clone()), old.version)?;
    let mut new = old.clone();
    for change in changes {
        match change {
            TenantSettingChange::TimerCapSeconds(seconds) => new.timer_cap_seconds = *seconds,
            TenantSettingChange::TimerCapPolicy(policy) => new.timer_cap_policy = *policy,
            TenantSettingChange::OverlapPolicy(policy) => new.overlap_policy = *policy,
        }
    }
    let changed = old.changes_to(&new);
    if changed.is_empty() {
        return Ok(ctx.unchanged(&Entity::TenantSettings(old), None));
    }
    new.version = ctx.next_version(old.version);
    ctx.emit_one(Draft::new(Action::Changed, Entity::TenantSettings(new), changed), None)
}

pub(super) fn user(ctx: &Decision<'_>, id: &UserId) -> Result<Option<User>, Stop> {
    let sql = concat_sql!("SELECT ", rows::USER, " FROM users WHERE id = ?1");
    Ok(rows::one(ctx.statements, sql, [id], rows::user)?)
}

/// The record of a user never seen before.
pub(crate) fn new_user(ctx: &Decision<'_>, id: &UserId) -> User {
    let own = *id == ctx.stamp.actor.user;
    let kind = if own { ctx.stamp.actor.kind } else { ActorKind::Human };
    User { id: id.clone(), kind, name: None, email: None, created_at: ctx.stamp.now, version: 1 }
}

pub(super) fn update_user(
    ctx: &mut Decision<'_>,
    id: &UserId,
    changes: &[UserChange],
) -> Result<PartResult, Stop> {
    if *id != ctx.stamp.actor.user && !ctx.is_tenant_admin() {
        return Err(Rejection::new(
            RejectionCode::Forbidden,
            "only an admin changes the profile of another user",
        )
        .into());
    }
    let known = user(ctx, id)?;
    let old = known.clone().unwrap_or_else(|| new_user(ctx, id));
    ctx.check_version(|| Entity::User(old.clone()), old.version)?;
    let mut new = old.clone();
    for change in changes {
        match change {
            UserChange::Name(name) => new.name.clone_from(name),
            UserChange::Email(email) => new.email.clone_from(email),
        }
    }
    if known.is_none() {
        return ctx.emit_one(Draft::new(Action::Created, Entity::User(new), Vec::new()), None);
    }
    let changed = old.changes_to(&new);
    if changed.is_empty() {
        return Ok(ctx.unchanged(&Entity::User(old), None));
    }
    new.version = ctx.next_version(old.version);
    ctx.emit_one(Draft::new(Action::Changed, Entity::User(new), changed), None)
}
