//! Making work items, and what all changes of items share.

use std::rc::Rc;

use pm_engine::command::NewItem;
use pm_engine::limits;
use pm_engine::model::{
    EntityKind, ExternalRef, ItemId, ItemKind, LaneId, ProjectId, ProjectRole, SprintId, SprintRef,
    SprintState, WipPolicy, WorkItem,
};
use pm_engine::rejection::RejectionCode;

use super::order::{At, append, remove};
use super::refs::Which;
use super::{Ctx, Made, Rules, Stage, Step, World, made, no};

pub(crate) fn sorted_labels(labels: &[String]) -> Vec<String> {
    let mut out: Vec<String> = labels.iter().map(|label| label.trim().to_owned()).collect();
    out.sort();
    out.dedup();
    out
}

pub(crate) fn trimmed(external: Option<&ExternalRef>) -> Option<ExternalRef> {
    let trim = |text: &str| text.trim().to_owned();
    external.map(|external| ExternalRef { source: trim(&external.source), id: trim(&external.id) })
}

impl World {
    /// Writes a changed item: version, time and author go with it. Whether anything changed.
    pub(super) fn put_item(
        &mut self,
        ctx: &Ctx<'_>,
        id: ItemId,
        reordered: bool,
        edit: impl FnOnce(&mut WorkItem),
    ) -> bool {
        let old = Rc::clone(&self.items[&id]);
        let mut new = (*old).clone();
        edit(&mut new);
        if new == *old && !reordered {
            return false;
        }
        new.version = ctx.next_version(old.version);
        new.updated_at = ctx.at();
        new.updated_by = ctx.by();
        self.items.insert(id, Rc::new(new));
        true
    }

    /// "Entering a completed or canceled lane sets completed-at; leaving clears it."
    pub(super) fn completion(&self, ctx: &Ctx<'_>, item: &mut WorkItem) {
        let finished = self.lanes[&item.lane].category.is_finished();
        if finished && item.completed_at.is_none() {
            item.completed_at = Some(ctx.at());
            item.completed_by = Some(ctx.by());
        } else if !finished {
            item.completed_at = None;
            item.completed_by = None;
        }
    }

    /// Puts an item into a lane, one change of the item.
    pub(super) fn enter_lane(&mut self, ctx: &Ctx<'_>, item: ItemId, lane: LaneId, at: At<ItemId>) {
        let from = self.items[&item].lane;
        remove(&mut self.lane_items, &from, &item);
        let list = at.put(self.items_in(lane), item);
        self.lane_items.insert(lane, Rc::new(list));
        let mut new = (*self.items[&item]).clone();
        new.lane = lane;
        self.completion(ctx, &mut new);
        self.put_item(ctx, item, true, |item| *item = new);
    }

    /// "WIP policy: `warn` (the event says so) or `refuse` (`wip_limit`). Counts are of the lane"
    pub(super) fn wip_refuses(&self, lane: LaneId, more: usize) -> bool {
        let known = &self.lanes[&lane];
        let refuses = self.projects[&known.project].wip_policy == WipPolicy::Refuse;
        let count = i64::try_from(self.items_in(lane).len() + more).unwrap_or(i64::MAX);
        refuses && more > 0 && known.wip_limit.is_some_and(|limit| count > limit)
    }

    /// "A completed or cancelled sprint is `frozen`."
    pub(super) fn not_frozen(&self, sprint: Option<SprintId>) -> Step<()> {
        let ended =
            |id: &SprintId| matches!(self.sprints[id].state, SprintState::Completed | SprintState::Cancelled);
        if sprint.as_ref().is_some_and(ended) {
            return no(Stage::Closed, RejectionCode::Frozen, "sprint has ended");
        }
        Ok(())
    }

    /// "Parent: same project, live, and never of a lower level than the child … Depth ≤ 16."
    pub(super) fn parent_rules(
        &self,
        rules: &mut Rules,
        project: ProjectId,
        kind: ItemKind,
        height: i64,
        parent: Option<ItemId>,
    ) {
        let Some(parent) = parent else { return };
        let above = &self.items[&parent];
        rules.refuse_if(above.project != project, RejectionCode::Invalid, "parent of another project");
        rules.refuse_if(above.kind.level() > kind.level(), RejectionCode::Invalid, "parent of a lower level");
        let deep = self.depth(parent) + height > limits::ITEM_DEPTH_MAX;
        rules.refuse_if(deep, RejectionCode::TooLarge, "too deep");
    }

    /// "Items of the same project": another project's sprint is not found here.
    pub(super) fn sprint_of(&self, ctx: &Ctx<'_>, project: ProjectId, name: &SprintRef) -> Step<SprintId> {
        let id = self.sprint(ctx, name, Which::Live)?;
        if self.sprints[&id].project != project {
            return no(Stage::Visible, RejectionCode::NotFound, "sprint of another project");
        }
        Ok(id)
    }

    /// "external reference (source, id: unique per tenant, kept by deleted items)"
    pub(super) fn external_taken(&self, external: Option<&ExternalRef>, but: Option<ItemId>) -> bool {
        external.is_some()
            && self.items.values().any(|item| Some(item.id) != but && item.external.as_ref() == external)
    }

