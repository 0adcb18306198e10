//! Commands about the tenant, projects, members and lanes.

use pm_engine::command::{
    Change, LaneChange, LanePlace, LaneTarget, NewLane, NewProject, ProjectChange, TenantSettingChange,
    UserChange,
};
use pm_engine::model::{
    LaneCategory, LaneId, LaneRef, OverlapPolicy, ProjectId, ProjectRole, ProjectStatus, TimerCapPolicy,
    Visibility, WipPolicy,
};

use super::Planner;
use crate::model::World;

const CATEGORIES: &[LaneCategory] = LaneCategory::ALL;

impl Planner {
    /// One to three changes, rarely the same twice.
    fn some<T: Clone>(&mut self, all: &[T]) -> Vec<T> {
        let mut picked: Vec<T> = all.iter().filter(|_| self.rng.percent(40)).cloned().collect();
        if self.rng.percent(3) && !picked.is_empty() {
            picked.push(picked[0].clone());
        }
        picked
    }

    pub(super) fn update_settings(&mut self, _: &World) -> Option<Change> {
        let good = self.rng.between(600, 20 * 3_600);
        let cap = self.rarely_odd(good, &[0, -5, i64::MAX]);
        let policy = self.rng.one(TimerCapPolicy::ALL);
        let overlap = self.rng.one(&[OverlapPolicy::Allow, OverlapPolicy::Allow, OverlapPolicy::Refuse]);
        let changes = self.some(&[
            TenantSettingChange::TimerCapSeconds(cap),
            TenantSettingChange::TimerCapPolicy(policy),
            TenantSettingChange::OverlapPolicy(overlap),
        ]);
        Some(Change::UpdateTenantSettings { changes })
    }

    pub(super) fn update_user(&mut self, _: &World) -> Option<Change> {
        let user = self.any_user();
        let name = self.rng.percent(80).then(|| self.text("Name", 200));
        let email = self.rng.percent(50).then(|| format!("{}@example.org", self.rng.below(9)));
        let changes = self.some(&[UserChange::Name(name), UserChange::Email(email)]);
        Some(Change::UpdateUser { user, changes })
    }

    pub(super) fn create_project(&mut self, world: &World) -> Option<Change> {
        let live = world.projects.values().filter(|p| p.deleted_at.is_none()).count();
        if live > 4 && !self.rng.percent(20) {
            return None;
        }
        let n = self.rng.below(8);
        let key = match self.rng.below(25) {
            0 => "1A".to_owned(),
            1 => "A".to_owned(),
            2 => "ELEVENCHARS".to_owned(),
            3 => format!("p{n}"),
            _ => format!("P{n}"),
        };
        let lanes = if self.rng.percent(25) { self.own_lanes() } else { Vec::new() };
        let old: Vec<ProjectId> = world.projects.keys().copied().collect();
        let id = match self.rng.below(12) {
            0 => self.rng.pick(&old),
            1..4 => Some(ProjectId::from_uuid(self.rng.uuid())),
            _ => None,
        };
        Some(Change::CreateProject(NewProject {
            id,
            title: self.text("Project", 500),
            description: self.text("About", 100_000),
            visibility: self.rng.one(&[Visibility::Open, Visibility::Open, Visibility::Private]),
            wip_policy: self.rng.one(WipPolicy::ALL),
            parallel_sprints: self.rng.percent(25),
            lanes,
            key,
        }))
    }

    fn own_lanes(&mut self) -> Vec<NewLane> {
        let names = [
            ("Ideas", LaneCategory::Backlog),
            ("Doing", LaneCategory::Started),
            ("Off", LaneCategory::Canceled),
        ];
        let mut lanes: Vec<NewLane> =
            names.iter().map(|(name, category)| self.new_lane(name, *category)).collect();
        lanes.push(self.new_lane("Shipped it", LaneCategory::Completed));
        lanes
    }

    fn new_lane(&mut self, name: &str, category: LaneCategory) -> NewLane {
        let wip_limit = self.rng.percent(25).then(|| self.rng.between(2, 9));
        NewLane { id: None, name: name.to_owned(), status: None, category, wip_limit }
    }

    pub(super) fn update_project(&mut self, world: &World) -> Option<Change> {
        let project = self.project_ref(world);
        let lane = self.lane_ref(world).unwrap_or_else(|| "todo".into());
        let all = [
            ProjectChange::Title(self.text("Project", 500)),
            ProjectChange::Description(self.text("About", 100_000)),
            ProjectChange::Visibility(self.rng.one(Visibility::ALL)),
            ProjectChange::WipPolicy(self.rng.one(WipPolicy::ALL)),
            ProjectChange::ParallelSprints(self.rng.percent(60)),
            ProjectChange::DefaultLane(lane),
        ];
        let changes = self.some(&all);
        Some(Change::UpdateProject { project, changes })
    }

    pub(super) fn archive_project(&mut self, world: &World) -> Option<Change> {
        let archived = world.projects.values().any(|p| p.status == ProjectStatus::Archived);
        (!archived || self.rng.percent(20))
            .then(|| Change::ArchiveProject { project: self.project_ref(world) })
    }

