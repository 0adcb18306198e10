//! "The same check guards commands, queries, subscriptions and REST."

use pm_engine::command::Actor;
use pm_engine::model::{ProjectId, ProjectRole, ProjectStatus, TenantRole, Visibility};
use pm_engine::rejection::RejectionCode;

use super::{Ctx, Stage, Step, World, no};

impl World {
    pub(crate) fn is_admin(ctx: &Ctx<'_>) -> bool {
        ctx.actor.role == TenantRole::Admin
    }

    /// "A tenant admin is admin of every project." "A project is open to the tenant (members are editors unless an
    /// explicit role says otherwise) or private (listed members only …)."
    pub(crate) fn role(&self, actor: &Actor, project: ProjectId) -> Option<ProjectRole> {
        let known = self.projects.get(&project)?;
        if actor.role == TenantRole::Admin {
            return Some(ProjectRole::Admin);
        }
        let explicit =
            self.members.get(&(project, actor.user.clone())).filter(|member| member.removed_at.is_none());
        match (explicit, known.visibility) {
            (Some(member), _) => Some(member.role),
            (None, Visibility::Open) => Some(ProjectRole::Editor),
            (None, Visibility::Private) => None,
        }
    }

    /// "to others it does not exist: `not_found`, never `forbidden`"
    pub(crate) fn sees(&self, ctx: &Ctx<'_>, project: ProjectId, deleted: bool) -> Step<()> {
        let live = self.projects.get(&project).is_some_and(|known| deleted || known.deleted_at.is_none());
        if live && self.role(ctx.actor, project).is_some() {
            return Ok(());
        }
        no(Stage::Visible, RejectionCode::NotFound, "project not visible")
    }

    pub(crate) fn needs(&self, ctx: &Ctx<'_>, project: ProjectId, role: ProjectRole) -> Step<()> {
        if self.role(ctx.actor, project) >= Some(role) {
            return Ok(());
        }
        no(Stage::Role, RejectionCode::Forbidden, "role too low")
    }

    pub(crate) fn needs_tenant_admin(ctx: &Ctx<'_>) -> Step<()> {
        if Self::is_admin(ctx) {
            Ok(())
        } else {
            no(Stage::Role, RejectionCode::Forbidden, "tenant admins only")
        }
    }

    /// What only tenant admins may do is refused to others before or after it is looked for.
    pub(crate) fn for_tenant_admin<T>(ctx: &Ctx<'_>, found: Step<T>) -> Step<T> {
        found.map_err(|mut why| {
            why.codes.extend((!Self::is_admin(ctx)).then_some(RejectionCode::Forbidden));
            why
        })
    }

    /// "Archived is read-only (`archived`)"
    pub(crate) fn open(&self, project: ProjectId) -> Step<()> {
        if self.projects[&project].status == ProjectStatus::Archived {
            return no(Stage::Closed, RejectionCode::Archived, "archived");
        }
        Ok(())
    }

    /// Where a further entity the command names (a parent, a neighbour) is not visible, the engine may speak of the
    /// role or the archive first: the order of checks is that of the entity the command is about.
    pub(crate) fn second<T>(
        &self,
        ctx: &Ctx<'_>,
        project: ProjectId,
        role: ProjectRole,
        found: Step<T>,
    ) -> Step<T> {
        found.map_err(|mut why| {
            if let Err(gate) = self.gate(ctx, project, role) {
                why.codes.extend(gate.codes);
            }
            why.codes.extend(ctx.expected.map(|_| RejectionCode::Conflict));
            // Where another rule is broken as well, either may be told.
            why.codes.extend([RejectionCode::AlreadyExists, RejectionCode::Cycle, RejectionCode::Frozen]);
            why.codes.extend([RejectionCode::Invalid, RejectionCode::TooLarge, RejectionCode::WipLimit]);
            why
        })
    }

    /// Role, then archived.
    pub(crate) fn gate(&self, ctx: &Ctx<'_>, project: ProjectId, role: ProjectRole) -> Step<()> {
        self.needs(ctx, project, role)?;
        self.open(project)
    }
}
