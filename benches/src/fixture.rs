//! Engines, tenants and commands to measure with.

use std::path::PathBuf;

use pm_engine::command::{Actor, Change, Command, NewItem, NewProject};
use pm_engine::model::{ItemKind, UserId};
use pm_engine::{Engine, EngineConfig, Tenant};
use tempfile::TempDir;

/// A tenant on disk, in a folder of its own.
#[derive(Debug)]
pub struct Fixture {
    /// The tenant, with the open project `PM`.
    pub tenant: Tenant,
    /// The engine.
    pub engine: Engine,
    /// Holds everything.
    pub folder: TempDir,
}

/// A folder on the disk that is measured: under the folder named by `PM_BENCH_DIR`, else the system's for temporary
/// files.
#[must_use]
pub fn folder() -> TempDir {
    let place = std::env::var_os("PM_BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    tempfile::Builder::new().prefix("pm-bench-").tempdir_in(place).unwrap()
}

/// A member of the tenant: an editor of open projects, as most users are.
#[must_use]
pub fn member() -> Actor {
    Actor::member(UserId::new("auth0|alice").unwrap())
}

/// Admin of the tenant.
#[must_use]
pub fn admin() -> Actor {
    Actor::admin(UserId::new("auth0|root").unwrap())
}

impl Fixture {
    /// An engine with so many threads that commit, and the tenant `bench`.
    #[must_use]
    pub fn new(workers: usize) -> Self {
        Self::with(workers, |config| config)
    }

    /// As [`Fixture::new`], with other settings.
    #[must_use]
    pub fn with(workers: usize, set: impl FnOnce(EngineConfig) -> EngineConfig) -> Self {
        let folder = folder();
        let config = set(EngineConfig { workers, ..EngineConfig::new(folder.path()) });
        let engine = Engine::open(config).unwrap();
        let tenant = engine.create_tenant("bench").unwrap();
        tenant
            .execute(Command::new(member(), Change::CreateProject(NewProject::new("PM", "Project"))))
            .unwrap();
        Self { tenant, engine, folder }
    }

    /// The tenant's file.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("bench").join("tenant.db")
    }

    /// Makes items, a thousand at a time.
    pub fn fill(&self, count: usize) {
        let mut made = 0;
        while made < count {
            let more = 1_000.min(count - made);
            let changes = (made..made + more).map(|n| Change::CreateItem(Box::new(new_item(n)))).collect();
            self.tenant.execute(Command::batch(member(), changes)).unwrap();
            made += more;
        }
    }
}

/// An item as people write them: a title of a line, a description of two.
#[must_use]
pub fn new_item(n: usize) -> NewItem {
    NewItem {
        description: format!(
            "As a user I want thing {n} to work, so that the other thing works.\n\nSeen on the board since the last \
             release; see the log of the server."
        ),
        ..NewItem::new("PM", ItemKind::Task, format!("Thing {n} does not work when it is opened twice"))
    }
}

/// Commands that make one item each.
#[must_use]
pub fn creations(from: usize, count: usize) -> Vec<Command> {
    let make = |n| Command::new(member(), Change::CreateItem(Box::new(new_item(n))));
    (from..from + count).map(make).collect()
}

/// The same by so many users in turns, as clients of a server send them.
#[must_use]
pub fn creations_of_many(users: usize, count: usize) -> Vec<Command> {
    let user = |n| Actor::member(UserId::new(format!("writer-{}", n % users)).unwrap());
    let make = |n| Command::new(user(n), Change::CreateItem(Box::new(new_item(n))));
    (0..count).map(make).collect()
}
