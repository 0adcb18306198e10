//! What flows to a client by itself: the snapshots it asked for, then the log. Pulled when there is room, never
//! queued: a feed is a cursor.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use pm_engine::command::Actor;
use pm_engine::error::{ExecuteError, Failure, FailureKind, QueryError};
use pm_engine::model::{ProjectId, ProjectRef, ProjectStatus};
use pm_engine::query::{PageRequest, SnapshotChunk};
use pm_engine::{EventBatch, InMemory, Resume, Subscription, Tenant, wire};
use pm_proto as pb;
use pm_proto::server_frame::Body;
use tokio::sync::OwnedSemaphorePermit;
use tracing::Span;

use super::answer;
use super::close::Close;
use super::last_batch::LastBatch;
use crate::hub::LiveTenant;

/// Which projects; `None` for all that the actor may see, also later ones.
pub(crate) type Follow = Option<Vec<ProjectId>>;

/// A snapshot that is being sent, or will be.
#[derive(Debug)]
pub(crate) struct Copying {
    request_id: u64,
    projects: Follow,
    cursor: Option<String>,
    /// Among those of its connection that wait, until it has been sent. Absent from the first, which
    /// nobody asked for.
    _place: Option<OwnedSemaphorePermit>,
}

impl Copying {
    /// The state of these projects, as asked for by a request.
    pub(crate) const fn asked(request_id: u64, projects: Follow, place: OwnedSemaphorePermit) -> Self {
        Self { request_id, projects, cursor: None, _place: Some(place) }
    }
}

/// One client's stream.
#[derive(Debug)]
pub(crate) struct Feed {
    tenant: Tenant,
    last_batch: Arc<LastBatch>,
    actor: Actor,
    follow: Follow,
    copying: VecDeque<Copying>,
    /// Absent before the first snapshot says where to begin.
    stream: Option<Subscription>,
    /// There may be something newer.
    pending: bool,
    /// The client has not been told how far it is, since nothing it follows has happened.
    untold: bool,
    /// It is to be told now.
    tells: bool,
    /// Of the request that became this connection, for the log.
    span: Span,
}

impl Feed {
    /// The stream of a client that goes on as `resume` says.
    pub(crate) fn new(
        live: &LiveTenant,
        actor: Actor,
        follow: Follow,
        resume: Resume,
    ) -> Result<Self, Failure> {
        let mut feed = Self {
            tenant: live.tenant.clone(),
            last_batch: Arc::clone(&live.last_batch),
            actor,
            follow: follow.clone(),
            copying: VecDeque::new(),
            stream: None,
            pending: true,
            untold: false,
            tells: false,
            span: Span::current(),
        };
        match resume {
            Resume::Snapshot { .. } => {
                feed.copying.push_back(Copying {
                    request_id: 0,
                    projects: follow,
                    cursor: None,
                    _place: None,
                });
            }
            Resume::UpToDate { head: from } | Resume::Tail { from, .. } => {
                feed.stream = Some(feed.tenant.subscribe(&feed.actor, from, follow)?);
            }
        }
        Ok(feed)
    }

    /// Whether [`Feed::next`] may have something.
    pub(crate) const fn is_pending(&self) -> bool {
        self.pending
    }

    /// Up to where everything has been sent; `None` before the first snapshot.
    pub(crate) fn complete_to(&self) -> Option<i64> {
        self.stream.as_ref().map(Subscription::cursor)
    }

    /// There may be something newer.
    pub(crate) const fn wake(&mut self) {
        self.pending = true;
    }

    /// A client that follows nothing is told now and then only how far it is, not with every commit of others: now.
    pub(crate) const fn tell(&mut self) {
        self.pending = true;
        self.tells = true;
    }

    /// Follows something else from the next batch on, and sends the state of some projects before anything newer.
    pub(crate) fn follow(&mut self, follow: Follow, copy: Option<Copying>) {
        self.follow.clone_from(&follow);
        if let Some(stream) = &mut self.stream {
            stream.set_projects(follow);
        }
        self.copying.extend(copy);
        self.pending = true;
    }

    /// The next frames, at most a batch or a chunk, from memory; `None` where [`Feed::read`] has to wait for the disk.
    /// None at all once the client has everything.
    pub(crate) fn next(&mut self) -> Result<Option<Arc<[Bytes]>>, Close> {
        if !self.copying.is_empty() {
            return Ok(None);
        }
        let Some(stream) = &mut self.stream else {
            self.pending = false;
            return Ok(Some(Arc::default()));
        };
        match stream.try_next_in_memory() {
            Ok(InMemory::Next(batch)) => Ok(Some(self.batch(batch))),
            Ok(InMemory::InFile) => Ok(None),
            Err(failure) => Err(self.span.in_scope(|| failed(&failure))),
        }
    }

    /// The next frames, off the threads that serve connections.
    pub(crate) async fn read(&mut self) -> Result<Arc<[Bytes]>, Close> {
        if let Some(copying) = self.copying.pop_front() {
            return Ok([self.chunk(copying).await?.into()].into());
        }
        let Some(mut stream) = self.stream.take() else { return Ok(Arc::default()) };
        let (stream, batch) = blocking(move || {
            let batch = stream.try_next();
            (stream, batch)
        })
        .await?;
        self.stream = Some(stream);
        let batch = batch.map_err(|failure| self.span.in_scope(|| failed(&failure)))?;
        Ok(self.batch(batch))
    }

