//! What a stream answers from memory, for hosts whose threads must not wait for the file.

use googletest::prelude::*;
use pm_engine::command::Change;
use pm_engine::model::{ItemKind, ProjectRole};

use crate::support::{Bench, admin, item, member, run, to_lane, user};

#[gtest]
fn given_recent_events_when_an_admin_or_a_member_who_knows_the_project_asks_then_memory_answers() {
    let bench = Bench::new();
    let tenant = bench.tenant("acme");
    let head = tenant.head().unwrap();
    let mut root = tenant.subscribe(&admin(), head, None).unwrap();
    let mut ann = tenant.subscribe(&member("ann"), head, None).unwrap();
    expect_that!((root.reads_file(), ann.reads_file()), eq((false, false)));

    let key = item(&tenant, ItemKind::Task, "First");
    // Whether the member may see the project is not known yet.
    expect_that!((root.reads_file(), ann.reads_file()), eq((false, true)));
    for stream in [&mut root, &mut ann] {
        expect_that!(stream.try_next().unwrap().unwrap().events.len(), eq(1));
    }
    run(&tenant, &admin(), to_lane(&key, "review"));
    expect_that!((root.reads_file(), ann.reads_file()), eq((false, false)));

    let role = ProjectRole::Viewer;
    run(&tenant, &admin(), Change::SetMember { project: "PM".into(), user: user("bob"), role });
    expect_that!((root.reads_file(), ann.reads_file()), eq((false, true)));
    ann.try_next().unwrap();
    expect_that!(ann.reads_file(), eq(false));
}

#[gtest]
fn given_events_that_have_left_memory_when_asked_then_the_file_is_read() {
    let bench = Bench::new();
    let tenant = bench.tenant("acme");
    bench.engine.close();
    let engine = pm_engine::Engine::open(pm_engine::EngineConfig {
        workers: 0,
        ..pm_engine::EngineConfig::new(bench.folder.path())
    })
    .unwrap();
    drop(tenant);
    let stream = engine.tenant("acme").unwrap().subscribe(&admin(), 0, None).unwrap();
    expect_that!(stream.reads_file(), eq(true));
}
