//! What a host may do inside a completion or a listener: panic, send, wait, drop the engine. With workers and without.
//!
//! Long form: `PM_PROOF_LONG=1 cargo test --release -p pm-engine --test proof callbacks`.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::ThreadId;

use googletest::prelude::*;
use pm_engine::Tenant;
use pm_engine::command::Command;
use pm_engine::error::{ExecuteError, FailureKind};

use crate::support::{Bench, admin, new_task, size, watched};

/// Rounds of each short race.
fn rounds() -> usize {
    size(20, 150)
}

fn create(tenant: &Tenant, title: &str) -> pm_engine::CommandResult {
    tenant.execute(Command::new(admin(), new_task(title)))
}

#[gtest]
fn given_a_completion_that_executes_when_called_then_the_inner_command_is_committed_too() {
    for workers in [0, 1, 4] {
        let committed = watched(move || {
            let bench = Bench::with_workers(workers);
            let tenant = bench.tenant("acme");
            let other = bench.tenant("other");
            let (done, results) = channel();
            let inner = tenant.clone();
            tenant.submit(Command::new(admin(), new_task("outer")), move |outer| {
                let same = create(&inner, "inner");
                let elsewhere = create(&other, "elsewhere");
                done.send([outer.is_ok(), same.is_ok(), elsewhere.is_ok()]).unwrap();
            });
            let answers = results.recv().unwrap();
            // The tenant goes on afterwards.
            (answers, create(&tenant, "after").unwrap().results[0].key.clone())
        });
        expect_that!(committed.0, eq([true, true, true]), "{workers} workers");
        expect_that!(committed.1, some(eq("PM-3")), "{workers} workers");
    }
}

#[gtest]
fn given_a_completion_that_sends_when_called_then_the_inner_command_is_committed_later() {
    for workers in [0, 1, 4] {
        let key = watched(move || {
            let bench = Bench::with_workers(workers);
            let tenant = bench.tenant("acme");
            let (done, results) = channel();
            let inner = tenant.clone();
            tenant.submit(Command::new(admin(), new_task("outer")), move |_| {
                done.send(inner.send(Command::new(admin(), new_task("inner")))).unwrap();
            });
            results.recv().unwrap().wait().unwrap().results[0].key.clone()
        });
        expect_that!(key, some(eq("PM-2")), "{workers} workers");
    }
}

/// Sends so many commands, each from the completion of the one before, and tells which threads ran those.
fn chain(tenant: &Tenant, left: usize, ran: Sender<ThreadId>) {
    let next = tenant.clone();
    tenant.submit(Command::new(admin(), new_task("next")), move |answer| {
        answer.unwrap();
        ran.send(std::thread::current().id()).unwrap();
        if left > 0 {
            chain(&next, left - 1, ran);
        }
    });
}

#[gtest]
fn given_workers_with_nothing_to_do_when_a_tenant_has_more_work_then_the_thread_that_has_it_goes_on() {
    let threads = watched(|| {
        let bench = Bench::with_workers(4);
        let tenant = bench.tenant("acme");
        let (ran, threads) = channel();
        chain(&tenant, size(300, 3_000), ran);
        threads.into_iter().collect::<HashSet<_>>()
    });
    expect_that!(threads.len(), eq(1));
}

#[gtest]
fn given_a_listener_that_executes_once_when_a_command_commits_then_both_are_committed() {
    for workers in [0, 1, 4] {
        let head = watched(move || {
            let bench = Bench::with_workers(workers);
            let tenant = bench.tenant("acme");
            let before = tenant.head().unwrap();
            let (inner, used) = (tenant.clone(), AtomicBool::new(false));
            let (done, seen) = channel();
            let _listener = tenant
                .on_head(move |_| {
                    if !used.swap(true, Ordering::SeqCst) {
                        done.send(create(&inner, "by the listener").is_ok()).unwrap();
                    }
                })
                .unwrap();
            create(&tenant, "outer").unwrap();
            assert!(seen.recv().unwrap());
            tenant.head().unwrap() - before
        });
        expect_that!(head, eq(2), "{workers} workers");
    }
}

#[gtest]
fn given_a_listener_that_executes_at_every_commit_when_it_runs_away_then_it_is_told_busy() {
    for workers in [0, 1, 4] {
        let (busy, goes_on) = watched(move || {
            let bench = Bench::with_workers(workers);
            let tenant = bench.tenant("acme");
            let inner = tenant.clone();
            let (done, answers) = channel();
            let listener = tenant
                .on_head(move |_| {
                    if let Err(ExecuteError::Failed(failure)) = create(&inner, "again") {
                        let _ = done.send(failure.kind());
                    }
                })
                .unwrap();
            create(&tenant, "outer").unwrap();
            let busy = answers.recv().unwrap() == FailureKind::Busy;
            drop(listener);
            (busy, create(&tenant, "after").is_ok())
        });
        expect_that!((busy, goes_on), eq((true, true)), "{workers} workers");
    }
}

