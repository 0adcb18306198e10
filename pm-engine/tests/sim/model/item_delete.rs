//! Deleting work items.

use std::rc::Rc;

use pm_engine::model::{DependencyId, EntityKind, ItemId, ItemRef, ProjectRole, Timestamp};
use pm_engine::rejection::RejectionCode;

use super::refs::Which;
use super::{Ctx, Made, Stage, Step, World, made, no};

impl World {
    /// "Delete is soft and refused while live children exist (`has_children`), unless `cascade`"
    pub(super) fn delete_item(&mut self, ctx: &mut Ctx<'_>, item: &ItemRef, cascade: bool) -> Step<Made> {
        let id = self.item(ctx, item, Which::Live)?;
        let old = Rc::clone(&self.items[&id]);
        self.gate(ctx, old.project, ProjectRole::Admin)?;
        ctx.version(old.version)?;
        if !cascade && !self.live_children(id).is_empty() {
            return no(Stage::Rule, RejectionCode::HasChildren, "live children");
        }
        let at = ctx.at();
        for gone in self.subtree(id) {
            let touching: Vec<DependencyId> = self
                .deps
                .values()
                .filter(|d| d.deleted_at.is_none() && (d.from == gone || d.to == gone))
                .map(|d| d.id)
                .collect();
            for dep in touching {
                self.drop_dependency(ctx, dep);
                self.dep_group.insert(dep, ctx.group);
            }
            self.stop_timers(ctx, |entry| entry.item == gone);
            self.item_exists(gone, Some(at));
            self.item_group.insert(gone, ctx.group);
        }
        for gone in self.subtree(id) {
            self.unlist(gone);
        }
        made(EntityKind::WorkItem, id, true)
    }

    /// Deleting is no change of a field: who changed the item last, and when, stays.
    fn item_exists(&mut self, id: ItemId, deleted_at: Option<Timestamp>) {
        let item = Rc::make_mut(self.items.get_mut(&id).unwrap());
        item.deleted_at = deleted_at;
        item.version += 1;
    }

    /// The item and its live descendants, parents first.
    pub(super) fn subtree(&self, id: ItemId) -> Vec<ItemId> {
        let mut all = vec![id];
        let mut next = 0;
        while let Some(at) = all.get(next).copied() {
            all.extend(self.live_children(at));
            next += 1;
        }
        all
    }
}
