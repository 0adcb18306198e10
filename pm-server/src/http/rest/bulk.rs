//! A stream of commands, a line each, answered by a line each in the same order: any number of them in bounded memory,
//! many on their way through the engine at once, so that they share their commits.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::Asking;
use super::commands::{self, OneResult, Pending};
use super::content::LINES;
use super::problem::Problem;
use crate::auth::{AuthError, Identity};
use crate::http::body::Body;
use crate::http::reply::Answer;
use crate::hub::LiveTenant;
use crate::rates::Limiter;
use crate::server::stopped;
use crate::shared::Shared;
use crate::{limits, profile};

/// A line on its way to its answer.
struct Sent {
    line: u64,
    result: Result<Pending, Problem>,
    _room: Option<OwnedSemaphorePermit>,
}

/// A line of the answer.
#[derive(Serialize)]
struct Answered {
    line: u64,
    #[serde(flatten)]
    result: OneResult,
}

/// Answers with a stream while the stream of commands is still being read.
pub(super) async fn run(asking: Asking, body: Incoming, key: Option<String>) -> Result<Answer, Problem> {
    let (live, places) = asking.enter().await?;
    let full = |_| Problem::busy("too many streams of commands are open");
    let of_server = Arc::clone(&asking.shared.load.loads).try_acquire_owned().map_err(full)?;
    let of_tenant = Arc::clone(&live.http_loads).try_acquire_owned().map_err(full)?;
    profile::take_over(&live.tenant, &asking.identity);
    let (sent, waiting) = mpsc::channel(limits::HTTP_LINES_IN_FLIGHT_MAX);
    let (pieces, answer) = mpsc::channel(limits::HTTP_PIECES_WAITING_MAX);
    let reading = Reading {
        live,
        shared: Arc::clone(&asking.shared),
        identity: asking.identity.clone(),
        key,
        rate: asking.rate(),
        within: asking.shared.config.http.body_within,
        room: Arc::new(Semaphore::new(limits::HTTP_LINE_BYTES_IN_FLIGHT_MAX)),
        current: Arc::new(Semaphore::new(limits::HTTP_CURRENT_BYTES_MAX)),
        lines: 0,
        sent,
    };
    tokio::spawn(reading.run(Lines::new(body)));
    tokio::spawn(async move {
        answer_all(waiting, &pieces, &asking.request_id).await;
        drop((places, of_server, of_tenant));
    });
    let mut answer = Answer::new(Body::Stream(answer));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(LINES));
    Ok(answer)
}

struct Reading {
    live: Arc<LiveTenant>,
    shared: Arc<Shared>,
    identity: Identity,
    key: Option<String>,
    rate: Arc<Limiter>,
    within: Duration,
    room: Arc<Semaphore>,
    /// For entities in refusals.
    current: Arc<Semaphore>,
    lines: u64,
    sent: mpsc::Sender<Sent>,
}

impl Reading {
    /// Reads to the end; ends early where nobody reads the answers.
    async fn run(mut self, mut lines: Lines) {
        let mut stopping = self.shared.stopping.clone();
        loop {
            let next = tokio::select! {
                biased;
                () = stopped(&mut stopping) => Some(Err(Broken::Stopping)),
                next = tokio::time::timeout(self.within, lines.next()) => {
                    next.unwrap_or_else(|_| Some(Err(Broken::Late)))
                }
            };
            let Some(next) = next else { return };
            self.lines += 1;
            let (result, is_last) = match next {
                Ok(line) if line.trim_ascii().is_empty() => continue,
                // A stream may be longer than its token.
                Ok(_) if !self.shared.keys.still_vouch_for(&self.identity) => {
                    (Problem::unauthenticated(AuthError::Expired), true)
                }
                Ok(line) => {
                    let Some(room) = self.room_for(&line).await else { return };
                    let result = self.send(line).await;
                    if self.sent.send(Sent { line: self.lines, result, _room: Some(room) }).await.is_err() {
                        return;
                    }
                    continue;
                }
                Err(Broken::Long) => (too_long(), false),
                Err(Broken::Off) => (Problem::invalid("body", "the body broke off"), true),
                Err(Broken::Late) => (Problem::new("timeout", "the next line did not come in time"), true),
                Err(Broken::Stopping) => (Problem::new("closed", "the server stops"), true),
            };
            let sent = Sent { line: self.lines, result: Err(result), _room: None };
            if self.sent.send(sent).await.is_err() || is_last {
                return;
            }
        }
    }

