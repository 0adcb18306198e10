//! Settings of the tenant and profiles of users.

use std::rc::Rc;

use pm_engine::command::{TenantSettingChange, UserChange};
use pm_engine::model::{ActorKind, EntityKind, UserId};
use pm_engine::rejection::RejectionCode;

use super::{Ctx, Made, Stage, Step, World, made, no};

impl World {
    pub(super) fn update_settings(
        &mut self,
        ctx: &mut Ctx<'_>,
        changes: &[TenantSettingChange],
    ) -> Step<Made> {
        Self::needs_tenant_admin(ctx)?;
        ctx.version(self.settings.version)?;
        let mut new = (*self.settings).clone();
        for change in changes {
            match change {
                TenantSettingChange::TimerCapSeconds(value) => new.timer_cap_seconds = *value,
                TenantSettingChange::TimerCapPolicy(value) => new.timer_cap_policy = *value,
                TenantSettingChange::OverlapPolicy(value) => new.overlap_policy = *value,
            }
        }
        let changed = new != *self.settings;
        if changed {
            new.version += 1;
            self.settings = Rc::new(new);
        }
        made(EntityKind::TenantSettings, "tenant", changed)
    }

    pub(super) fn update_user(
        &mut self,
        ctx: &mut Ctx<'_>,
        user: &UserId,
        changes: &[UserChange],
    ) -> Step<Made> {
        if ctx.actor.user != *user && !Self::is_admin(ctx) {
            return no(Stage::Role, RejectionCode::Forbidden, "another's profile");
        }
        let unknown = !self.users.contains_key(user);
        if unknown {
            // "User; recorded if unknown."
            let kind = if *user == ctx.actor.user { ctx.actor.kind } else { ActorKind::Human };
            self.record_user(user, kind, ctx.now);
        }
        let old = Rc::clone(&self.users[user]);
        ctx.version(old.version)?;
        let mut new = (*old).clone();
        let trimmed = |text: &Option<String>| text.as_ref().map(|text| text.trim().to_owned());
        for change in changes {
            match change {
                UserChange::Name(value) => new.name = trimmed(value),
                UserChange::Email(value) => new.email = trimmed(value),
            }
        }
        let changed = new != *old;
        if changed {
            new.version += i64::from(!unknown);
            self.users.insert(user.clone(), Rc::new(new));
        }
        made(EntityKind::User, user, changed || unknown)
    }
}
