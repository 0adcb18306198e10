//! Dependencies.

use std::rc::Rc;

use pm_engine::limits;
use pm_engine::model::{
    Dependency, DependencyId, DependencyKind, DependencyRef, EntityKind, ItemId, ItemRef, ProjectRole,
};
use pm_engine::rejection::RejectionCode;

use super::refs::Which;
use super::{Ctx, Made, Rules, Step, World, made};

impl World {
    pub(super) fn add_dependency(
        &mut self,
        ctx: &mut Ctx<'_>,
        id: Option<DependencyId>,
        kind: DependencyKind,
        from: &ItemRef,
        to: &ItemRef,
    ) -> Step<Made> {
        let from = self.item(ctx, from, Which::Live)?;
        let to = self.item(ctx, to, Which::Live)?;
        let project = self.items[&to].project;
        // "needs editor where the waiting item is and viewer on the other side"
        self.gate(ctx, project, ProjectRole::Editor)?;
        let mut rules = Rules::default();
        let taken = id.is_some_and(|id| self.deps.contains_key(&id));
        rules.refuse_if(taken, RejectionCode::AlreadyExists, "id taken");
        rules.refuse_if(self.pair_exists(kind, from, to), RejectionCode::AlreadyExists, "pair taken");
        let relates = kind == DependencyKind::RelatesTo;
        rules.refuse_if(relates && from == to, RejectionCode::Invalid, "relates to itself");
        let many = |end: &dyn Fn(&Dependency) -> bool| {
            let count =
                self.deps.values().filter(|d| d.deleted_at.is_none() && d.kind == kind && end(d)).count();
            i64::try_from(count).unwrap_or(0) >= limits::DEPENDENCIES_PER_DIRECTION_MAX
        };
        let full = many(&|d| d.from == from) || many(&|d| d.to == to);
        rules.refuse_if(full, RejectionCode::TooLarge, "dependencies of an item");
        let dep = Dependency {
            id: id.unwrap_or(DependencyId::from_uuid(uuid::Uuid::from_u128(0))),
            kind,
            from,
            to,
            project,
            created_at: ctx.at(),
            created_by: ctx.by(),
            deleted_at: None,
            version: ctx.first_version(),
        };
        if !relates {
            let mut then = self.clone();
            then.deps.insert(dep.id, Rc::new(dep.clone()));
            rules.refuse_if(then.has_cycle(), RejectionCode::Cycle, "cycle");
        }
        rules.done()?;
        let id = DependencyId::from_uuid(ctx.ids.take(EntityKind::Dependency, id.map(|id| id.as_uuid())));
        self.deps.insert(id, Rc::new(Dependency { id, ..dep }));
        made(EntityKind::Dependency, id, true)
    }

    /// "Not twice per kind": a pair has no order here, since the other direction is either the same or a cycle.
    pub(super) fn pair_exists(&self, kind: DependencyKind, a: ItemId, b: ItemId) -> bool {
        self.deps.values().any(|d| {
            d.deleted_at.is_none() && d.kind == kind && ((d.from, d.to) == (a, b) || (d.to, d.from) == (a, b))
        })
    }

    pub(super) fn drop_dependency(&mut self, ctx: &Ctx<'_>, id: DependencyId) {
        let dep = Rc::make_mut(self.deps.get_mut(&id).unwrap());
        dep.deleted_at = Some(ctx.at());
        dep.version += 1;
    }

    pub(super) fn remove_dependency(&mut self, ctx: &mut Ctx<'_>, dependency: &DependencyRef) -> Step<Made> {
        let id = self.dependency(ctx, dependency)?;
        let dep = Rc::clone(&self.deps[&id]);
        self.gate(ctx, dep.project, ProjectRole::Editor)?;
        ctx.version(dep.version)?;
        self.drop_dependency(ctx, id);
        self.dep_group.insert(id, ctx.group);
        made(EntityKind::Dependency, id, true)
    }
}
