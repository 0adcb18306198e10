//! Gives the engine one kind of work and nothing else, for a profiler:
//! `perf record -g target/release/drive write 50000`.

use pm_benches::fixture::{Fixture, creations};
use pm_benches::measure::timed;
use pm_benches::write::{Callers, commit};

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
        _ => {
            println!("drive write [times]");
            return;
        }
    };
    println!("{:.0}/s", times as f64 / took.as_secs_f64());
}
