//! Copies, checks and rebuilding.

use googletest::prelude::*;
use pm_engine::Resume;
use pm_engine::command::{Change, NewComment, NewItem};
use pm_engine::error::OpenError;
use pm_engine::model::{DependencyKind, ItemKind};

use crate::support::{Bench, admin, item, item_with, member, run, to_lane};

/// A tenant with something in every table.
fn lived_in(bench: &Bench) -> pm_engine::Tenant {
    let tenant = bench.tenant("acme");
    let story = item(&tenant, ItemKind::Story, "Story");
    let mut new = NewItem::new("PM", ItemKind::Task, "Task");
    new.parent = Some(story.as_str().into());
    new.labels = vec!["ui".to_owned()];
    let task = item_with(&tenant, new);
    let other = item(&tenant, ItemKind::Bug, "Bug");
    let (from, to) = (other.as_str().into(), task.as_str().into());
    run(&tenant, &admin(), Change::AddDependency { id: None, kind: DependencyKind::Blocks, from, to });
    run(
        &tenant,
        &member("ann"),
        Change::AddComment(NewComment::new(task.as_str(), format!("after {other}"))),
    );
    run(
        &tenant,
        &member("ann"),
        Change::StartTimer { id: None, item: task.as_str().into(), note: String::new() },
    );
    run(&tenant, &admin(), to_lane(&other, "done"));
    run(&tenant, &admin(), Change::DeleteItem { item: story.as_str().into(), cascade: true });
    run(&tenant, &admin(), Change::RestoreItem { item: story.as_str().into() });
    tenant
}

#[gtest]
fn given_a_lived_in_tenant_when_checked_then_it_is_whole_and_its_log_gives_its_tables() {
    let bench = Bench::new();
    let tenant = lived_in(&bench);
    let report = pm_engine::check(bench.folder.path(), "acme").unwrap();
    expect_that!(report.is_whole(), is_true(), "{report:?}");
    expect_that!(report.sequence, eq(tenant.head().unwrap()));
    expect_that!(tenant.rebuild().unwrap(), eq(report.sequence));
    expect_that!(pm_engine::check(bench.folder.path(), "acme").unwrap().is_whole(), is_true());
}

#[gtest]
fn given_a_changed_row_when_checked_then_the_table_is_named() {
    let bench = Bench::new();
    let tenant = lived_in(&bench);
    bench.engine.close();
    drop(tenant);
    let file = bench.folder.path().join("acme/tenant.db");
    let connection = rusqlite::Connection::open(file).unwrap();
    connection.execute("UPDATE work_items SET title = 'forged' WHERE number = 1", []).unwrap();
    drop(connection);
    let report = pm_engine::check(bench.folder.path(), "acme").unwrap();
    let tables: Vec<&str> = report.differences.iter().map(|difference| difference.table.as_str()).collect();
    expect_that!(tables, elements_are![eq(&"work_items")]);
}

#[gtest]
fn given_a_log_or_record_that_was_tampered_with_when_checked_then_it_is_named() {
    let tampered = [
        ("UPDATE event_log SET actor = 'mallory' WHERE sequence = 5", "event_log"),
        ("UPDATE event_log SET instant = instant + 1 WHERE sequence = 5", "event_log"),
        (
            "UPDATE event_log SET number = 77 WHERE sequence = (SELECT max(sequence) FROM event_log)",
            "event_log",
        ),
        ("DELETE FROM command_record WHERE rowid = 3", "command_record"),
    ];
    for (sql, table) in tampered {
        let bench = Bench::new();
        let tenant = lived_in(&bench);
        bench.engine.close();
        drop(tenant);
        let connection = rusqlite::Connection::open(bench.folder.path().join("acme/tenant.db")).unwrap();
        expect_that!(connection.execute(sql, []).unwrap(), eq(1), "{sql}");
        drop(connection);
        let report = pm_engine::check(bench.folder.path(), "acme").unwrap();
        let tables: Vec<&str> = report.differences.iter().map(|one| one.table.as_str()).collect();
        expect_that!(tables, contains(eq(&table)), "{sql}");
    }
}

