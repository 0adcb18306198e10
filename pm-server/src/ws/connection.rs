//! One connection: the loop that ties socket, session, feed and engine together. It waits for whatever comes first
//! and never waits for anything else while it holds something of the engine.

use std::sync::Arc;
use std::time::Duration;

use pm_engine::error::OpenError;
use pm_engine::model::{ProjectId, ProjectRef};
use pm_engine::{CommandResult, Resume, wire};
use pm_proto as pb;
use pm_proto::server_frame::Body;
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};
use tokio::time::{Instant, Interval, MissedTickBehavior};

use super::answer;
use super::close::Close;
use super::feed::{self, Feed, Follow};
use super::frames::{Frames, Incoming};
use super::outbox::{Gone, Out, Room};
use super::queries::Queries;
use super::session::{Opening, PROTOCOL_VERSION, Session, Step};
use crate::auth::{Identity, now_seconds};
use crate::config::WebSocketConfig;
use crate::hub::LiveTenant;
use crate::limits;
use crate::profile;
use crate::server::stopped;
use crate::shared::Shared;

/// What a welcomed client has.
struct Live {
    tenant: Arc<LiveTenant>,
    identity: Identity,
    feed: Feed,
    queries: Queries,
    heads: watch::Receiver<i64>,
}

struct Connection {
    shared: Arc<Shared>,
    frames: Frames,
    session: Session,
    live: Option<Live>,
    answers: mpsc::UnboundedSender<(u64, CommandResult)>,
    began: Instant,
    heard: Instant,
}

/// Goes on, or closes for a reason.
type Flow = Result<(), Close>;

impl From<Gone> for Close {
    /// The writer has ended and has said why, as far as anybody could be told.
    fn from(_: Gone) -> Self {
        Self::Normal
    }
}

/// Serves one connection to its end.
pub(crate) async fn serve(shared: Arc<Shared>, frames: Frames, vouched: Option<Identity>) {
    // In flight is bounded by the session, so this queue is too.
    let (answers, finished) = mpsc::unbounded_channel();
    let session = Session::new(shared.keys.clone(), vouched);
    let now = Instant::now();
    let mut connection = Connection { shared, frames, session, live: None, answers, began: now, heard: now };
    let close = connection.run(finished).await;
    let Connection { frames, live, shared, .. } = connection;
    if let (Close::StreamEnded, Some(live)) = (close, &live) {
        shared.hub.forget(&live.tenant);
    }
    // The tenant is let go before the client has taken its time to say good-bye.
    drop(live);
    tracing::debug!(code = close.code(), reason = close.reason(), "closing");
    frames.close(close, shared.config.websocket.close_within).await;
}

