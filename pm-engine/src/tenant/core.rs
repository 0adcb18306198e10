//! What is shared by all who use an open tenant.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::mailbox::{Job, Mailbox, Posted, Refused};
use super::writer::Writer;
use super::{DirectoryLock, Schedule};
use crate::broadcast::{Announcement, Ring};
use crate::callback;
use crate::clock::Clock;
use crate::command::Command;
use crate::completion::{CommandResult, Pending, Reply};
use crate::config::EngineConfig;
use crate::error::{ExecuteError, Failure, FailureKind, OpenError, StoreError, StoreResult};
use crate::model::{Epoch, TenantId};
use crate::observe::{CommittedGroup, Observers};
use crate::query::door::Door;
use crate::store::copy::SEARCH_FILE;
use crate::store::open::{self, TENANT_FILE};
use crate::store::readers::Readers;
use crate::transact::{Group, Request};

pub(crate) struct TenantCore {
    folder: PathBuf,
    clock: Arc<dyn Clock>,
    schedule: Option<Schedule>,
    observers: Arc<Observers>,
    mailbox: Mailbox,
    writer: Mutex<Writer>,
    lost: Arc<AtomicBool>,
    pub(crate) ring: Ring,
    pub(crate) readers: Arc<Readers>,
    pub(crate) door: Arc<Door>,
    epoch: Epoch,
    /// Given back when the tenant closes, though listeners may still hold on to it.
    lock: Mutex<Option<DirectoryLock>>,
}

impl std::fmt::Debug for TenantCore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TenantCore").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

impl TenantCore {
    /// Opens a tenant for writing: takes its lock, migrates its file. With `create` the tenant must be new.
    pub(crate) fn open(
        config: &EngineConfig,
        schedule: Option<Schedule>,
        observers: &Arc<Observers>,
        id: &TenantId,
        create: bool,
    ) -> Result<Self, OpenError> {
        let folder = config.root.join(id.as_str());
        let path = folder.join(TENANT_FILE);
        if create {
            std::fs::create_dir_all(&folder).map_err(StoreError::from)?;
        } else if !path.exists() {
            return Err(OpenError::NotFound);
        }
        let lock = DirectoryLock::take(&folder)?;
        if create && path.exists() {
            return Err(OpenError::AlreadyExists);
        }
        let connection = open::open_writer(&path, config.durability, create)?;
        // Also where a crash came between making the file and filling it.
        open::initialise(&connection, config.ids.epoch(), config.clock.now())?;
        let epoch = open::epoch(&connection)?;
        let writer = Writer::new(path.clone(), config.durability, connection)?;
        let (head, lost) = (writer.head(), writer.lost());
        let readers = Arc::new(Readers::with(path, config.readers_max));
        let clock = Arc::clone(&config.clock);
        let door = Arc::new(Door::new(
            Arc::clone(&readers),
            config.query_within,
            clock,
            folder.join(SEARCH_FILE),
            epoch,
        ));
        let core = Self {
            folder,
            clock: Arc::clone(&config.clock),
            schedule,
            observers: Arc::clone(observers),
            mailbox: Mailbox::default(),
            writer: Mutex::new(writer),
            lost,
            ring: Ring::new(head, config.ring_events_max, config.ring_bytes_max),
            readers,
            door,
            epoch,
            lock: Mutex::new(Some(lock)),
        };
        Ok(core)
    }

    /// The tenant's folder: what is written beside the file, such as what an import notes down, goes here.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn epoch(&self) -> Epoch {
        self.epoch
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        // A panic inside a group is caught there and leaves the writer without a connection, never half done.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Checks the form of a command on the caller's thread and queues it.
    pub(crate) fn submit(self: &Arc<Self>, command: Command, reply: Reply) {
        match Request::new(command) {
            Ok(request) => self.queue(request, reply),
            Err(rejection) => self.refuse(reply, rejection.into()),
        }
    }

    /// A command of a caller who will wait for the answer: where nobody else writes, it is committed on his thread,
    /// which spares the way to a worker and back.
    pub(crate) fn execute(self: &Arc<Self>, command: Command) -> Pending {
        let (pending, reply) = Pending::new();
        let is_inside = callback::is_inside();
        match Request::new(command) {
            Err(rejection) => self.refuse(reply, rejection.into()),
            Ok(request) if self.schedule.is_some() && !is_inside && self.mailbox.take_turn() => {
                self.turn_for(Job { request, reply });
            }
            Ok(request) => {
                self.queue(request, reply);
                if is_inside {
                    self.help(&pending);
                }
            }
        }
        pending
    }

    /// A turn for this command alone: what others have sent meanwhile, their completions, and housekeeping are for the
    /// workers. Nothing waited when it began, so nothing is overtaken.
    fn turn_for(self: &Arc<Self>, job: Job) {
        let (told, more_work) = {
            let mut writer = self.writer();
            (self.commit(&mut writer, vec![job]), writer.has_housekeeping())
        };
        told.tell(&self.observers);
        if self.mailbox.end_turn(more_work) {
            self.reschedule();
        }
    }

