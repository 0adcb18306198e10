//! Following a tenant: a cursor over log and ring that pulls, filtered by what the actor may see now.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::broadcast::{RingRead, Waiter};
use crate::command::Actor;
use crate::error::{Failure, FailureKind, Stop};
use crate::event::Event;
use crate::limits;
use crate::model::{Action, EntityKind, Epoch, ProjectId, TenantRole};
use crate::query::access_history::access_at;
use crate::run::{Run, changes_access};
use crate::sight::Sight;
use crate::store::event_log::{self, StoredEvent, Stretch};
use crate::tenant::TenantCore;

/// How a client that comes back goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resume {
    /// It has everything; follow from `head`.
    UpToDate {
        /// Sequence of the newest event.
        head: i64,
    },
    /// Follow from what it has: the log tells the rest.
    Tail {
        /// Sequence it has seen.
        from: i64,
        /// Sequence of the newest event.
        head: i64,
    },
    /// What it has is of another history, or too old: load a snapshot, then follow.
    Snapshot {
        /// Sequence of the newest event.
        head: i64,
    },
}

/// Decides between tail and snapshot.
pub(crate) fn resume(core: &TenantCore, known: Option<(Epoch, i64)>) -> Result<Resume, Failure> {
    let head = core.ring.head();
    let Some((epoch, from)) = known else { return Ok(Resume::Snapshot { head }) };
    if epoch != core.epoch() || from < 0 || from > head {
        return Ok(Resume::Snapshot { head });
    }
    if from == head {
        return Ok(Resume::UpToDate { head });
    }
    let missed = head - from;
    if missed > limits::RESUME_TAIL_ALWAYS && missed > entities(core)? {
        return Ok(Resume::Snapshot { head });
    }
    Ok(Resume::Tail { from, head })
}

/// How many entities a snapshot would hold, roughly: what a long tail is weighed against.
fn entities(core: &TenantCore) -> Result<i64, Failure> {
    let sql = "SELECT (SELECT count(*) FROM work_items) + (SELECT count(*) FROM comments) + \
               (SELECT count(*) FROM time_entries) + (SELECT count(*) FROM dependencies)";
    let counted = core.readers.read(|connection, _| {
        Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0))?)
    });
    counted.map_err(failure)
}

pub(crate) fn failure(stop: Stop) -> Failure {
    match stop {
        Stop::Failed(error) => error.into(),
        Stop::Rejected(rejection) => {
            Failure::new(FailureKind::Internal, format!("a read was refused: {rejection}"))
        }
    }
}

/// A change of what the actor may see, at its place in the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AccessChange {
    /// Sequence at which it changed.
    pub sequence: i64,
    /// The project.
    pub project: ProjectId,
    /// Gained: load that project's snapshot and go on. Lost: drop what is known of it.
    pub gained: bool,
}

/// A stored event: its sequence and its wire form, decoded on demand.
#[derive(Clone, Debug)]
pub struct RawEvent(Arc<StoredEvent>);

impl RawEvent {
    pub(crate) const fn new(event: Arc<StoredEvent>) -> Self {
        Self(event)
    }

    /// Position in the log.
    #[must_use]
    pub fn sequence(&self) -> i64 {
        self.0.sequence
    }

    /// The event in its wire form (a `pm.v1.Event`), as stored.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0.body
    }

    /// The event.
    ///
    /// # Errors
    /// When the stored bytes are damaged.
    pub fn decode(&self) -> Result<Event, Failure> {
        Ok(self.0.decode()?)
    }
}

/// Some events in order. Complete up to [`complete_to`](EventBatch::complete_to): what is missing below it was
/// filtered, not lost.
#[derive(Clone, Debug, Default)]
pub struct EventBatch {
    /// The events; those who follow and see the same have one piece of memory, also of what is purged meanwhile.
    pub events: Arc<[RawEvent]>,
    /// Changes of access that fall into this batch.
    pub access: Vec<AccessChange>,
    /// The cursor after this batch.
    pub complete_to: i64,
    /// The last group goes on in the next batch, because it is larger than a batch may be.
    pub group_split: bool,
}

impl EventBatch {
    /// The events, decoded.
    ///
    /// # Errors
    /// When stored bytes are damaged.
    pub fn decode(&self) -> Result<Vec<Event>, Failure> {
        self.events.iter().map(RawEvent::decode).collect()
    }
}

/// What a subscription has to say without reading the file.
#[derive(Clone, Debug)]
pub enum InMemory {
    /// What [`Subscription::try_next`] would have said.
    Next(Option<EventBatch>),
    /// Only the file tells: call [`Subscription::try_next`] where it may wait.
    InFile,
}

