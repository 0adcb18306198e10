//! What a stream answers from memory, for hosts whose threads must not wait for the file.

use googletest::prelude::*;
use pm_engine::command::Change;
use pm_engine::model::{ItemKind, ProjectRole};
use pm_engine::{InMemory, Subscription};

use crate::support::{Bench, admin, item, member, run, to_lane, user};

/// How many events memory has next; `None` where only the file tells.
fn in_memory(stream: &mut Subscription) -> Option<usize> {
    match stream.try_next_in_memory().unwrap() {
        InMemory::Next(batch) => Some(batch.map_or(0, |batch| batch.events.len())),
        InMemory::InFile => None,
    }
}

#[gtest]
fn given_recent_events_when_an_admin_or_a_member_who_knows_the_project_asks_then_memory_answers() {
    let bench = Bench::new();
    let tenant = bench.tenant("acme");
    let head = tenant.head().unwrap();
    let mut root = tenant.subscribe(&admin(), head, None).unwrap();
    let mut ann = tenant.subscribe(&member("ann"), head, None).unwrap();
    expect_that!((in_memory(&mut root), in_memory(&mut ann)), eq((Some(0), Some(0))));

    let key = item(&tenant, ItemKind::Task, "First");
    // Whether the member may see the project is not known yet.
    expect_that!((in_memory(&mut root), in_memory(&mut ann)), eq((Some(1), None)));
    expect_that!(ann.try_next().unwrap().unwrap().events.len(), eq(1));
    run(&tenant, &admin(), to_lane(&key, "review"));
    expect_that!((in_memory(&mut root), in_memory(&mut ann)), eq((Some(1), Some(1))));

    let role = ProjectRole::Viewer;
    run(&tenant, &admin(), Change::SetMember { project: "PM".into(), user: user("bob"), role });
    expect_that!((in_memory(&mut root), in_memory(&mut ann)), eq((Some(1), None)));
    ann.try_next().unwrap();
    expect_that!(in_memory(&mut ann), some(eq(0)));
}

#[gtest]
fn given_a_member_who_follows_other_projects_or_none_when_events_come_then_memory_answers_that_they_are_not_his()
 {
    let bench = Bench::new();
    let tenant = bench.tenant("acme");
    let head = tenant.head().unwrap();
    let mut deaf = tenant.subscribe(&member("ann"), head, Some(Vec::new())).unwrap();
    item(&tenant, ItemKind::Task, "First");
    expect_that!(in_memory(&mut deaf), some(eq(0)));
    expect_that!(deaf.cursor(), eq(tenant.head().unwrap()));
    let role = ProjectRole::Viewer;
    run(&tenant, &admin(), Change::SetMember { project: "PM".into(), user: user("bob"), role });
    expect_that!(deaf.try_next_in_memory().unwrap(), not(matches_pattern!(InMemory::InFile)));
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
    let mut stream = engine.tenant("acme").unwrap().subscribe(&admin(), 0, None).unwrap();
    expect_that!(in_memory(&mut stream), none());
}
