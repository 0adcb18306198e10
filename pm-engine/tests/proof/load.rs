//! Many threads on one tenant, many tenants at once: no command is lost, doubled or failed.
//!
//! Long form: `PM_PROOF_LONG=1 cargo test --release -p pm-engine --test proof load`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use googletest::prelude::*;
use pm_engine::command::Command;
use pm_engine::outcome::Outcome;
use pm_engine::{CommandResult, Tenant};

use crate::support::{Bench, admin, assert_whole, count, id, member, new_task, size, watched};

const THREADS: usize = 64;
/// Of these, so many send the same commands as the others of their kind, at the same time.
const RESENDING: usize = 16;
const TENANTS: usize = 64;

/// Commands of each thread.
fn commands() -> usize {
    size(30, 1_000)
}

/// Commands of each tenant, where there are many.
fn commands_of_tenant() -> usize {
    size(12, 200)
}

/// What one thread sends: its own commands, or those that its kind shares. Half of them one at a time, half at once.
fn send_all(tenant: &Tenant, thread: usize) -> Vec<CommandResult> {
    let shared = thread < RESENDING;
    let actor = if shared { member("same") } else { member(&format!("user-{thread}")) };
    let command = |n: usize| {
        // Ids are an actor's own: all threads use the same ones.
        Command::new(actor.clone(), new_task(format!("{n} of {actor:?}"))).with_id(id(format!("command-{n}")))
    };
    let half = commands() / 2;
    let mut answers: Vec<_> = (0..half).map(|n| tenant.execute(command(n))).collect();
    let pending: Vec<_> = (half..commands()).map(|n| tenant.send(command(n))).collect();
    answers.extend(pending.into_iter().map(|pending| pending.wait()));
    answers
}

#[gtest]
fn given_64_threads_on_one_tenant_when_all_send_then_each_command_has_one_effect() {
    for workers in [0, 4] {
        let bench = Bench::with_workers(workers);
        let tenant = bench.tenant("acme");
        let senders = tenant.clone();
        let outcomes: Vec<Vec<Outcome>> = watched(move || {
            let threads: Vec<_> = (0..THREADS)
                .map(|thread| {
                    let tenant = senders.clone();
                    std::thread::spawn(move || send_all(&tenant, thread))
                })
                .collect();
            let answers = threads.into_iter().map(|thread| thread.join().unwrap());
            answers.map(|list| list.into_iter().map(|answer| answer.unwrap()).collect()).collect()
        });

        let expected = (THREADS - RESENDING + 1) * commands();
        let fresh = outcomes.iter().flatten().filter(|outcome| !outcome.replayed).count();
        let replayed = outcomes.iter().flatten().filter(|outcome| outcome.replayed).count();
        expect_that!(fresh, eq(expected));
        expect_that!(replayed, eq((RESENDING - 1) * commands()));
        // The same command from the same actor has one outcome, whoever was first.
        for n in 0..commands() {
            let same: Vec<_> = outcomes[..RESENDING].iter().map(|list| list[n].clone()).collect();
            expect_that!(same.iter().filter(|outcome| !outcome.replayed).count(), eq(1));
            let bare = |outcome: &Outcome| Outcome { replayed: false, ..outcome.clone() };
            expect_that!(same.iter().all(|outcome| bare(outcome) == bare(&same[0])), is_true());
        }
        assert_numbers_and_sequence(&bench, &tenant, &outcomes, expected);
    }
}

fn assert_numbers_and_sequence(bench: &Bench, tenant: &Tenant, outcomes: &[Vec<Outcome>], expected: usize) {
    let items = i64::try_from(expected).unwrap();
    let keys: BTreeSet<_> =
        outcomes.iter().flatten().map(|outcome| outcome.results[0].key.clone().unwrap()).collect();
    expect_that!(keys, eq(&(1..=items).map(|n| format!("PM-{n}")).collect::<BTreeSet<_>>()));
    let head = tenant.head().unwrap();
    bench.engine.close();
    let file = bench.file("acme");
    let numbers = "SELECT count(DISTINCT number) * 1000000 + max(number) FROM work_items";
    expect_that!(count(&file, numbers), eq(items * 1_000_000 + items));
    expect_that!(count(&file, "SELECT max(sequence) - count(*) FROM event_log"), eq(0));
    expect_that!(count(&file, "SELECT max(sequence) FROM event_log"), eq(head));
    // And the one that made the project.
    expect_that!(count(&file, "SELECT count(*) FROM command_record"), eq(items + 1));
    expect_that!(
        count(&file, "SELECT count(DISTINCT actor || ' ' || command_id) FROM event_log"),
        eq(items + 1)
    );
    assert_whole(bench.root(), "acme");
}

