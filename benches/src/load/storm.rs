//! The server is killed under its clients and started again. All come back at once and go on where they were; each checks
//! that no sequence is missing and none comes twice, and in the end that it saw what all others saw and that every
//! command that was answered is in it once.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{Error, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::args::{Common, Storm};
use super::client::{Client, connect_all, creation, make_project};
use super::files::make_room;
use super::meter::Times;
use super::report::Report;
use super::scan::{self, Seen};
use super::server::{Server, Target, Usage};
use crate::measure::{Random, bytes};

/// Time between a server that serves everybody and its end.
const CALM: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(120);
/// As docs/protocol.md wants it: a random pause, twice as long each time it fails.
const PAUSE_FIRST_MS: usize = 1_000;
const PAUSE_MAX_MS: usize = 30_000;

/// What all clients look at.
#[derive(Default)]
struct Sky {
    /// Clients connected at the moment.
    connected: AtomicUsize,
    /// Refused or broken attempts to come back.
    failed: AtomicU64,
    /// From a broken connection to the next welcome.
    away: Times,
    stop_writing: AtomicBool,
    /// Once known: the sequence at which clients are done.
    end: AtomicI64,
}

/// What a listening client has seen.
struct Witness {
    sequence: i64,
    hash: u64,
    /// How often each command came, as uninterrupted groups; kept by the first client only.
    groups: HashMap<String, u32>,
}

pub(crate) async fn run(common: &Common, wanted: &Storm) -> Report {
    make_room(2 * (wanted.clients + wanted.writers));
    let mut server = Server::start(common);
    let target = server.target.clone();
    make_project(&target).await;
    let sky = Arc::new(Sky { end: AtomicI64::new(i64::MAX), ..Sky::default() });
    let mut listening = JoinSet::new();
    for (n, client) in connect_all(&target, "listener", wanted.clients).await.into_iter().enumerate() {
        sky.connected.fetch_add(1, Ordering::SeqCst);
        listening.spawn(follow(client, target.clone(), Arc::clone(&sky), n));
    }
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    let mut writing = JoinSet::new();
    for n in 0..wanted.writers {
        writing.spawn(write(target.clone(), Arc::clone(&sky), n, Arc::clone(&acknowledged)));
    }
    let mut report = Report::default();
    let mut longest = Duration::ZERO;
    for _ in 0..wanted.kills {
        tokio::time::sleep(CALM).await;
        let begin = Instant::now();
        server = tokio::task::spawn_blocking(move || {
            server.kill_and_restart();
            server
        })
        .await
        .unwrap();
        all_back(&sky, wanted.clients).await;
        longest = longest.max(begin.elapsed());
    }
    tokio::time::sleep(CALM).await;
    sky.stop_writing.store(true, Ordering::SeqCst);
    writing.join_all().await;
    // Nobody writes any more: a new client's snapshot stands at the end.
    let end = Client::connect(&target, "listener-0", None).await.unwrap().position.sequence;
    sky.end.store(end, Ordering::SeqCst);
    let seen =
        tokio::time::timeout(PATIENCE, listening.join_all()).await.expect("some clients do not arrive");
    compare(&seen, end, &acknowledged.lock().await);

    let away = sky.away.spread();
    let usage = Usage::of(server.pid());
    report.fact("clients", wanted.clients);
    report.fact("kills", wanted.kills);
    report.fact("commands acknowledged", acknowledged.lock().await.len());
    report.fact("events, each seen once and in order by every client", end);
    report.fact("all back after (longest)", format!("{:.2} s", longest.as_secs_f64()));
    report.fact(
        "away",
        format!(
            "p50 {:.0} ms, p99 {:.0} ms, max {:.0} ms, the random pause of up to 1 s included",
            away.p50_ms, away.p99_ms, away.max_ms
        ),
    );
    report.fact("attempts that failed", sky.failed.load(Ordering::SeqCst));
    report.fact("server memory at most", bytes(usage.memory_peak_bytes as f64));
    report
}

