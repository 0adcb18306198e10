//! One connection: the loop that ties socket, session, feed and engine together. It waits for whatever comes first
//! and never waits for anything else while it holds something of the engine.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use pm_engine::CommandResult;
use pm_proto as pb;
use pm_proto::server_frame::Body;
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};
use tokio::time::{Instant, Interval, MissedTickBehavior};

use super::answer;
use super::close::Close;
use super::feed::Feed;
use super::frames::{Frames, Incoming};
use super::heartbeat::Heartbeat;
use super::outbox::{Gone, Out, Room};
use super::presence::{self, Presence};
use super::queries::Queries;
use super::scan::scan;
use super::session::{Session, Step};
use crate::admission::{Place, Seat};
use crate::auth::{Identity, now_seconds};
use crate::config::WebSocketConfig;
use crate::hub::LiveTenant;
use crate::limits;
use crate::metrics::{Follower, OneMore};
use crate::rates::{Limiter, Pace};
use crate::server::stopped;
use crate::shared::Shared;

/// What a welcomed client has.
pub(super) struct Live {
    pub(super) tenant: Arc<LiveTenant>,
    pub(super) identity: Identity,
    pub(super) feed: Feed,
    pub(super) queries: Queries,
    pub(super) heads: watch::Receiver<i64>,
    /// Of the user, over all his connections.
    pub(super) rate: Arc<Limiter>,
    /// Where it is in the log, for the count of who is behind.
    pub(super) follower: Arc<Follower>,
    pub(super) _seat: Seat,
    pub(super) _counted: OneMore,
}

/// A command that has come to its end.
pub(super) struct Done {
    pub(super) request_id: u64,
    pub(super) result: CommandResult,
    /// Its bytes waited until now.
    pub(super) _room: OwnedSemaphorePermit,
}

pub(super) struct Connection {
    pub(super) shared: Arc<Shared>,
    pub(super) place: Arc<Place>,
    pub(super) frames: Frames,
    pub(super) session: Session,
    pub(super) live: Option<Live>,
    pub(super) answers: mpsc::UnboundedSender<Done>,
    pub(super) pace: Pace,
    /// Absent until the client takes part.
    pub(super) presence: Option<Presence>,
    heartbeat: Heartbeat,
    began: Instant,
    heard: Instant,
    /// Nothing is read before: more came than may come.
    paused: Option<Instant>,
}

/// Goes on, or closes for a reason.
pub(super) type Flow = Result<(), Close>;

impl From<Gone> for Close {
    /// The writer has ended and has said why, as far as anybody could be told.
    fn from(_: Gone) -> Self {
        Self::Normal
    }
}

/// Serves one connection to its end.
pub(crate) async fn serve(shared: Arc<Shared>, frames: Frames, vouched: Option<Identity>, place: Arc<Place>) {
    // In flight is bounded by the session, so this queue is too.
    let (answers, finished) = mpsc::unbounded_channel();
    let session = Session::new(shared.keys.clone(), vouched);
    let now = Instant::now();
    let mut connection = Connection {
        pace: shared.rates.connection(),
        heartbeat: Heartbeat::new(shared.config.websocket.ping_every),
        place: Arc::clone(&place),
        shared,
        frames,
        session,
        live: None,
        presence: None,
        answers,
        began: now,
        heard: now,
        paused: None,
    };
    let close = tokio::select! {
        close = connection.run(finished) => close,
        // Whatever it is waiting for.
        () = place.must_leave() => Close::Crowded,
    };
    let Connection { frames, live, presence, shared, .. } = connection;
    if let (Close::StreamEnded, Some(live)) = (close, &live) {
        shared.hub.forget(&live.tenant);
    }
    // Tenant and room are let go before the client has taken its time to say good-bye.
    drop((live, presence));
    shared.metrics.closed(close.code());
    tracing::debug!(code = close.code(), reason = close.reason(), "closing");
    if close == Close::Crowded {
        // It has no time to take: another has its place already.
        let _ = tokio::time::timeout(limits::CROWDED_CLOSE_WITHIN, frames.close(close)).await;
    } else {
        frames.close(close).await;
    }
}

impl Connection {
    async fn run(&mut self, mut finished: mpsc::UnboundedReceiver<Done>) -> Close {
        let mut stopping = self.shared.stopping.clone();
        let mut ticks = ticks(&self.shared.config.websocket);
        let outbox = self.frames.outbox.clone();
        // What is in flight is answered; nothing more is taken.
        let mut leaving = false;
        // Each waits once and for all: who waits anew each time joins the list of those who wait each time.
        let mut stops = pin!(stopped(&mut stopping));
        let mut ended = pin!(outbox.closed());
        loop {
            let feeds = self.live.as_ref().is_some_and(|live| live.feed.is_pending());
            let pulls = feeds || self.is_presence_due();
            let flow = tokio::select! {
                incoming = self.frames.incoming.recv(), if self.paused.is_none() && !leaving => {
                    self.incoming(incoming.unwrap_or(Incoming::End(Close::Normal))).await
                }
                () = over(self.paused), if self.paused.is_some() => {
                    self.paused = None;
                    Ok(())
                }
                Some(done) = finished.recv() => self.answer(done).await,
                room = outbox.room(), if pulls => match room {
                    Ok(room) => self.pull(room).await,
                    Err(gone) => Err(gone.into()),
                },
                () = next_head(&mut self.live), if !pulls => {
                    self.look_again();
                    match outbox.room_now() {
                        Some(room) => self.pull(room).await,
                        None => Ok(()),
                    }
                }
                () = presence::due(&mut self.presence) => Ok(()),
                () = self.heartbeat.due() => self.beat().await,
                _ = ticks.tick() => self.tick(),
                () = &mut stops, if !leaving => {
                    leaving = true;
                    Ok(())
                }
                () = self.session.settled(), if leaving => Err(Close::Restart),
                () = &mut ended => Err(Gone.into()),
            };
            if let Err(close) = flow {
                return close;
            }
        }
    }

