//! "Restore brings the group back and never fails for what has changed since"

use std::rc::Rc;

use pm_engine::limits;
use pm_engine::model::{
    DependencyId, DependencyKind, EntityKind, ItemId, ItemRef, ProjectRole, SprintState, WorkItem,
};

use super::refs::Which;
use super::{Ctx, Made, Step, World, made};

impl World {
    /// A deleted item comes with those below it that were deleted by the same command.
    pub(super) fn restore_item(&mut self, ctx: &mut Ctx<'_>, item: &ItemRef) -> Step<Made> {
        let id = self.item(ctx, item, Which::Any)?;
        let old = Rc::clone(&self.items[&id]);
        self.gate(ctx, old.project, ProjectRole::Admin)?;
        ctx.version(old.version)?;
        if old.deleted_at.is_none() {
            return made(EntityKind::WorkItem, id, false);
        }
        let group = self.item_group[&id];
        let together = |other: &&ItemId| {
            self.item_group.get(other) == Some(&group)
                && self.items[other].project == old.project
                && self.items[other].deleted_at.is_some()
                && self.is_under(**other, id)
        };
        let mut waiting: Vec<ItemId> = self.items.keys().filter(together).copied().collect();
        let family = waiting.clone();
        // Parents before children.
        while !waiting.is_empty() {
            let (later, now): (Vec<ItemId>, Vec<ItemId>) = waiting
                .iter()
                .partition(|id| self.items[id].parent.is_some_and(|parent| waiting.contains(&parent)));
            for id in now {
                self.bring_back(ctx, id);
            }
            waiting = later;
        }
        let deps: Vec<DependencyId> = self
            .deps
            .values()
            .filter(|d| d.deleted_at.is_some() && self.dep_group.get(&d.id) == Some(&group))
            .filter(|d| family.contains(&d.from) || family.contains(&d.to))
            .map(|d| d.id)
            .collect();
        for dep in deps {
            self.bring_dependency_back(dep);
        }
        made(EntityKind::WorkItem, id, true)
    }

    fn bring_back(&mut self, ctx: &Ctx<'_>, id: ItemId) {
        let mut new: WorkItem = (*self.items[&id]).clone();
        new.deleted_at = None;
        let lane = &self.lanes[&new.lane];
        if lane.deleted_at.is_some() {
            // "A lane that is gone becomes the default."
            new.lane = self.projects[&new.project].default_lane.unwrap();
        }
        self.completion(ctx, &mut new);
        let fits = |parent: &ItemId| {
            self.items.get(parent).is_some_and(|above| {
                above.deleted_at.is_none()
                    && above.kind.level() <= new.kind.level()
                    && self.depth(*parent) < limits::ITEM_DEPTH_MAX
            })
        };
        if !new.parent.as_ref().is_some_and(fits) {
            new.parent = None;
        }
        let open = |sprint: &pm_engine::model::SprintId| {
            self.sprints.get(sprint).is_some_and(|s| {
                s.deleted_at.is_none() && matches!(s.state, SprintState::Planned | SprintState::Active)
            })
        };
        if !new.sprint.as_ref().is_some_and(open) {
            new.sprint = None;
        }
        self.put_item(ctx, id, false, |item| *item = new);
        self.item_group.remove(&id);
        self.relist(id);
    }

    /// "left out … are dependencies whose other end is not live, that exist again or would close a cycle"
    fn bring_dependency_back(&mut self, id: DependencyId) {
        let dep = Rc::clone(&self.deps[&id]);
        let live = |item: &ItemId| {
            self.items.get(item).is_some_and(|item| {
                item.deleted_at.is_none() && self.projects[&item.project].deleted_at.is_none()
            })
        };
        let mut then = self.clone();
        let back = Rc::make_mut(then.deps.get_mut(&id).unwrap());
        back.deleted_at = None;
        back.version += 1;
        let cycle = || dep.kind == DependencyKind::Blocks && then.has_cycle();
        if live(&dep.from) && live(&dep.to) && !self.pair_exists(dep.kind, dep.from, dep.to) && !cycle() {
            *self = then;
            self.dep_group.remove(&id);
        }
    }
}
