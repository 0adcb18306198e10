//! Gives the engine one kind of work and nothing else, for a profiler:
//! `perf record -g target/release/drive write 50000`.

#![expect(clippy::unwrap_used, reason = "a measurement that fails has nothing to clean up")]

use pm_benches::fixture::{Fixture, creations, member};
use pm_benches::lists::project;
use pm_benches::measure::timed;
use pm_benches::read::{dump, ids, reader};
use pm_benches::resume::follow;
use pm_benches::write::{Callers, commit};
use pm_engine::command::LaneTarget;
use pm_engine::query::{ItemFilter, ItemSort, PageRequest};

fn filled() -> (Fixture, Vec<String>) {
    let fixture = Fixture::new(1);
    fixture.fill(10_000);
    let ids = ids(&reader(&fixture.file()));
    (fixture, ids)
}

fn main() {
    let mut words = std::env::args().skip(1);
    let work = words.next().unwrap_or_default();
    let times: usize = words.next().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    let (took, ()) = match work.as_str() {
        "write" => {
            let fixture = Fixture::new(1);
            let commands = creations(0, times);
            timed(|| commit(&fixture.tenant, Callers::InFlight(64), commands))
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
            println!("drive write|read|dump|page|resume|blocked [times]");
            return;
        }
    };
    println!("{:.0}/s", times as f64 / took.as_secs_f64());
}