    async fn incoming(&mut self, incoming: Incoming) -> Flow {
        self.heard = Instant::now();
        match incoming {
            Incoming::End(close) => Err(close),
            Incoming::Pong => {
                // What is over the rate here needs no answer: nothing more is read for a while.
                self.is_over_rate(0);
                Ok(())
            }
            Incoming::Ping(bytes) => {
                self.is_over_rate(bytes.len());
                Ok(self.frames.outbox.put(Out::Pong(bytes)).await?)
            }
            // Not only at the next tick: nothing is done in the name of a token that is over.
            Incoming::Message { .. } if self.is_token_over() => Err(Close::TokenExpired),
            Incoming::Message { text, bytes, room } => self.message(text, &bytes, room).await,
        }
    }

    async fn message(&mut self, text: bool, bytes: &Bytes, room: OwnedSemaphorePermit) -> Flow {
        if let Some(wait) = self.is_over_rate(bytes.len()) {
            let request_id = if text { 0 } else { scan(bytes).request_id };
            let frame = answer::rate_limited(request_id, wait, "too much in a short time");
            return Ok(self.frames.outbox.send(frame).await?);
        }
        let step = if text { self.session.text() } else { self.session.message(bytes) };
        self.step(step, room).await
    }

    /// Counts what came. The time to wait where it was too much; nothing is read before that is over.
    fn is_over_rate(&mut self, bytes: usize) -> Option<Duration> {
        let wait = self.pace.message(bytes).err()?;
        self.paused = Some(Instant::now() + wait);
        Some(wait)
    }

    async fn step(&mut self, step: Step, room: OwnedSemaphorePermit) -> Flow {
        match step {
            Step::Answer(frame) => Ok(self.frames.outbox.send(frame).await?),
            Step::Refuse(frame, close) => {
                self.frames.outbox.send(frame).await?;
                Err(close)
            }
            Step::Open(opening) => self.open(*opening).await,
            Step::Command { request_id, command } => self.command(request_id, *command, room).await,
            Step::Query { request_id, question, place } => self.query(request_id, *question, place).await,
            Step::Subscribe { request_id, projects } => self.subscribe(request_id, projects).await,
            Step::Unsubscribe { request_id, projects } => self.unsubscribe(request_id, projects).await,
            Step::Presence { request_id, update } => self.presence_said(request_id, update).await,
            Step::Head { request_id } => self.head(request_id).await,
        }
    }

    async fn answer(&mut self, done: Done) -> Flow {
        self.session.answered();
        let Done { request_id, result, _room } = done;
        Ok(self.frames.outbox.send(answer::result(request_id, &result)).await?)
    }

    /// Sends what there is for the client, or at last that it has everything.
    async fn pull(&mut self, room: Room) -> Flow {
        if self.is_presence_due() {
            return self.tell_presence(room).await;
        }
        let Some(live) = &mut self.live else { return Ok(()) };
        let mut frames = live.feed.next().await?.into_iter();
        if let Some(sequence) = live.feed.complete_to() {
            live.follower.is_at(sequence);
        }
        if let Some(first) = frames.next() {
            room.send(first);
        } else {
            drop(room);
        }
        for frame in frames {
            self.frames.outbox.send(frame).await?;
        }
        let everything = live.feed.complete_to().filter(|_| !live.feed.is_pending());
        if let Some(sequence) = everything
            && self.heartbeat.take_owed()
        {
            let head = pb::Head { epoch: live.tenant.epoch.to_string(), sequence };
            self.frames.outbox.send(answer::frame(0, Body::Head(head))).await?;
        }
        Ok(())
    }

    /// Probes the other side; where the log stands follows once it has been sent up to there.
    async fn beat(&mut self) -> Flow {
        self.heartbeat.beat();
        if let Some(live) = &mut self.live {
            live.feed.tell();
        }
        Ok(self.frames.outbox.put(Out::Ping).await?)
    }

    fn is_token_over(&self) -> bool {
        self.session.expires_at().is_some_and(|end| now_seconds() > end)
    }

    /// Whatever else has to do with time.
    fn tick(&mut self) -> Flow {
        let config = &self.shared.config.websocket;
        match self.session.expires_at() {
            None if self.began.elapsed() >= config.hello_within => return Err(Close::NoHello),
            Some(_) if self.is_token_over() => return Err(Close::TokenExpired),
            Some(_) if self.session.is_withdrawn() => return Err(Close::Unauthenticated),
            _ => {}
        }
        if self.heard.elapsed() >= config.idle_max {
            return Err(Close::Idle);
        }
        self.expire_presence();
        // A tenant that was closed under us wakes nobody.
        if let Some(live) = &mut self.live {
            live.feed.wake();
        }
        Ok(())
    }
}

/// Often enough for the shortest of the deadlines it serves.
fn ticks(config: &WebSocketConfig) -> Interval {
    let shortest = config.hello_within.min(config.presence_expires).min(config.idle_max);
    let mut ticks = tokio::time::interval((shortest / 2).max(Duration::from_millis(10)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

async fn over(pause: Option<Instant>) {
    match pause {
        Some(end) => tokio::time::sleep_until(end).await,
        None => std::future::pending().await,
    }
}

/// Waits for a new head; for ever where there is no stream.
async fn next_head(live: &mut Option<Live>) {
    if let Some(live) = live
        && live.heads.changed().await.is_ok()
    {
        live.feed.wake();
    } else {
        std::future::pending().await
    }
}
