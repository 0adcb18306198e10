//! Random histories against a plain model in memory: whatever the engine does, the model must have said before.
//!
//! `PM_SIM_HISTORIES` and `PM_SIM_STEPS` set how much, `PM_SIM_SEED` runs one seed alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that fails has nothing to clean up"
)]

mod compare;
mod directed;
mod finish;
mod model;
mod plan;
mod rng;
mod run;
mod tables;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use googletest::prelude::*;
use pm_engine::rejection::RejectionCode;

use run::{Coverage, describe, history, shrink};

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Runs one seed; a failure is shrunk and told.
fn one(seed: u64, steps: usize) -> std::result::Result<Coverage, String> {
    let mut turns = Vec::new();
    history(seed, steps, &mut turns, true).map_err(|failed| {
        let (at, first) = (failed.at, failed.why.clone());
        let command = turns.get(at).map_or("at the end".to_owned(), |turn| describe(&turn.command));
        let (tail, failed) =
            if setting("PM_SIM_SHRINK", 1) == 1 { shrink(turns, failed) } else { (Vec::new(), failed) };
        let tail: Vec<String> =
            tail.iter().map(|turn| format!("  {} {}", turn.now, describe(&turn.command))).collect();
        let (seed, why) = (format!("PM_SIM_SEED={seed}"), failed.why);
        format!(
            "{seed} step {at}: {first}\n{command}\n--- shrunk to {}: {why}\n{}",
            tail.len(),
            tail.join("\n")
        )
    })
}

fn add(all: &mut Coverage, one: Coverage) {
    one.accepted.into_iter().for_each(|(name, n)| *all.accepted.entry(name).or_default() += n);
    one.unchanged.into_iter().for_each(|(name, n)| *all.unchanged.entry(name).or_default() += n);
    for (name, codes) in one.refused {
        codes.into_iter().for_each(|(code, n)| {
            *all.refused.entry(name.clone()).or_default().entry(code).or_default() += n
        });
    }
    all.replayed += one.replayed;
    one.stages.into_iter().for_each(|(stage, n)| *all.stages.entry(stage).or_default() += n);
}

#[gtest]
fn given_random_histories_when_engine_and_model_run_them_then_they_agree_in_everything() {
    let steps = usize::try_from(setting("PM_SIM_STEPS", 400)).unwrap();
    let seeds: Vec<u64> = match std::env::var("PM_SIM_SEED") {
        Ok(seed) => vec![seed.parse().unwrap()],
        Err(_) => (1..=setting("PM_SIM_HISTORIES", 40)).collect(),
    };
    let (next, all, failures) = (AtomicU64::new(0), Mutex::new(Coverage::default()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(seed) =
                    seeds.get(usize::try_from(next.fetch_add(1, Ordering::SeqCst)).unwrap())
                {
                    match one(*seed, steps) {
                        Ok(coverage) => add(&mut all.lock().unwrap(), coverage),
                        Err(failure) => failures.lock().unwrap().push(failure),
                    }
                    if failures.lock().unwrap().len() >= 3 {
                        return;
                    }
                }
            });
        }
    });
    let all = all.into_inner().unwrap();
    println!("{all:#?}");
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    if seeds.len() >= 40 && steps >= 400 {
        complete(&all);
    }
}

/// Chance reached everything: each change was accepted and each code given at least once.
fn complete(all: &Coverage) {
    let missing: Vec<&str> =
        plan::VARIANTS.iter().copied().filter(|name| !all.accepted.contains_key(*name)).collect();
    expect_that!(missing, is_empty());
    let given: BTreeSet<&str> = all.refused.values().flat_map(|codes| codes.keys().copied()).collect();
    let missing: Vec<&str> =
        RejectionCode::ALL.iter().map(|code| code.as_str()).filter(|code| !given.contains(code)).collect();
    expect_that!(missing, is_empty());
    expect_that!(all.replayed, gt(0));
}

/// "deciding it again keeps stamp and ids": nothing but the commands and the clock goes into the log.
#[gtest]
fn given_one_seed_when_run_twice_then_the_logs_are_equal_in_every_byte() {
    let log = |_| {
        let mut sim = run::Sim::new();
        let mut planner = plan::Planner::new(7);
        for _ in 0..250 {
            let turn = planner.next(&sim.world);
            sim.turn(&turn).unwrap();
        }
        tables::rows(&tables::open(sim.folder.path()), "event_log")
    };
    let [first, second] = [0, 1].map(log);
    expect_that!(first.len(), gt(50));
    expect_that!(first == second, is_true());
}
