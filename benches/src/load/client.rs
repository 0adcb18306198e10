//! Clients that have been welcomed, and what they send.

use std::collections::HashMap;
use std::io::{Error, Result};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use pm_engine::command::{Actor, Change, Command, NewProject};
use pm_engine::model::UserId;
use pm_engine::wire;
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body as Answer;
use prost::Message as _;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Interval;

use super::meter::Commands;
use super::scan::{Seen, seen};
use super::server::Target;
use super::socket::Socket;
use crate::fixture::new_item;

/// Handshakes at once: a thousand at the same moment overrun a listener's queue.
const HANDSHAKES: usize = 64;

/// Where a client stands in the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Position {
    pub(crate) epoch: String,
    pub(crate) sequence: i64,
}

/// A welcomed client that follows everything.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) socket: Socket,
    pub(crate) position: Position,
    pub(crate) user: String,
    requests: u64,
}

fn unexpected(what: &impl std::fmt::Debug) -> Error {
    Error::other(format!("unexpected: {what:?}"))
}

impl Client {
    /// Connects and says hello; a client without a position takes its snapshot.
    pub(crate) async fn connect(target: &Target, user: &str, known: Option<Position>) -> Result<Self> {
        let socket = Socket::open(target.address, &target.path).await?;
        let is_new = known.is_none();
        let position = known.unwrap_or(Position { epoch: String::new(), sequence: 0 });
        let mut client = Self { socket, position, user: user.to_owned(), requests: 0 };
        let hello = pb::Hello {
            protocol_version: 1,
            token: target.token(user),
            epoch: (!is_new).then(|| client.position.epoch.clone()),
            sequence: (!is_new).then_some(client.position.sequence),
            ..pb::Hello::default()
        };
        client.ask(Ask::Hello(hello)).await?;
        let welcome = match client.answer().await? {
            Answer::Welcome(welcome) => welcome,
            other => return Err(unexpected(&other)),
        };
        if is_new {
            client.position.epoch = welcome.epoch;
            client.snapshot().await?;
        } else if welcome.resume() == pb::ResumeKind::Snapshot {
            return Err(Error::other("the server wants it to begin again"));
        }
        Ok(client)
    }

    async fn snapshot(&mut self) -> Result<()> {
        let mut first = None;
        loop {
            match self.answer().await? {
                Answer::SnapshotChunk(chunk) => {
                    self.position.sequence = *first.get_or_insert(chunk.sequence);
                    if chunk.last {
                        return Ok(());
                    }
                }
                Answer::Failure(failure) => return Err(unexpected(&failure)),
                _ => {}
            }
        }
    }

    /// Follows nothing: for clients that only send.
    pub(crate) async fn be_deaf(&mut self) -> Result<()> {
        self.ask(Ask::Unsubscribe(pb::Unsubscribe::default())).await?;
        Ok(())
    }

    async fn ask(&mut self, body: Ask) -> Result<u64> {
        self.requests += 1;
        let frame = pb::ClientFrame { request_id: self.requests, body: Some(body) };
        self.socket.send(&frame.encode_to_vec()).await?;
        Ok(self.requests)
    }

    /// Sends a command; the id of the request.
    pub(crate) async fn command(&mut self, command: &pb::Command) -> Result<u64> {
        self.ask(Ask::Command(command.clone())).await
    }

    /// The next frame that is no batch.
    async fn answer(&mut self) -> Result<Answer> {
        loop {
            if let Seen::Frame(frame) = seen(&self.socket.next().await?) {
                return frame.body.ok_or_else(|| Error::other("an empty frame"));
            }
        }
    }

    /// What came of the next of its commands: the request, and its last sequence or the code of the refusal.
    pub(crate) async fn outcome(&mut self) -> Result<(u64, std::result::Result<i64, String>)> {
        loop {
            let Seen::Frame(frame) = seen(&self.socket.next().await?) else { continue };
            let came = match frame.body {
                Some(Answer::Outcome(outcome)) => Ok(outcome.last_sequence.unwrap_or(0)),
                Some(Answer::Rejection(rejection)) => Err(rejection.code().as_str_name().to_owned()),
                Some(Answer::Failure(failure)) => Err(failure.code().as_str_name().to_owned()),
                _ => continue,
            };
            return Ok((frame.request_id, came));
        }
    }
}

/// So many clients, `name-0` and on, connected.
pub(crate) async fn connect_all(target: &Target, name: &str, count: usize) -> Vec<Client> {
    let gate = Arc::new(Semaphore::new(HANDSHAKES));
    let mut connecting = JoinSet::new();
    for n in 0..count {
        let (gate, target, user) = (Arc::clone(&gate), target.clone(), format!("{name}-{n}"));
        connecting.spawn(async move {
            let _turn = gate.acquire().await.unwrap();
            Client::connect(&target, &user, None).await.unwrap()
        });
    }
    connecting.join_all().await
}

/// Makes the open project `PM` where it is not there yet.
pub(crate) async fn make_project(target: &Target) {
    let mut client = Client::connect(target, "load", None).await.unwrap();
    client.command(&command("load", Change::CreateProject(NewProject::new("PM", "Load")))).await.unwrap();
    match client.outcome().await.unwrap().1 {
        Err(code) if code != "REJECTION_CODE_ALREADY_EXISTS" => panic!("no project: {code}"),
        _ => {}
    }
}

fn command(user: &str, change: Change) -> pb::Command {
    wire::command_to_wire(&Command::new(Actor::member(UserId::new(user).unwrap()), change))
}

/// A command that makes so many items.
pub(crate) fn creation(user: &str, n: usize, items: usize) -> pb::Command {
    let changes = (0..items).map(|k| Change::CreateItem(Box::new(new_item(n * items + k)))).collect();
    wire::command_to_wire(&Command::batch(Actor::member(UserId::new(user).unwrap()), changes))
}

/// When a client stops to send.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Until {
    Sent(usize),
    Instant(Instant),
}

/// Sends commands and keeps `in_flight` of them on their way; with a pace, one each time it is over and not more.
pub(crate) async fn send_commands(
    client: &mut Client,
    commands: &Commands,
    in_flight: usize,
    until: Until,
    pace: Option<Duration>,
) -> Result<()> {
    let mut waiting: HashMap<u64, Instant> = HashMap::new();
    let mut ticks = pace.map(tokio::time::interval);
    let mut sent = 0;
    loop {
        let goes_on = match until {
            Until::Sent(count) => sent < count,
            Until::Instant(end) => Instant::now() < end,
        };
        if !goes_on && waiting.is_empty() {
            return Ok(());
        }
        tokio::select! {
            biased;
            // A command that has to wait for its turn is late from the moment it was due.
            due = due(&mut ticks), if goes_on && waiting.len() < in_flight => {
                let next = creation(&client.user, sent, 1);
                waiting.insert(client.command(&next).await?, due);
                sent += 1;
            }
            outcome = client.outcome(), if !waiting.is_empty() => {
                let (request, came) = outcome?;
                let Some(due) = waiting.remove(&request) else { continue };
                match came {
                    Ok(_) => {
                        commands.accepted.fetch_add(1, Ordering::Relaxed);
                        commands.times.add(due.elapsed());
                    }
                    Err(code) => commands.refused(&code),
                }
            }
        }
    }
}

/// When the next command is due: now, or at the next tick.
async fn due(ticks: &mut Option<Interval>) -> Instant {
    match ticks {
        Some(ticks) => ticks.tick().await.into_std(),
        None => Instant::now(),
    }
}
