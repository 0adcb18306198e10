//! Gives the engine one kind of work and nothing else, for a profiler:
//! `perf record -g target/release/drive write 50000`.

#![expect(clippy::unwrap_used, reason = "a measurement that fails has nothing to clean up")]

use std::time::Duration;

use pm_benches::fixture::{Fixture, creations, creations_of_many, member, new_item};
use pm_benches::lists::project;
use pm_benches::measure::{quantile, timed};
use pm_benches::read::{dump, entities, ids, reader};
use pm_benches::resume::follow;
use pm_benches::write::{Callers, Race, commit};
use pm_engine::command::{Change, Command, LaneTarget};
use pm_engine::model::DependencyKind;
use pm_engine::query::{ItemFilter, ItemSort, PageRequest};
use pm_engine::{Durability, EngineConfig};

/// Users of `writers`, as many as the clients of `load writers`.
const USERS: usize = 64;

fn filled() -> (Fixture, Vec<String>) {
    let fixture = Fixture::new(1);
    fixture.fill(10_000);
    let ids = ids(&reader(&fixture.file()));
    (fixture, ids)
}

fn told(what: &str, times: usize, took: Duration) {
    println!("{what}\t{times}\t{}", took.as_secs_f64());
}

/// What `benches/compare` lets taskchampion do. One line a measurement: name, operations, seconds.
fn compare(count: usize) {
    let fixture = Fixture::new(0);
    let tenant = &fixture.tenant;
    let (took, ()) = timed(|| commit(tenant, Callers::One, creations(0, count)));
    told("create, one commit each", count, took);
    let (took, ()) = timed(|| {
        for start in (count..count * 10).step_by(100) {
            let changes = (start..start + 100).map(|n| Change::CreateItem(Box::new(new_item(n)))).collect();
            tenant.execute(Command::batch(member(), changes)).unwrap();
        }
    });
    told("create, 100 a commit", count * 9, took);
    let ids = ids(&reader(&fixture.file()));
    let (took, ()) = timed(|| {
        for n in 0..count {
            tenant.read(&member()).unwrap().item_only(&ids[n * 7 % ids.len()].as_str().into()).unwrap();
        }
    });
    told("read one by id", count, took);
    let (took, ()) = timed(|| {
        for n in 1..=count {
            let (from, to) = (ids[n * 31 % n].as_str().into(), ids[n].as_str().into());
            let change = Change::AddDependency { id: None, kind: DependencyKind::Blocks, from, to };
            tenant.execute(Command::new(member(), change)).unwrap();
        }
    });
    told("add a dependency, one commit each", count, took);
    let (took, _) = timed(|| entities(tenant, &member()));
    told("read all", ids.len(), took);
    let (took, ()) = timed(|| {
        let (reader, mut page, mut blocked) = (tenant.read(&member()).unwrap(), PageRequest::first(500), 0);
        loop {
            let found = reader.blocked(&"PM".into(), &page).unwrap();
            blocked += found.items.len();
            match found.next {
                Some(next) => page.cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(blocked, count);
    });
    told("which are blocked", 1, took);
}

fn main() {
    let mut words = std::env::args().skip(1);
    let work = words.next().unwrap_or_default();
    let times: usize = words.next().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    if work == "compare" {
        return compare(times);
    }
    let (took, ()) = match work.as_str() {
        "write" => {
            let fixture = Fixture::new(1);
            let commands = creations(0, times);
            timed(|| commit(&fixture.tenant, Callers::InFlight(64), commands))
        }
        "writers" => {
            let fixture = Fixture::new(1);
            commit(&fixture.tenant, Callers::One, creations_of_many(USERS, USERS));
            let commands = creations_of_many(USERS, times);
            timed(|| commit(&fixture.tenant, Callers::Groups(34), commands))
        }
        "alone" => {
            let mut race = Race::new(Callers::One, Durability::Full);
            race.round(times / 10);
            let rounds: Vec<(Duration, Duration)> = (0..10).map(|_| race.round(times / 10)).collect();
            let floor: Duration = rounds.iter().map(|(floor, _)| *floor).sum();
            let engine: Duration = rounds.iter().map(|(_, engine)| *engine).sum();
            println!("{:.3} of the floor", floor.as_secs_f64() / engine.as_secs_f64());
            (engine, ())
        }
        "create" => {
            let size = words.next().and_then(|n| n.parse().ok()).unwrap_or(100);
            let relaxed = |config| EngineConfig { durability: Durability::Relaxed, ..config };
            let fixture = Fixture::with(0, relaxed);
            fixture.fill(size);
            let commands = creations(0, times);
            // For a tracer that is to see only what follows.
            let _ = std::fs::metadata("/begin");
            timed(|| commit(&fixture.tenant, Callers::One, commands))
        }
        "depend" => {
            let took = pm_benches::million::depend(times);
            println!("median {:.1} µs", quantile(&took, 0.5) * 1e6);
            return;
        }
        "read" => {
            let (fixture, ids) = filled();
            let actor = member();
            timed(|| {
                for n in 0..times {
                    let id = ids[n * 7 % ids.len()].as_str();
                    fixture.tenant.read(&actor).unwrap().item_only(&id.into()).unwrap();
                }
            })
        }
        "dump" => {
            let (fixture, _) = filled();
            timed(|| (0..times).for_each(|_| drop(dump(&fixture.tenant, &member()))))
        }
        "page" => {
            let (fixture, _) = filled();
            let lane = LaneTarget { project: Some("PM".into()), lane: "backlog".into() };
            let ask = || {
                let reader = fixture.tenant.read(&member()).unwrap();
                let page = reader.lane_page(&lane, &ItemFilter::default(), &PageRequest::first(100));
                drop(serde_json::to_vec(&page.unwrap()).unwrap());
            };
            timed(|| (0..times).for_each(|_| ask()))
        }
        "resume" => {
            let (fixture, _) = filled();
            timed(|| (0..times).for_each(|_| follow(&fixture.tenant, 10)))
        }
        "blocked" => {
            let fixture = project(10_000);
            let filter =
                ItemFilter { project: Some("PM".into()), blocked: Some(true), ..ItemFilter::default() };
            let ask = || {
                let reader = fixture.tenant.read(&member()).unwrap();
                drop(reader.items(&filter, ItemSort::default(), &PageRequest::first(50), false).unwrap());
            };
            timed(|| (0..times).for_each(|_| ask()))
        }
        _ => {
            println!("drive compare|write|writers|alone|create|depend|read|dump|page|resume|blocked [times]");
            return;
        }
    };
    println!("{:.0}/s", times as f64 / took.as_secs_f64());
}
