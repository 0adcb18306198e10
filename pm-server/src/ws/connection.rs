//! One connection: the loop that takes what comes, lets session and engine see to it, and keeps the deadlines. What goes
//! to the client is written by a task of its own (`outgoing`).

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};

use super::answer;
use super::close::Close;
use super::feed::Follow;
use super::frames::{Frames, Incoming, Reading};
use super::heartbeat::Heartbeat;
use super::outbox::{Gone, Out, Outbox};
use super::outgoing::Outgoing;
use super::presence::{self, Presence};
use super::queries::Queries;
use super::scan::scan;
use super::session::{Session, Step};
use crate::admission::{Place, Seat};
use crate::auth::{Identity, now_seconds};
use crate::config::WebSocketConfig;
use crate::hub::LiveTenant;
use crate::limits;
use crate::metrics::OneMore;
use crate::rates::{Limiter, Pace};
use crate::server::stopped;
use crate::shared::Shared;

/// What a welcomed client has.
pub(super) struct Live {
    pub(super) tenant: Arc<LiveTenant>,
    pub(super) identity: Identity,
    pub(super) follow: Follow,
    pub(super) queries: Queries,
    /// How many more snapshots may wait to be sent.
    pub(super) snapshots: Arc<Semaphore>,
    /// Of the user, over all his connections.
    pub(super) rate: Arc<Limiter>,
    pub(super) seat: Seat,
    pub(super) _counted: OneMore,
}

pub(super) struct Connection {
    pub(super) shared: Arc<Shared>,
    pub(super) place: Arc<Place>,
    pub(super) reading: Reading,
    pub(super) outbox: Outbox,
    pub(super) session: Session,
    pub(super) live: Option<Live>,
    pub(super) pace: Pace,
    /// Absent until the client takes part.
    pub(super) presence: Option<Presence>,
    heartbeat: Heartbeat,
    /// When what has to do with time is looked at.
    alarm: Pin<Box<Sleep>>,
    began: Instant,
    heard: Instant,
    /// Nothing is read before: more came than may come.
    paused: Option<Instant>,
}

/// Goes on, or closes for a reason.
pub(super) type Flow = Result<(), Close>;

impl From<Gone> for Close {
    /// Nothing more is taken; who takes it knows why.
    fn from(_: Gone) -> Self {
        Self::Normal
    }
}

/// Serves one connection to its end.
pub(crate) async fn serve(shared: Arc<Shared>, frames: Frames, vouched: Option<Identity>, place: Arc<Place>) {
    let (outbox, waiting) = Outbox::new();
    let outgoing = Outgoing::start(frames.writer, waiting);
    let now = Instant::now();
    let mut connection = Connection {
        alarm: Box::pin(tokio::time::sleep(look_every(&shared.config.websocket))),
        heartbeat: Heartbeat::new(shared.config.websocket.ping_every),
        pace: shared.rates.connection(),
        session: Session::new(shared.keys.clone(), vouched),
        place: Arc::clone(&place),
        shared,
        reading: frames.reading,
        outbox,
        live: None,
        presence: None,
        began: now,
        heard: now,
        paused: None,
    };
    let close = tokio::select! {
        close = connection.run() => close,
        // Whatever it is waiting for.
        () = place.must_leave() => Close::Crowded,
    };
    let close = if connection.outbox.is_closed() { outgoing.reason() } else { close };
    if close == Close::Slow {
        tracing::info!(code = close.code(), "a client takes nothing of what is written");
    }
    connection.shared.metrics.closed(close.code());
    tracing::debug!(code = close.code(), reason = close.reason(), "closing");
    // Tenant and room are let go before the client has taken its time to say good-bye; the seat when all else is
    // written: however many connections somebody leaves without taking what is on its way, it takes no more memory.
    let Connection { reading, outbox, live, presence, .. } = connection;
    outbox.close(close, live.map(|live| live.seat));
    drop(presence);
    let good_bye = async {
        outgoing.ended().await;
        reading.drain().await;
    };
    if close == Close::Crowded {
        // It has no time to take: another has its place already.
        let _ = tokio::time::timeout(limits::CROWDED_CLOSE_WITHIN, good_bye).await;
    } else {
        good_bye.await;
    }
}

