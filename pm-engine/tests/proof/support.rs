//! What the proofs share: engines over folders on disk, short ways to command them, sizes, a watchdog, children.

use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use pm_engine::command::{Actor, Change, Command, NewItem, NewProject};
use pm_engine::error::ExecuteError;
use pm_engine::model::{CommandId, ItemKind, Timestamp, UserId};
use pm_engine::outcome::Outcome;
use pm_engine::rejection::Rejection;
use pm_engine::{Durability, Engine, EngineConfig, ManualClock, Tenant};

/// 2026-01-05T08:00:00Z, a Monday.
pub(crate) const MONDAY: i64 = 1_767_600_000_000;
/// What nothing here comes near; past it, threads wait for each other.
const DEADLOCK_AFTER: Duration = Duration::from_secs(240);
/// Tells a test that it is a child, and where its engine lives.
pub(crate) const CHILD_ROOT: &str = "PM_PROOF_CHILD_ROOT";

/// The size of a proof: the first by default, the second with `PM_PROOF_LONG` set.
pub(crate) fn size<T>(short: T, long: T) -> T {
    if is_long() { long } else { short }
}

pub(crate) fn is_long() -> bool {
    std::env::var_os("PM_PROOF_LONG").is_some()
}

/// An engine over a folder of its own, on disk.
pub(crate) struct Bench {
    pub(crate) engine: Engine,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) folder: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn with_workers(workers: usize) -> Self {
        Self::with(|config| config.workers = workers)
    }

    pub(crate) fn with(adjust: impl FnOnce(&mut EngineConfig)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(Timestamp::from_millis(MONDAY)));
        let mut config = EngineConfig { clock: clock.clone(), ..EngineConfig::new(folder.path()) };
        adjust(&mut config);
        Self { engine: Engine::open(config).unwrap(), clock, folder }
    }

    /// A new tenant with the open project `PM`.
    pub(crate) fn tenant(&self, id: &str) -> Tenant {
        tenant_with_project(&self.engine, id)
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, tenant: &str) -> std::path::PathBuf {
        self.root().join(tenant).join("tenant.db")
    }

    /// The same folder under another engine, once this one is closed.
    pub(crate) fn reopened(&self) -> Engine {
        self.engine.close();
        Engine::open(EngineConfig { clock: self.clock.clone(), ..EngineConfig::new(self.root()) }).unwrap()
    }
}

pub(crate) fn tenant_with_project(engine: &Engine, id: &str) -> Tenant {
    let tenant = engine.create_tenant(id).unwrap();
    run(&tenant, &admin(), Change::CreateProject(NewProject::new("PM", "Project")));
    tenant
}

pub(crate) fn relaxed(config: &mut EngineConfig) {
    config.durability = Durability::Relaxed;
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

pub(crate) fn id(text: impl Into<String>) -> CommandId {
    CommandId::new(text).unwrap()
}

pub(crate) fn run(tenant: &Tenant, actor: &Actor, change: Change) -> Outcome {
    match tenant.execute(Command::new(actor.clone(), change)) {
        Ok(outcome) => outcome,
        Err(error) => panic!("the command failed: {error:?}"),
    }
}

pub(crate) fn refused(tenant: &Tenant, actor: &Actor, change: Change) -> Rejection {
    match tenant.execute(Command::new(actor.clone(), change)) {
        Err(ExecuteError::Rejected(rejection)) => *rejection,
        other => panic!("the command was not refused: {other:?}"),
    }
}

/// A change that makes a task in `PM`.
pub(crate) fn new_task(title: impl Into<String>) -> Change {
    Change::CreateItem(Box::new(NewItem::new("PM", ItemKind::Task, title)))
}

/// Makes an item in `PM`; its `KEY-n`.
pub(crate) fn item(tenant: &Tenant, kind: ItemKind, title: &str) -> String {
    item_with(tenant, NewItem::new("PM", kind, title))
}

pub(crate) fn item_with(tenant: &Tenant, new: NewItem) -> String {
    let outcome = run(tenant, &admin(), Change::CreateItem(Box::new(new)));
    outcome.results[0].key.clone().unwrap()
}

/// A number from the file, read from outside.
pub(crate) fn count(file: &Path, sql: &str) -> i64 {
    let connection = rusqlite::Connection::open(file).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// The file is whole: its log has no gaps and gives its tables.
pub(crate) fn assert_whole(root: &Path, tenant: &str) {
    let report = pm_engine::check(root, tenant).unwrap();
    assert!(report.is_whole(), "{report:?}");
}

/// Runs work on another thread and fails where it never ends, instead of hanging.
pub(crate) fn watched<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = channel();
    let thread = std::thread::Builder::new().name("watched".to_owned());
    let handle = thread.spawn(move || done.send(work())).unwrap();
    match result.recv_timeout(DEADLOCK_AFTER) {
        Ok(value) => {
            handle.join().unwrap().unwrap();
            value
        }
        Err(RecvTimeoutError::Timeout) => panic!("deadlock: nothing came in {DEADLOCK_AFTER:?}"),
        Err(RecvTimeoutError::Disconnected) => match handle.join() {
            Err(panic) => std::panic::resume_unwind(panic),
            Ok(_) => panic!("the work ended without a result"),
        },
    }
}

/// Runs one test of this binary as a process of its own, told by [`CHILD_ROOT`] where to work.
pub(crate) fn child(test: &str, root: &Path, numbers: &[(&str, usize)]) -> Child {
    Process::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD_ROOT, root)
        .envs(numbers.iter().map(|(name, number)| (name, number.to_string())))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Where this process should work, where it is a child.
pub(crate) fn child_root() -> Option<std::path::PathBuf> {
    std::env::var_os(CHILD_ROOT).map(Into::into)
}
