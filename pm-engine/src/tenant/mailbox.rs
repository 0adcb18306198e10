//! The bounded queue of commands that wait for a tenant's writer.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::completion::Reply;
use crate::error::{Failure, FailureKind};
use crate::limits;
use crate::transact::Request;

/// A command on its way, and whom to answer.
pub(crate) struct Job {
    pub(crate) request: Request,
    pub(crate) reply: Reply,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Job>,
    bytes: usize,
    /// A worker has this tenant, or will; or a caller who commits by himself.
    scheduled: bool,
    closed: bool,
}

#[derive(Default)]
pub(crate) struct Mailbox(Mutex<State>);

/// Whether the caller has to see to it that somebody commits.
#[derive(PartialEq, Eq)]
pub(crate) enum Posted {
    Schedule,
    Scheduled,
}

/// A command that was not taken, and why.
pub(crate) struct Refused {
    pub(crate) reply: Reply,
    pub(crate) failure: Failure,
}

impl Mailbox {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a command; past the bounds it is refused as `busy`.
    pub(crate) fn post(&self, job: Job) -> Result<Posted, Refused> {
        let mut state = self.lock();
        let refusal = if state.closed {
            Some(FailureKind::Closed)
        } else if state.queue.len() >= limits::QUEUE_COMMANDS_MAX
            || state.bytes + job.request.bytes > limits::QUEUE_BYTES_MAX
        {
            Some(FailureKind::Busy)
        } else {
            None
        };
        if let Some(kind) = refusal {
            let failure = Failure::new(kind, "the queue of the tenant is full or closed");
            return Err(Refused { reply: job.reply, failure });
        }
        state.bytes += job.request.bytes;
        state.queue.push_back(job);
        Ok(if std::mem::replace(&mut state.scheduled, true) { Posted::Scheduled } else { Posted::Schedule })
    }

    /// How many commands wait.
    pub(crate) fn len(&self) -> usize {
        self.lock().queue.len()
    }

    /// The commands of the next group.
    pub(crate) fn take(&self) -> Vec<Job> {
        let mut state = self.lock();
        let mut jobs = Vec::new();
        let mut bytes = 0;
        while jobs.len() < limits::GROUP_COMMANDS_MAX {
            let Some(next) = state.queue.front().map(|job| job.request.bytes) else { break };
            if !jobs.is_empty() && bytes + next > limits::GROUP_BYTES_MAX {
                break;
            }
            bytes += next;
            state.bytes -= next;
            jobs.extend(state.queue.pop_front());
        }
        jobs
    }

    /// Puts commands that were not reached back in front, in their order.
    pub(crate) fn put_back(&self, jobs: Vec<Job>) {
        let mut state = self.lock();
        for job in jobs.into_iter().rev() {
            state.bytes += job.request.bytes;
            state.queue.push_front(job);
        }
    }

    /// Asks for a turn of the writer without a command.
    pub(crate) fn ask_turn(&self) -> Posted {
        let mut state = self.lock();
        if state.closed || std::mem::replace(&mut state.scheduled, true) {
            Posted::Scheduled
        } else {
            Posted::Schedule
        }
    }

    /// Takes the turn itself, where nobody has it and nothing waits.
    pub(crate) fn take_turn(&self) -> bool {
        let mut state = self.lock();
        let is_free = !state.closed && !state.scheduled && state.queue.is_empty();
        state.scheduled |= is_free;
        is_free
    }

    /// Ends a turn; answers whether another one is due.
    pub(crate) fn end_turn(&self, more_work: bool) -> bool {
        let mut state = self.lock();
        state.scheduled = more_work || !state.queue.is_empty();
        state.scheduled
    }

    pub(crate) fn is_idle(&self) -> bool {
        let state = self.lock();
        state.queue.is_empty() && !state.scheduled
    }

    /// Refuses further commands.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
    }
}