async fn all_back(sky: &Sky, clients: usize) {
    let begin = Instant::now();
    // First they must notice.
    tokio::time::sleep(Duration::from_millis(50)).await;
    while sky.connected.load(Ordering::SeqCst) < clients {
        assert!(begin.elapsed() < PATIENCE, "only {} are back", sky.connected.load(Ordering::SeqCst));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn compare(seen: &[Witness], end: i64, acknowledged: &[String]) {
    for client in seen {
        assert_eq!((client.sequence, client.hash), (end, seen[0].hash), "a client saw something else");
    }
    let groups = seen.iter().find(|client| !client.groups.is_empty()).map(|client| &client.groups);
    for command in acknowledged {
        let times = groups.and_then(|groups| groups.get(command)).copied().unwrap_or(0);
        assert_eq!(times, 1, "command {command} came {times} times");
    }
}

async fn follow(mut client: Client, target: Target, sky: Arc<Sky>, n: usize) -> Witness {
    let mut seen = Witness { sequence: client.position.sequence, hash: 0, groups: HashMap::new() };
    let mut random = Random(n as u64 + 1);
    loop {
        let Err(_) = listen(&mut client, &sky, &mut seen, n == 0).await else { return seen };
        sky.connected.fetch_sub(1, Ordering::SeqCst);
        let gone = Instant::now();
        client = back(&client, &target, &sky, &mut random).await;
        sky.away.add(gone.elapsed());
        sky.connected.fetch_add(1, Ordering::SeqCst);
    }
}

/// Listens until the end is known and reached, or the connection breaks.
async fn listen(client: &mut Client, sky: &Sky, seen: &mut Witness, keep: bool) -> Result<()> {
    loop {
        if seen.sequence >= sky.end.load(Ordering::SeqCst) {
            return Ok(());
        }
        // The end may become known while nothing comes.
        let next = tokio::time::timeout(Duration::from_millis(500), client.socket.next()).await;
        let Ok(message) = next else { continue };
        let Seen::Batch(batch) = scan::seen(&message?) else { continue };
        let mut last_group: Vec<u8> = Vec::new();
        for event in scan::events(&batch) {
            assert_eq!(event.sequence, seen.sequence + 1, "lost or twice");
            seen.sequence = event.sequence;
            let mut hasher = DefaultHasher::new();
            (seen.hash, event.sequence, event.group).hash(&mut hasher);
            seen.hash = hasher.finish();
            if keep && last_group != event.group {
                last_group = event.group.to_vec();
                *seen.groups.entry(String::from_utf8_lossy(event.group).into_owned()).or_default() += 1;
            }
        }
        assert_eq!(scan::complete_to(&batch), seen.sequence, "something was left out");
        client.position.sequence = seen.sequence;
    }
}

/// Connects again and goes on where it was.
async fn back(old: &Client, target: &Target, sky: &Sky, random: &mut Random) -> Client {
    let mut pause = PAUSE_FIRST_MS;
    loop {
        tokio::time::sleep(Duration::from_millis(random.below(pause) as u64)).await;
        match Client::connect(target, &old.user, Some(old.position.clone())).await {
            Ok(client) => return client,
            Err(error) if error.to_string().contains("begin again") => panic!("{}: {error}", old.user),
            Err(_) => {
                sky.failed.fetch_add(1, Ordering::SeqCst);
                pause = (pause * 2).min(PAUSE_MAX_MS);
            }
        }
    }
}

/// Sends one command after the other; what was not answered is sent again under its id.
async fn write(target: Target, sky: Arc<Sky>, n: usize, acknowledged: Arc<Mutex<Vec<String>>>) {
    let user = format!("writer-{n}");
    let mut random = Random(1_000_003 + n as u64);
    let mut client = None;
    for k in 0.. {
        if sky.stop_writing.load(Ordering::SeqCst) {
            return;
        }
        let command = creation(&user, k, 1);
        while once(&mut client, &target, &user, &command).await.is_err() {
            client = None;
            tokio::time::sleep(Duration::from_millis(random.below(PAUSE_FIRST_MS) as u64)).await;
        }
        acknowledged.lock().await.push(command.id);
    }
}

async fn once(
    client: &mut Option<Client>,
    target: &Target,
    user: &str,
    command: &pm_proto::Command,
) -> Result<()> {
    if client.is_none() {
        let mut new = Client::connect(target, user, None).await?;
        new.be_deaf().await?;
        *client = Some(new);
    }
    let client = client.as_mut().ok_or_else(|| Error::other("not connected"))?;
    client.command(command).await?;
    client.outcome().await?.1.map_err(Error::other)?;
    Ok(())
}
