//! What a host may set has its effect.

use googletest::prelude::*;
use pm_engine::model::ItemKind;
use pm_engine::{Engine, EngineConfig, InMemory};

use crate::support::{admin, item, run};

#[gtest]
fn given_a_small_ring_when_two_listen_then_the_one_far_behind_reads_the_file_and_both_get_everything() {
    let reads_file = |events: usize, bytes: usize| {
        let folder = tempfile::tempdir().unwrap();
        let defaults = EngineConfig { workers: 0, ..EngineConfig::new(folder.path()) };
        let config = EngineConfig { ring_events_max: events, ring_bytes_max: bytes, ..defaults };
        let tenant = Engine::open(config).unwrap().create_tenant("acme").unwrap();
        let new = pm_engine::command::NewProject::new("PM", "Project");
        run(&tenant, &admin(), pm_engine::command::Change::CreateProject(new));
        for n in 0..5 {
            item(&tenant, ItemKind::Task, &format!("Item {n}"));
        }
        let head = tenant.head().unwrap();
        let reads = [head - 1, 0].map(|from| {
            let mut stream = tenant.subscribe(&admin(), from, None).unwrap();
            let (reads_file, batch) = match stream.try_next_in_memory().unwrap() {
                InMemory::InFile => (true, stream.try_next().unwrap()),
                InMemory::Next(batch) => (false, batch),
            };
            assert_eq!(batch.unwrap().complete_to, head);
            reads_file
        });
        (reads[0], reads[1])
    };
    expect_that!(reads_file(1_000, 1_000_000), eq((false, false)));
    expect_that!(reads_file(2, 1_000_000), eq((false, true)));
    expect_that!(reads_file(1_000, 10), eq((true, true)));
}
