//! One tenant, many subscribers: how fast events get to all of them, beside a bare server that sends the same bytes
//! ready-made: at once, and after it has committed the same rows.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::args::{Common, Fanout};
use super::client::{Client, connect_all, creation, make_project};
use super::files::make_room;
use super::report::Report;
use super::server::{FloorServer, Server, Usage};
use super::socket::Socket;
use super::subscribers::Subscribers;
use crate::measure::{Line, Pairs, Target, seconds};

/// Commands on their way in batches.
const IN_FLIGHT: usize = 4;
const HANDSHAKES: usize = 64;

/// Who publishes.
enum Source {
    Server { client: Client, sent: usize },
    Floor { socket: Socket },
}

impl Source {
    /// Asks for one command's events.
    async fn ask(&mut self, events: usize) {
        match self {
            Self::Server { client, sent } => {
                *sent += 1;
                let command = creation(&client.user, *sent, events);
                client.command(&command).await.unwrap();
            }
            Self::Floor { socket } => socket.send(&[8, 1]).await.unwrap(),
        }
    }

    async fn answered(&mut self) {
        match self {
            Self::Server { client, .. } => {
                client.outcome().await.unwrap().1.expect("a command was refused");
            }
            Self::Floor { socket } => drop(socket.next().await.unwrap()),
        }
    }
}

/// A source and who listens to it.
struct Side {
    source: Source,
    subscribers: Subscribers,
    /// From asking to the answer, in total.
    answering: Duration,
    pid: u32,
    /// Processor time of its process before what counts.
    spent_before: f64,
}

impl Side {
    fn new(source: Source, subscribers: Subscribers, pid: u32) -> Self {
        Self { source, subscribers, answering: Duration::ZERO, pid, spent_before: 0.0 }
    }

    /// So many commands of so many events each, with so many on their way. One: the next only once everybody has
    /// received the last.
    async fn round(&mut self, commands: usize, events: usize, in_flight: usize) -> Duration {
        let tally = Arc::clone(&self.subscribers.tally);
        let each = (events * self.subscribers.count) as u64;
        let base = tally.events.load(Ordering::SeqCst);
        let begin = Instant::now();
        let mut asked = 0;
        for done in 0..commands {
            while asked < commands && asked - done < in_flight {
                self.source.ask(events).await;
                asked += 1;
            }
            let asked_at = Instant::now();
            self.source.answered().await;
            self.answering += asked_at.elapsed();
            if in_flight == 1 || done + 1 == commands {
                tally.reach(base + each * (done as u64 + 1)).await;
            }
        }
        let took = begin.elapsed();
        self.subscribers.assert_all_listen();
        took
    }

    /// What was done up to now does not count.
    fn warmed_up(&mut self) {
        self.answering = Duration::ZERO;
        self.spent_before = Usage::of(self.pid).cpu_seconds;
    }

    /// Processor time of its process for one delivery: unlike the rates it hardly depends on what else runs.
    fn spent(&self, deliveries: usize) -> String {
        seconds((Usage::of(self.pid).cpu_seconds - self.spent_before) / deliveries as f64)
    }
}

async fn floor_side(floor: &FloorServer, path: &str, count: usize) -> Side {
    let gate = Arc::new(Semaphore::new(HANDSHAKES));
    let mut opening = JoinSet::new();
    for _ in 0..count {
        let (gate, address) = (Arc::clone(&gate), floor.address);
        opening.spawn(async move {
            let _turn = gate.acquire().await.unwrap();
            Socket::open(address, "/listen").await.unwrap()
        });
    }
    let subscribers = Subscribers::listen(opening.join_all().await);
    let socket = Socket::open(floor.address, path).await.unwrap();
    Side::new(Source::Floor { socket }, subscribers, floor.pid())
}

