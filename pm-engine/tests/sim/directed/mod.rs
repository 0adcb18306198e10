//! One story per sentence of the rules that chance does not reach reliably, and one per bug that was found.

mod batches;
mod edges;
mod graph;
mod limits;
mod lists;
mod loading;
mod order_of_checks;
mod projects;
mod purge;
mod records;
mod restore;
mod rights;
mod sprints;
mod time;

use std::sync::Arc;

use pm_engine::command::{
    Actor, Change, Command, ItemMove, NewItem, NewProject, ParentChange, SprintAssignment,
};
use pm_engine::error::ExecuteError;
use pm_engine::event::Event;
use pm_engine::model::{DependencyKind, Entity, ItemKind, NoteKind, Timestamp, WorkItem};
use pm_engine::outcome::Outcome;
use pm_engine::rejection::{Rejection, RejectionCode};
use pm_engine::{Durability, Engine, EngineConfig, ManualClock, Tenant};

use crate::plan::{MONDAY, actor};

/// An engine with one tenant and the open project `PM`, made by `root`.
pub(super) struct Desk {
    pub(super) engine: Engine,
    pub(super) tenant: Tenant,
    pub(super) clock: Arc<ManualClock>,
    pub(super) folder: tempfile::TempDir,
}

impl Desk {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(Timestamp::from_millis(MONDAY)));
        let engine = Self::start(folder.path(), &clock);
        let tenant = engine.create_tenant("sim").unwrap();
        let desk = Self { engine, tenant, clock, folder };
        desk.run("root", Change::CreateProject(NewProject::new("PM", "Project")));
        desk
    }

    fn start(folder: &std::path::Path, clock: &Arc<ManualClock>) -> Engine {
        let config = EngineConfig {
            workers: 0,
            clock: Arc::clone(clock) as _,
            durability: Durability::Relaxed,
            ..EngineConfig::new(folder)
        };
        Engine::open(config).unwrap()
    }

    pub(super) fn restart(&mut self) {
        self.engine.close();
        self.engine = Self::start(self.folder.path(), &self.clock);
        self.tenant = self.engine.tenant("sim").unwrap();
    }

    pub(super) fn execute(&self, command: Command) -> Result<Outcome, Rejection> {
        self.tenant.execute(command).map_err(|error| match error {
            ExecuteError::Rejected(rejection) => *rejection,
            other => panic!("the engine failed: {other:?}"),
        })
    }

    pub(super) fn try_as(&self, who: &Actor, change: Change) -> Result<Outcome, Rejection> {
        self.execute(Command::new(who.clone(), change))
    }

    #[track_caller]
    pub(super) fn run(&self, who: &str, change: Change) -> Outcome {
        match self.try_as(&actor(who), change) {
            Ok(outcome) => outcome,
            Err(rejection) => panic!("refused: {rejection:?}"),
        }
    }

    #[track_caller]
    pub(super) fn refused(&self, who: &str, change: Change) -> RejectionCode {
        self.refusal(who, change).code
    }

    #[track_caller]
    pub(super) fn refusal(&self, who: &str, change: Change) -> Rejection {
        let head = self.tenant.head().unwrap();
        match self.try_as(&actor(who), change) {
            Ok(outcome) => panic!("accepted: {outcome:?}"),
            Err(rejection) => {
                assert_eq!(self.tenant.head().unwrap(), head, "a refused command left a trace");
                rejection
            }
        }
    }

    /// Makes something; its id.
    #[track_caller]
    pub(super) fn make(&self, change: Change) -> String {
        self.run("root", change).results[0].id.clone()
    }

    /// Makes an item in `PM`; its `KEY-n`.
    #[track_caller]
    pub(super) fn item(&self, kind: ItemKind, parent: Option<&str>) -> String {
        let parent = parent.map(Into::into);
        let new = NewItem { parent, ..NewItem::new("PM", kind, "Item") };
        self.run("root", Change::CreateItem(Box::new(new))).results[0].key.clone().unwrap()
    }

    pub(super) fn events_after(&self, sequence: i64) -> Vec<Event> {
        let mut stream = self.tenant.subscribe(&actor("root"), sequence, None).unwrap();
        let mut all = Vec::new();
        while let Some(batch) = stream.try_next().unwrap() {
            all.extend(batch.decode().unwrap());
        }
        all
    }

    /// The events of what one closure does.
    pub(super) fn events_of(&self, act: impl FnOnce(&Self)) -> Vec<Event> {
        let head = self.tenant.head().unwrap();
        act(self);
        self.events_after(head)
    }

    /// The newest state of an item that an event told.
    pub(super) fn stored(&self, key: &str) -> WorkItem {
        let number: i64 = key.rsplit('-').next().unwrap().parse().unwrap();
        let found = self.events_after(0).into_iter().rev().find_map(|event| match event.entity {
            Some(Entity::WorkItem(item)) if item.number == number => Some(*item),
            _ => None,
        });
        found.unwrap()
    }

    pub(super) fn text(&self, sql: &str) -> Option<String> {
        crate::tables::open(self.folder.path()).query_row(sql, [], |row| row.get(0)).unwrap()
    }

    pub(super) fn count(&self, sql: &str) -> i64 {
        crate::tables::open(self.folder.path()).query_row(sql, [], |row| row.get(0)).unwrap()
    }
}

pub(super) fn blocks(from: &str, to: &str) -> Change {
    Change::AddDependency { id: None, kind: DependencyKind::Blocks, from: from.into(), to: to.into() }
}

pub(super) fn to_lane(item: &str, lane: &str) -> Change {
    Change::MoveItem(ItemMove::to_lane(item, lane))
}

pub(super) fn to_parent(item: &str, parent: &str) -> Change {
    Change::MoveItem(ItemMove { parent: Some(ParentChange::Set(parent.into())), ..ItemMove::new(item) })
}

pub(super) fn to_sprint(item: &str, sprint: &str) -> Change {
    Change::MoveItem(ItemMove { sprint: Some(SprintAssignment::Set(sprint.into())), ..ItemMove::new(item) })
}

pub(super) fn delete(item: &str) -> Change {
    Change::DeleteItem { item: item.into(), cascade: true }
}

pub(super) fn restore(item: &str) -> Change {
    Change::RestoreItem { item: item.into() }
}

pub(super) fn notes(outcome: &Outcome) -> Vec<NoteKind> {
    outcome.notes.iter().map(|note| note.kind).collect()
}