impl Connection {
    async fn run(&mut self, mut finished: mpsc::UnboundedReceiver<(u64, CommandResult)>) -> Close {
        let mut stopping = self.shared.stopping.clone();
        let mut ticks = ticks(&self.shared.config.websocket);
        let outbox = self.frames.outbox.clone();
        loop {
            let pulls = self.live.as_ref().is_some_and(|live| live.feed.is_pending());
            let flow = tokio::select! {
                incoming = self.frames.incoming.recv() => {
                    self.incoming(incoming.unwrap_or(Incoming::End(Close::Normal))).await
                }
                Some((request_id, result)) = finished.recv() => self.answer(request_id, &result).await,
                room = outbox.room(), if pulls => match room {
                    Ok(room) => self.pull(room).await,
                    Err(gone) => Err(gone.into()),
                },
                () = next_head(&mut self.live), if !pulls => Ok(()),
                _ = ticks.tick() => self.tick().await,
                () = stopped(&mut stopping) => Err(Close::Restart),
                () = outbox.closed() => Err(Gone.into()),
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
            Incoming::Pong => Ok(()),
            Incoming::Ping(bytes) => Ok(self.frames.outbox.put(Out::Pong(bytes)).await?),
            Incoming::Text => self.step(self.session.text()).await,
            // Not only at the next tick: nothing is done in the name of a token that is over.
            Incoming::Message(..) if self.is_token_over() => Err(Close::TokenExpired),
            Incoming::Message(bytes, _room) => {
                let step = self.session.message(&bytes);
                self.step(step).await
            }
        }
    }

    async fn step(&mut self, step: Step) -> Flow {
        match step {
            Step::Answer(frame) => Ok(self.frames.outbox.send(frame).await?),
            Step::Refuse(frame, close) => {
                self.frames.outbox.send(frame).await?;
                Err(close)
            }
            Step::Open(opening) => self.open(*opening).await,
            Step::Command { request_id, command } => self.command(request_id, *command).await,
            Step::Query { request_id, question, place } => self.query(request_id, *question, place).await,
            Step::Subscribe { request_id, projects } => self.subscribe(request_id, projects).await,
            Step::Unsubscribe { request_id, projects } => self.unsubscribe(request_id, projects).await,
            Step::Head { request_id } => self.head(request_id).await,
        }
    }

    /// Welcomes a client: its tenant is opened, and its stream begins where it left off.
    async fn open(&mut self, opening: Opening) -> Flow {
        let Opening { request_id, identity, known, projects } = opening;
        let tenant = match self.shared.hub.attach(&identity.tenant).await {
            Ok(tenant) => tenant,
            Err(error) => return self.cannot_open(request_id, &error).await,
        };
        let heads = tenant.heads();
        let (asked, actor) = (tenant.tenant.clone(), identity.actor.clone());
        let decided = blocking(move || {
            let follow = projects.map(|named| feed::accepted(&asked, &actor, &named)).transpose();
            let resume = asked.resume(known).map_err(|failure| feed::failed(&failure))?;
            Ok((follow.map_err(|error| feed::query_failed(&error))?, resume))
        });
        let (follow, resume) = decided.await??;
        let feed = Feed::new(&tenant, identity.actor.clone(), follow, resume)
            .map_err(|failure| feed::failed(&failure))?;
        self.frames.welcome();
        let welcome = welcome(&self.shared.config.websocket, &identity, &tenant, resume);
        self.frames.outbox.send(answer::frame(request_id, Body::Welcome(welcome))).await?;
        self.frames.outbox.send(answer::frame(0, Body::Subscribed(subscribed(feed.follow())))).await?;
        profile::take_over(&tenant.tenant, &identity);
        tracing::debug!(tenant = %identity.tenant, user = %identity.actor.user, ?resume, "welcome");
        let queries = Queries::new(Arc::clone(&self.shared), Arc::clone(&tenant), self.frames.outbox.clone());
        self.live = Some(Live { tenant, identity, feed, queries, heads });
        Ok(())
    }

    async fn cannot_open(&mut self, request_id: u64, error: &OpenError) -> Flow {
        let (code, close, text) = match error {
            OpenError::NotFound | OpenError::InvalidName => {
                (pb::FailureCode::Unauthenticated, Close::NoTenant, "there is no such tenant")
            }
            OpenError::Closed => (pb::FailureCode::Closed, Close::Restart, "the server stops"),
            other => {
                tracing::error!(error = %other, detail = ?other, "a tenant cannot be opened");
                (pb::FailureCode::Storage, Close::Unavailable, "the tenant is not available")
            }
        };
        self.frames.outbox.send(answer::refusal(request_id, code, text)).await?;
        Err(close)
    }

    async fn command(&mut self, request_id: u64, command: pb::Command) -> Flow {
        let Some(live) = &self.live else { return Err(Close::NoHello) };
        match wire::command_from_wire(command, live.identity.actor.clone()) {
            Ok(command) => {
                let answers = self.answers.clone();
                live.tenant.tenant.submit(command, move |result| {
                    // A client that has left does not want to know.
                    let _ = answers.send((request_id, result));
                });
                Ok(())
            }
            Err(malformed) => {
                self.session.answered();
                let frame = answer::rejection(request_id, &malformed.into());
                Ok(self.frames.outbox.send(frame).await?)
            }
        }
    }

    /// Its answer is sent by whoever runs it, in its time.
    async fn query(&mut self, request_id: u64, asked: pb::Question, place: OwnedSemaphorePermit) -> Flow {
        let Some(live) = &mut self.live else { return Err(Close::NoHello) };
        match wire::question_from_wire(asked) {
            Ok(question) => {
                live.queries.run(request_id, live.identity.actor.clone(), question, place);
                Ok(())
            }
            Err(malformed) => {
                let frame = answer::rejection(request_id, &malformed.into());
                Ok(self.frames.outbox.send(frame).await?)
            }
        }
    }

    async fn answer(&mut self, request_id: u64, result: &CommandResult) -> Flow {
        self.session.answered();
        Ok(self.frames.outbox.send(answer::result(request_id, result)).await?)
    }

    async fn pull(&mut self, room: Room) -> Flow {
        let Some(live) = &mut self.live else { return Ok(()) };
        let mut frames = live.feed.next().await?.into_iter();
        if let Some(first) = frames.next() {
            room.send(first);
        }
        for frame in frames {
            self.frames.outbox.send(frame).await?;
        }
        Ok(())
    }

    async fn subscribe(&mut self, request_id: u64, named: Vec<ProjectRef>) -> Flow {
        let Some(live) = &mut self.live else { return Err(Close::NoHello) };
        if live.feed.snapshots_waiting() >= limits::SNAPSHOTS_WAITING_MAX {
            let text = "too many snapshots of this connection are waiting";
            let frame = answer::refusal(request_id, pb::FailureCode::RateLimited, text);
            return Ok(self.frames.outbox.send(frame).await?);
        }
        let (copied, follow) = if named.is_empty() {
            (None, None)
        } else {
            let new = named_projects(live, named).await?;
            let follow = live.feed.follow().clone().map(|old| union(old, &new));
            (Some(new), follow)
        };
        live.feed.set_follow(follow);
        let answer = answer::frame(request_id, Body::Subscribed(subscribed(live.feed.follow())));
        if copied.as_ref().is_none_or(|projects| !projects.is_empty()) {
            live.feed.copy(request_id, copied);
        }
        Ok(self.frames.outbox.send(answer).await?)
    }

    async fn unsubscribe(&mut self, request_id: u64, named: Vec<ProjectRef>) -> Flow {
        let Some(live) = &mut self.live else { return Err(Close::NoHello) };
        let left = if named.is_empty() {
            Vec::new()
        } else {
            let gone = named_projects(live, named).await?;
            let mut left = match live.feed.follow().clone() {
                Some(followed) => followed,
                None => all_projects(live).await?,
            };
            left.retain(|project| !gone.contains(project));
            left
        };
        live.feed.set_follow(Some(left));
        let answer = answer::frame(request_id, Body::Subscribed(subscribed(live.feed.follow())));
        Ok(self.frames.outbox.send(answer).await?)
    }

    async fn head(&mut self, request_id: u64) -> Flow {
        let Some(live) = &self.live else { return Err(Close::NoHello) };
        let head = match live.tenant.tenant.head() {
            Ok(sequence) => Body::Head(pb::Head { epoch: live.tenant.epoch.to_string(), sequence }),
            Err(failure) => return Err(feed::failed(&failure)),
        };
        Ok(self.frames.outbox.send(answer::frame(request_id, head)).await?)
    }

    fn is_token_over(&self) -> bool {
        self.session.expires_at().is_some_and(|end| now_seconds() > end)
    }

    /// Whatever has to do with time.
    async fn tick(&mut self) -> Flow {
        let config = &self.shared.config.websocket;
        match self.session.expires_at() {
            None if self.began.elapsed() >= config.hello_within => return Err(Close::NoHello),
            Some(_) if self.is_token_over() => return Err(Close::TokenExpired),
            _ => {}
        }
        if self.heard.elapsed() >= config.idle_max {
            return Err(Close::Idle);
        }
        if self.heard.elapsed() >= config.ping_every {
            self.frames.outbox.put(Out::Ping).await?;
        }
        // A tenant that was closed under us wakes nobody.
        if let Some(live) = &mut self.live {
            live.feed.wake();
        }
        Ok(())
    }
}

/// Often enough for the shortest of the deadlines it serves.
fn ticks(config: &WebSocketConfig) -> Interval {
    let shortest = config.hello_within.min(config.ping_every).min(config.idle_max);
    let mut ticks = tokio::time::interval((shortest / 2).max(Duration::from_millis(10)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
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

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Close> + Send + 'static,
) -> Result<Result<T, Close>, Close> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Close::Unavailable)
}

async fn named_projects(live: &Live, named: Vec<ProjectRef>) -> Result<Vec<ProjectId>, Close> {
    let (tenant, actor) = (live.tenant.tenant.clone(), live.identity.actor.clone());
    blocking(move || feed::accepted(&tenant, &actor, &named).map_err(|error| feed::query_failed(&error)))
        .await?
}

async fn all_projects(live: &Live) -> Result<Vec<ProjectId>, Close> {
    let (tenant, actor) = (live.tenant.tenant.clone(), live.identity.actor.clone());
    blocking(move || feed::visible(&tenant, &actor).map_err(|error| feed::query_failed(&error))).await?
}

fn union(mut old: Vec<ProjectId>, new: &[ProjectId]) -> Vec<ProjectId> {
    old.extend_from_slice(new);
    old.sort_unstable();
    old.dedup();
    old
}

fn subscribed(follow: &Follow) -> pb::Subscribed {
    let projects = follow.iter().flatten().map(ToString::to_string).collect();
    pb::Subscribed { projects, all: follow.is_none() }
}

fn welcome(
    config: &WebSocketConfig,
    identity: &Identity,
    tenant: &LiveTenant,
    resume: Resume,
) -> pb::Welcome {
    let (kind, head) = match resume {
        Resume::UpToDate { head } => (pb::ResumeKind::UpToDate, head),
        Resume::Tail { head, .. } => (pb::ResumeKind::Tail, head),
        Resume::Snapshot { head } => (pb::ResumeKind::Snapshot, head),
    };
    let role = match identity.actor.role {
        pm_engine::model::TenantRole::Admin => pb::TenantRole::Admin,
        pm_engine::model::TenantRole::Member => pb::TenantRole::Member,
    };
    pb::Welcome {
        protocol_version: PROTOCOL_VERSION,
        epoch: tenant.epoch.to_string(),
        head_sequence: head,
        resume: kind.into(),
        user: identity.actor.user.to_string(),
        tenant: identity.tenant.to_string(),
        role: role.into(),
        limits: Some(pb::Limits {
            frame_bytes_max: int(limits::MESSAGE_BYTES_MAX),
            command_bytes_max: int(pm_engine::limits::COMMAND_BYTES_MAX),
            parts_max: int(pm_engine::limits::PARTS_MAX),
            in_flight_max: int(limits::IN_FLIGHT_MAX),
            heartbeat_ms: millis(config.ping_every),
            presence_expires_ms: millis(limits::PRESENCE_EXPIRES),
            query_bytes_max: int(limits::QUERY_BYTES_MAX),
            queries_in_flight_max: int(limits::QUERIES_IN_FLIGHT_MAX),
            answer_bytes_max: int(limits::ANSWER_BYTES_MAX),
        }),
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

fn int(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