#[gtest]
fn given_a_completion_or_listener_that_panics_when_called_then_the_tenant_goes_on() {
    for workers in [0, 1] {
        let (committed, published) = watched(move || {
            let bench = Bench::with_workers(workers);
            let tenant = bench.tenant("acme");
            let before = tenant.head().unwrap();
            let mut stream = tenant.subscribe(&admin(), before, None).unwrap();
            let listener = tenant.on_head(|_| panic!("a listener of the host")).unwrap();
            tenant.submit(Command::new(admin(), new_task("one")), |_| panic!("a completion of the host"));
            let answers: Vec<_> =
                (0..10).map(|n| tenant.send(Command::new(admin(), new_task(format!("{n}"))))).collect();
            let committed = answers.into_iter().map(|pending| pending.wait()).filter(|a| a.is_ok()).count();
            drop(listener);
            create(&tenant, "after").unwrap();
            let mut published = 0;
            while let Some(batch) = stream.try_next().unwrap() {
                published += batch.events.len();
            }
            (committed, published)
        });
        expect_that!(committed, eq(10), "{workers} workers");
        expect_that!(published, eq(12), "{workers} workers");
    }
}

#[gtest]
fn given_nobody_else_writes_when_a_caller_executes_then_his_own_thread_commits() {
    for workers in [0, 1, 4] {
        let bench = Bench::with_workers(workers);
        let tenant = bench.tenant("acme");
        let (told, threads) = channel();
        let _listener = tenant.on_head(move |_| told.send(std::thread::current().id()).unwrap()).unwrap();
        for n in 0..3 {
            create(&tenant, &format!("{n}")).unwrap();
            expect_that!(threads.try_recv(), ok(eq(std::thread::current().id())), "{workers} workers");
        }
    }
}

#[gtest]
fn given_every_worker_is_held_up_when_a_tenant_is_opened_and_written_then_nobody_waits_for_a_worker() {
    for workers in [1, 4] {
        let committed = watched(move || {
            let bench = Bench::with_workers(workers);
            let (held, holds) = channel();
            let gates: Vec<_> = (0..workers)
                .map(|n| {
                    let (gate, wait) = channel::<()>();
                    let held = held.clone();
                    let other = bench.tenant(&format!("other{n}"));
                    other.submit(Command::new(admin(), new_task("slow")), move |_| {
                        held.send(()).unwrap();
                        let _ = wait.recv();
                    });
                    holds.recv().unwrap();
                    gate
                })
                .collect();
            let tenant = bench.tenant("acme");
            let committed = create(&tenant, "meanwhile").is_ok();
            drop(gates);
            committed
        });
        expect_that!(committed, is_true(), "{workers} workers");
    }
}

#[gtest]
fn given_callers_and_completions_at_once_when_committed_then_no_completion_is_called_by_another_caller() {
    for workers in [1, 4] {
        let (strangers, committed, heads, after) = watched(move || {
            let bench = Bench::with_workers(workers);
            let tenant = bench.tenant("acme");
            let before = tenant.head().unwrap();
            let heads = Arc::new(std::sync::Mutex::new(Vec::new()));
            let told = Arc::clone(&heads);
            let _listener = tenant.on_head(move |head| told.lock().unwrap().push(head)).unwrap();
            let (done, calls) = channel();
            let each = 5 * rounds();
            let callers: Vec<_> = (0..4)
                .map(|_| {
                    let (tenant, done) = (tenant.clone(), done.clone());
                    std::thread::spawn(move || {
                        for n in 0..each {
                            let done = done.clone();
                            create(&tenant, &format!("{n}")).unwrap();
                            let send = Command::new(admin(), new_task(format!("sent {n}")));
                            tenant.submit(send, move |answer| {
                                done.send((std::thread::current().id(), answer.is_ok())).unwrap();
                            });
                        }
                        std::thread::current().id()
                    })
                })
                .collect();
            drop(done);
            let callers: Vec<_> = callers.into_iter().map(|caller| caller.join().unwrap()).collect();
            let calls: Vec<_> = calls.iter().collect();
            let strangers = calls.iter().filter(|(thread, _)| callers.contains(thread)).count();
            let committed = calls.iter().filter(|(_, is_ok)| *is_ok).count();
            // The tenant's turn was given back every time.
            create(&tenant, "after").unwrap();
            let heads = heads.lock().unwrap().clone();
            let whole = i64::try_from(8 * each + 1).unwrap() == tenant.head().unwrap() - before;
            (strangers, committed == 4 * each && whole, heads, create(&tenant, "and on").is_ok())
        });
        expect_that!(strangers, eq(0), "{workers} workers");
        expect_that!((committed, after), eq((true, true)), "{workers} workers");
        expect_that!(heads.is_sorted(), is_true(), "{workers} workers: {heads:?}");
    }
}

