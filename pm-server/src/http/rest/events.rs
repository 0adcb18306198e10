//! What happens, as server-sent events: for clients whose way lets no WebSocket pass. A stream is a cursor, like
//! every other: nothing is queued for who reads slowly, and who was cut off goes on where he was.

use std::fmt::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use hyper::Method;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use pm_engine::error::Failure;
use pm_engine::model::{Epoch, ProjectId, ProjectRef};
use pm_engine::{EventBatch, InMemory, Resume, Subscription};
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};
use tokio::time::{Interval, MissedTickBehavior};

use super::Asking;
use super::content::{self, EVENTS};
use super::input::Input;
use super::problem::Problem;
use crate::admission::Seat;
use crate::http::body::Body;
use crate::http::reply::Answer;
use crate::hub::LiveTenant;
use crate::limits;
use crate::server::stopped;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Opens a stream.
pub(super) async fn open(asking: Asking, head: &Parts, input: &Input) -> Result<Answer, Problem> {
    content::accepts(&head.headers, EVENTS)?;
    content::accepts_plain(&head.headers)?;
    let known = position(head, input)?;
    let projects = input.names::<ProjectRef>("projects");
    if projects.len() > limits::PROJECTS_NAMED_MAX {
        let text = format!("at most {} projects can be named", limits::PROJECTS_NAMED_MAX);
        return Err(Problem::invalid("projects", text).with_limit(limits::PROJECTS_NAMED_MAX));
    }
    // A stream counts like a WebSocket against what its user and tenant may have.
    let seat = asking.shared.admission.seat(&asking.identity.tenant, &asking.identity.actor.user);
    let seat = seat.map_err(|_| Problem::busy("you or your tenant have too many connections"))?;
    let live = asking.shared.hub.attach(&asking.identity.tenant).await?;
    let place = Arc::clone(&asking.shared.load.streams).try_acquire_owned();
    let place = place.map_err(|_| Problem::busy("too many streams are open"))?;
    let heads = live.heads();
    let (tenant, actor) = (live.tenant.clone(), asking.identity.actor.clone());
    let begin = move || {
        let reader = tenant.read(&actor)?;
        let projects: Result<Vec<ProjectId>, Problem> =
            projects.iter().map(|named| Ok(reader.project(named)?.project.id)).collect();
        let projects = projects?;
        let resume = match known {
            None => Resume::UpToDate { head: tenant.head()? },
            Some(known) => tenant.resume(known)?,
        };
        let stream = match resume {
            Resume::Snapshot { .. } => None,
            Resume::UpToDate { head: from } | Resume::Tail { from, .. } => {
                Some(tenant.subscribe(&actor, from, (!projects.is_empty()).then_some(projects))?)
            }
        };
        Ok::<_, Problem>((tenant.epoch()?, resume, stream))
    };
    let begun = tokio::task::spawn_blocking(begin).await;
    let (epoch, resume, stream) = begun.map_err(|_| Problem::internal())??;
    let (sender, pieces) = mpsc::channel(limits::HTTP_PIECES_WAITING_MAX);
    if head.method != Method::HEAD {
        let following = Following { epoch, asking, _live: live, heads, sender, _place: place, _seat: seat };
        tokio::spawn(following.run(resume, stream));
    }
    let mut answer = Answer::new(Body::Stream(pieces));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(EVENTS));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
    // Proxies that gather an answer before they pass it on must not do so here.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(answer)
}

/// What the client has: `Last-Event-ID` of a browser that comes back, else `from`. `Some(None)`: something that cannot
/// be gone on from.
#[expect(clippy::option_option, reason = "nothing said, nothing of use, a position")]
fn position(head: &Parts, input: &Input) -> Result<Option<Option<(Epoch, i64)>>, Problem> {
    let last =
        head.headers.get(LAST_EVENT_ID).map(|value| (value.to_str().unwrap_or_default(), "Last-Event-ID"));
    let Some((text, field)) = last.or(input.text("from").map(|text| (text, "from"))) else { return Ok(None) };
    let Some((epoch, sequence)) = text.split_once(':') else {
        return Err(Problem::invalid(field, format!("`{field}` is `epoch:sequence`, an id of an event")));
    };
    let known = epoch.parse().ok().zip(sequence.parse().ok().filter(|sequence: &i64| *sequence >= 0));
    Ok(Some(known))
}

/// A client that follows.
struct Following {
    asking: Asking,
    /// Without it there are no new heads.
    _live: Arc<LiveTenant>,
    epoch: Epoch,
    heads: watch::Receiver<i64>,
    sender: mpsc::Sender<Bytes>,
    _place: OwnedSemaphorePermit,
    _seat: Seat,
}

/// Why a stream ends.
enum End {
    /// The client has gone.
    Gone,
    /// Told to the client.
    Because(&'static str),
}

impl Following {
    async fn run(mut self, resume: Resume, stream: Option<Subscription>) {
        let end = self.follow(resume, stream).await;
        if let Err(End::Because(reason)) = end {
            let _ = self.send(message("end", None, &json!({ "reason": reason }))).await;
        }
    }

