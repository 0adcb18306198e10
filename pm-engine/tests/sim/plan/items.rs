//! Commands about work items and dependencies.

use pm_engine::command::{Change, ItemChange, ItemMove, NewItem, ParentChange, SprintAssignment};
use pm_engine::model::{DependencyId, DependencyKind, ItemId, ItemKind, Priority, SprintId, SprintRef};

use super::Planner;
use crate::model::World;

impl Planner {
    pub(crate) fn sprint_ref(&mut self, world: &World) -> Option<SprintRef> {
        let home = self.home;
        let anywhere = self.rng.percent(6);
        let pool: Vec<SprintId> =
            world.sprints.values().filter(|s| anywhere || Some(s.project) == home).map(|s| s.id).collect();
        self.rng.pick(&pool).map(Into::into)
    }

    pub(super) fn create_item(&mut self, world: &World) -> Option<Change> {
        let project = self.project_ref(world);
        let kind =
            self.rng.one(&[ItemKind::Epic, ItemKind::Story, ItemKind::Story, ItemKind::Task, ItemKind::Bug]);
        let mut new = NewItem::new(project, kind, self.text("Item", 500));
        let old: Vec<ItemId> = world.items.keys().copied().collect();
        new.id = match self.rng.below(15) {
            0 => self.rng.pick(&old),
            1 => {
                self.rng.pick(&world.purged.iter().filter_map(|id| id.parse().ok()).collect::<Vec<ItemId>>())
            }
            2..4 => Some(ItemId::from_uuid(self.rng.uuid())),
            _ => None,
        };
        if self.rng.percent(40) {
            new.lane = self.lane_ref(world);
        }
        if self.rng.percent(50) {
            let level = kind.level();
            let fit = self.pool(world, |id| {
                let item = &world.items[&id];
                item.deleted_at.is_none() && item.kind.level() <= level
            });
            let parent = if self.rng.percent(92) { self.rng.pick(&fit) } else { self.rng.pick(&old) };
            new.parent = parent.map(|id| self.name_item(world, id));
            let siblings = parent.map_or(Vec::new(), |parent| world.live_children(parent).to_vec());
            new.sibling_place = if siblings.is_empty() { None } else { self.place(world, &siblings) };
        }
        if self.rng.percent(30) {
            new.sprint = self.sprint_ref(world);
        }
        if let Some(lane) = self.home.and_then(|home| world.projects.get(&home)).and_then(|p| p.default_lane)
            && new.lane.is_none()
        {
            new.place = self.place(world, world.items_in(lane));
        }
        if self.rng.percent(40) {
            new.description = self.text("Text", 100_000);
            new.assignee = self.rng.percent(50).then(|| self.any_user());
            new.labels = self.labels();
            new.points = self.points();
            new.estimate_seconds = self.estimate();
            new.remaining_seconds = self.estimate();
            new.start_date = self.date();
            new.due_date = self.date();
            new.external = self.external();
            new.extra = self.extra();
            new.priority = self.rng.one(Priority::ALL);
        }
        Some(Change::CreateItem(Box::new(new)))
    }

    pub(super) fn update_item(&mut self, world: &World) -> Option<Change> {
        let item = self.item_ref(world)?;
        let all = [
            ItemChange::Kind(self.rng.one(ItemKind::ALL)),
            ItemChange::Title(self.text("Item", 500)),
            ItemChange::Description(self.text("Text", 100_000)),
            ItemChange::Priority(self.rng.one(Priority::ALL)),
            ItemChange::Assignee(self.rng.percent(50).then(|| self.any_user())),
            ItemChange::Labels(self.labels()),
            ItemChange::Points(self.points()),
            ItemChange::EstimateSeconds(self.estimate()),
            ItemChange::RemainingSeconds(self.estimate()),
            ItemChange::StartDate(self.date()),
            ItemChange::DueDate(self.date()),
            ItemChange::External(self.external()),
            ItemChange::Extra(self.extra()),
        ];
        let mut changes: Vec<ItemChange> = all.into_iter().filter(|_| self.rng.percent(16)).collect();
        if self.rng.percent(2)
            && let Some(first) = changes.first().cloned()
        {
            changes.push(first);
        }
        Some(Change::UpdateItem { item, changes })
    }