/// A cursor over a tenant's events. It holds no queue: whoever is slow, stopped or gone costs the writer nothing, and
/// still gets every event in order.
#[derive(Debug)]
pub struct Subscription {
    core: Arc<TenantCore>,
    actor: Actor,
    cursor: i64,
    projects: Option<BTreeSet<ProjectId>>,
    sight: Sight,
    caught_up: bool,
}

impl Subscription {
    pub(crate) fn new(
        core: Arc<TenantCore>,
        actor: Actor,
        from: i64,
        projects: Option<Vec<ProjectId>>,
    ) -> Self {
        let projects = projects.map(|list| list.into_iter().collect());
        let sight = Sight::new(Arc::clone(&core), actor.clone());
        Self { core, actor, cursor: from.max(0), projects, sight, caught_up: false }
    }

    /// Sequence up to which everything has been handed out.
    #[must_use]
    pub const fn cursor(&self) -> i64 {
        self.cursor
    }

    /// Follows other projects from now on; `None` for all the actor may see.
    pub fn set_projects(&mut self, projects: Option<Vec<ProjectId>>) {
        self.projects = projects.map(|list| list.into_iter().collect());
    }

    /// The next batch, if there is anything newer. Does not wait for anything newer, but may for its turn at the file.
    ///
    /// # Errors
    /// `closed` once the tenant is closed and everything has been handed out; `storage` when the log cannot be read.
    pub fn try_next(&mut self) -> Result<Option<EventBatch>, Failure> {
        let run = match self.core.ring.read_after(self.cursor) {
            RingRead::UpToDate => return self.nothing(),
            RingRead::Events(run) => run,
            RingRead::Behind => match self.read_log()? {
                Some(run) => Arc::new(run),
                None => return Ok(None),
            },
        };
        self.batch(&run).map(Some)
    }

    /// As [`Subscription::try_next`] where that needs no file: for hosts whose threads must not wait.
    ///
    /// # Errors
    /// `closed`, as there.
    pub fn try_next_in_memory(&mut self) -> Result<InMemory, Failure> {
        match self.core.ring.read_after(self.cursor) {
            RingRead::UpToDate => self.nothing().map(InMemory::Next),
            RingRead::Events(run) if self.knows(&run) => {
                self.batch(&run).map(|batch| InMemory::Next(Some(batch)))
            }
            RingRead::Events(_) | RingRead::Behind => Ok(InMemory::InFile),
        }
    }

    fn nothing(&mut self) -> Result<Option<EventBatch>, Failure> {
        self.caught_up = true;
        if self.core.ring.is_closed() {
            return Err(Failure::new(FailureKind::Closed, "the tenant is closed"));
        }
        Ok(None)
    }

    /// Whether memory tells what of these events the actor sees.
    fn knows(&self, run: &Run) -> bool {
        let is_known = |project: &ProjectId| !run.changes_access && self.sight.known(*project).is_some();
        self.actor.role == TenantRole::Admin
            || run.projects.iter().all(|project| !self.wants(*project) || is_known(project))
    }

    /// Whether there was nothing newer than what was handed out last, when it was read: for hosts that hear of every new
    /// head, as from [`Tenant::on_head`](crate::Tenant::on_head).
    #[must_use]
    pub const fn has_caught_up(&self) -> bool {
        self.caught_up
    }

    /// The next batch; waits for one up to a time.
    ///
    /// # Errors
    /// As [`Subscription::try_next`].
    pub fn next_within(&mut self, timeout: Duration) -> Result<Option<EventBatch>, Failure> {
        if let Some(batch) = self.try_next()? {
            return Ok(Some(batch));
        }
        self.core.ring.wait_past(self.cursor, timeout);
        self.try_next()
    }

    /// Resolves once [`Subscription::try_next`] has something to say. For any runtime.
    #[must_use]
    pub fn changed(&self) -> Changed {
        Changed { core: Arc::clone(&self.core), cursor: self.cursor, waiter: Waiter::default() }
    }

    fn read_log(&self) -> Result<Option<Run>, Failure> {
        let cursor = self.cursor;
        let read = self.core.readers.read(|connection, _| {
            Ok(event_log::read_after(connection, cursor, limits::BATCH_EVENTS_MAX, limits::BATCH_BYTES_MAX)?)
        });
        let Stretch { events, group_goes_on } = read.map_err(failure)?;
        let events = events.into_iter().map(Arc::new).collect();
        Ok(Run::new(Stretch { events, group_goes_on }, self.core.ring.head()))
    }

    /// Filters, and moves the cursor.
    fn batch(&mut self, run: &Run) -> Result<EventBatch, Failure> {
        let (events, access) = if !run.changes_access && self.sees_all(run)? {
            (Arc::clone(&run.events), Vec::new())
        } else if !run.changes_access && run.only_projects && !run.projects.iter().any(|p| self.wants(*p)) {
            (Arc::default(), Vec::new())
        } else {
            self.filtered(run)?
        };
        (self.cursor, self.caught_up) = (run.end, run.reaches_head);
        Ok(EventBatch { events, access, complete_to: run.end, group_split: run.group_split })
    }

