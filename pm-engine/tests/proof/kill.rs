//! kill −9 at random moments: what was acknowledged is there, nothing is there by half, and it goes on.
//!
//! A child process commits from several threads and writes every acknowledged command to a pipe; it is killed, the
//! file is opened here, and all is compared. (A power cut is not simulated: that is what `synchronous=FULL` is for.)
//!
//! Long form, hundreds of kills: `PM_PROOF_LONG=1 cargo test --release -p pm-engine --test proof kill`.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::time::Duration;

use googletest::prelude::*;
use pm_engine::command::{Change, Command, NewComment};
use pm_engine::{Durability, Engine, EngineConfig, Tenant};

use crate::support::{
    CHILD_ROOT, admin, assert_whole, child, child_root, count, id, member, new_task, size,
    tenant_with_project,
};

const THREADS: usize = 4;
/// Longest time a child lives after its first acknowledged command.
const LIFE_MS_MAX: u64 = 60;
/// The whole log is applied again after every so many kills.
const CHECK_EVERY: usize = 8;

fn kills() -> usize {
    size(24, 400)
}

/// The command under an id: one item, three at once, or an item with a comment. The same wherever it is made.
fn command(name: &str, thread: usize, n: usize) -> Command {
    let title = |part: usize| format!("{name} part {part}");
    let changes = match n % 3 {
        0 => vec![new_task(title(1))],
        1 => (1..=3).map(|part| new_task(title(part))).collect(),
        _ => vec![new_task(title(1)), Change::AddComment(NewComment::new("#0", title(2)))],
    };
    Command::batch(member(&format!("user-{thread}")), changes).with_id(id(name))
}

fn name(round: usize, thread: usize, n: usize) -> String {
    format!("round-{round}-thread-{thread}-{n}")
}

fn engine(root: &Path, durability: Durability) -> Engine {
    Engine::open(EngineConfig { durability, workers: 2, ..EngineConfig::new(root) }).unwrap()
}

/// Not a test of its own: what the child does.
#[test]
fn child_that_commits_until_it_is_killed() {
    let Some(root) = child_root() else { return };
    let round: usize = std::env::var("PM_PROOF_ROUND").unwrap().parse().unwrap();
    let durability = if round.is_multiple_of(2) { Durability::Full } else { Durability::Relaxed };
    let tenant = engine(&root, durability).tenant("acme").unwrap();
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let tenant = tenant.clone();
            std::thread::spawn(move || commit_for_ever(&tenant, round, thread))
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

fn commit_for_ever(tenant: &Tenant, round: usize, thread: usize) {
    for n in 0.. {
        let outcome = tenant.execute(command(&name(round, thread, n), thread, n)).unwrap();
        let (first, last) = (outcome.first_sequence.unwrap(), outcome.last_sequence.unwrap());
        // One write of less than a pipe's atomic size: a line is there whole or not at all.
        let line = format!("\nack {thread} {n} {first} {last}\n");
        std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
        std::io::stdout().flush().unwrap();
    }
}

/// Starts a child, kills it after a while, answers what it had acknowledged: thread and n to sequences.
fn killed(root: &Path, round: usize, life: Duration) -> BTreeMap<(usize, usize), (i64, i64)> {
    // The variable is set for the child only.
    let mut child = child("kill::child_that_commits_until_it_is_killed", root, &[("PM_PROOF_ROUND", round)]);
    let out = BufReader::new(child.stdout.take().unwrap());
    let (first, begun) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut acknowledged = BTreeMap::new();
        for line in out.split(b'\n').map_while(|line| line.ok()) {
            let line = String::from_utf8_lossy(&line).into_owned();
            let mut words = line.split_whitespace();
            if words.next() != Some("ack") {
                continue;
            }
            let numbers: Vec<i64> = words.map_while(|word| word.parse().ok()).collect();
            let [thread, n, low, high] = numbers[..] else { continue };
            let key = (usize::try_from(thread).unwrap(), usize::try_from(n).unwrap());
            acknowledged.insert(key, (low, high));
            let _ = first.send(());
        }
        acknowledged
    });
    begun.recv().unwrap_or_else(|_| panic!("the child ended before it committed anything"));
    std::thread::sleep(life);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

