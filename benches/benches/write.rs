//! Durable commands beside bare SQLite writing the same rows. Each sample is a round of both.

use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pm_benches::write::{Callers, Race};
use pm_engine::Durability;

fn durable_commands(criterion: &mut Criterion) {
    for (name, callers, commands) in [
        ("64 in flight", Callers::InFlight(64), 640),
        ("64 threads", Callers::Threads(64), 640),
        ("one caller", Callers::One, 20),
    ] {
        let mut group = criterion.benchmark_group(format!("durable commands, {name}"));
        group
            .throughput(Throughput::Elements(commands))
            .sample_size(10)
            .measurement_time(Duration::from_secs(8));
        let commands = usize::try_from(commands).unwrap_or(640);
        let mut race = Race::new(callers, Durability::Full);
        race.round(commands);
        group.bench_function("floor", |b| b.iter_custom(|n| (0..n).map(|_| race.round(commands).0).sum()));
        group.bench_function("engine", |b| b.iter_custom(|n| (0..n).map(|_| race.round(commands).1).sum()));
        group.finish();
    }
}

criterion_group!(benches, durable_commands);
criterion_main!(benches);