    pub(super) fn unarchive_project(&mut self, world: &World) -> Option<Change> {
        let shut =
            |p: &pm_engine::model::Project| p.status == ProjectStatus::Archived && p.deleted_at.is_none();
        let archived: Vec<ProjectId> = world.projects.values().filter(|p| shut(p)).map(|p| p.id).collect();
        let project = self.rng.pick(&archived).map(Into::into);
        let project = project.or_else(|| self.rng.percent(10).then(|| self.project_ref(world)));
        project.map(|project| Change::UnarchiveProject { project })
    }

    pub(super) fn delete_project(&mut self, world: &World) -> Option<Change> {
        Some(Change::DeleteProject { project: self.project_ref(world) })
    }

    fn deleted_project(&mut self, world: &World) -> Option<ProjectId> {
        let gone: Vec<ProjectId> =
            world.projects.values().filter(|p| p.deleted_at.is_some()).map(|p| p.id).collect();
        self.rng.pick(&gone).or_else(|| self.home.filter(|_| self.rng.percent(10)))
    }

    pub(super) fn restore_project(&mut self, world: &World) -> Option<Change> {
        Some(Change::RestoreProject { project: self.deleted_project(world)?.into() })
    }

    pub(super) fn purge_project(&mut self, world: &World) -> Option<Change> {
        Some(Change::PurgeProject { project: self.deleted_project(world)?.into() })
    }

    pub(super) fn set_member(&mut self, world: &World) -> Option<Change> {
        let role = self.rng.one(ProjectRole::ALL);
        Some(Change::SetMember { project: self.project_ref(world), user: self.any_user(), role })
    }

    pub(super) fn remove_member(&mut self, world: &World) -> Option<Change> {
        let home = self.home?;
        let listed: Vec<_> = world
            .members
            .values()
            .filter(|m| m.project == home && m.removed_at.is_none())
            .map(|m| m.user.clone())
            .collect();
        let user = if self.rng.percent(85) { self.rng.pick(&listed)? } else { self.any_user() };
        Some(Change::RemoveMember { project: self.project_ref(world), user })
    }

    fn wip(&mut self) -> Option<i64> {
        self.rng.percent(50).then(|| {
            let good = self.rng.between(1, 12);
            self.rarely_odd(good, &[-1, 1_000_001, 1_000_000])
        })
    }

    fn status(&mut self) -> String {
        match self.rng.below(20) {
            0 => "Upper".to_owned(),
            1 => "with space".to_owned(),
            2 => "größe_ß".to_owned(),
            3 => "s".repeat(61),
            _ => format!("s{}", self.rng.below(7)),
        }
    }

    pub(super) fn create_lane(&mut self, world: &World) -> Option<Change> {
        let place = self.lane_place(world);
        let old: Vec<LaneId> = world.lanes.keys().copied().collect();
        let id = match self.rng.below(12) {
            0 => self.rng.pick(&old),
            1 => Some(LaneId::from_uuid(self.rng.uuid())),
            _ => None,
        };
        let status = self.rng.percent(80).then(|| self.status());
        let name = if status.is_some() { self.text("Lane", 100) } else { format!("Lane {}", self.names) };
        let lane = NewLane { id, name, status, category: self.rng.one(CATEGORIES), wip_limit: self.wip() };
        Some(Change::CreateLane { project: self.project_ref(world), lane, place })
    }

    fn lane_place(&mut self, world: &World) -> Option<LanePlace> {
        let neighbour: LaneRef = self.lane_ref(world)?;
        Some(match self.rng.below(5) {
            0 => return None,
            1 => LanePlace::First,
            2 => LanePlace::Last,
            3 => LanePlace::Before(neighbour),
            _ => LanePlace::After(neighbour),
        })
    }

    fn lane_target(&mut self, world: &World, dead: bool) -> Option<LaneTarget> {
        if dead {
            let gone: Vec<LaneId> =
                world.lanes.values().filter(|l| l.deleted_at.is_some()).map(|l| l.id).collect();
            return self.rng.pick(&gone).map(LaneTarget::from);
        }
        let lane = self.lane(world)?;
        if self.rng.percent(30) {
            let project = Some(world.lanes[&lane].project.into());
            return Some(LaneTarget { project, lane: world.lanes[&lane].status.clone().into() });
        }
        Some(lane.into())
    }

    pub(super) fn update_lane(&mut self, world: &World) -> Option<Change> {
        let lane = self.lane_target(world, false)?;
        let all = [
            LaneChange::Name(self.text("Lane", 100)),
            LaneChange::Status(self.status()),
            LaneChange::Category(self.rng.one(CATEGORIES)),
            LaneChange::WipLimit(self.wip()),
        ];
        Some(Change::UpdateLane { lane, changes: self.some(&all) })
    }

    pub(super) fn move_lane(&mut self, world: &World) -> Option<Change> {
        let lane = self.lane_target(world, false)?;
        Some(Change::MoveLane { lane, place: self.lane_place(world)? })
    }

    pub(super) fn delete_lane(&mut self, world: &World) -> Option<Change> {
        let lane = self.lane_target(world, false)?;
        let move_items_to = if self.rng.percent(60) { self.lane_ref(world) } else { None };
        Some(Change::DeleteLane { lane, move_items_to })
    }

    pub(super) fn restore_lane(&mut self, world: &World) -> Option<Change> {
        let dead = self.rng.percent(90);
        Some(Change::RestoreLane { lane: self.lane_target(world, dead)? })
    }
}