/// A number between 0 and a bound, the same for the same round.
fn chosen(round: usize, below: u64) -> u64 {
    let mut x = u64::try_from(round).unwrap().wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5bd1_e995;
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (x ^ (x >> 32)) % below
}

#[gtest]
fn given_a_process_that_is_killed_when_its_file_is_opened_then_it_holds_what_was_acknowledged() {
    assert!(std::env::var_os(CHILD_ROOT).is_none());
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    {
        let engine = engine(root, Durability::Full);
        tenant_with_project(&engine, "acme");
        engine.close();
    }
    let mut total = 0;
    let mut left_over = 0;
    for round in 0..kills() {
        let life = Duration::from_micros(chosen(round, LIFE_MS_MAX * 1_000));
        let acknowledged = killed(root, round, life);
        total += acknowledged.len();
        let engine = engine(root, Durability::Relaxed);
        let tenant = engine.tenant("acme").unwrap();
        let head = tenant.head().unwrap();
        for ((thread, n), (first, last)) in &acknowledged {
            let again = tenant.execute(command(&name(round, *thread, *n), *thread, *n)).unwrap();
            assert!(again.replayed, "round {round}: {thread} {n} is not on record");
            assert_eq!((again.first_sequence, again.last_sequence), (Some(*first), Some(*last)));
        }
        assert_eq!(tenant.head().unwrap(), head, "asking again changes nothing");
        // What was under way is there whole or not at all; sent again, it is there.
        for thread in 0..THREADS {
            let n = acknowledged.keys().filter(|key| key.0 == thread).map(|key| key.1 + 1).max().unwrap_or(0);
            let replayed = tenant.execute(command(&name(round, thread, n), thread, n)).unwrap().replayed;
            left_over += usize::from(replayed);
        }
        tenant.execute(Command::new(admin(), new_task("goes on"))).unwrap();
        engine.close();
        assert_no_half(root);
        if round % CHECK_EVERY == 0 || round + 1 == kills() {
            assert_whole(root, "acme");
        }
    }
    println!(
        "{} kills, {total} commands acknowledged, {left_over} committed but not yet acknowledged",
        kills()
    );
    expect_that!(total, ge(kills()));
}

/// Every batch made all its items, and the log has no gap.
fn assert_no_half(root: &Path) {
    let file = root.join("acme/tenant.db");
    assert_eq!(count(&file, "SELECT max(sequence) - count(*) FROM event_log"), 0);
    assert_eq!(count(&file, "SELECT max(number) - count(*) FROM work_items"), 0);
    // Per command: as many rows as it makes items and comments.
    let half = "WITH made AS (SELECT substr(title, 1, instr(title, ' part ') - 1) AS name, count(*) AS rows \
                FROM (SELECT title FROM work_items UNION ALL SELECT text FROM comments) \
                WHERE title LIKE 'round-%' GROUP BY 1), \
                wanted AS (SELECT name, rows, CAST(replace(name, rtrim(name, '0123456789'), '') AS INTEGER) % 3 \
                AS shape FROM made) \
                SELECT count(*) FROM wanted WHERE rows <> CASE shape WHEN 0 THEN 1 WHEN 1 THEN 3 ELSE 2 END";
    assert_eq!(count(&file, half), 0);
    let unrecorded = "SELECT count(*) FROM (SELECT DISTINCT actor, command_id FROM event_log) e LEFT JOIN \
                      command_record r ON r.actor = e.actor AND r.command_id = e.command_id \
                      WHERE r.actor IS NULL";
    assert_eq!(count(&file, unrecorded), 0);
}
