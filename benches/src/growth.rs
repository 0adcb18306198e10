//! What size costs: making an item in a large project and in a small one.

use pm_engine::{Durability, EngineConfig};

use crate::fixture::{Fixture, creations};
use crate::measure::{Effort, Line, Pairs, Target, timed};

/// The lines of the table. Without the fsync, which would hide any difference.
#[must_use]
pub fn lines(effort: Effort) -> Vec<Line> {
    let (small_size, large_size) = (100, effort.pick(2_000, 100_000));
    let relaxed = |config| EngineConfig { durability: Durability::Relaxed, ..config };
    let large = Fixture::with(0, relaxed);
    large.fill(large_size);
    let (rounds, commands) = (effort.pick(2, 25), 200);
    let mut pairs = Pairs::default();
    for round in 0..=rounds {
        let small = Fixture::with(0, relaxed);
        small.fill(small_size);
        let [small, large] = [&small, &large].map(|fixture| {
            let work = creations(0, commands);
            let run = || work.into_iter().for_each(|command| drop(fixture.tenant.execute(command).unwrap()));
            timed(run).0
        });
        if round > 0 {
            pairs.add(small, large, commands);
        }
    }
    let what = format!("create at {large_size} items (the floor: at {small_size}), NORMAL");
    vec![Line::time(&what, &pairs, Target::Times(1.3))]
}
