//! "Purge (tenant admin): deleted items with their comments and entries, deleted projects, or the text of one
//! comment."

use std::rc::Rc;

use pm_engine::model::{CommentRef, EntityKind, ItemId, ItemRef, ProjectId, ProjectRef};
use pm_engine::rejection::RejectionCode;

use super::refs::Which;
use super::{Ctx, Made, Stage, Step, World, made, no};

impl World {
    /// Takes an item and what hangs on it out of the world.
    fn forget_item(&mut self, id: ItemId) {
        self.unlist(id);
        self.items.remove(&id);
        self.item_group.remove(&id);
        self.comments.retain(|_, c| c.item != id);
        self.entries.retain(|_, e| e.item != id);
        self.deps.retain(|_, d| d.from != id && d.to != id);
        for list in self.sprint_items.values_mut() {
            Rc::make_mut(list).retain(|s| s.item != id);
        }
    }

    pub(super) fn purge_item(&mut self, ctx: &mut Ctx<'_>, item: &ItemRef) -> Step<Made> {
        let id = Self::for_tenant_admin(ctx, self.item(ctx, item, Which::Any))?;
        Self::needs_tenant_admin(ctx)?;
        ctx.version(self.items[&id].version)?;
        if self.items[&id].deleted_at.is_none() {
            return no(Stage::Rule, RejectionCode::WrongState, "not deleted");
        }
        self.purged_numbers.insert((self.items[&id].project, self.items[&id].number));
        self.forget_item(id);
        self.purged.insert(id.to_string());
        made(EntityKind::WorkItem, id, true)
    }

    pub(super) fn purge_project(&mut self, ctx: &mut Ctx<'_>, project: &ProjectRef) -> Step<Made> {
        let id = Self::for_tenant_admin(ctx, self.project(ctx, project, Which::Any))?;
        Self::needs_tenant_admin(ctx)?;
        ctx.version(self.projects[&id].version)?;
        if self.projects[&id].deleted_at.is_none() {
            return no(Stage::Rule, RejectionCode::WrongState, "not deleted");
        }
        self.forget_project(id);
        self.purged.insert(id.to_string());
        made(EntityKind::Project, id, true)
    }

    fn forget_project(&mut self, id: ProjectId) {
        let items: Vec<ItemId> = self.items.values().filter(|i| i.project == id).map(|i| i.id).collect();
        for item in items {
            self.forget_item(item);
        }
        self.lanes.retain(|_, l| l.project != id);
        self.sprints.retain(|_, s| s.project != id);
        let sprints = &self.sprints;
        self.sprint_items.retain(|sprint, _| sprints.contains_key(sprint));
        self.members.retain(|(project, _), _| *project != id);
        self.lanes_of.remove(&id);
        self.next_number.remove(&id);
        self.projects.remove(&id);
    }

    pub(super) fn purge_comment(&mut self, ctx: &mut Ctx<'_>, comment: &CommentRef) -> Step<Made> {
        let id = Self::for_tenant_admin(ctx, self.comment(ctx, comment, Which::Any))?;
        Self::needs_tenant_admin(ctx)?;
        let old = Rc::clone(&self.comments[&id]);
        ctx.version(old.version)?;
        if old.deleted_at.is_some() && old.text.as_deref() == Some("") {
            return made(EntityKind::Comment, id, false);
        }
        let at = ctx.at();
        let new = Rc::make_mut(self.comments.get_mut(&id).unwrap());
        new.deleted_at = new.deleted_at.or(Some(at));
        new.text = Some(String::new());
        new.mentioned_users.clear();
        new.mentioned_items.clear();
        new.version += 1;
        made(EntityKind::Comment, id, true)
    }
}
