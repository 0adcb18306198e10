//! What a call costs from Rust, without any binding: the floor of `bench/`. Prints `name microseconds` per line;
//! `calls short` does a tenth.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Instant;

use pm_bindings::{Engine, EngineOptions, EventBatch, EventListener, ListenerError, StreamEnd, Tenant};
use pm_engine::command::{Actor, Change, Command, NewItem, NewProject};
use pm_engine::model::{ItemKind, UserId};
use pm_engine::query::{ItemFilter, ItemSort, PageRequest};

const ITEMS: u32 = 1000;

type Done = Result<(), Box<dyn Error>>;

/// Runs something many times, a tenth of it beforehand, and prints the median of one: a mean would tell what else ran.
fn measure(name: &str, times: u32, parts: i64, mut work: impl FnMut() -> Done) -> Done {
    for _ in 0..times.div_ceil(10) {
        work()?;
    }
    let mut costs = Vec::new();
    for _ in 0..times {
        let start = Instant::now();
        work()?;
        costs.push(start.elapsed().as_secs_f64() * 1e6 / parts as f64);
    }
    costs.sort_by(f64::total_cmp);
    println!("{name} {:.1}", costs.get(costs.len() / 2).copied().unwrap_or_default());
    Ok(())
}

/// Passes on how far it has been told.
struct Listener(Sender<i64>);

impl EventListener for Listener {
    fn on_events(&self, batch: EventBatch) -> Result<(), ListenerError> {
        // Nobody is left to be told once the measurement is over.
        let _ = self.0.send(batch.complete_to);
        Ok(())
    }

    fn on_end(&self, _: StreamEnd) -> Result<(), ListenerError> {
        Ok(())
    }
}

/// The whole log, pulled and by a listener, per event.
fn events(tenant: &Tenant, ada: &Actor) -> Done {
    let head = tenant.head()?;
    measure("event_pulled", 10, head, || {
        let stream = tenant.stream(ada.clone(), 0, None)?;
        while stream.cursor()? < head {
            stream.next(1000)?;
        }
        Ok(())
    })?;
    measure("event_listened", 10, head, || {
        let (told, reached) = channel();
        let subscription = tenant.subscribe(ada.clone(), 0, Arc::new(Listener(told)), None)?;
        while reached.recv()? < head {}
        subscription.cancel()?;
        Ok(())
    })
}

fn run(root: &Path, share: u32) -> Done {
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
    measure("command", 2000 / share, 1, || Ok(make().map(drop)?))?;
    let reader = tenant.read(ada.clone())?;
    measure("point_query", 10_000 / share, 1, || Ok(reader.item_only("PM-500".into()).map(drop)?))?;
    measure("list_of_1000", 100 / share, 1, || {
        let mut page = PageRequest { cursor: None, limit: Some(500) };
        for _ in 0..2 {
            page.cursor = reader.items(ItemSort::Number, ItemFilter::default(), page.clone(), false)?.next;
        }
        Ok(())
    })?;
    events(&tenant, &ada)?;
    engine.shutdown()?;
    Ok(())
}

fn main() -> Done {
    let share = if std::env::args().nth(1).as_deref() == Some("short") { 10 } else { 1 };
    let folder = std::env::temp_dir().join(format!("pm-calls-{}", std::process::id()));
    let result = run(&folder, share);
    std::fs::remove_dir_all(folder)?;
    result
}
