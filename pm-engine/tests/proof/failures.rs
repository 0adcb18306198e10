//! Disks and files that fail: a typed error each, nothing acknowledged is lost, other tenants serve on, and the tenant
//! goes on once the cause is gone.
//!
//! The proofs of a full and of a read-only disk mount a small file system, for which they must be root; else they say
//! that they were skipped. Long form: `PM_PROOF_LONG=1 cargo test --release -p pm-engine --test proof failures`.

use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command as Process;

use googletest::prelude::*;
use pm_engine::command::{Change, Command, NewItem};
use pm_engine::error::{ExecuteError, FailureKind, OpenError};
use pm_engine::model::ItemKind;
use pm_engine::{CommandResult, Engine, EngineConfig, Tenant};

use crate::support::{
    Bench, admin, assert_whole, child, child_root, count, id, is_long, new_task, run, size, watched,
};

fn failed_as(answer: CommandResult) -> Option<FailureKind> {
    match answer {
        Err(ExecuteError::Failed(failure)) => {
            // What a client sees names no path, file or SQL.
            let shown = failure.to_string();
            assert!(!shown.contains('/') && !shown.to_lowercase().contains("sql"), "{shown}");
            Some(failure.kind())
        }
        _ => None,
    }
}

fn create(tenant: &Tenant, title: &str) -> CommandResult {
    tenant.execute(Command::new(admin(), new_task(title)))
}

/// A tenant with some items, closed; and a neighbour that stays open.
fn closed_and_neighbour() -> (Bench, Engine, Tenant) {
    let bench = Bench::with_workers(2);
    let tenant = bench.tenant("acme");
    bench.tenant("other");
    for n in 0..size(60, 600) {
        create(&tenant, &format!("item {n}")).unwrap();
    }
    let engine = bench.reopened();
    let other = engine.tenant("other").unwrap();
    (bench, engine, other)
}

#[gtest]
fn given_a_file_of_a_newer_version_when_opened_then_it_says_so_and_opens_again_once_it_is_known() {
    let (bench, engine, other) = closed_and_neighbour();
    let version = |version: i64| {
        let connection = rusqlite::Connection::open(bench.file("acme")).unwrap();
        connection.pragma_update(None, "user_version", version).unwrap();
    };
    let known = count(&bench.file("acme"), "PRAGMA user_version");
    version(known + 1);
    let Err(OpenError::Newer { found, supported }) = engine.tenant("acme") else { panic!("it was opened") };
    expect_that!((found, supported), eq((known + 1, known)));
    expect_that!(pm_engine::check(bench.root(), "acme"), err(matches_pattern!(OpenError::Newer { .. })));
    expect_that!(create(&other, "serves on"), ok(anything()));
    version(known);
    expect_that!(create(&engine.tenant("acme").unwrap(), "goes on"), ok(anything()));
}

#[gtest]
fn given_a_file_that_is_no_tenants_when_opened_then_it_is_called_damaged() {
    let (bench, engine, other) = closed_and_neighbour();
    let file = bench.file("acme");
    let good = std::fs::read(&file).unwrap();
    let mut header = good.clone();
    header[..100].fill(0xa5);
    let mut half_header = good.clone();
    half_header[40..100].fill(0xff);
    let cut = &good[..50];
    let text = b"this is no database, whatever its name says".repeat(100);
    for (what, bytes) in [
        ("header", &header[..]),
        ("half a header", &half_header[..]),
        ("cut short", cut),
        ("text", &text[..]),
    ] {
        std::fs::write(&file, bytes).unwrap();
        expect_that!(engine.tenant("acme"), err(matches_pattern!(OpenError::Corrupt { .. })), "{what}");
        expect_that!(
            pm_engine::check(bench.root(), "acme"),
            err(matches_pattern!(OpenError::Corrupt { .. })),
            "{what}"
        );
        expect_that!(std::fs::read(&file).unwrap() == bytes, is_true(), "{what} was left as it was");
    }
    std::fs::remove_file(&file).unwrap();
    let foreign = rusqlite::Connection::open(&file).unwrap();
    foreign.execute_batch("CREATE TABLE somebody_elses (id INTEGER)").unwrap();
    drop(foreign);
    expect_that!(engine.tenant("acme"), err(matches_pattern!(OpenError::Corrupt { .. })));
    expect_that!(create(&other, "serves on"), ok(anything()));
    std::fs::write(&file, &good).unwrap();
    expect_that!(create(&engine.tenant("acme").unwrap(), "goes on"), ok(anything()));
    assert_whole(bench.root(), "acme");
}

