//! Random histories: who does what when. References are mostly good, sometimes foreign, dead or nonsense; values
//! break a limit now and then.

mod items;
mod others;
mod tenant;
mod values;

use pm_engine::command::{Actor, Change, Command, Part};
use pm_engine::event::Origin;
use pm_engine::limits;
use pm_engine::model::{ActorKind, CommandId, ProjectId, ProjectRole, Timestamp, UserId};

use crate::model::World;
use crate::rng::Rng;

/// 2026-01-05T08:00:00Z, a Monday.
pub(crate) const MONDAY: i64 = 1_767_600_000_000;

/// One command at one instant. A history is a list of these; it can be run again, also with some left out.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    pub(crate) now: i64,
    pub(crate) command: Command,
}

/// Makes a history, one command after the other, looking at what the model holds.
#[derive(Debug)]
pub(crate) struct Planner {
    pub(crate) rng: Rng,
    pub(crate) now: i64,
    pub(crate) made: u64,
    pub(crate) names: u64,
    /// Commands sent before, to be sent again.
    sent: Vec<Command>,
    /// The project most of a command is about.
    pub(crate) home: Option<ProjectId>,
}

pub(crate) const USERS: [&str; 7] = ["root", "ann", "bob", "cy", "dee", "eve", "Zoë Ünal|42"];

pub(crate) fn user(name: &str) -> UserId {
    UserId::new(name).unwrap()
}

/// `root` is admin of the tenant, the others are members.
pub(crate) fn actor(name: &str) -> Actor {
    if name == "root" { Actor::admin(user(name)) } else { Actor::member(user(name)) }
}

type Maker = fn(&mut Planner, &World) -> Option<Change>;

impl Planner {
    pub(crate) fn new(seed: u64) -> Self {
        Self { rng: Rng::new(seed), now: MONDAY, made: 0, names: 0, sent: Vec::new(), home: None }
    }

    /// The clock mostly goes on, at times stands, jumps, or goes back.
    fn tick(&mut self) {
        let by = match self.rng.below(100) {
            0..10 => 0,
            10..80 => self.rng.between(1, 600_000),
            80..92 => self.rng.between(600_000, 6 * 3_600_000),
            92..95 => self.rng.between(12 * 3_600_000, 60 * 3_600_000),
            _ => -self.rng.between(1, 8 * 3_600_000),
        };
        self.now += by;
    }

    fn command_id(&mut self) -> CommandId {
        self.made += 1;
        CommandId::new(format!("c{}-{}", self.made, self.rng.below(1_000))).unwrap()
    }

    fn actor(&mut self, world: &World) -> Actor {
        // Mostly somebody who may do something at home.
        if self.rng.percent(52) {
            return actor("root");
        }
        let mut who = actor(USERS[1 + self.rng.below(USERS.len() - 1)]);
        if let Some(home) = self.home.filter(|_| self.rng.percent(80)) {
            let able: Vec<&str> = USERS[1..]
                .iter()
                .copied()
                .filter(|name| world.role(&actor(name), home) >= Some(ProjectRole::Editor))
                .collect();
            who = self.rng.pick(&able).map_or(who, actor);
        }
        if who.user.as_str() == "eve" {
            who.kind = ActorKind::Agent;
            who.on_behalf_of = Some(user("ann"));
        }
        who
    }

    /// The next command.
    pub(crate) fn next(&mut self, world: &World) -> Turn {
        self.tick();
        if self.rng.percent(3)
            && let Some(mut again) = self.rng.pick(&self.sent.clone())
        {
            if self.rng.percent(40) {
                let other = self.part(world);
                again.parts = vec![other];
            }
            return Turn { now: self.now, command: again };
        }
        if self.rng.below(700) == 0 {
            return Turn { now: self.now, command: self.far_too_many() };
        }
        let many = if self.rng.percent(9) { 2 + self.rng.below(4) } else { 1 };
        self.choose_home(world);
        let actor = self.actor(world);
        let mut parts: Vec<Part> = (0..many).map(|_| self.part(world)).collect();
        if many > 1 {
            self.refer_back(&mut parts);
        }
        if self.rng.percent(4) {
            let origin = self.origin();
            parts
                .iter_mut()
                .filter(|part| takes_origin(&part.change))
                .for_each(|part| part.origin = Some(origin.clone()));
        }
        let command = Command { id: self.command_id(), actor, parts };
        self.sent.push(command.clone());
        Turn { now: self.now, command }
    }

    /// "A batch is one command of up to 1,000 parts"
    fn far_too_many(&mut self) -> Command {
        let part = Part::from(Change::StopTimer { entry: None });
        Command { id: self.command_id(), actor: actor("root"), parts: vec![part; limits::PARTS_MAX + 1] }
    }