    async fn follow(&mut self, resume: Resume, stream: Option<Subscription>) -> Result<(), End> {
        let (word, head) = match resume {
            Resume::UpToDate { head } => ("up_to_date", head),
            Resume::Tail { head, .. } => ("tail", head),
            Resume::Snapshot { head } => ("snapshot", head),
        };
        let from = stream.as_ref().map(|stream| self.id(stream.cursor()));
        let data = json!({ "epoch": self.epoch, "head": head, "resume": word });
        self.send(message("hello", from.as_deref(), &data)).await?;
        let Some(mut stream) = stream else {
            return self
                .send(message("snapshot_needed", None, &json!({ "epoch": self.epoch, "head": head })))
                .await;
        };
        let follower = self.asking.shared.metrics.follower(self.heads.clone(), stream.cursor());
        let mut stopping = self.asking.shared.stopping.clone();
        let mut beats = self.beats();
        loop {
            // Whatever is there, piece by piece; the client's pace is the pace of reading.
            loop {
                let batch;
                (stream, batch) = next(stream).await?;
                let Some(batch) = batch else { break };
                // Not only where it waits for the next: a tenant may never be quiet for as long as that takes.
                self.may_go_on()?;
                for piece in self.pieces(&batch)? {
                    self.send(piece).await?;
                }
                follower.is_at(batch.complete_to);
                beats.reset();
            }
            tokio::select! {
                changed = self.heads.changed() => changed.map_err(|_| End::Because("closed"))?,
                _ = beats.tick() => self.beat().await?,
                () = stopped(&mut stopping) => return Err(End::Because("restart")),
                () = self.sender.closed() => return Err(End::Gone),
            }
        }
    }

    fn may_go_on(&self) -> Result<(), End> {
        let Asking { shared, identity, .. } = &self.asking;
        if *shared.stopping.borrow() {
            return Err(End::Because("restart"));
        }
        if shared.keys.still_vouch_for(identity) { Ok(()) } else { Err(End::Because("unauthenticated")) }
    }

    /// Often enough to notice a token's end in time, too.
    fn beats(&self) -> Interval {
        let mut beats = tokio::time::interval(self.asking.shared.config.http.heartbeat_every);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beats
    }

    async fn beat(&mut self) -> Result<(), End> {
        self.may_go_on()?;
        self.send(Bytes::from_static(b": still here\n\n")).await
    }

    async fn send(&self, piece: Bytes) -> Result<(), End> {
        self.sender.send(piece).await.map_err(|_| End::Gone)
    }

    fn id(&self, sequence: i64) -> String {
        format!("{}:{sequence}", self.epoch)
    }

    /// A batch as text, in pieces.
    fn pieces(&self, batch: &EventBatch) -> Result<Vec<Bytes>, End> {
        let events = batch.decode().map_err(|failure| failed(&failure))?;
        let mut access = batch.access.iter().peekable();
        let mut pieces = Vec::new();
        let mut text = String::new();
        let marker = |text: &mut String, change: &pm_engine::AccessChange| {
            let word = if change.gained { "gained" } else { "lost" };
            let data = json!({ "sequence": change.sequence, "project": change.project, "change": word });
            write(text, "access", None, &data);
        };
        for event in &events {
            // Without an id, and before the event of its sequence: who is cut off between the two hears it again.
            while let Some(change) = access.next_if(|change| change.sequence <= event.sequence) {
                marker(&mut text, change);
            }
            write(&mut text, "change", Some(&self.id(event.sequence)), event);
            if text.len() >= limits::HTTP_PIECE_BYTES {
                pieces.push(std::mem::take(&mut text).into());
            }
        }
        for change in access {
            marker(&mut text, change);
        }
        if events.last().is_none_or(|event| event.sequence < batch.complete_to) {
            let data = json!({ "sequence": batch.complete_to });
            write(&mut text, "complete", Some(&self.id(batch.complete_to)), &data);
        }
        pieces.push(text.into());
        Ok(pieces)
    }
}

/// The next batch. What is on disk is read off the threads that serve connections.
async fn next(mut stream: Subscription) -> Result<(Subscription, Option<EventBatch>), End> {
    let (stream, batch) = match stream.try_next_in_memory() {
        Ok(InMemory::Next(batch)) => (stream, Ok(batch)),
        Err(failure) => (stream, Err(failure)),
        Ok(InMemory::InFile) => {
            let read = tokio::task::spawn_blocking(move || {
                let batch = stream.try_next();
                (stream, batch)
            });
            read.await.map_err(|_| End::Because("internal"))?
        }
    };
    Ok((stream, batch.map_err(|failure| failed(&failure))?))
}

fn failed(failure: &Failure) -> End {
    if failure.kind() != pm_engine::error::FailureKind::Closed {
        tracing::warn!(kind = failure.kind().as_str(), detail = failure.detail(), "a stream failed");
    }
    End::Because(failure.kind().as_str())
}

fn message(event: &str, id: Option<&str>, data: &serde_json::Value) -> Bytes {
    let mut text = String::new();
    write(&mut text, event, id, data);
    text.into()
}

/// One event of the format. JSON has no line ends of its own.
fn write(text: &mut String, event: &str, id: Option<&str>, data: &impl serde::Serialize) {
    let _ = writeln!(text, "event: {event}");
    if let Some(id) = id {
        let _ = writeln!(text, "id: {id}");
    }
    let data = serde_json::to_string(data).unwrap_or_default();
    let _ = write!(text, "data: {data}\n\n");
}