async fn server_side(server: &Server, count: usize) -> Side {
    make_project(&server.target).await;
    let mut client = Client::connect(&server.target, "publisher", None).await.unwrap();
    client.be_deaf().await.unwrap();
    // The first command also makes the user: not to be counted.
    client.command(&creation("publisher", 0, 1)).await.unwrap();
    client.outcome().await.unwrap().1.unwrap();
    let listening = connect_all(&server.target, "listener", count).await;
    let subscribers = Subscribers::listen(listening.into_iter().map(|client| client.socket).collect());
    Side::new(Source::Server { client, sent: 0 }, subscribers, server.pid())
}

pub(crate) async fn run(common: &Common, wanted: &Fanout) -> Report {
    let mut report = Report::default();
    one_at_a_time(common, wanted, &mut report).await;
    in_batches(common, wanted, &mut report).await;
    report
}

/// The next event only once everybody has received the last. The floor that counts commits the rows, too. Each floor is
/// a server of its own: who listens to one hears all of it.
async fn one_at_a_time(common: &Common, wanted: &Fanout, report: &mut Report) {
    make_room(3 * wanted.subscribers);
    let server = Server::start(common);
    let sender = FloorServer::start(0, 1, 1);
    let committer = FloorServer::start(wanted.events * (wanted.rounds + 1), 1, 1);
    let mut ours = server_side(&server, wanted.subscribers).await;
    let mut sending = floor_side(&sender, "/publish", wanted.subscribers).await;
    let mut committing = floor_side(&committer, "/commit", wanted.subscribers).await;
    let deliveries = wanted.events * wanted.subscribers;
    let (mut beside_sending, mut beside_committing) = (Pairs::default(), Pairs::default());
    for round in 0..=wanted.rounds {
        let by_sending = sending.round(wanted.events, 1, 1).await;
        let by_server = ours.round(wanted.events, 1, 1).await;
        let by_committing = committing.round(wanted.events, 1, 1).await;
        // The first warms up.
        if round > 0 {
            beside_sending.add(by_sending, by_server, deliveries);
            beside_committing.add(by_committing, by_server, deliveries);
        } else {
            [&mut ours, &mut sending].into_iter().for_each(Side::warmed_up);
        }
    }
    let what = format!("fan-out to {}, one event at a time", wanted.subscribers);
    let each = ours.answering.as_secs_f64() / (wanted.events * wanted.rounds).max(1) as f64;
    report.fact(&format!("{what}: a command was answered after"), seconds(each));
    let counted = deliveries * wanted.rounds;
    report.fact(&format!("{what}: processor time of a delivery"), ours.spent(counted));
    report.fact("the same of the floor that commits nothing", sending.spent(counted));
    report.lines.push(Line::rate(&what, &beside_committing, Target::Speed(0.9)));
    report.lines.push(Line::rate("the same; the floor commits nothing", &beside_sending, Target::None));
}

/// Commands of many events, several on their way, so that nobody waits for a commit.
async fn in_batches(common: &Common, wanted: &Fanout, report: &mut Report) {
    make_room(2 * wanted.subscribers);
    let server = Server::start(common);
    let floor = FloorServer::start(0, 1, wanted.batch);
    let mut ours = server_side(&server, wanted.subscribers).await;
    let mut sending = floor_side(&floor, "/publish", wanted.subscribers).await;
    let commands = (wanted.events / 5).max(1);
    let deliveries = commands * wanted.batch * wanted.subscribers;
    let mut pairs = Pairs::default();
    for round in 0..=wanted.rounds {
        let by_floor = sending.round(commands, wanted.batch, IN_FLIGHT).await;
        let by_server = ours.round(commands, wanted.batch, IN_FLIGHT).await;
        if round > 0 {
            pairs.add(by_floor, by_server, deliveries);
        } else {
            [&mut ours, &mut sending].into_iter().for_each(Side::warmed_up);
        }
    }
    let counted = deliveries * wanted.rounds;
    report.fact("in batches: processor time of a delivery", ours.spent(counted));
    report.fact("the same of the floor", sending.spent(counted));
    let what = format!("fan-out to {}, batches of {} under load", wanted.subscribers, wanted.batch);
    report.lines.push(Line::rate(&what, &pairs, Target::Speed(0.5)));
}
