//! What the targets share: a tenant that is replaced now and then, so that it stays small.

pub mod frames;
#[path = "../../tests/it/judge.rs"]
mod judge;
pub mod rest;

use pm_engine::command::{Actor, Change, Command, ItemMove, NewComment, NewItem, NewProject};
use pm_engine::model::{DependencyKind, ItemKind, UserId};
use pm_engine::{Durability, Engine, EngineConfig, Tenant};
use tempfile::TempDir;

/// Admin of the tenant.
pub fn admin() -> Actor {
    Actor::admin(UserId::new("root").unwrap())
}

/// A member of the tenant.
pub fn member() -> Actor {
    Actor::member(UserId::new("ann").unwrap())
}

/// A tenant that is made anew after so many uses.
pub struct Fresh {
    uses: usize,
    used: usize,
    filled: bool,
    now: Option<(Tenant, Engine, TempDir)>,
}

impl Fresh {
    /// An empty tenant, or one with a small project.
    pub fn new(uses: usize, filled: bool) -> Self {
        Self { uses, used: 0, filled, now: None }
    }

    /// The tenant of the moment.
    pub fn tenant(&mut self) -> Tenant {
        self.used += 1;
        if self.used > self.uses {
            (self.used, self.now) = (1, None);
        }
        let filled = self.filled;
        self.now.get_or_insert_with(|| make(filled)).0.clone()
    }
}

/// A tenant in a folder that goes with it.
pub fn make(filled: bool) -> (Tenant, Engine, TempDir) {
    // In memory where there is such a place: it is not the disk that is looked at.
    let place = if std::path::Path::new("/dev/shm").is_dir() { "/dev/shm" } else { "/tmp" };
    let folder = tempfile::Builder::new().prefix("pm-fuzz-").tempdir_in(place).unwrap();
    let config =
        EngineConfig { durability: Durability::Relaxed, workers: 0, ..EngineConfig::new(folder.path()) };
    let engine = Engine::open(config).unwrap();
    let tenant = engine.create_tenant("acme").unwrap();
    if filled {
        fill(&tenant);
    }
    (tenant, engine, folder)
}

/// Two projects with items, comments, a dependency and a move.
fn fill(tenant: &Tenant) {
    let task = |project: &str, n: usize| {
        Change::CreateItem(Box::new(NewItem::new(project, ItemKind::Task, format!("Thing {n}"))))
    };
    let run = |change| tenant.execute(Command::new(admin(), change)).unwrap();
    for project in ["PM", "QA"] {
        run(Change::CreateProject(NewProject::new(project, project)));
        (0..5).for_each(|n| drop(run(task(project, n))));
    }
    run(Change::AddComment(NewComment::new("PM-1", "See PM-2, @[ann]")));
    run(Change::MoveItem(ItemMove::to_lane("PM-3", "done")));
    let (from, to) = ("PM-1".into(), "PM-2".into());
    run(Change::AddDependency { id: None, kind: DependencyKind::Blocks, from, to });
}

/// An input that begins with a choice.
pub fn choice(input: &[u8]) -> Option<(u8, &[u8])> {
    input.split_first().map(|(first, rest)| (*first, rest))
}

/// An input cut in pieces: each begins with its length in two bytes.
pub fn pieces(mut input: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (length, rest) = input.split_first_chunk::<2>()?;
        let (piece, rest) = rest.split_at(rest.len().min(u16::from_le_bytes(*length).into()));
        input = rest;
        Some(piece)
    })
}