#[gtest]
fn given_a_listener_that_closes_the_engine_when_a_caller_commits_then_he_has_his_answer_and_the_next_is_told()
{
    for workers in [0, 1, 4] {
        let answers = watched(move || {
            let bench = Bench::with_workers(workers);
            let tenant = bench.tenant("acme");
            let engine = bench.engine.clone();
            let _listener = tenant.on_head(move |_| engine.close()).unwrap();
            let last = create(&tenant, "last").is_ok();
            let late = create(&tenant, "late");
            (
                last,
                matches!(late, Err(ExecuteError::Failed(failure)) if failure.kind() == FailureKind::Closed),
            )
        });
        expect_that!(answers, eq((true, true)), "{workers} workers");
    }
}

#[gtest]
fn given_a_listener_that_keeps_another_when_it_goes_or_the_engine_closes_then_nothing_waits_for_itself() {
    let committed = watched(|| {
        let bench = Bench::with_workers(1);
        let tenant = bench.tenant("acme");
        let keeping = |tenant: &Tenant| {
            let kept = tenant.on_head(|_| {}).unwrap();
            tenant.on_head(move |_| drop(format!("{kept:?}"))).unwrap()
        };
        drop(keeping(&tenant));
        let committed = create(&tenant, "after").is_ok();
        let listener = keeping(&tenant);
        bench.engine.close();
        drop(listener);
        committed
    });
    expect_that!(committed, is_true());
}

#[gtest]
fn given_the_last_handle_of_an_engine_when_dropped_in_a_completion_then_nothing_waits_for_itself() {
    for workers in [0, 1, 4] {
        for _ in 0..rounds() {
            let answers = watched(move || {
                let bench = Bench::with_workers(workers);
                let tenant = bench.tenant("acme");
                let Bench { engine, clock: _, folder } = bench;
                let (go, gone) = channel::<()>();
                let (done, dropped) = channel();
                // The engine lives on in the tenant's handle only, and that in the completion.
                let pending: Vec<_> = {
                    let last = tenant.clone();
                    tenant.submit(Command::new(admin(), new_task("last")), move |answer| {
                        if workers > 0 {
                            gone.recv().unwrap();
                        }
                        drop(last);
                        done.send(answer.is_ok()).unwrap();
                    });
                    (0..8).map(|n| tenant.send(Command::new(admin(), new_task(format!("{n}"))))).collect()
                };
                drop((tenant, engine));
                let _ = go.send(());
                let answered = pending.into_iter().map(pm_engine::Pending::wait).collect::<Vec<_>>().len();
                (dropped.recv().unwrap(), answered, folder.path().exists())
            });
            expect_that!(answers, eq((true, 8, true)), "{workers} workers");
        }
    }
}

#[gtest]
fn given_commands_in_flight_when_the_engine_closes_then_each_is_committed_or_told_closed() {
    for workers in [0, 1, 4] {
        for _ in 0..rounds() {
            let (told, committed, in_file) = watched(move || {
                let bench = Bench::with_workers(workers);
                let tenant = bench.tenant("acme");
                let started = Arc::new(AtomicUsize::new(0));
                let threads: Vec<_> = (0..4)
                    .map(|_| {
                        let (tenant, started) = (tenant.clone(), Arc::clone(&started));
                        std::thread::spawn(move || {
                            (0..50)
                                .map(|n| {
                                    started.fetch_add(1, Ordering::SeqCst);
                                    tenant.send(Command::new(admin(), new_task(format!("{n}"))))
                                })
                                .collect::<Vec<_>>()
                        })
                    })
                    .collect();
                while started.load(Ordering::SeqCst) < 60 {
                    std::thread::yield_now();
                }
                bench.engine.close();
                let answers: Vec<_> =
                    threads.into_iter().flat_map(|t| t.join().unwrap()).map(|p| p.wait()).collect();
                let committed = answers.iter().filter(|answer| answer.is_ok()).count();
                let told = answers.iter().all(|answer| match answer {
                    Ok(_) => true,
                    Err(ExecuteError::Failed(failure)) => failure.kind() == FailureKind::Closed,
                    Err(_) => false,
                });
                let in_file = crate::support::count(&bench.file("acme"), "SELECT count(*) FROM work_items");
                assert_eq!(bench.engine.tenants_open(), 0);
                (told, committed, in_file)
            });
            expect_that!(told, is_true(), "{workers} workers");
            expect_that!(in_file, eq(i64::try_from(committed).unwrap()), "{workers} workers");
        }
    }
}