    async fn room_for(&self, line: &[u8]) -> Option<OwnedSemaphorePermit> {
        let bytes = u32::try_from(line.len()).unwrap_or(u32::MAX);
        Arc::clone(&self.room).acquire_many_owned(bytes).await.ok()
    }

    /// Sends a line on its way once the user's rate allows: who streams waits, and is not refused.
    async fn send(&self, line: Bytes) -> Result<Pending, Problem> {
        let key = self.key.as_ref().map(|key| format!("{key}-{}", self.lines));
        let actor = self.identity.actor.clone();
        let command = if line.len() > limits::HTTP_LINE_BYTES_AT_ONCE {
            let read = tokio::task::spawn_blocking(move || commands::line(&line, key, &actor)).await;
            read.map_err(|_| Problem::internal())??
        } else {
            commands::line(&line, key, &actor)?
        };
        while let Err(wait) = self.rate.take(command.parts.len().max(1)) {
            tokio::time::sleep(wait).await;
        }
        Ok(commands::send(&self.live, command, &self.current))
    }
}

fn too_long() -> Problem {
    let most = limits::HTTP_LINE_BYTES_MAX;
    Problem::too_large("line", most, format!("a line has at most {most} bytes"))
}

/// Writes an answer per line, gathered while more are ready.
async fn answer_all(mut waiting: mpsc::Receiver<Sent>, pieces: &mpsc::Sender<Bytes>, request_id: &str) {
    let mut piece = Vec::new();
    while let Some(Sent { line, result, _room }) = waiting.recv().await {
        let (result, _current) = match result {
            Ok(pending) => commands::outcome(pending).await,
            Err(problem) => (Err(problem), None),
        };
        let answered = Answered { line, result: commands::shown(result, request_id) };
        // Nothing in it can fail to be written.
        let _ = serde_json::to_writer(&mut piece, &answered);
        piece.push(b'\n');
        if waiting.is_empty() || piece.len() >= limits::HTTP_PIECE_BYTES {
            // Nobody reads any more; what is on its way is committed all the same.
            if pieces.send(std::mem::take(&mut piece).into()).await.is_err() {
                return;
            }
        }
    }
}

/// Why there is no line.
enum Broken {
    /// It is too long; it has been passed over.
    Long,
    /// The body broke off.
    Off,
    /// It did not come in time.
    Late,
    /// The server stops, and reads no more.
    Stopping,
}

/// The lines of a body.
struct Lines {
    body: Incoming,
    buffer: BytesMut,
    /// Up to here the buffer has no end of line.
    searched: usize,
    is_over: bool,
    /// The line being read is too long, and is passed over.
    is_long: bool,
}

impl Lines {
    fn new(body: Incoming) -> Self {
        Self { body, buffer: BytesMut::new(), searched: 0, is_over: false, is_long: false }
    }

    /// The next line without its end; none at the end of the body.
    async fn next(&mut self) -> Option<Result<Bytes, Broken>> {
        loop {
            if let Some(line) = self.buffered() {
                return Some(line);
            }
            if self.is_over {
                return None;
            }
            match self.body.frame().await {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.buffer.extend_from_slice(&data);
                    }
                }
                Some(Err(_)) => {
                    self.is_over = true;
                    self.buffer.clear();
                    return Some(Err(Broken::Off));
                }
                None => self.is_over = true,
            }
        }
    }

    fn buffered(&mut self) -> Option<Result<Bytes, Broken>> {
        let end = self.buffer.iter().skip(self.searched).position(|byte| *byte == b'\n');
        let end = end.map(|at| at + self.searched);
        if self.is_long || end.unwrap_or(self.buffer.len()) > limits::HTTP_LINE_BYTES_MAX {
            return self.pass_over(end);
        }
        match end {
            Some(end) => {
                let mut line = self.buffer.split_to(end + 1);
                line.truncate(end);
                self.searched = 0;
                Some(Ok(line.freeze()))
            }
            None if self.is_over && !self.buffer.is_empty() => {
                self.searched = 0;
                Some(Ok(self.buffer.split().freeze()))
            }
            None => {
                self.searched = self.buffer.len();
                None
            }
        }
    }

    /// Drops what there is of a line that is too long; says so once, at its end.
    fn pass_over(&mut self, end: Option<usize>) -> Option<Result<Bytes, Broken>> {
        self.searched = 0;
        match end {
            Some(end) => drop(self.buffer.split_to(end + 1)),
            None => self.buffer.clear(),
        }
        self.is_long = end.is_none() && !self.is_over;
        (!self.is_long).then_some(Err(Broken::Long))
    }
}