#[gtest]
fn given_damaged_pages_in_the_middle_when_used_then_commands_fail_typed_and_the_check_tells() {
    let (bench, engine, other) = closed_and_neighbour();
    let file = bench.file("acme");
    let good = std::fs::read(&file).unwrap();
    let pages = good.len() / 4_096;
    let mut told = 0;
    for page in (2..pages).step_by((pages / size(24, 150)).max(1)) {
        let mut bad = good.clone();
        bad[page * 4_096..(page + 1) * 4_096].fill(0x5a);
        std::fs::write(&file, &bad).unwrap();
        match engine.tenant("acme") {
            Ok(tenant) => {
                // It may not need the page; if it does, it says so.
                if let Err(error) = create(&tenant, "new") {
                    expect_that!(failed_as(Err(error)), some(eq(FailureKind::Storage)), "page {page}");
                }
                match pm_engine::check(bench.root(), "acme") {
                    Ok(report) => told += usize::from(!report.is_whole()),
                    Err(error) => {
                        expect_that!(error, matches_pattern!(OpenError::Corrupt { .. }), "page {page}");
                        told += 1;
                    }
                }
            }
            Err(error) => {
                expect_that!(error, matches_pattern!(OpenError::Corrupt { .. }), "page {page}");
                told += 1;
            }
        }
        expect_that!(create(&other, "serves on"), ok(anything()));
        // The bad file goes, as by a restore, under an open tenant: the next command finds out, the one after goes on.
        for name in ["tenant.db", "tenant.db-wal", "tenant.db-shm"] {
            let _ = std::fs::remove_file(bench.root().join("acme").join(name));
        }
        if let Ok(tenant) = engine.tenant("acme") {
            expect_that!(failed_as(create(&tenant, "lost")), some(eq(FailureKind::Storage)), "page {page}");
        }
        expect_that!(engine.tenant("acme"), err(matches_pattern!(OpenError::NotFound)), "page {page}");
    }
    expect_that!(told, ge(3));
    std::fs::write(&file, &good).unwrap();
    expect_that!(create(&engine.tenant("acme").unwrap(), "goes on"), ok(anything()));
    assert_whole(bench.root(), "acme");
}

#[gtest]
fn given_a_crash_at_creation_when_opened_then_the_tenant_is_new_and_works() {
    let bench = Bench::with_workers(2);
    let beginnings: [fn(&Path); 3] = [
        |file| std::fs::write(file, b"").unwrap(),
        |file| {
            let connection = rusqlite::Connection::open(file).unwrap();
            connection.pragma_update(None, "journal_mode", "WAL").unwrap();
        },
        |file| {
            // The first migration only, and nothing in it.
            let first = &pm_migrations::MIGRATIONS[0];
            let connection = rusqlite::Connection::open(file).unwrap();
            connection.execute_batch(first.sql).unwrap();
            connection.pragma_update(None, "user_version", first.version).unwrap();
            connection.pragma_update(None, "application_id", 0x706d_6462).unwrap();
        },
    ];
    for (n, begin) in beginnings.into_iter().enumerate() {
        let name = format!("t{n}");
        std::fs::create_dir(bench.root().join(&name)).unwrap();
        begin(&bench.file(&name));
        let tenant = bench.engine.tenant(&name).unwrap();
        expect_that!(tenant.head().unwrap(), eq(0));
        run(&tenant, &admin(), Change::CreateProject(pm_engine::command::NewProject::new("PM", "P")));
        expect_that!(create(&tenant, "works"), ok(anything()));
        assert_whole(bench.root(), &name);
    }
    expect_that!(bench.engine.create_tenant("t0"), err(matches_pattern!(OpenError::AlreadyExists)));
}

