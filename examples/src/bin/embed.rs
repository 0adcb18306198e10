//! The engine inside a program: open, create, move, listen. No server, no configuration, no async runtime.
//!
//! `cargo run -p pm-examples --bin embed`

use std::error::Error;
use std::time::Duration;

use pm_engine::command::{Actor, Change, Command, ItemMove, NewItem, NewProject};
use pm_engine::model::{ItemKind, UserId};
use pm_engine::{Engine, EngineConfig};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let engine = Engine::open(EngineConfig::new(folder.path()))?;
    let tenant = engine.tenant_or_create("acme")?;
    let me = Actor::admin(UserId::new("ann")?);

    // Listen: a cursor over the log. Any thread may hold one; nobody waits for it.
    let mut stream = tenant.subscribe(&me, tenant.head()?, None)?;
    let listener = std::thread::spawn(move || {
        while let Ok(batch) = stream.next_within(Duration::from_secs(60)) {
            for event in batch.iter().flat_map(|batch| batch.events.iter()) {
                match event.decode() {
                    Ok(event) => println!("{:>3}  {}  by {}", event.sequence, event.kind(), event.actor.user),
                    Err(error) => eprintln!("{error}"),
                }
            }
        }
    });

    // Create.
    let new = |change| Command::new(me.clone(), change);
    tenant.execute(new(Change::CreateProject(NewProject::new("PM", "Rocket"))))?;
    let item = NewItem::new("PM", ItemKind::Task, "Build the engine");
    let made = tenant.execute(new(Change::CreateItem(Box::new(item))))?;
    let key = made.results.first().and_then(|result| result.key.clone()).unwrap_or_default();

    // Move: the lane an item is in is its status.
    tenant.execute(new(Change::MoveItem(ItemMove::to_lane(key.as_str(), "in_progress"))))?;
    println!("{key} is in progress");

    // What is committed is still handed out after the engine is closed; then the stream ends.
    engine.close();
    listener.join().map_err(|_| "the listener failed")?;
    Ok(())
}
