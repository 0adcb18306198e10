//! Writers and readers against a real process that is killed, stopped and started again and again: every command that was
//! answered is seen once, in order, by every reader, however often it had to come back; the file is whole at the end.
//!
//! Long form, twenty minutes: `PM_PROOF_LONG=1 cargo test --release -p pm-server --test it soak -- --nocapture`.

mod reader;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use googletest::prelude::*;
use pm_engine::command::{Change, NewProject};
use pm_examples::client::{Client, Hello};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::cli::{Serving, output, text};
use reader::{Reader, Seen};
use writer::Acknowledged;

const WRITERS: usize = 4;
const READERS: usize = 6;
/// How many times the server goes down in the short form.
const DOWNS_SHORT: usize = 9;
/// How long the long form goes on.
const LONG: Duration = Duration::from_secs(20 * 60);
/// Longest time a server lives.
const LIFE_MS_MAX: u64 = 1_500;

/// What all clients look at.
pub(crate) struct Scene {
    /// Where the server of the moment is.
    pub(crate) url: watch::Receiver<String>,
    pub(crate) stop_writing: AtomicBool,
    /// Once known: where readers are done.
    pub(crate) end: AtomicI64,
}

/// xorshift: the same moments on every run, as far as the machine lets them.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    /// A pause of up to so many milliseconds.
    pub(crate) async fn pause(&mut self, most: u64) {
        tokio::time::sleep(Duration::from_millis(self.below(most))).await;
    }
}

fn token(folder: &Path, user: &str) -> String {
    let made = output(folder, &["token", "--tenant", "main", "--user", user]);
    text(&made.stdout).lines().last().unwrap().to_owned()
}

/// Kills the server (every third time asks it to stop), starts it again, and tells everybody where it is now.
async fn down_and_up(serving: Serving, folder: &Path, nth: usize, url: &watch::Sender<String>) -> Serving {
    let folder = folder.to_owned();
    let again = tokio::task::spawn_blocking(move || {
        if nth % 3 == 2 {
            assert_eq!(serving.terminate(), Some(0));
        } else {
            drop(serving);
        }
        Serving::start(&folder)
    });
    let again = again.await.unwrap();
    url.send_replace(again.url.clone());
    again
}

#[gtest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_a_server_that_goes_down_again_and_again_when_readers_resume_then_each_has_every_command_once_in_order()
 {
    let folder = tempfile::tempdir().unwrap();
    let mut serving = Serving::start(folder.path());
    let (url, known_url) = watch::channel(serving.url.clone());
    let mut root = Client::connect(&serving.url, Hello::new(&serving.token)).await.unwrap();
    for key in ["PM", "QA"] {
        root.change(Change::CreateProject(NewProject::new(key, key))).await.unwrap();
    }
    let scene =
        Arc::new(Scene { url: known_url, stop_writing: AtomicBool::new(false), end: i64::MAX.into() });
    let mut reading = JoinSet::new();
    for n in 0..READERS {
        let reader = Reader::new(n, token(folder.path(), &format!("reader-{n}")), Arc::clone(&scene));
        reading.spawn(reader.run());
    }
    let mut writing = JoinSet::new();
    for n in 0..WRITERS {
        writing.spawn(writer::run(n, token(folder.path(), &format!("writer-{n}")), Arc::clone(&scene)));
    }

    let long = std::env::var_os("PM_PROOF_LONG").is_some();
    let (begin, mut random, mut downs) = (Instant::now(), Random(0x5bd1_e995), 0);
    while if long { begin.elapsed() < LONG } else { downs < DOWNS_SHORT } {
        random.pause(LIFE_MS_MAX).await;
        serving = down_and_up(serving, folder.path(), downs, &url).await;
        downs += 1;
        assert!(reading.try_join_next().is_none(), "a reader ended early");
    }
    scene.stop_writing.store(true, Ordering::SeqCst);
    let acknowledged: Vec<Acknowledged> = writing.join_all().await.into_iter().flatten().collect();

    // Nobody writes any more: a new client's snapshot stands at the end.
    let mut fresh = Client::connect(&serving.url, Hello::new(&serving.token)).await.unwrap();
    let entities = fresh.snapshot().await.unwrap();
    let end = fresh.position().sequence;
    scene.end.store(end, Ordering::SeqCst);
    let seen = reading.join_all().await;
    println!(
        "{downs} times down, {} commands answered, {end} events, readers came back {} times",
        acknowledged.len(),
        seen.iter().map(|seen| seen.came_back).sum::<usize>()
    );
    for seen in &seen {
        seen.assert_has(&acknowledged, end);
        seen.assert_stands_as(&entities);
    }
    expect_that!(seen.iter().map(Seen::commands).min(), some(ge(1)));
    expect_that!(acknowledged.len(), ge(downs));

    drop(fresh);
    assert_eq!(serving.terminate(), Some(0));
    let check = output(folder.path(), &["check", "--tenant", "main"]);
    expect_that!(check.status.code(), some(eq(0)), "{}", text(&check.stdout));
}
