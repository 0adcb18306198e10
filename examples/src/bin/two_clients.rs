//! Two clients of one tenant: one moves an item, both see it; one is cut off, comes back with (epoch, sequence) and
//! misses nothing. Ends with an error where that is not so.
//!
//! `cargo run -p pm-examples --bin two_clients` starts a server of its own; with `--url ws://127.0.0.1:7420/ws --token
//! TOKEN` it uses one that runs (the token of an admin; a project `TWO` is made there).

use std::error::Error;

use pm_engine::command::{Change, ItemMove, NewItem, NewProject};
use pm_engine::event::Event;
use pm_engine::model::ItemKind;
use pm_engine::{Engine, EngineConfig};
use pm_examples::client::{Client, Hello};
use pm_proto::ResumeKind;
use pm_server::auth::{Claims, Keys, Role, now_seconds};
use pm_server::{Server, ServerConfig};

type Fallible<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Fallible<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    match (argument("--url"), argument("--token")) {
        (Some(url), Some(token)) => story(&url, &token, &token).await,
        (None, None) => with_server().await,
        _ => Err("give both --url and --token, or neither".into()),
    }
}

/// A server in this process, over a folder that is gone afterwards.
async fn with_server() -> Fallible<()> {
    let folder = tempfile::tempdir()?;
    let engine = Engine::open(EngineConfig::new(folder.path()))?;
    engine.create_tenant("acme")?;
    let keys = Keys::new(b"an example's secret of 32 bytes or more")?;
    let token = |user: &str| {
        let exp = now_seconds() + 3_600;
        let (tenant, sub) = ("acme".to_owned(), user.to_owned());
        keys.sign(&Claims {
            tenant,
            sub,
            role: Role::Member,
            kind: None,
            name: None,
            email: None,
            iat: 0,
            exp,
        })
    };
    let (ann, bob) = (token("ann")?, token("bob")?);
    let server = Server::bind(([127, 0, 0, 1], 0).into(), engine, keys, ServerConfig::default()).await?;
    let url = format!("ws://{}/ws", server.address()?);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(server.run(async {
        // Also when the story ends with an error.
        let _ = stopped.await;
    }));
    let told = story(&url, &ann, &bob).await;
    drop(stop);
    running.await?;
    told
}

async fn story(url: &str, ann: &str, bob: &str) -> Fallible<()> {
    let mut ann = Client::connect(url, Hello::new(ann)).await?;
    let known = ann.snapshot().await?.len();
    println!("ann is welcome: a snapshot of {known} entities, at sequence {}", ann.position().sequence);
    let mut other = Client::connect(url, Hello::new(bob)).await?;
    other.snapshot().await?;
    println!("bob is welcome, at sequence {}", other.position().sequence);

    let made = ann.change(Change::CreateProject(NewProject::new("TWO", "Two clients"))).await;
    if let Err(error) = made {
        println!("the project is there already ({error})");
    }
    let item = Change::CreateItem(Box::new(NewItem::new("TWO", ItemKind::Task, "Seen by both")));
    let made = ann.change(item).await?;
    let key = made.results.first().and_then(|result| result.key.clone()).ok_or("an item has a key")?;
    let moved = ann.change(to_lane(&key, "in_progress")).await?;
    let end = moved.last_sequence.ok_or("the move is an event")?;
    let seen = [ann.events_up_to(end).await?, other.events_up_to(end).await?];
    for (name, events) in ["ann", "bob"].iter().zip(&seen) {
        let last = events.last().ok_or("both see events")?;
        println!("{name} sees {} of {key} at sequence {}", last.kind(), last.sequence);
    }
    ensure(
        sequences(&seen[0]).ends_with(&[end]) && sequences(&seen[1]).ends_with(&[end]),
        "both see the move",
    )?;

    let position = other.position().clone();
    drop(other);
    println!("bob is cut off, at sequence {}", position.sequence);
    let mut end = end;
    for lane in ["review", "todo", "in_progress", "review", "done"] {
        end = ann.change(to_lane(&key, lane)).await?.last_sequence.ok_or("the move is an event")?;
    }
    let mut other = Client::connect(url, Hello::back(bob, &position)).await?;
    ensure(other.welcome().resume() == ResumeKind::Tail, "the answer is the tail of the log")?;
    let missed = sequences(&other.events_up_to(end).await?);
    println!("bob is back and gets what he missed: {missed:?}");
    ensure(missed == (position.sequence + 1..=end).collect::<Vec<_>>(), "nothing is missing, nothing twice")?;

    ann.leave().await?;
    other.leave().await?;
    println!("both have everything");
    Ok(())
}

fn to_lane(item: &str, lane: &str) -> Change {
    Change::MoveItem(ItemMove::to_lane(item, lane))
}

fn sequences(events: &[Event]) -> Vec<i64> {
    events.iter().map(|event| event.sequence).collect()
}

fn ensure(holds: bool, what: &str) -> Fallible<()> {
    if holds { Ok(()) } else { Err(format!("this does not hold: {what}").into()) }
}