#[gtest]
fn given_an_index_that_was_dropped_when_checked_then_the_schema_is_named() {
    let bench = Bench::new();
    let tenant = lived_in(&bench);
    bench.engine.close();
    drop(tenant);
    let file = bench.folder.path().join("acme/tenant.db");
    let connection = rusqlite::Connection::open(file).unwrap();
    let unique = "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE UNIQUE INDEX%time_entries%'";
    let name: String = connection.query_row(unique, [], |row| row.get(0)).unwrap();
    connection.execute_batch(&format!("DROP INDEX {name}; CREATE VIEW of_mine AS SELECT 1")).unwrap();
    drop(connection);
    let report = pm_engine::check(bench.folder.path(), "acme").unwrap();
    expect_that!(report.is_whole(), is_false());
    expect_that!(report.differences.len(), eq(1));
    expect_that!(report.differences[0].table, eq("sqlite_schema"));
    expect_that!((report.differences[0].missing, report.differences[0].surplus), eq((1, 0)));
}

#[gtest]
fn given_a_backup_when_restored_then_the_state_is_back_and_clients_take_a_snapshot() {
    let bench = Bench::new();
    let tenant = lived_in(&bench);
    let mut listener = tenant.subscribe(&admin(), 0, None).unwrap();
    let (epoch, head) = (tenant.epoch().unwrap(), tenant.head().unwrap());
    let copy = bench.folder.path().join("copy.db");
    tenant.backup(&copy).unwrap();
    expect_that!(tenant.backup(&copy), err(matches_pattern!(OpenError::AlreadyExists)));
    item(&tenant, ItemKind::Task, "After the backup");

    let restored = bench.engine.restore("acme", &copy).unwrap();

    expect_that!(restored.head().unwrap(), eq(head));
    expect_that!(restored.epoch().unwrap(), not(eq(epoch)));
    expect_that!(restored.resume(Some((epoch, head))).unwrap(), eq(Resume::Snapshot { head }));
    while listener.try_next().is_ok_and(|batch| batch.is_some()) {}
    expect_that!(listener.try_next(), err(anything()), "the stream of the old history ends");
    expect_that!(pm_engine::check(bench.folder.path(), "acme").unwrap().is_whole(), is_true());
    expect_that!(item(&tenant, ItemKind::Task, "Goes on"), eq("PM-4"));
}

