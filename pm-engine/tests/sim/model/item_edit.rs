//! Changing and moving work items.

use std::rc::Rc;

use pm_engine::command::{ItemChange, ItemMove, ParentChange, SprintAssignment};
use pm_engine::model::{EntityKind, ItemId, ItemRef, LaneId, ProjectRole};
use pm_engine::rejection::RejectionCode;

use super::items::{sorted_labels, trimmed};
use super::order::{At, remove};
use super::refs::Which;
use super::{Ctx, Made, Rules, Step, World, made};

impl World {
    pub(super) fn update_item(
        &mut self,
        ctx: &mut Ctx<'_>,
        item: &ItemRef,
        changes: &[ItemChange],
    ) -> Step<Made> {
        let id = self.item(ctx, item, Which::Live)?;
        let old = Rc::clone(&self.items[&id]);
        self.gate(ctx, old.project, ProjectRole::Editor)?;
        ctx.version(old.version)?;
        let mut new = (*old).clone();
        let mut rules = Rules::default();
        for change in changes {
            match change {
                ItemChange::Kind(kind) => {
                    // "Kind changes only where parent and children still fit."
                    let above = old.parent.and_then(|parent| self.items.get(&parent));
                    let up = above.is_some_and(|parent| parent.kind.level() > kind.level());
                    let down =
                        self.live_children(id).iter().any(|c| self.items[c].kind.level() < kind.level());
                    rules.refuse_if(up || down, RejectionCode::Invalid, "kind does not fit");
                    new.kind = *kind;
                }
                ItemChange::Title(value) => value.trim().clone_into(&mut new.title),
                ItemChange::Description(value) => new.description = Some(value.clone()),
                ItemChange::Priority(value) => new.priority = *value,
                ItemChange::Assignee(value) => new.assignee.clone_from(value),
                ItemChange::Labels(value) => new.labels = sorted_labels(value),
                ItemChange::Points(value) => new.points = *value,
                ItemChange::EstimateSeconds(value) => new.estimate_seconds = *value,
                ItemChange::RemainingSeconds(value) => new.remaining_seconds = *value,
                ItemChange::StartDate(value) => new.start_date = *value,
                ItemChange::DueDate(value) => new.due_date = *value,
                ItemChange::External(value) => {
                    new.external = trimmed(value.as_ref());
                    let taken = self.external_taken(new.external.as_ref(), Some(id));
                    rules.refuse_if(taken, RejectionCode::AlreadyExists, "external taken");
                }
                ItemChange::Extra(value) => new.extra = Some(value.clone()),
            }
        }
        let dates = new.start_date.is_some() && new.due_date.is_some() && new.start_date > new.due_date;
        rules.refuse_if(dates, RejectionCode::Invalid, "start after due");
        rules.done()?;
        let changed = self.put_item(ctx, id, false, |item| *item = new);
        made(EntityKind::WorkItem, id, changed)
    }

