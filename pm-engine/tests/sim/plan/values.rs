//! Values and references.

use pm_engine::command::{Change, Part, Place};
use pm_engine::model::{
    CalendarDate, EntityKind, ExternalRef, ItemId, ItemRef, LaneId, LaneRef, ProjectRef, UserId,
};

use super::{Planner, USERS, user};
use crate::model::World;

impl Planner {
    /// Mostly a short text, at times one at or past its limit.
    pub(crate) fn text(&mut self, what: &str, max: usize) -> String {
        self.names += 1;
        match self.rng.below(60) {
            0 => String::new(),
            1 => "é".repeat(max),
            2 => "x".repeat(max + 1),
            3 => "nul\0".to_owned(),
            4 => format!("  {what} {}  ", self.names),
            _ => format!("{what} {}", self.names),
        }
    }

    pub(crate) fn rarely_odd(&mut self, good: i64, odd: &[i64]) -> i64 {
        if self.rng.percent(4) { self.rng.one(odd) } else { good }
    }

    pub(crate) fn any_user(&mut self) -> UserId {
        user(USERS[self.rng.below(USERS.len())])
    }

    pub(crate) fn date(&mut self) -> Option<CalendarDate> {
        self.rng.percent(60).then(|| CalendarDate::from_days(20_458 + self.rng.between(0, 30)))
    }

    pub(crate) fn external(&mut self) -> Option<ExternalRef> {
        let id = format!("X-{}", self.rng.below(60));
        self.rng.percent(12).then_some(ExternalRef { source: "tracker".to_owned(), id })
    }

    pub(crate) fn labels(&mut self) -> Vec<String> {
        let mut labels: Vec<String> = (0..self.rng.below(4))
            .map(|_| self.rng.one(&["ui", "Db", " api ", "größe", "ui"]).to_owned())
            .collect();
        if self.rng.percent(2) {
            labels = (0..51).map(|n| format!("l{n}")).collect();
        }
        if self.rng.percent(1) {
            labels.push("y".repeat(61));
        }
        labels
    }

    pub(crate) fn points(&mut self) -> Option<f64> {
        let odd = [-1.0, 1_000.5, f64::NAN, 1_000.0, 0.0];
        if self.rng.percent(3) {
            return Some(self.rng.one(&odd));
        }
        self.rng.percent(60).then(|| self.rng.one(&[0.5, 1.0, 2.0, 3.0, 5.0, 8.0]))
    }

    pub(crate) fn estimate(&mut self) -> Option<i64> {
        self.rng.percent(50).then(|| {
            let good = self.rng.between(0, 200_000);
            self.rarely_odd(good, &[-1, i64::MAX, 10 * 366 * 86_400, 10 * 366 * 86_400 + 1])
        })
    }

    pub(crate) fn extra(&mut self) -> String {
        match self.rng.below(30) {
            0 => "[1]".to_owned(),
            1 => "{broken".to_owned(),
            2 => format!("{{\"a\":\"{}\"}}", "z".repeat(64 * 1024)),
            3..10 => format!("{{\"k\":{}}}", self.rng.below(5)),
            _ => String::new(),
        }
    }

    pub(crate) fn project_ref(&mut self, world: &World) -> ProjectRef {
        if self.rng.percent(3) {
            let stray = [self.rng.uuid().to_string(), "NOPE".to_owned(), "nowhere at all".to_owned()];
            return self.rng.one(&stray).into();
        }
        match self.home.and_then(|home| world.projects.get(&home)) {
            Some(project) if project.deleted_at.is_none() && self.rng.percent(60) => {
                project.key.clone().into()
            }
            Some(project) => project.id.into(),
            None => "P0".into(),
        }
    }

    /// Items the next command may be about.
    pub(crate) fn pool(&mut self, world: &World, good: impl Fn(ItemId) -> bool) -> Vec<ItemId> {
        let home = self.home;
        let anywhere = self.rng.percent(8);
        world
            .items
            .values()
            .filter(|i| (anywhere || Some(i.project) == home) && good(i.id))
            .map(|i| i.id)
            .collect()
    }

    pub(crate) fn name_item(&mut self, world: &World, id: ItemId) -> ItemRef {
        let item = &world.items[&id];
        let project = &world.projects[&item.project];
        if project.deleted_at.is_none() && self.rng.percent(50) {
            return format!("{}-{}", project.key, item.number).into();
        }
        id.into()
    }

    pub(crate) fn item_ref(&mut self, world: &World) -> Option<ItemRef> {
        if self.rng.percent(2) {
            let stray = [self.rng.uuid().to_string(), "P0-99999".to_owned(), "ZZ-1".to_owned()];
            return Some(self.rng.one(&stray).into());
        }
        let dead = self.rng.percent(3);
        let pool = self.pool(world, |id| world.items[&id].deleted_at.is_some() == dead);
        let id = self.rng.pick(&pool)?;
        Some(self.name_item(world, id))
    }

