//! An engine over a folder of its own.

use std::path::Path;
use std::sync::Arc;

use pm_bindings::{Engine, EngineOptions, ManualClock, PmError, Tenant};
use pm_engine::command::{Actor, Change, Command, NewItem, NewProject};
use pm_engine::model::{ItemKind, UserId};

pub(crate) fn options(root: &Path) -> EngineOptions {
    EngineOptions {
        root: root.to_str().unwrap().to_owned(),
        workers: 2,
        durability: Some(pm_engine::Durability::Relaxed),
        tenants_open_max: 8,
    }
}

pub(crate) fn open(root: &Path, clock: Option<Arc<ManualClock>>) -> (Arc<Engine>, Arc<Tenant>) {
    let engine = Engine::open(options(root), clock).unwrap();
    let tenant = engine.tenant_or_create("acme".to_owned()).unwrap();
    (engine, tenant)
}

pub(crate) fn ada() -> Actor {
    Actor::admin(UserId::new("ada").unwrap())
}

pub(crate) fn project(tenant: &Tenant) {
    tenant.execute(Command::new(ada(), Change::CreateProject(NewProject::new("PM", "The product")))).unwrap();
}

pub(crate) fn item(tenant: &Tenant, title: &str) -> Result<String, PmError> {
    let change = Change::CreateItem(NewItem::new("PM", ItemKind::Task, title).into());
    let outcome = tenant.execute(Command::new(ada(), change))?;
    Ok(outcome.results[0].key.clone().unwrap())
}
