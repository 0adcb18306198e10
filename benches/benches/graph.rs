//! Whether one more dependency would close a cycle, at a million edges, beside a plain depth-first search.

use criterion::{Criterion, criterion_group, criterion_main};
use pm_benches::million::Question;

fn one_more_edge(criterion: &mut Criterion) {
    for (name, mut question) in
        [("random", Question::random()), ("layered", Question::layered()), ("chains", Question::chains())]
    {
        let mut group = criterion.benchmark_group(format!("one more edge at a million, {name}"));
        group.sample_size(20);
        group.bench_function("floor", |b| b.iter(|| question.ask_floor()));
        group.bench_function("engine", |b| b.iter(|| question.ask()));
        group.finish();
    }
}

criterion_group!(benches, one_more_edge);
criterion_main!(benches);