    pub(crate) fn lane(&mut self, world: &World) -> Option<LaneId> {
        let home = self.home?;
        if self.rng.percent(4) {
            return self.rng.pick(&world.lanes.keys().copied().collect::<Vec<_>>());
        }
        self.rng.pick(world.live_lanes(home))
    }

    pub(crate) fn lane_ref(&mut self, world: &World) -> Option<LaneRef> {
        let lane = self.lane(world)?;
        Some(if self.rng.percent(50) { lane.into() } else { world.lanes[&lane].status.clone().into() })
    }

    /// A place in a list, mostly beside one of its members.
    pub(crate) fn place(&mut self, world: &World, list: &[ItemId]) -> Option<Place> {
        let neighbour =
            if self.rng.percent(93) { self.rng.pick(list) } else { self.rng.pick(&self.pool_all(world)) };
        let neighbour = neighbour.map(|id| self.name_item(world, id));
        match (self.rng.below(6), neighbour) {
            (0, _) => None,
            (1, _) => Some(Place::First),
            (2, _) => Some(Place::Last),
            (3, Some(name)) => Some(Place::Before(name)),
            (_, Some(name)) => Some(Place::After(name)),
            _ => None,
        }
    }

    fn pool_all(&self, world: &World) -> Vec<ItemId> {
        world.items.values().filter(|i| Some(i.project) == self.home).map(|i| i.id).collect()
    }

    /// Later parts of a batch name what earlier ones made.
    pub(crate) fn refer_back(&mut self, parts: &mut [Part]) {
        for index in 1..parts.len() {
            if !self.rng.percent(70) {
                continue;
            }
            let made: Vec<(u32, EntityKind)> =
                (0..index).filter_map(|k| Some((u32::try_from(k).ok()?, makes(&parts[k].change)?))).collect();
            let Some((k, kind)) = self.rng.pick(&made) else { continue };
            match (&mut parts[index].change, kind) {
                (Change::UpdateItem { item, .. } | Change::DeleteItem { item, .. }, EntityKind::WorkItem) => {
                    *item = ItemRef::part(k);
                }
                (Change::MoveItem(to), EntityKind::WorkItem) => to.item = ItemRef::part(k),
                (Change::AddDependency { to, .. }, EntityKind::WorkItem) => *to = ItemRef::part(k),
                (Change::AddComment(new), EntityKind::WorkItem) => {
                    new.item = ItemRef::part(k);
                    new.reply_to = None;
                }
                (Change::CreateItem(new), EntityKind::WorkItem) => new.parent = Some(ItemRef::part(k)),
                (Change::CreateItem(new), EntityKind::Sprint) => {
                    new.sprint = Some(pm_engine::model::SprintRef::part(k))
                }
                (Change::CreateItem(new), EntityKind::Project) => {
                    new.project = ProjectRef::part(k);
                    (new.lane, new.parent, new.sprint, new.place, new.sibling_place) =
                        (None, None, None, None, None);
                }
                _ => continue,
            }
            parts[index].expected_version = None;
        }
    }
}

fn makes(change: &Change) -> Option<EntityKind> {
    match change {
        Change::CreateItem(_) => Some(EntityKind::WorkItem),
        Change::CreateProject(_) => Some(EntityKind::Project),
        Change::CreateSprint(_) => Some(EntityKind::Sprint),
        _ => None,
    }
}

/// The present version of what a change is about, where it can be told by its id.
pub(crate) fn version_of(world: &World, change: &Change) -> Option<i64> {
    let item = |name: &ItemRef| {
        let id = name.as_str().parse().ok().or_else(|| world.item_by_key(name.as_str()));
        id.and_then(|id| world.items.get(&id)).map(|item| item.version)
    };
    match change {
        Change::UpdateTenantSettings { .. } => Some(world.settings.version),
        Change::UpdateItem { item: name, .. }
        | Change::DeleteItem { item: name, .. }
        | Change::RestoreItem { item: name } => item(name),
        Change::MoveItem(to) => item(&to.item),
        Change::UpdateProject { project, .. } | Change::ArchiveProject { project } => {
            world.projects.get(&project.as_str().parse().ok()?).map(|p| p.version)
        }
        Change::UpdateLane { lane, .. } | Change::DeleteLane { lane, .. } | Change::MoveLane { lane, .. } => {
            world.lanes.get(&lane.lane.as_str().parse().ok()?).map(|l| l.version)
        }
        Change::UpdateSprint { sprint, .. }
        | Change::StartSprint { sprint }
        | Change::CompleteSprint { sprint, .. } => {
            world.sprints.get(&sprint.as_str().parse().ok()?).map(|s| s.version)
        }
        Change::EditComment { comment, .. } | Change::DeleteComment { comment } => {
            world.comments.get(&comment.as_str().parse().ok()?).map(|c| c.version)
        }
        Change::UpdateTimeEntry { entry, .. } | Change::DeleteTimeEntry { entry } => {
            world.entries.get(&entry.as_str().parse().ok()?).map(|e| e.version)
        }
        Change::RemoveDependency { dependency } => {
            world.deps.get(&dependency.as_str().parse().ok()?).map(|d| d.version)
        }
        _ => None,
    }
}