#[gtest]
fn given_what_is_no_backup_when_restored_then_nothing_is_left_behind_and_a_tenant_serves_on() {
    let bench = Bench::new();
    let tenant = lived_in(&bench);
    let epoch = tenant.epoch().unwrap();
    let (absent, torn) = (bench.folder.path().join("absent.db"), bench.folder.path().join("torn.db"));
    std::fs::write(&torn, b"no database at all, just some words that are longer than a header").unwrap();
    let names = || {
        let folder = std::fs::read_dir(bench.folder.path()).unwrap();
        let mut names: Vec<_> = folder.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let empty = bench.folder.path().join("empty.db");
    std::fs::write(&empty, b"").unwrap();
    let before = names();
    for name in ["fresh", "acme"] {
        expect_that!(bench.engine.restore(name, &empty), err(matches_pattern!(OpenError::Corrupt { .. })));
        expect_that!(bench.engine.restore(name, &absent), err(matches_pattern!(OpenError::NotFound)));
        expect_that!(bench.engine.restore(name, &torn), err(matches_pattern!(OpenError::Corrupt { .. })));
    }
    expect_that!(names(), eq(&before), "no folder and no copy is left");
    expect_that!(bench.engine.tenant("fresh"), err(matches_pattern!(OpenError::NotFound)));
    expect_that!(tenant.epoch().unwrap(), eq(epoch));
    expect_that!(item(&tenant, ItemKind::Task, "Goes on"), eq("PM-4"));
    // The name is free for a backup that is one.
    let copy = bench.folder.path().join("copy.db");
    tenant.backup(&copy).unwrap();
    let head = bench.engine.restore("fresh", &copy).unwrap().head().unwrap();
    expect_that!(head, eq(tenant.head().unwrap()));
    expect_that!(bench.engine.tenants().unwrap().len(), eq(2));
    bench.engine.close();
    expect_that!(bench.engine.restore("fresh", &copy), err(matches_pattern!(OpenError::Closed)));
}

#[gtest]
fn given_tenants_with_and_without_a_history_when_untouched_ones_are_removed_then_only_those_go() {
    let bench = Bench::new();
    let tenant = lived_in(&bench);
    let fresh = bench.engine.create_tenant("fresh").unwrap();
    expect_that!(bench.engine.remove_untouched("fresh").unwrap(), eq(true));
    expect_that!(bench.folder.path().join("fresh").exists(), eq(false));
    expect_that!(fresh.head(), err(anything()), "a handle that is left finds nothing");
    expect_that!(bench.engine.remove_untouched("fresh"), err(matches_pattern!(OpenError::NotFound)));
    expect_that!(bench.engine.remove_untouched("../x"), err(matches_pattern!(OpenError::InvalidName)));
    let mut listener = tenant.subscribe(&admin(), tenant.head().unwrap(), None).unwrap();
    expect_that!(bench.engine.remove_untouched("acme").unwrap(), eq(false));
    expect_that!(item(&tenant, ItemKind::Task, "Goes on"), eq("PM-4"));
    expect_that!(listener.try_next().unwrap().is_some(), eq(true), "who listens is not disturbed");
    // The name is free again.
    expect_that!(bench.engine.create_tenant("fresh").unwrap().head().unwrap(), eq(0));
}

#[gtest]
fn given_purged_items_when_checked_and_rebuilt_then_nothing_of_them_is_left() {
    let bench = Bench::new();
    let tenant = lived_in(&bench);
    let secret = item(&tenant, ItemKind::Task, "Unspeakable");
    run(&tenant, &admin(), Change::AddComment(NewComment::new(secret.as_str(), "unspeakable detail")));
    run(&tenant, &admin(), Change::DeleteItem { item: secret.as_str().into(), cascade: false });
    let head = run(&tenant, &admin(), Change::PurgeItem { item: secret.as_str().into() }).last_sequence;
    expect_that!(tenant.head().unwrap(), eq(head.unwrap()));
    let report = pm_engine::check(bench.folder.path(), "acme").unwrap();
    expect_that!(report.is_whole(), is_true(), "{report:?}");
    tenant.rebuild().unwrap();
    bench.engine.close();
    for file in std::fs::read_dir(bench.folder.path().join("acme")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap().to_ascii_lowercase();
        expect_that!(bytes.windows(11).any(|window| window == b"unspeakable"), is_false());
    }
}

#[gtest]
fn given_a_foreign_tool_with_tables_and_a_read_of_its_own_when_commands_go_on_then_nothing_is_disturbed() {
    let bench = Bench::new();
    let tenant = lived_in(&bench);
    let file = bench.folder.path().join("acme/tenant.db");
    let foreign = rusqlite::Connection::open(&file).unwrap();
    foreign.execute_batch("CREATE TABLE _foreign_seq (id INTEGER PRIMARY KEY, seq INTEGER)").unwrap();
    foreign
        .execute_batch("INSERT INTO _foreign_seq VALUES (1, 1); BEGIN; SELECT * FROM _foreign_seq")
        .unwrap();
    let count = |connection: &rusqlite::Connection| -> i64 {
        connection.query_row("SELECT count(*) FROM work_items", [], |row| row.get(0)).unwrap()
    };
    let before = count(&foreign);
    // More than a checkpoint's worth of pages, each held up by the read.
    let long = "x".repeat(90_000);
    for n in 0..60 {
        let mut new = NewItem::new("PM", ItemKind::Task, format!("Item {n}"));
        new.description.clone_from(&long);
        item_with(&tenant, new);
    }
    let log = bench.folder.path().join("acme/tenant.db-wal");
    expect_that!(std::fs::metadata(&log).unwrap().len(), gt(4_096_000));
    expect_that!(count(&foreign), eq(before), "its snapshot stands");
    foreign.execute_batch("COMMIT; BEGIN IMMEDIATE; UPDATE _foreign_seq SET seq = 2; COMMIT").unwrap();
    item(&tenant, ItemKind::Task, "Goes on");
    expect_that!(count(&foreign), eq(before + 61));
    expect_that!(pm_engine::check(bench.folder.path(), "acme").unwrap().is_whole(), is_true());
    bench.engine.close();
    expect_that!(std::fs::metadata(&log).map_or(0, |file| file.len()), eq(0));
}