#[gtest]
fn given_a_folder_that_is_removed_or_moved_under_the_engine_when_used_then_nothing_is_acknowledged_into_nowhere()
 {
    let bench = Bench::with_workers(2);
    let (tenant, other) = (bench.tenant("acme"), bench.tenant("other"));
    create(&tenant, "first").unwrap();
    let mut stream = tenant.subscribe(&admin(), tenant.head().unwrap(), None).unwrap();
    let (folder, aside) = (bench.root().join("acme"), bench.root().join("aside"));
    std::fs::rename(&folder, &aside).unwrap();
    expect_that!(failed_as(create(&tenant, "nowhere")), some(eq(FailureKind::Storage)));
    expect_that!(failed_as(create(&tenant, "nowhere")), some(eq(FailureKind::Storage)));
    expect_that!(bench.engine.tenant("acme"), err(matches_pattern!(OpenError::NotFound)));
    expect_that!(create(&other, "serves on"), ok(anything()));
    expect_that!(stream.try_next(), err(anything()), "the stream ends, the client comes back");
    std::fs::rename(&aside, &folder).unwrap();
    let outcome = create(&tenant, "second").unwrap();
    expect_that!(outcome.results[0].key.as_deref(), some(eq("PM-2")));
    assert_whole(bench.root(), "acme");
    std::fs::remove_dir_all(&folder).unwrap();
    expect_that!(failed_as(create(&tenant, "nowhere")), some(eq(FailureKind::Storage)));
    expect_that!(create(&other, "serves on"), ok(anything()));
    // The name is free again.
    expect_that!(bench.engine.create_tenant("acme"), ok(anything()));
}

/// A small file system, unmounted at the end.
struct Mount(PathBuf);

impl Mount {
    /// `None` where this process may not mount.
    fn new(place: &Path, options: &str) -> Option<Self> {
        std::fs::create_dir_all(place).unwrap();
        let mounted = mount(&["-t", "tmpfs", "-o", options, "pm-proof"], place);
        if !mounted {
            println!("skipped: a file system can be mounted by root only");
        }
        mounted.then(|| Self(place.to_owned()))
    }

    fn change(&self, options: &str) {
        assert!(mount(&["-o", &format!("remount,{options}")], &self.0));
    }
}