    /// "Move = lane, order, parent, sprint in one command, before or after a named neighbour."
    pub(super) fn move_item(&mut self, ctx: &mut Ctx<'_>, to: &ItemMove) -> Step<Made> {
        let id = self.item(ctx, &to.item, Which::Live)?;
        let old = Rc::clone(&self.items[&id]);
        let lane = to.lane.as_ref().map(|lane| self.lane_of(ctx, old.project, lane)).transpose();
        let lane = self.second(ctx, old.project, ProjectRole::Editor, lane)?;
        let lane = lane.unwrap_or(old.lane);
        let parent = match &to.parent {
            None => old.parent,
            Some(ParentChange::Clear) => None,
            Some(ParentChange::Set(name)) => {
                Some(self.second(ctx, old.project, ProjectRole::Editor, self.item(ctx, name, Which::Live))?)
            }
        };
        let sprint = match &to.sprint {
            None => old.sprint,
            Some(SprintAssignment::Clear) => None,
            Some(SprintAssignment::Set(name)) => Some(self.second(
                ctx,
                old.project,
                ProjectRole::Editor,
                self.sprint_of(ctx, old.project, name),
            )?),
        };
        let place =
            self.second(ctx, old.project, ProjectRole::Editor, self.at_item(ctx, to.place.as_ref()))?;
        let sibling =
            self.second(ctx, old.project, ProjectRole::Editor, self.at_item(ctx, to.sibling_place.as_ref()))?;
        self.gate(ctx, old.project, ProjectRole::Editor)?;
        if sprint != old.sprint {
            self.not_frozen(sprint).map_err(|mut why| {
                why.codes.extend(ctx.version(old.version).err().into_iter().flat_map(|other| other.codes));
                why
            })?;
        }
        ctx.version(old.version)?;
        self.move_rules(id, parent, sibling, place, lane)?;
        let place = place.or((lane != old.lane).then_some(At::Last));
        let sibling = sibling.or((parent != old.parent).then_some(At::Last));
        let mut reordered = false;
        if let Some(at) = place {
            let list = at.put(self.items_in(lane), id);
            reordered |= lane != old.lane || list != self.items_in(lane);
            if lane != old.lane {
                remove(&mut self.lane_items, &old.lane, &id);
            }
            self.lane_items.insert(lane, Rc::new(list));
        }
        if parent != old.parent
            && let Some(parent) = old.parent
        {
            remove(&mut self.children, &parent, &id);
        }
        if let (Some(at), Some(parent)) = (sibling, parent) {
            let list = at.put(self.live_children(parent), id);
            reordered |= list != self.live_children(parent);
            self.children.insert(parent, Rc::new(list));
        }
        let mut new = (*old).clone();
        new.lane = lane;
        new.parent = parent;
        new.sprint = sprint;
        self.completion(ctx, &mut new);
        let changed = self.put_item(ctx, id, reordered, |item| *item = new);
        made(EntityKind::WorkItem, id, changed)
    }

    fn move_rules(
        &self,
        id: ItemId,
        parent: Option<ItemId>,
        sibling: Option<At<ItemId>>,
        place: Option<At<ItemId>>,
        lane: LaneId,
    ) -> Step<()> {
        let old = &self.items[&id];
        let mut rules = Rules::default();
        if parent != old.parent {
            let under_itself = parent.is_some_and(|parent| self.is_under(parent, id));
            rules.refuse_if(under_itself, RejectionCode::Cycle, "under itself");
            self.parent_rules(&mut rules, old.project, old.kind, self.height(id), parent);
            if !under_itself && parent.is_some_and(|parent| self.items[&parent].project == old.project) {
                let mut then = self.clone();
                Rc::make_mut(then.items.get_mut(&id).unwrap()).parent = parent;
                rules.refuse_if(then.has_cycle(), RejectionCode::Cycle, "cycle");
            }
        }
        let entering = usize::from(lane != old.lane);
        rules.refuse_if(self.wip_refuses(lane, entering), RejectionCode::WipLimit, "lane full");
        let fits = Self::neighbour_fits(self.items_in(lane), place, Some(id)).is_ok();
        rules.refuse_if(!fits, RejectionCode::Invalid, "neighbour is elsewhere");
        rules.refuse_if(parent.is_none() && sibling.is_some(), RejectionCode::Invalid, "no parent");
        let siblings = parent.map_or(&[][..], |parent| self.live_children(parent));
        let fits = Self::neighbour_fits(siblings, sibling, Some(id)).is_ok();
        rules.refuse_if(!fits, RejectionCode::Invalid, "sibling is elsewhere");
        rules.done()
    }

    /// Whether `item` is `above` or one of its descendants.
    pub(super) fn is_under(&self, item: ItemId, above: ItemId) -> bool {
        let mut at = Some(item);
        while let Some(id) = at {
            if id == above {
                return true;
            }
            at = self.items.get(&id).and_then(|item| item.parent);
        }
        false
    }
}