impl Connection {
    async fn run(&mut self) -> Close {
        let mut stopping = self.shared.stopping.clone();
        let outbox = self.outbox.clone();
        // What is in flight is answered; nothing more is taken.
        let mut leaving = false;
        // Each waits once and for all: who waits anew each time joins the list of those who wait each time.
        let mut stops = pin!(stopped(&mut stopping));
        let mut ended = pin!(outbox.closed());
        loop {
            let flow = tokio::select! {
                incoming = self.reading.next(), if self.paused.is_none() && !leaving => {
                    let flow = self.incoming(incoming).await;
                    // Time in which nobody listened does not count.
                    self.heard = Instant::now();
                    flow
                }
                () = over(self.paused), if self.paused.is_some() => {
                    self.paused = None;
                    self.heard = Instant::now();
                    Ok(())
                }
                room = outbox.room(), if self.is_presence_due() => match room {
                    Ok(room) => self.tell_presence(room).await,
                    Err(gone) => Err(gone.into()),
                },
                () = presence::due(&mut self.presence) => Ok(()),
                () = self.heartbeat.beat() => self.outbox.beat().map_err(Close::from),
                () = &mut self.alarm => self.look_at_time(),
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
        match incoming {
            Incoming::End(close) => Err(close),
            Incoming::Pong => {
                // What is over the rate here needs no answer: nothing more is read for a while.
                self.is_over_rate(0);
                Ok(())
            }
            Incoming::Ping(bytes) => {
                self.is_over_rate(bytes.len());
                let pong = self.outbox.message(bytes).await?;
                Ok(self.outbox.put(Out::Pong(pong))?)
            }
            // Not only when the time is looked at: nothing is done in the name of a token that is over.
            Incoming::Message { .. } if self.is_token_over() => Err(Close::TokenExpired),
            Incoming::Message { text, bytes, room } => self.message(text, &bytes, room).await,
        }
    }

    async fn message(&mut self, text: bool, bytes: &Bytes, room: OwnedSemaphorePermit) -> Flow {
        if let Some(wait) = self.is_over_rate(bytes.len()) {
            let request_id = if text { 0 } else { scan(bytes).request_id };
            let frame = answer::rate_limited(request_id, wait, "too much in a short time");
            return Ok(self.outbox.send(frame).await?);
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
            Step::Answer(frame) => Ok(self.outbox.send(frame).await?),
            Step::Refuse(frame, close) => {
                self.outbox.send(frame).await?;
                Err(close)
            }
            Step::Open(opening) => {
                self.mind_token();
                self.open(*opening).await
            }
            Step::Command { request_id, command, place } => {
                self.command(request_id, *command, room, place).await
            }
            Step::Query { request_id, question, place } => self.query(request_id, *question, place).await,
            Step::Subscribe { request_id, projects } => self.subscribe(request_id, projects).await,
            Step::Unsubscribe { request_id, projects } => self.unsubscribe(request_id, projects).await,
            Step::Presence { request_id, update } => self.presence_said(request_id, update).await,
            Step::Head { request_id } => {
                // It may have been asked for with a new token.
                self.mind_token();
                self.head(request_id).await
            }
        }
    }

    fn is_token_over(&self) -> bool {
        self.session.expires_at().is_some_and(|end| now_seconds() > end)
    }

    /// A deadline may be over; later than the end of the token it is not looked again.
    fn look_at_time(&mut self) -> Flow {
        let config = &self.shared.config.websocket;
        match self.session.expires_at() {
            None if self.began.elapsed() >= config.hello_within => return Err(Close::NoHello),
            Some(_) if self.is_token_over() => return Err(Close::TokenExpired),
            Some(_) if self.session.is_withdrawn() => return Err(Close::Unauthenticated),
            _ => {}
        }
        if self.paused.is_none() && self.heard.elapsed() >= config.idle_max {
            return Err(Close::Idle);
        }
        self.expire_presence();
        self.alarm.as_mut().reset(Instant::now() + look_every(&self.shared.config.websocket));
        self.mind_token();
        Ok(())
    }

    /// Looks at the time no later than the token's ends.
    fn mind_token(&mut self) {
        let Some(end) = self.session.expires_at() else { return };
        let over = Duration::from_secs(end.saturating_sub(now_seconds()).saturating_add(1));
        let wait = over.min(look_every(&self.shared.config.websocket));
        let at = Instant::now() + wait;
        if at < self.alarm.deadline() {
            self.alarm.as_mut().reset(at);
        }
    }
}

/// Often enough for the shortest of the deadlines it serves.
fn look_every(config: &WebSocketConfig) -> Duration {
    let shortest = config.hello_within.min(config.presence_expires).min(config.idle_max);
    (shortest / 2).max(Duration::from_millis(10))
}

async fn over(pause: Option<Instant>) {
    match pause {
        Some(end) => tokio::time::sleep_until(end).await,
        None => std::future::pending().await,
    }
}