fn mount(arguments: &[&str], place: &Path) -> bool {
    let done = Process::new("mount").args(arguments).arg(place).stderr(std::process::Stdio::null()).status();
    done.is_ok_and(|status| status.success())
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Lazily: a test that failed may have files open still.
        let _ = Process::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[gtest]
fn given_a_read_only_disk_when_opened_then_storage_fails_until_it_can_be_written_again() {
    let bench = Bench::with_workers(2);
    let other = bench.tenant("other");
    let Some(disk) = Mount::new(&bench.root().join("acme"), "size=8m") else { return };
    let tenant = bench.tenant("acme");
    create(&tenant, "first").unwrap();
    bench.engine.close();
    drop((tenant, other));
    let engine = Engine::open(EngineConfig::new(bench.root())).unwrap();
    let other = engine.tenant("other").unwrap();
    disk.change("ro");
    expect_that!(engine.tenant("acme"), err(matches_pattern!(OpenError::Storage(_))));
    expect_that!(create(&other, "serves on"), ok(anything()));
    disk.change("rw");
    let tenant = engine.tenant("acme").unwrap();
    expect_that!(create(&tenant, "second").unwrap().results[0].key.as_deref(), some(eq("PM-2")));
    assert_whole(bench.root(), "acme");
    engine.close();
}

/// A file that leaves so many bytes of a disk free.
fn fill(disk: &Path, leave: u64) -> PathBuf {
    let path = disk.join("filler");
    let mut file = std::fs::File::create(&path).unwrap();
    let block = [0_u8; 4_096];
    let mut written: u64 = 0;
    while file.write_all(&block).is_ok() {
        written += 4_096;
    }
    file.set_len(written.saturating_sub(leave)).unwrap();
    path
}

#[gtest]
fn given_a_full_disk_when_commands_fail_then_nothing_is_lost_and_the_tenant_goes_on_with_space() {
    let bench = Bench::with_workers(2);
    let other = bench.tenant("other");
    let Some(disk) = Mount::new(&bench.root().join("acme"), size("size=24m", "size=128m")) else { return };
    let tenant = bench.tenant("acme");
    let mut stream = tenant.subscribe(&admin(), 0, None).unwrap();
    let (mut done, mut failed) = (0, 0);
    let mut seen = Vec::new();
    for round in 0..size(16, 60_u64) {
        // From nothing to a few hundred kilobytes are left, so that it runs out in different places.
        let filler = fill(&disk.0, (round * 7 % 16) * 24 * 1_024);
        let command = move |thread: u64, n: usize| {
            let mut new = NewItem::new("PM", ItemKind::Task, format!("{round} {thread} {n}"));
            new.description = "x".repeat(if thread == 0 { 40_000 } else { 200 });
            let change = Change::CreateItem(Box::new(new));
            Command::new(admin(), change).with_id(id(format!("{round}-{thread}-{n}")))
        };
        let writer = tenant.clone();
        let answers: Vec<(u64, usize, CommandResult)> = watched(move || {
            let threads: Vec<_> = (0..4)
                .map(|thread| {
                    let tenant = writer.clone();
                    std::thread::spawn(move || {
                        (0..12).map(|n| (thread, n, tenant.execute(command(thread, n)))).collect::<Vec<_>>()
                    })
                })
                .collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        expect_that!(create(&other, "serves on"), ok(anything()));
        std::fs::remove_file(filler).unwrap();
        for (thread, n, answer) in answers {
            // Under the same id: done already, or done now; once in any case.
            let again = tenant.execute(command(thread, n)).unwrap();
            match answer {
                Ok(before) => {
                    done += 1;
                    expect_that!(again.replayed, is_true());
                    expect_that!(again.first_sequence, eq(before.first_sequence));
                }
                Err(error) => {
                    failed += 1;
                    expect_that!(failed_as(Err(error)), some(eq(FailureKind::Storage)));
                }
            }
        }
        while let Some(batch) = stream.try_next().unwrap() {
            seen.extend(batch.events.iter().map(|event| event.sequence()));
        }
    }
    println!("full disk: {done} commands committed at once, {failed} failed and were committed later");
    expect_that!(failed, gt(0), "the disk was full");
    let head = tenant.head().unwrap();
    expect_that!(seen == (1..=head).collect::<Vec<_>>(), is_true(), "the stream has every event once");
    let items = count(&bench.file("acme"), "SELECT count(*) FROM work_items");
    expect_that!(items, eq(i64::from(done + failed)));
    assert_whole(bench.root(), "acme");
    bench.engine.close();
    drop(disk);
}

/// Not a test of its own: a process that holds a tenant until it is killed.
#[test]
fn child_that_holds_a_tenant() {
    let Some(root) = child_root() else { return };
    let engine = Engine::open(EngineConfig::new(root)).unwrap();
    let _tenant = engine.tenant("acme").unwrap();
    println!("\nready");
    // Until the parent goes or kills it.
    let _ = std::io::stdin().read_line(&mut String::new());
}

#[gtest]
fn given_another_process_that_has_the_tenant_when_opened_then_the_error_names_it() {
    let bench = Bench::with_workers(2);
    bench.tenant("acme");
    let other = bench.tenant("other");
    drop(other);
    bench.engine.close();
    let mut holder = child("failures::child_that_holds_a_tenant", bench.root(), &[]);
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    while lines.next().unwrap().unwrap() != "ready" {}
    let engine = Engine::open(EngineConfig::new(bench.root())).unwrap();
    let Err(OpenError::Locked { holder: name }) = engine.tenant("acme") else { panic!("it was opened") };
    expect_that!(name, eq(&format!("process {}", holder.id())));
    let copy = bench.root().join("copy.db");
    pm_engine::backup(bench.root(), "acme", &copy).unwrap();
    expect_that!(engine.restore("acme", &copy), err(matches_pattern!(OpenError::Locked { .. })));
    expect_that!(create(&engine.tenant("other").unwrap(), "serves on"), ok(anything()));
    holder.kill().unwrap();
    holder.wait().unwrap();
    expect_that!(create(&engine.tenant("acme").unwrap(), "goes on"), ok(anything()));
    // Two engines of one process are two, too.
    let second = Engine::open(EngineConfig::new(bench.root())).unwrap();
    let Err(OpenError::Locked { holder: name }) = second.tenant("acme") else { panic!("it was opened") };
    expect_that!(name, eq(&format!("process {}", std::process::id())));
}

#[gtest]
fn given_a_foreign_tool_that_writes_when_commands_come_then_they_wait_for_it() {
    let bench = Bench::with_workers(2);
    let (tenant, other) = (bench.tenant("acme"), bench.tenant("other"));
    let foreign = rusqlite::Connection::open(bench.file("acme")).unwrap();
    for _ in 0..size(3, 20) {
        foreign.execute_batch("BEGIN IMMEDIATE").unwrap();
        let waiting: Vec<_> =
            (0..20).map(|n| tenant.send(Command::new(admin(), new_task(format!("{n}"))))).collect();
        // While they wait, others do not.
        for _ in 0..20 {
            expect_that!(create(&other, "serves on"), ok(anything()));
        }
        foreign.execute_batch("COMMIT").unwrap();
        for pending in waiting {
            expect_that!(pending.wait(), ok(anything()));
        }
    }
    if is_long() {
        // Past the busy timeout they are told so, and may try again.
        foreign.execute_batch("BEGIN IMMEDIATE").unwrap();
        expect_that!(failed_as(create(&tenant, "too long")), some(eq(FailureKind::Busy)));
        foreign.execute_batch("COMMIT").unwrap();
        expect_that!(create(&tenant, "goes on"), ok(anything()));
    }
    assert_whole(bench.root(), "acme");
}

#[gtest]
fn given_a_log_with_a_torn_tail_when_opened_then_what_was_whole_is_there() {
    // A power cut in the middle of a write leaves part of a transaction at the end of the write-ahead log.
    let bench = Bench::with_workers(0);
    let tenant = bench.tenant("acme");
    for n in 0..20 {
        create(&tenant, &format!("item {n}")).unwrap();
    }
    let copy = tempfile::tempdir().unwrap();
    std::fs::create_dir(copy.path().join("acme")).unwrap();
    let names = ["tenant.db", "tenant.db-wal"];
    let wal = std::fs::metadata(bench.root().join("acme").join(names[1])).unwrap().len();
    let mut heads = Vec::new();
    for cut in (0..wal).step_by(usize::try_from(wal / size(24, 400)).unwrap().max(1)) {
        for name in names {
            std::fs::copy(bench.root().join("acme").join(name), copy.path().join("acme").join(name)).unwrap();
        }
        let torn = std::fs::OpenOptions::new().write(true).open(copy.path().join("acme").join(names[1]));
        let mut torn = torn.unwrap();
        torn.set_len(cut).unwrap();
        torn.seek(SeekFrom::Start(cut)).unwrap();
        torn.write_all(&[0x5a; 3_000]).unwrap();
        drop(torn);
        let engine = Engine::open(EngineConfig { workers: 0, ..EngineConfig::new(copy.path()) }).unwrap();
        match engine.tenant("acme") {
            Ok(tenant) => {
                let head = tenant.head().unwrap();
                heads.push(head);
                if head > 10 {
                    expect_that!(create(&tenant, "goes on"), ok(anything()));
                }
                engine.close();
                assert_whole(copy.path(), "acme");
            }
            // So little is left that there was no tenant yet.
            Err(error) => expect_that!(error, matches_pattern!(OpenError::Corrupt { .. }), "{cut} of {wal}"),
        }
        for name in ["tenant.db", "tenant.db-wal", "tenant.db-shm", "lock"] {
            let _ = std::fs::remove_file(copy.path().join("acme").join(name));
        }
    }
    expect_that!(heads.is_sorted(), is_true(), "{heads:?}");
    expect_that!(heads.last(), some(gt(&10)));
}
