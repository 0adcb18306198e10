//! "Takes over an entity of an export, with its times, authors and version, under the rules that hold for making
//! one (tenant admin)."

use std::rc::Rc;

use pm_engine::model::{Dependency, DependencyKind, Entity, ItemId, ProjectId, User, WorkItem};
use pm_engine::rejection::RejectionCode;

use super::{Ctx, Made, Rules, Stage, Step, World, made, no};

impl World {
    pub(super) fn load(&mut self, ctx: &mut Ctx<'_>, entity: &Entity) -> Step<Made> {
        Self::needs_tenant_admin(ctx)?;
        let mut changed = true;
        match entity {
            Entity::User(user) => changed = self.load_user(user),
            Entity::WorkItem(item) => self.load_item(item)?,
            Entity::Comment(comment) => {
                self.load_beside(comment.item, comment.project)?;
                let mut rules = Rules::default();
                let taken = self.comments.contains_key(&comment.id);
                rules.refuse_if(taken, RejectionCode::AlreadyExists, "id taken");
                let taken = comment.external.is_some()
                    && self.comments.values().any(|c| c.external == comment.external);
                rules.refuse_if(taken, RejectionCode::AlreadyExists, "external taken");
                let above =
                    comment.reply_to.map(|id| self.comments.get(&id).filter(|c| c.item == comment.item));
                rules.refuse_if(above == Some(None), RejectionCode::NotFound, "answered comment");
                rules.done()?;
                self.comments.insert(comment.id, Rc::new(comment.clone()));
            }
            Entity::TimeEntry(entry) => {
                self.load_beside(entry.item, entry.project)?;
                let mut rules = Rules::default();
                rules.refuse_if(
                    self.entries.contains_key(&entry.id),
                    RejectionCode::AlreadyExists,
                    "id taken",
                );
                rules.done()?;
                self.entries.insert(entry.id, Rc::new(entry.clone()));
            }
            Entity::Dependency(dep) => self.load_dependency(dep)?,
            // The generator loads no other kinds; those have directed tests.
            other => return no(Stage::Form, RejectionCode::Invalid, other.kind().as_str()),
        }
        let _ = ctx.ids.take(entity.kind(), entity.id().parse().ok());
        made(entity.kind(), entity.id(), changed)
    }

    /// A user known already is changed to what is loaded.
    fn load_user(&mut self, user: &User) -> bool {
        let mut new = user.clone();
        if let Some(old) = self.users.get(&user.id) {
            new.version = old.version;
            if **old == new && user.version <= old.version {
                return false;
            }
            // When he was first seen is all that differs: no change anybody could have made.
            let same = (old.kind, &old.name, &old.email) == (new.kind, &new.name, &new.email);
            new.version = user.version.max(if same { old.version } else { old.version + 1 });
        }
        self.users.insert(user.id.clone(), Rc::new(new));
        true
    }

    /// An export holds what is archived or deleted, too: entities are loaded beside those.
    fn load_beside(&self, item: ItemId, project: ProjectId) -> Step<()> {
        if self.items.get(&item).is_none_or(|item| item.project != project) {
            return no(Stage::Visible, RejectionCode::NotFound, "item");
        }
        Ok(())
    }

    fn load_item(&mut self, item: &WorkItem) -> Step<()> {
        let lane =
            self.lanes.get(&item.lane).is_some_and(|l| l.project == item.project && l.deleted_at.is_none());
        let mut rules = Rules::default();
        rules.refuse_if(!lane, RejectionCode::NotFound, "lane");
        rules.refuse_if(!self.projects.contains_key(&item.project), RejectionCode::NotFound, "project");
        rules.refuse_if(self.items.contains_key(&item.id), RejectionCode::AlreadyExists, "id taken");
        let taken = self.number_was_given(item.project, item.number);
        rules.refuse_if(taken, RejectionCode::AlreadyExists, "number taken");
        let taken = self.external_taken(item.external.as_ref(), None);
        rules.refuse_if(taken, RejectionCode::AlreadyExists, "external taken");
        rules.done()?;
        self.items.insert(item.id, Rc::new(item.clone()));
        let next = self.next_number[&item.project].max(item.number + 1);
        self.next_number.insert(item.project, next);
        self.relist(item.id);
        Ok(())
    }

    fn load_dependency(&mut self, dep: &Dependency) -> Step<()> {
        // A deleted project is exported with what its items wait for, and loaded so.
        let live = |id: &ItemId| self.items.get(id).is_some_and(|item| item.deleted_at.is_none());
        let mut rules = Rules::default();
        rules.refuse_if(!live(&dep.from) || !live(&dep.to), RejectionCode::NotFound, "an end");
        let home = self.items.get(&dep.to).is_some_and(|item| item.project == dep.project);
        rules.refuse_if(!home, RejectionCode::NotFound, "item in that project");
        rules.refuse_if(self.deps.contains_key(&dep.id), RejectionCode::AlreadyExists, "id taken");
        let taken = self.pair_exists(dep.kind, dep.from, dep.to);
        rules.refuse_if(taken, RejectionCode::AlreadyExists, "pair taken");
        if dep.kind == DependencyKind::Blocks {
            let mut then = self.clone();
            then.deps.insert(dep.id, Rc::new(dep.clone()));
            rules.refuse_if(then.has_cycle(), RejectionCode::Cycle, "cycle");
        } else {
            rules.refuse_if(dep.from == dep.to, RejectionCode::Invalid, "itself");
        }
        rules.done()?;
        self.deps.insert(dep.id, Rc::new(dep.clone()));
        Ok(())
    }
}