    fn sees_all(&mut self, run: &Run) -> Result<bool, Failure> {
        for project in &run.projects {
            if !self.wants(*project) || !self.sight.sees(*project)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn filtered(&mut self, run: &Run) -> Result<(Arc<[RawEvent]>, Vec<AccessChange>), Failure> {
        let (mut events, mut access) = (Vec::new(), Vec::new());
        for raw in run.events.iter() {
            let RawEvent(event) = raw;
            if changes_access(event) {
                // Also where the log was read before the ring heard of it.
                self.sight.forget();
            }
            access.extend(self.access_change(event)?);
            if self.sees(event)? {
                events.push(raw.clone());
            }
        }
        let is_whole = events.len() == run.events.len();
        Ok((if is_whole { Arc::clone(&run.events) } else { events.into() }, access))
    }

    fn wants(&self, project: ProjectId) -> bool {
        self.projects.as_ref().is_none_or(|projects| projects.contains(&project))
    }

    fn sees(&mut self, event: &StoredEvent) -> Result<bool, Failure> {
        let Some(project) = event.project else { return Ok(true) };
        if !self.wants(project) {
            return Ok(false);
        }
        self.sight.sees(project)
    }

    /// Whether this event gave the actor a project or took it from him.
    fn access_change(&self, event: &StoredEvent) -> Result<Option<AccessChange>, Failure> {
        let Some(project) = event.project.filter(|project| self.wants(*project)) else { return Ok(None) };
        let concerns = match event.entity_kind {
            EntityKind::Member => event.entity_id == format!("{project}/{}", self.actor.user),
            EntityKind::Project => event.action == Action::Changed,
            _ => false,
        };
        if !concerns || self.actor.role == TenantRole::Admin {
            return Ok(None);
        }
        let actor = &self.actor;
        let read = self.core.readers.read(|connection, _| {
            let before = access_at(connection, actor, project, event.sequence - 1)?;
            let after = access_at(connection, actor, project, event.sequence)?;
            Ok((before, after))
        });
        let (before, after) = read.map_err(failure)?;
        let change = AccessChange { sequence: event.sequence, project, gained: after };
        Ok((before != after).then_some(change))
    }
}

/// See [`Subscription::changed`].
#[derive(Debug)]
pub struct Changed {
    core: Arc<TenantCore>,
    cursor: i64,
    waiter: Waiter,
}

impl Future for Changed {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Self { core, cursor, waiter } = &mut *self;
        if core.ring.poll_past(*cursor, waiter, context.waker()) { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Changed {
    fn drop(&mut self) {
        self.core.ring.leave(&self.waiter);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Wake, Waker};

    use googletest::prelude::*;

    use super::*;
    use crate::command::{Change, Command, NewProject};
    use crate::model::UserId;
    use crate::{Engine, EngineConfig};

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn poll(changed: &mut Changed, waker: &Waker) -> bool {
        Pin::new(changed).poll(&mut Context::from_waker(waker)).is_ready()
    }

    #[gtest]
    fn given_tasks_that_wait_when_polled_again_or_dropped_then_each_is_kept_once_and_woken_by_its_last_waker()
    {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::open(EngineConfig { workers: 0, ..EngineConfig::new(folder.path()) }).unwrap();
        let tenant = engine.create_tenant("t").unwrap();
        let root = Actor::admin(UserId::new("root").unwrap());
        let stream = tenant.subscribe(&root, tenant.head().unwrap(), None).unwrap();
        let counts: [Arc<Count>; 3] = Default::default();
        let wakers = counts.each_ref().map(|count| Waker::from(Arc::clone(count)));
        let (mut stays, mut moves, mut goes) = (stream.changed(), stream.changed(), stream.changed());
        for _ in 0..3 {
            expect_that!(poll(&mut stays, &wakers[0]), is_false());
            expect_that!(poll(&mut moves, &wakers[1]), is_false());
            expect_that!(poll(&mut goes, &wakers[1]), is_false());
        }
        expect_that!(stream.core.ring.waiting(), eq(3));
        // One task moved to another waker, one was given up.
        expect_that!(poll(&mut moves, &wakers[2]), is_false());
        drop(goes);
        expect_that!(stream.core.ring.waiting(), eq(2));
        let change = Change::CreateProject(NewProject::new("PM", "Project"));
        tenant.execute(Command::new(root, change)).unwrap();
        expect_that!(counts.map(|count| count.0.load(Ordering::SeqCst)), eq([1, 0, 1]));
        expect_that!(stream.core.ring.waiting(), eq(0));
        expect_that!(poll(&mut stays, &wakers[0]), is_true());
    }
}
