//! What size costs: making an item in a large project and in a small one.

use std::time::Duration;

use pm_engine::{Durability, EngineConfig};

use crate::fixture::{Fixture, creations};
use crate::measure::{Effort, Line, Pairs, Target, timed};

/// Time this thread has been on a processor: other work on the machine does not count in it, nor does the disk.
fn processor_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(text.split(' ').next().unwrap().parse().unwrap())
}

/// The lines of the table. Without the fsync, which would hide any difference.
#[must_use]
pub fn lines(effort: Effort) -> Vec<Line> {
    let (small_size, large_size) = (100, effort.pick(2_000, 100_000));
    let relaxed = |config| EngineConfig { durability: Durability::Relaxed, ..config };
    let large = Fixture::with(0, relaxed);
    large.fill(large_size);
    let (rounds, commands) = (effort.pick(2, 25), 200);
    let (mut pairs, mut busy) = (Pairs::default(), Pairs::default());
    for round in 0..=rounds {
        let small = Fixture::with(0, relaxed);
        small.fill(small_size);
        let [small, large] = [&small, &large].map(|fixture| {
            let work = creations(0, commands);
            let run = || work.into_iter().for_each(|command| drop(fixture.tenant.execute(command).unwrap()));
            let before = processor_time();
            let (took, ()) = timed(run);
            (took, processor_time().saturating_sub(before))
        });
        if round > 0 {
            pairs.add(small.0, large.0, commands);
            busy.add(small.1, large.1, commands);
        }
    }
    let what = format!("create at {large_size} items (the floor: at {small_size}), NORMAL");
    vec![
        Line::time(&what, &pairs, Target::Times(1.3)),
        Line::time("the same, processor time only", &busy, Target::Times(1.3)),
    ]
}