#[gtest]
fn given_a_subscriber_when_64_threads_send_then_it_gets_each_event_once_in_order() {
    let bench = Bench::with_workers(4);
    let tenant = bench.tenant("acme");
    let senders = tenant.clone();
    let (seen, head) = watched(move || {
        let mut stream = senders.subscribe(&admin(), 0, None).unwrap();
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let tenant = senders.clone();
                std::thread::spawn(move || send_all(&tenant, thread).into_iter().all(|answer| answer.is_ok()))
            })
            .collect();
        let mut seen = Vec::new();
        let mut running = true;
        while running {
            running = threads.iter().any(|thread| !thread.is_finished());
            while let Some(batch) = stream.next_within(std::time::Duration::from_millis(5)).unwrap() {
                seen.extend(batch.events.iter().map(|event| event.sequence()));
            }
        }
        assert!(threads.into_iter().all(|thread| thread.join().unwrap()));
        (seen, senders.head().unwrap())
    });
    expect_that!(seen == (1..=head).collect::<Vec<_>>(), is_true());
}

#[gtest]
fn given_64_tenants_at_once_when_all_work_then_each_has_its_own_gapless_log() {
    let bench = Bench::with_workers(4);
    let tenants: Vec<_> = (0..TENANTS).map(|n| bench.tenant(&format!("t{n}"))).collect();
    let heads: BTreeMap<String, (usize, i64)> = watched({
        let tenants = tenants.clone();
        move || {
            let threads: Vec<_> = tenants
                .into_iter()
                .map(|tenant| {
                    std::thread::spawn(move || {
                        let done = (0..commands_of_tenant())
                            .map(|n| tenant.execute(Command::new(admin(), new_task(format!("{n}")))))
                            .filter(|answer| answer.is_ok())
                            .count();
                        (tenant.id().to_string(), (done, tenant.head().unwrap()))
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        }
    });
    bench.engine.close();
    expect_that!(heads.len(), eq(TENANTS));
    for (name, (done, head)) in &heads {
        expect_that!(*done, eq(commands_of_tenant()), "{name}");
        let file = bench.file(name);
        expect_that!(count(&file, "SELECT max(sequence) FROM event_log"), eq(*head), "{name}");
        expect_that!(count(&file, "SELECT max(sequence) - count(*) FROM event_log"), eq(0), "{name}");
        expect_that!(
            count(&file, "SELECT max(number) FROM work_items"),
            eq(i64::try_from(*done).unwrap()),
            "{name}"
        );
    }
    assert_whole(bench.root(), "t0");
}

/// Most commands that keep the worker busy: where nobody else ever had a turn, it would be all of them.
const BUSY_MAX: usize = 2_000;

/// Sends one command after the other, each from the completion of the one before, until told to stop.
fn keep_busy(tenant: &Tenant, stop: &Arc<AtomicBool>, sent: &Arc<AtomicUsize>) {
    let (again, stop, sent) = (tenant.clone(), Arc::clone(stop), Arc::clone(sent));
    tenant.submit(Command::new(admin(), new_task("busy")), move |_| {
        if !stop.load(Ordering::SeqCst) && sent.fetch_add(1, Ordering::SeqCst) < BUSY_MAX {
            keep_busy(&again, &stop, &sent);
        }
    });
}

#[gtest]
fn given_one_worker_and_a_tenant_that_always_has_work_when_another_sends_then_it_has_its_turn() {
    let (answered, meanwhile) = watched(|| {
        let bench = Bench::with_workers(1);
        let (busy, other) = (bench.tenant("busy"), bench.tenant("other"));
        let (stop, sent) = (Arc::default(), Arc::<AtomicUsize>::default());
        keep_busy(&busy, &stop, &sent);
        while sent.load(Ordering::SeqCst) == 0 {
            std::thread::yield_now();
        }
        let answered = other.send(Command::new(admin(), new_task("one"))).wait().is_ok();
        let meanwhile = sent.load(Ordering::SeqCst);
        stop.store(true, Ordering::SeqCst);
        (answered, meanwhile)
    });
    expect_that!(answered, is_true());
    expect_that!(meanwhile, lt(BUSY_MAX));
}
