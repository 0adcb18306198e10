//! Reads beside the same rows read by one prepared statement.
#![expect(clippy::unwrap_used, reason = "a measurement that fails has nothing to clean up")]

use criterion::{Criterion, criterion_group, criterion_main};
use pm_benches::fixture::{Fixture, member};
use pm_benches::measure::Random;
use pm_benches::read::{self, BarePoint};
use pm_benches::{lists, resume};
use pm_engine::command::LaneTarget;
use pm_engine::model::ProjectRef;
use pm_engine::query::{ItemFilter, PageRequest, SearchQuery};

const ITEMS: usize = 10_000;

fn points(criterion: &mut Criterion) {
    let fixture = Fixture::new(1);
    fixture.fill(ITEMS);
    let connection = read::reader(&fixture.file());
    let (ids, actor) = (read::ids(&connection), member());
    let mut random = Random(5);
    let mut group = criterion.benchmark_group("point read by id");
    let mut bare = BarePoint::new(&connection);
    group.bench_function("floor", |b| b.iter(|| bare.read(&ids[random.below(ITEMS)])));
    group.bench_function("engine", |b| {
        b.iter(|| {
            let id = ids[random.below(ITEMS)].as_str();
            fixture.tenant.read(&actor).unwrap().item_only(&id.into()).unwrap()
        });
    });
    group.finish();
    let mut group = criterion.benchmark_group("resume of 1,000 events");
    group.bench_function("from the file", |b| b.iter(|| resume::follow(&fixture.tenant, 10)));
    let head = fixture.tenant.head().unwrap();
    group.bench_function("from memory", |b| b.iter(|| resume::follow(&fixture.tenant, head - 1_000)));
    group.finish();
    criterion
        .bench_function("dump of 10,000 items as JSON", |b| b.iter(|| read::dump(&fixture.tenant, &actor)));
}

fn screens(criterion: &mut Criterion) {
    let fixture = lists::project(ITEMS);
    let reader = fixture.tenant.read(&member()).unwrap();
    let project = ProjectRef::from("PM");
    let page = PageRequest::first(50);
    let mut group = criterion.benchmark_group("at 10,000 items");
    group.bench_function("ready", |b| b.iter(|| reader.ready(&project, &page).unwrap()));
    group.bench_function("blocked", |b| b.iter(|| reader.blocked(&project, &page).unwrap()));
    group.bench_function("board", |b| {
        b.iter(|| reader.board(&project, &ItemFilter::default(), Some(20)).unwrap());
    });
    let lane = LaneTarget { project: Some(project.clone()), lane: "backlog".into() };
    let hundred = PageRequest::first(100);
    group.bench_function("page of a lane", |b| {
        b.iter(|| reader.lane_page(&lane, &ItemFilter::default(), &hundred).unwrap());
    });
    let words = SearchQuery { text: "thing work".to_owned(), project: None, kind: None, page: page.clone() };
    group.bench_function("search", |b| b.iter(|| reader.search(&words).unwrap()));
    group.finish();
}

criterion_group!(benches, points, screens);
criterion_main!(benches);
