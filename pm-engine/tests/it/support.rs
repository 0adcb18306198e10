//! What the tests share: an engine over a temporary folder, and short ways to command it.

use std::sync::Arc;

use pm_engine::command::{Actor, Change, Command, ItemMove, NewItem, NewProject};
use pm_engine::model::{ItemKind, Timestamp, UserId};
use pm_engine::outcome::Outcome;
use pm_engine::{Engine, EngineConfig, ManualClock, Tenant};

/// 2026-01-05T08:00:00Z, a Monday.
pub(crate) const MONDAY: i64 = 1_767_600_000_000;

/// An engine over a folder of its own, on disk.
pub(crate) struct Bench {
    pub(crate) engine: Engine,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) folder: tempfile::TempDir,
}

impl Bench {
    /// Commits on the caller's thread, with a clock that stands still.
    pub(crate) fn new() -> Self {
        Self::with_workers(0)
    }

    pub(crate) fn with_workers(workers: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(Timestamp::from_millis(MONDAY)));
        let engine =
            Engine::open(EngineConfig { workers, clock: clock.clone(), ..EngineConfig::new(folder.path()) })
                .unwrap();
        Self { engine, clock, folder }
    }

    /// A new tenant with the open project `PM`.
    pub(crate) fn tenant(&self, id: &str) -> Tenant {
        let tenant = self.engine.create_tenant(id).unwrap();
        run(&tenant, &admin(), Change::CreateProject(NewProject::new("PM", "Project")));
        tenant
    }
}

pub(crate) fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

/// Admin of the tenant.
pub(crate) fn admin() -> Actor {
    Actor::admin(user("root"))
}

/// Member of the tenant.
pub(crate) fn member(id: &str) -> Actor {
    Actor::member(user(id))
}

pub(crate) fn run(tenant: &Tenant, actor: &Actor, change: Change) -> Outcome {
    match tenant.execute(Command::new(actor.clone(), change)) {
        Ok(outcome) => outcome,
        Err(error) => panic!("the command failed: {error:?}"),
    }
}

/// Makes an item in `PM`; its `KEY-n`.
pub(crate) fn item(tenant: &Tenant, kind: ItemKind, title: &str) -> String {
    item_with(tenant, NewItem::new("PM", kind, title))
}

pub(crate) fn item_with(tenant: &Tenant, new: NewItem) -> String {
    let outcome = run(tenant, &admin(), Change::CreateItem(Box::new(new)));
    outcome.results[0].key.clone().unwrap()
}

pub(crate) fn to_lane(item: &str, lane: &str) -> Change {
    Change::MoveItem(ItemMove::to_lane(item, lane))
}
