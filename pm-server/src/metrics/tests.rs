use googletest::prelude::*;
use pm_engine::command::{Actor, Change, Command, NewProject};
use pm_engine::model::UserId;
use pm_engine::{Engine, EngineConfig};

use super::*;

fn value(text: &str, name: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} is not in:\n{text}")).parse().unwrap()
}

#[gtest]
fn given_an_engine_at_work_when_rendered_then_the_counts_are_what_happened() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::open(EngineConfig { workers: 0, ..EngineConfig::new(folder.path()) }).unwrap();
    let metrics = Metrics::new(Arc::default()).unwrap();
    engine.observe(metrics.clone());
    let tenant = engine.create_tenant("acme").unwrap();
    let admin = Actor::admin(UserId::new("root").unwrap());
    let project = || Change::CreateProject(NewProject::new("PM", "Project"));
    tenant.execute(Command::new(admin.clone(), project())).unwrap();
    expect_that!(tenant.execute(Command::new(admin, project())).is_err(), eq(true));
    let sockets = Arc::new(Semaphore::new(7));
    let scraped = Scraped { engine, sockets, sockets_max: 10 };
    let text = String::from_utf8(metrics.render(&scraped).unwrap()).unwrap();
    expect_that!(value(&text, "pm_connections"), eq(3.0));
    expect_that!(value(&text, "pm_commands_total{outcome=\"committed\"}"), eq(1.0));
    expect_that!(value(&text, "pm_commands_total{outcome=\"rejected\"}"), eq(1.0));
    expect_that!(value(&text, "pm_rejections_total{code=\"already_exists\"}"), eq(1.0));
    expect_that!(value(&text, "pm_commit_batch_commands_count"), eq(2.0));
    let head = f64::from(i32::try_from(tenant.head().unwrap()).unwrap());
    expect_that!(value(&text, "pm_events_total"), eq(head));
    expect_that!(value(&text, "pm_ring_events"), eq(head));
    expect_that!(value(&text, "pm_tenants_open"), eq(1.0));
    if cfg!(target_os = "linux") {
        expect_that!(value(&text, "process_resident_memory_bytes"), gt(1_000_000.0));
        expect_that!(value(&text, "process_open_fds"), gt(3.0));
    }
}

#[gtest]
fn given_a_server_that_has_done_nothing_when_rendered_then_every_failure_has_its_zero() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::open(EngineConfig { workers: 0, ..EngineConfig::new(folder.path()) }).unwrap();
    let metrics = Metrics::new(Arc::default()).unwrap();
    let scraped = Scraped { engine, sockets: Arc::new(Semaphore::new(1)), sockets_max: 1 };
    let text = String::from_utf8(metrics.render(&scraped).unwrap()).unwrap();
    expect_that!(value(&text, "pm_failures_total{kind=\"storage\"}"), eq(0.0));
    expect_that!(value(&text, "pm_rejections_total{code=\"cycle\"}"), eq(0.0));
    expect_that!(value(&text, "pm_commands_total{outcome=\"failed\"}"), eq(0.0));
}

#[gtest]
#[cfg(target_os = "linux")]
fn given_processor_time_when_rendered_twice_then_it_is_counted_once() {
    let used = || process::look().unwrap().processor_seconds;
    let began = used();
    while used() <= began {
        std::hint::spin_loop();
    }
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::open(EngineConfig { workers: 0, ..EngineConfig::new(folder.path()) }).unwrap();
    let metrics = Metrics::new(Arc::default()).unwrap();
    let scraped = Scraped { engine, sockets: Arc::new(Semaphore::new(1)), sockets_max: 1 };
    let render = || String::from_utf8(metrics.render(&scraped).unwrap()).unwrap();
    let first = value(&render(), "process_cpu_seconds_total");
    let text = render();
    let second = value(&text, "process_cpu_seconds_total");
    expect_that!(first, gt(0.0));
    // Sums of what was used in between are a little off.
    expect_that!(second, all!(ge(first), le(used() + 0.001)));
    expect_that!(text, contains_substring("# TYPE process_cpu_seconds_total counter"));
}

#[gtest]
fn given_followers_when_the_slowest_is_looked_for_then_those_that_have_gone_do_not_count() {
    let metrics = Metrics::new(Arc::default()).unwrap();
    let (head, heads) = watch::channel(10);
    let fast = metrics.follower(heads.clone(), 10);
    let slow = metrics.follower(heads, 3);
    expect_that!(metrics.slowest(), eq(7));
    head.send_replace(20);
    fast.is_at(20);
    expect_that!(metrics.slowest(), eq(17));
    slow.is_at(18);
    expect_that!(metrics.slowest(), eq(2));
    drop(slow);
    expect_that!(metrics.slowest(), eq(0));
}

#[gtest]
fn given_many_followers_that_come_and_go_when_counted_then_they_leave_nothing_behind() {
    let metrics = Metrics::new(Arc::default()).unwrap();
    let (_head, heads) = watch::channel(0);
    for _ in 0..10_000 {
        drop(metrics.follower(heads.clone(), 0));
    }
    expect_that!(metrics.followers.lock().unwrap().capacity(), lt(64));
}

#[gtest]
fn given_the_page_of_metrics_when_compared_then_it_has_each_and_no_other() {
    let page = std::fs::read_to_string("../docs/operations.md").unwrap();
    let mut listed: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split(['`', '{']).next())
        .filter(|name| name.starts_with("pm_") || name.starts_with("process_"))
        .collect();
    listed.sort_unstable();
    let mut names = NAMES.to_vec();
    names.sort_unstable();
    expect_that!(listed, eq(&names));
}