    fn origin(&mut self) -> Origin {
        let at = self
            .rng
            .percent(80)
            .then(|| Timestamp::from_millis(self.now - self.rng.between(0, 90 * 86_400_000)));
        let by =
            self.rng.percent(60).then(|| user(if self.names.is_multiple_of(2) { "old hand" } else { "ann" }));
        let number = self.rng.percent(40).then(|| self.rng.between(1, 300));
        let version = self.rng.percent(30).then(|| self.rng.between(1, 40));
        Origin { at, by, number, version }
    }

    fn choose_home(&mut self, world: &World) {
        let live: Vec<ProjectId> =
            world.projects.values().filter(|p| p.deleted_at.is_none()).map(|p| p.id).collect();
        let all: Vec<ProjectId> = world.projects.keys().copied().collect();
        self.home = if self.rng.percent(92) { self.rng.pick(&live) } else { self.rng.pick(&all) };
    }

    fn part(&mut self, world: &World) -> Part {
        loop {
            // Without a project nothing else makes sense.
            let bare = world.projects.values().all(|p| p.deleted_at.is_some()) && self.rng.percent(70);
            let maker = if bare { Self::create_project } else { self.maker() };
            if let Some(change) = maker(self, world) {
                let expected_version = self.expected(world, &change);
                return Part { change, expected_version, origin: None };
            }
        }
    }

    fn maker(&mut self) -> Maker {
        let total: usize = MAKERS.iter().map(|(weight, _)| weight).sum();
        let mut at = self.rng.below(total);
        for (weight, maker) in MAKERS {
            if at < *weight {
                return *maker;
            }
            at -= weight;
        }
        Self::create_item
    }

    /// Some commands name the version they are based on: mostly the present one.
    fn expected(&mut self, world: &World, change: &Change) -> Option<i64> {
        if !self.rng.percent(25) {
            return None;
        }
        let version = values::version_of(world, change)?;
        Some(if self.rng.percent(75) { version } else { version + self.rng.between(-2, 2) })
    }
}

/// Origins are for what is made or happens in an import.
fn takes_origin(change: &Change) -> bool {
    matches!(
        change,
        Change::CreateItem(_)
            | Change::CreateProject(_)
            | Change::CreateSprint(_)
            | Change::AddComment(_)
            | Change::AddDependency { .. }
            | Change::UpdateItem { .. }
            | Change::MoveItem(_)
    )
}

const MAKERS: &[(usize, Maker)] = &[
    (4, Planner::update_settings),
    (4, Planner::update_user),
    (5, Planner::create_project),
    (8, Planner::update_project),
    (3, Planner::archive_project),
    (4, Planner::unarchive_project),
    (2, Planner::delete_project),
    (4, Planner::restore_project),
    (1, Planner::purge_project),
    (9, Planner::set_member),
    (4, Planner::remove_member),
    (6, Planner::create_lane),
    (10, Planner::update_lane),
    (6, Planner::move_lane),
    (6, Planner::delete_lane),
    (3, Planner::restore_lane),
    (75, Planner::create_item),
    (28, Planner::update_item),
    (60, Planner::move_item),
    (16, Planner::delete_item),
    (13, Planner::restore_item),
    (3, Planner::purge_item),
    (8, Planner::create_sprint),
    (6, Planner::update_sprint),
    (6, Planner::start_sprint),
    (5, Planner::complete_sprint),
    (3, Planner::cancel_sprint),
    (2, Planner::delete_sprint),
    (3, Planner::restore_sprint),
    (16, Planner::add_comment),
    (6, Planner::edit_comment),
    (5, Planner::delete_comment),
    (4, Planner::restore_comment),
    (2, Planner::purge_comment),
    (14, Planner::start_timer),
    (12, Planner::stop_timer),
    (12, Planner::add_entry),
    (9, Planner::update_entry),
    (5, Planner::delete_entry),
    (4, Planner::restore_entry),
    (36, Planner::add_dependency),
    (8, Planner::remove_dependency),
    (7, Planner::load),
];

/// Every kind of change.
pub(crate) const VARIANTS: &[&str] = &[
    "UpdateTenantSettings",
    "UpdateUser",
    "CreateProject",
    "UpdateProject",
    "ArchiveProject",
    "UnarchiveProject",
    "DeleteProject",
    "RestoreProject",
    "PurgeProject",
    "SetMember",
    "RemoveMember",
    "CreateLane",
    "UpdateLane",
    "MoveLane",
    "DeleteLane",
    "RestoreLane",
    "CreateItem",
    "UpdateItem",
    "MoveItem",
    "DeleteItem",
    "RestoreItem",
    "PurgeItem",
    "CreateSprint",
    "UpdateSprint",
    "StartSprint",
    "CompleteSprint",
    "CancelSprint",
    "DeleteSprint",
    "RestoreSprint",
    "AddComment",
    "EditComment",
    "DeleteComment",
    "RestoreComment",
    "PurgeComment",
    "StartTimer",
    "StopTimer",
    "AddTimeEntry",
    "UpdateTimeEntry",
    "DeleteTimeEntry",
    "RestoreTimeEntry",
    "AddDependency",
    "RemoveDependency",
    "LoadEntity",
];