    async fn chunk(&mut self, mut copying: Copying) -> Result<Vec<u8>, Close> {
        let (tenant, actor) = (self.tenant.clone(), self.actor.clone());
        let (projects, cursor) = (copying.projects.clone(), copying.cursor.take());
        let request_id = copying.request_id;
        let read = move || {
            let chunk = read_chunk(&tenant, &actor, projects, cursor.as_deref())?;
            let entities = chunk.entities.iter().map(wire::entity_to_wire).collect();
            let message =
                pb::SnapshotChunk { sequence: chunk.sequence, entities, last: chunk.next.is_none() };
            let frame = answer::frame(request_id, Body::SnapshotChunk(message));
            Ok::<_, QueryError>((frame, chunk.sequence, chunk.next))
        };
        let read = blocking(read).await?;
        let (frame, sequence, next) = read.map_err(|error| self.span.in_scope(|| query_failed(&error)))?;
        if self.stream.is_none() {
            let stream = self.tenant.subscribe(&self.actor, sequence, self.follow.clone());
            self.stream = Some(stream.map_err(|failure| self.span.in_scope(|| failed(&failure)))?);
        }
        if next.is_some() {
            copying.cursor = next;
            self.copying.push_front(copying);
        }
        Ok(frame)
    }

    fn batch(&mut self, batch: Option<EventBatch>) -> Arc<[Bytes]> {
        // Whoever has caught up need not look again to find that out: what comes later wakes him.
        self.pending = self.stream.as_ref().is_some_and(|stream| !stream.has_caught_up());
        let batch = batch.filter(|batch| !self.is_nothing(batch));
        if batch.is_none() && self.pending {
            return Arc::default();
        }
        let tells = std::mem::take(&mut self.tells) && self.untold;
        let complete_to = self.complete_to().unwrap_or(0);
        let batch = batch.or_else(|| tells.then(|| EventBatch { complete_to, ..EventBatch::default() }));
        self.untold &= batch.is_none();
        batch.map(|batch| self.last_batch.frames(&batch)).unwrap_or_default()
    }

    /// Whether a batch says nothing to a client that follows nothing, but how far it is; it can wait.
    fn is_nothing(&mut self, batch: &EventBatch) -> bool {
        let is_nothing = batch.events.is_empty()
            && batch.access.is_empty()
            && self.follow.as_ref().is_some_and(Vec::is_empty);
        self.untold |= is_nothing;
        is_nothing
    }
}

/// Work that reads the disk, off the threads that serve connections.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Close> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Close::Unavailable)
}

fn read_chunk(
    tenant: &Tenant,
    actor: &Actor,
    projects: Follow,
    cursor: Option<&str>,
) -> Result<SnapshotChunk, QueryError> {
    let reader = tenant.read(actor)?;
    let named = match projects {
        None => return reader.snapshot(&[], cursor),
        Some(named) => named,
    };
    // What is no longer there, or may no longer be seen, has nothing to send.
    let mut visible = Vec::with_capacity(named.len());
    let mut sequence = tenant.head()?;
    for project in named {
        if let Some(answer) = found(reader.project(&project.into()))? {
            sequence = sequence.min(answer.sequence);
            visible.push(project);
        }
    }
    if visible.is_empty() {
        return Ok(SnapshotChunk { sequence, entities: Vec::new(), next: None });
    }
    reader.snapshot(&visible, cursor)
}

/// Those of the named projects that are live and that the actor may see; the others might as well not exist.
pub(crate) fn accepted(
    tenant: &Tenant,
    actor: &Actor,
    named: &[ProjectRef],
) -> Result<Vec<ProjectId>, QueryError> {
    let reader = tenant.read(actor)?;
    let mut accepted = Vec::with_capacity(named.len());
    for project in named {
        accepted.extend(found(reader.project(project))?.map(|answer| answer.project.id));
    }
    accepted.sort_unstable();
    accepted.dedup();
    Ok(accepted)
}

/// Every live project the actor may see.
pub(crate) fn visible(tenant: &Tenant, actor: &Actor) -> Result<Vec<ProjectId>, QueryError> {
    let reader = tenant.read(actor)?;
    let mut page = PageRequest::first(pm_engine::limits::PAGE_MAX);
    let mut all = Vec::new();
    loop {
        let answer = reader.projects(None::<ProjectStatus>, &page, false)?;
        all.extend(answer.projects.iter().map(|view| view.project.id));
        match answer.next {
            Some(next) => page = page.after(&next),
            None => return Ok(all),
        }
    }
}

/// A refusal to name something is the answer "no such thing" here.
fn found<T>(answer: Result<T, QueryError>) -> Result<Option<T>, QueryError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(ExecuteError::Rejected(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// How a failure of the engine ends a connection.
pub(crate) fn failed(failure: &Failure) -> Close {
    if failure.kind() == FailureKind::Closed {
        return Close::StreamEnded;
    }
    tracing::warn!(kind = failure.kind().as_str(), detail = failure.detail(), "a stream failed");
    Close::Unavailable
}

/// How a refused or failed question of the server itself ends a connection.
pub(crate) fn query_failed(error: &QueryError) -> Close {
    match error {
        ExecuteError::Failed(failure) => failed(failure),
        other => {
            tracing::warn!(error = %other, "a snapshot was refused");
            Close::Unavailable
        }
    }
}