    pub(super) fn create_item(&mut self, ctx: &mut Ctx<'_>, new: &NewItem) -> Step<Made> {
        let project = self.project(ctx, &new.project, Which::Live)?;
        let lane = match &new.lane {
            Some(lane) => self.second(ctx, project, ProjectRole::Editor, self.lane_of(ctx, project, lane))?,
            None => self.projects[&project].default_lane.unwrap(),
        };
        let sprint = new.sprint.as_ref().map(|sprint| self.sprint_of(ctx, project, sprint)).transpose();
        let sprint = self.second(ctx, project, ProjectRole::Editor, sprint)?;
        let parent = new.parent.as_ref().map(|parent| self.item(ctx, parent, Which::Live)).transpose();
        let parent = self.second(ctx, project, ProjectRole::Editor, parent)?;
        let place = self.second(ctx, project, ProjectRole::Editor, self.at_item(ctx, new.place.as_ref()))?;
        let sibling =
            self.second(ctx, project, ProjectRole::Editor, self.at_item(ctx, new.sibling_place.as_ref()))?;
        self.gate(ctx, project, ProjectRole::Editor)?;
        self.not_frozen(sprint)?;
        let mut rules = Rules::default();
        let taken = new.id.is_some_and(|id| self.items.contains_key(&id));
        rules.refuse_if(taken, RejectionCode::AlreadyExists, "id taken");
        let wanted = ctx.origin.as_ref().and_then(|origin| origin.number);
        let used = wanted.is_some_and(|number| self.number_was_given(project, number));
        rules.refuse_if(used, RejectionCode::AlreadyExists, "number taken");
        let external = trimmed(new.external.as_ref());
        rules.refuse_if(
            self.external_taken(external.as_ref(), None),
            RejectionCode::AlreadyExists,
            "external taken",
        );
        self.parent_rules(&mut rules, project, new.kind, 1, parent);
        rules.refuse_if(self.wip_refuses(lane, 1), RejectionCode::WipLimit, "lane full");
        rules.refuse_if(parent.is_none() && sibling.is_some(), RejectionCode::Invalid, "no parent");
        let siblings = parent.map_or(Vec::new(), |parent| self.live_children(parent).to_vec());
        let fits = Self::neighbour_fits(self.items_in(lane), place, None).is_ok();
        rules.refuse_if(!fits, RejectionCode::Invalid, "neighbour is elsewhere");
        let fits = Self::neighbour_fits(&siblings, sibling, None).is_ok();
        rules.refuse_if(!fits, RejectionCode::Invalid, "sibling is elsewhere");
        rules.done()?;
        let id = ItemId::from_uuid(ctx.ids.take(EntityKind::WorkItem, new.id.map(|id| id.as_uuid())));
        let next = self.next_number[&project];
        let number = wanted.unwrap_or(next);
        self.next_number.insert(project, next.max(number + 1));
        let mut item = WorkItem {
            id,
            project,
            number,
            kind: new.kind,
            title: new.title.trim().to_owned(),
            description: Some(new.description.clone()),
            lane,
            priority: new.priority,
            assignee: new.assignee.clone(),
            labels: sorted_labels(&new.labels),
            points: new.points,
            estimate_seconds: new.estimate_seconds,
            remaining_seconds: new.remaining_seconds,
            start_date: new.start_date,
            due_date: new.due_date,
            sprint,
            parent,
            lane_order: String::new(),
            parent_order: String::new(),
            external,
            extra: Some(new.extra.clone()),
            created_at: ctx.at(),
            created_by: ctx.by(),
            updated_at: ctx.at(),
            updated_by: ctx.by(),
            completed_at: None,
            completed_by: None,
            deleted_at: None,
            version: ctx.first_version(),
        };
        self.completion(ctx, &mut item);
        let list = place.unwrap_or(At::Last).put(self.items_in(lane), id);
        self.lane_items.insert(lane, Rc::new(list));
        if let Some(parent) = parent {
            self.children.insert(parent, Rc::new(sibling.unwrap_or(At::Last).put(&siblings, id)));
        }
        self.items.insert(id, Rc::new(item));
        made(EntityKind::WorkItem, id, true)
    }

    /// "never reused"
    pub(super) fn number_was_given(&self, project: ProjectId, number: i64) -> bool {
        self.items.values().any(|item| item.project == project && item.number == number)
            || self.purged_numbers.contains(&(project, number))
    }

    /// Takes an item out of the lists of live ones.
    pub(super) fn unlist(&mut self, id: ItemId) {
        let item = Rc::clone(&self.items[&id]);
        remove(&mut self.lane_items, &item.lane, &id);
        if let Some(parent) = item.parent {
            remove(&mut self.children, &parent, &id);
        }
    }

    /// Puts an item back where its keys say.
    pub(super) fn relist(&mut self, id: ItemId) {
        let item = Rc::clone(&self.items[&id]);
        append(&mut self.lane_items, item.lane, id);
        if let Some(parent) = item.parent {
            append(&mut self.children, parent, id);
        }
        self.placed_by_key.insert(id);
    }
}