    pub(super) fn move_item(&mut self, world: &World) -> Option<Change> {
        let pool = self.pool(world, |id| world.items[&id].deleted_at.is_none());
        let stray = self.rng.percent(4);
        let id = self.rng.pick(&pool)?;
        let old = &world.items[&id];
        let mut to = ItemMove::new(if stray { self.item_ref(world)? } else { self.name_item(world, id) });
        let mut lane = old.lane;
        if self.rng.percent(50)
            && let Some(new) = self.rng.pick(world.live_lanes(old.project))
        {
            lane = new;
            to.lane = Some(new.into());
        }
        if self.rng.percent(45) {
            to.place = self.place(world, world.items_in(lane));
        }
        let mut parent = old.parent;
        if self.rng.percent(35) {
            let fit = self.pool(world, |other| {
                let item = &world.items[&other];
                item.deleted_at.is_none() && item.kind.level() <= old.kind.level()
            });
            let any = self.rng.percent(10);
            parent = if self.rng.percent(25) { None } else { self.rng.pick(if any { &pool } else { &fit }) };
            to.parent = Some(match parent {
                None => ParentChange::Clear,
                Some(id) => ParentChange::Set(self.name_item(world, id)),
            });
        }
        if let Some(parent) = parent.filter(|_| self.rng.percent(30)) {
            let siblings = world.live_children(parent).to_vec();
            to.sibling_place = if siblings.is_empty() { None } else { self.place(world, &siblings) };
        }
        if self.rng.percent(25) {
            let sprint = if self.rng.percent(25) { None } else { self.sprint_ref(world) };
            to.sprint = Some(sprint.map_or(SprintAssignment::Clear, SprintAssignment::Set));
        }
        Some(Change::MoveItem(to))
    }

    pub(super) fn delete_item(&mut self, world: &World) -> Option<Change> {
        Some(Change::DeleteItem { item: self.item_ref(world)?, cascade: self.rng.percent(60) })
    }

    fn deleted_item(&mut self, world: &World) -> Option<ItemId> {
        let dead = self.pool(world, |id| world.items[&id].deleted_at.is_some());
        let stray = self.rng.percent(4);
        let all = self.pool(world, |_| true);
        if stray { self.rng.pick(&all) } else { self.rng.pick(&dead) }
    }

    pub(super) fn restore_item(&mut self, world: &World) -> Option<Change> {
        let id = self.deleted_item(world)?;
        Some(Change::RestoreItem { item: self.name_item(world, id) })
    }

    pub(super) fn purge_item(&mut self, world: &World) -> Option<Change> {
        let id = self.deleted_item(world)?;
        Some(Change::PurgeItem { item: self.name_item(world, id) })
    }

    pub(super) fn add_dependency(&mut self, world: &World) -> Option<Change> {
        let id = match self.rng.below(15) {
            0 => self.rng.pick(&world.deps.keys().copied().collect::<Vec<_>>()),
            1..3 => Some(DependencyId::from_uuid(self.rng.uuid())),
            _ => None,
        };
        let kind = if self.rng.percent(85) { DependencyKind::Blocks } else { DependencyKind::RelatesTo };
        let (from, to) = (self.item_ref(world)?, self.item_ref(world)?);
        Some(Change::AddDependency { id, kind, from, to })
    }

    pub(super) fn remove_dependency(&mut self, world: &World) -> Option<Change> {
        let dead = self.rng.percent(5);
        let pool: Vec<DependencyId> =
            world.deps.values().filter(|d| d.deleted_at.is_some() == dead).map(|d| d.id).collect();
        Some(Change::RemoveDependency { dependency: self.rng.pick(&pool)?.into() })
    }
}
