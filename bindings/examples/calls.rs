//! What a call costs from Rust, without any binding: the floor of `bench/`. Prints `name microseconds` per line.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use pm_bindings::{Engine, EngineOptions};
use pm_engine::command::{Actor, Change, Command, NewItem, NewProject};
use pm_engine::model::{ItemKind, UserId};
use pm_engine::query::{ItemFilter, ItemSort, PageRequest};

const ITEMS: u32 = 1000;

/// Runs something many times and prints the mean of one.
fn measure(
    name: &str,
    times: u32,
    mut work: impl FnMut() -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    for _ in 0..times / 10 {
        work()?;
    }
    let start = Instant::now();
    for _ in 0..times {
        work()?;
    }
    println!("{name} {:.1}", start.elapsed().as_secs_f64() * 1e6 / f64::from(times));
    Ok(())
}

fn run(root: &Path) -> Result<(), Box<dyn Error>> {
    let options = EngineOptions {
        root: root.display().to_string(),
        workers: 4,
        durability: Some(pm_engine::Durability::Relaxed),
        tenants_open_max: 8,
    };
    let engine = Engine::open(options, None)?;
    let tenant = engine.create_tenant("bench".to_owned())?;
    let ada = Actor::admin(UserId::new("ada")?);
    tenant.execute(Command::new(ada.clone(), Change::CreateProject(NewProject::new("PM", "Bench"))))?;
    let make = || {
        let item = NewItem::new("PM", ItemKind::Task, "An item of a bench");
        tenant.execute(Command::new(ada.clone(), Change::CreateItem(item.into())))
    };
    for _ in 0..ITEMS {
        make()?;
    }
    measure("command", 500, || Ok(make().map(drop)?))?;
    let reader = tenant.read(ada.clone())?;
    measure("point_query", 2000, || Ok(reader.item_only("PM-500".into()).map(drop)?))?;
    measure("list_of_1000", 50, || {
        let mut page = PageRequest { cursor: None, limit: Some(500) };
        for _ in 0..2 {
            page.cursor = reader.items(ItemSort::Number, ItemFilter::default(), page.clone(), false)?.next;
        }
        Ok(())
    })?;
    let head = tenant.head()?;
    let start = Instant::now();
    let stream = tenant.stream(ada.clone(), 0, None)?;
    while stream.cursor()? < head {
        stream.next(1000)?;
    }
    println!("event {:.1}", start.elapsed().as_secs_f64() * 1e6 / head as f64);
    engine.shutdown()?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("pm-calls-{}", std::process::id()));
    let result = run(&folder);
    std::fs::remove_dir_all(folder)?;
    result
}
