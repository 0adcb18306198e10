//! Few tenants open, many used: every command succeeds, handles are bounded, listeners keep their tenant open.
//!
//! Long form: `PM_PROOF_LONG=1 cargo test --release -p pm-engine --test proof eviction -- --test-threads=1`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use googletest::prelude::*;
use pm_engine::command::Command;
use pm_engine::limits;

use crate::support::{Bench, admin, assert_whole, count, new_task, relaxed, size, watched};

const OPEN_MAX: usize = 4;
const TENANTS: usize = 50;
const THREADS: usize = 8;
/// Database, write-ahead log, its index and the lock of the writer.
const FILES_OF_WRITER: usize = 4;
/// Database and write-ahead log of a reader; its index is shared.
const FILES_OF_READER: usize = 3;

/// How often each thread goes round all tenants.
fn rounds() -> usize {
    size(3, 60)
}

/// Files under a folder that this process has open.
fn handles(under: &std::path::Path) -> usize {
    let Ok(open) = std::fs::read_dir("/proc/self/fd") else { return 0 };
    let links = open.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    links.filter(|target| target.starts_with(under)).count()
}

#[gtest]
fn given_50_tenants_and_room_for_4_when_8_threads_use_them_then_all_succeed_and_handles_are_bounded() {
    for workers in [0, 4] {
        let bench = Bench::with(|config| {
            relaxed(config);
            config.workers = workers;
            config.tenants_open_max = OPEN_MAX;
        });
        let tenants: Vec<_> = (0..TENANTS).map(|n| bench.tenant(&format!("t{n}"))).collect();
        let root = bench.root().to_owned();
        let (most_handles, most_open, failed) = watched({
            let (tenants, engine) = (Arc::new(tenants), bench.engine.clone());
            move || {
                let (done, most, open) =
                    (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)), AtomicUsize::new(0));
                let observer = {
                    let (done, most) = (Arc::clone(&done), Arc::clone(&most));
                    std::thread::spawn(move || {
                        while !done.load(Ordering::SeqCst) {
                            most.fetch_max(handles(&root), Ordering::SeqCst);
                        }
                    })
                };
                let failed: usize = std::thread::scope(|scope| {
                    let threads: Vec<_> = (0..THREADS)
                        .map(|thread| {
                            let (tenants, engine, open) = (&tenants, &engine, &open);
                            scope.spawn(move || {
                                let mut failed = 0;
                                for step in 0..rounds() * TENANTS {
                                    let tenant = &tenants[(thread * 7 + step) % TENANTS];
                                    let answer =
                                        tenant.execute(Command::new(admin(), new_task(format!("{step}"))));
                                    failed += usize::from(answer.is_err());
                                    open.fetch_max(engine.tenants_open(), Ordering::SeqCst);
                                }
                                failed
                            })
                        })
                        .collect();
                    threads.into_iter().map(|thread| thread.join().unwrap()).sum()
                });
                done.store(true, Ordering::SeqCst);
                observer.join().unwrap();
                (most.load(Ordering::SeqCst), open.load(Ordering::SeqCst), failed)
            }
        });
        println!("{workers} workers: at most {most_open} tenants and {most_handles} files open");
        expect_that!(failed, eq(0));
        // Those in use cannot be closed: each thread has one, and one more may be opening.
        let open_max = OPEN_MAX + 2 * THREADS;
        expect_that!(most_open, le(open_max));
        expect_that!(most_handles, le(open_max * (FILES_OF_WRITER + limits::READERS_MAX * FILES_OF_READER)));
        bench.engine.close();
        expect_that!(handles(bench.root()), eq(0));
        for n in 0..TENANTS {
            let items = count(&bench.file(&format!("t{n}")), "SELECT count(*) FROM work_items");
            expect_that!(items, eq(i64::try_from(THREADS * rounds()).unwrap()));
        }
        assert_whole(bench.root(), "t0");
    }
}

#[gtest]
fn given_subscriptions_when_many_other_tenants_are_used_then_theirs_stay_open_and_hear_all() {
    let bench = Bench::with(|config| {
        relaxed(config);
        config.tenants_open_max = OPEN_MAX;
    });
    let heard = OPEN_MAX + 2;
    let tenants: Vec<_> = (0..TENANTS).map(|n| bench.tenant(&format!("t{n}"))).collect();
    let mut streams: Vec<_> = tenants[..heard]
        .iter()
        .map(|tenant| tenant.subscribe(&admin(), tenant.head().unwrap(), None).unwrap())
        .collect();
    for round in 0..rounds() {
        for tenant in &tenants {
            tenant.execute(Command::new(admin(), new_task(format!("{round}")))).unwrap();
        }
    }
    expect_that!(
        bench.engine.tenants_open(),
        le(heard + 2),
        "more than may be open, since all are listened to"
    );
    for stream in &mut streams {
        let mut events = 0;
        while let Some(batch) = stream.try_next().unwrap() {
            events += batch.events.len();
        }
        expect_that!(events, eq(rounds()));
    }
    drop(streams);
    // With nobody listening, the next openings close them.
    for tenant in &tenants[heard..] {
        tenant.head().unwrap();
    }
    expect_that!(bench.engine.tenants_open(), le(OPEN_MAX + 1));
}