    fn queue(self: &Arc<Self>, request: Request, reply: Reply) {
        if callback::is_too_deep() {
            let deep = "commands are nested too deep in completions and listeners";
            return self.refuse(reply, Failure::new(FailureKind::Busy, deep).into());
        }
        match self.mailbox.post(Job { request, reply }) {
            Err(Refused { reply, failure }) => self.refuse(reply, failure.into()),
            Ok(Posted::Schedule) => self.reschedule(),
            // Whoever has the writer may have missed this command: wait for the turn, then see to it.
            Ok(Posted::Scheduled) if self.schedule.is_none() => self.run_here(),
            Ok(Posted::Scheduled) => {}
        }
    }

    /// Answers a command that is not queued.
    fn refuse(&self, reply: Reply, error: ExecuteError) {
        let answer = Err(error);
        self.observers.tell(|observer| observer.answered(&answer));
        reply.send(answer);
    }

    /// How many commands wait for the writer.
    pub(crate) fn waiting(&self) -> usize {
        self.mailbox.len()
    }

    /// Sees to it that waiting work is done: by a worker, or here.
    pub(crate) fn reschedule(self: &Arc<Self>) {
        match &self.schedule {
            Some(schedule) => schedule.push(Arc::clone(self)),
            None => self.run_here(),
        }
    }

    /// Goes on with work left over from before, such as a purge that a restart cut off. Without any the turn stays
    /// free for whoever opened the tenant.
    pub(crate) fn resume_work(self: &Arc<Self>) {
        let is_unfinished = self.writer().has_housekeeping();
        if is_unfinished && self.mailbox.ask_turn() == Posted::Schedule {
            self.reschedule();
        }
    }

    fn run_here(&self) {
        while self.turn() {}
    }

    /// One group, then one piece of housekeeping. Answers whether more is waiting.
    pub(crate) fn turn(&self) -> bool {
        self.group();
        let purging = self.writer().housekeeping();
        self.mailbox.end_turn(purging)
    }

    /// Commits what waits, as much as fits one group, and tells everybody. Answers whether there was anything.
    fn group(&self) -> bool {
        let told = {
            let mut writer = self.writer();
            let jobs = self.mailbox.take();
            if jobs.is_empty() {
                return false;
            }
            self.commit(&mut writer, jobs)
        };
        // The writer is free again: what is called here may execute commands or drop the engine.
        told.tell(&self.observers);
        true
    }

    /// For a thread that may not wait for the workers, since it is one of them: commits until this answer is there,
    /// or somebody else has it in hand.
    fn help(&self, pending: &Pending) {
        while pending.is_waiting() && self.group() {}
    }

    fn commit(&self, writer: &mut Writer, jobs: Vec<Job>) -> Told {
        let requests: Vec<&Request> = jobs.iter().map(|job| &job.request).collect();
        let clock = self.clock.as_ref();
        let began = Instant::now();
        let group = catch_unwind(AssertUnwindSafe(|| writer.group(&requests, clock))).unwrap_or_else(|_| {
            writer.abandon();
            let bug = || Failure::new(FailureKind::Internal, "a command panicked");
            Group { answers: requests.iter().map(|_| Err(bug().into())).collect(), events: Vec::new() }
        });
        drop(requests);
        let (commands, events, took) = (group.answers.len(), group.events.len(), began.elapsed());
        let announcement = self.ring.publish(group.events);
        let mut jobs = jobs;
        let rest = jobs.split_off(group.answers.len().min(jobs.len()));
        self.mailbox.put_back(rest);
        let answers = jobs.into_iter().map(|job| job.reply).zip(group.answers).collect();
        Told { group: CommittedGroup { commands, events, took }, announcement, answers }
    }

    /// Work on the writer's connection that is no command.
    pub(crate) fn exclusive<T>(
        &self,
        work: impl FnOnce(&rusqlite::Connection) -> StoreResult<T>,
    ) -> Result<T, ExecuteError> {
        Ok(self.writer().exclusive(work)?)
    }

    /// Its file is no longer in its place: close it, and open what stands there.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// Nobody is committing, nothing waits.
    pub(crate) fn is_idle(&self) -> bool {
        self.mailbox.is_idle()
    }

    /// Refuses further commands, finishes those that wait, ends listening and tidies the file. An unfinished purge
    /// goes on at the next opening.
    pub(crate) fn close(&self) {
        self.mailbox.close();
        while self.group() {}
        self.door.close();
        self.writer().close();
        self.ring.close();
        *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// What is to be told of a group that was committed.
struct Told {
    group: CommittedGroup,
    announcement: Announcement,
    answers: Vec<(Reply, CommandResult)>,
}

impl Told {
    fn tell(self, observers: &Observers) {
        observers.tell(|observer| {
            observer.group(&self.group);
            self.answers.iter().for_each(|(_, answer)| observer.answered(answer));
        });
        self.announcement.make();
        for (reply, answer) in self.answers {
            callback::run(|| reply.send(answer));
        }
    }
}
