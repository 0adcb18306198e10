//! Commands in flight: a bounded window, so that many share a transaction and few stand in the queue.

use std::collections::VecDeque;
use std::time::Duration;

use super::ImportError;
use crate::command::Command;
use crate::completion::Pending;
use crate::error::{ExecuteError, FailureKind};
use crate::handle::Tenant;
use crate::limits::{IMPORT_BYTES_IN_FLIGHT, IMPORT_COMMANDS_IN_FLIGHT};
use crate::outcome::Outcome;
use crate::rejection::Rejection;

/// What became of a command, with what the sender remembers of it.
pub(super) type Answer<T> = (T, Result<Outcome, Box<Rejection>>);

struct Flying<T> {
    pending: Pending,
    command: Command,
    bytes: usize,
    tag: T,
}

/// Commands in flight, oldest first.
pub(super) struct Pipe<T> {
    window: VecDeque<Flying<T>>,
    bytes: usize,
}

impl<T> Pipe<T> {
    pub(super) fn new() -> Self {
        Self { window: VecDeque::new(), bytes: 0 }
    }

    /// Sends a command of about so many bytes; answers those that had to be waited for.
    pub(super) fn send(
        &mut self,
        tenant: &Tenant,
        command: Command,
        bytes: usize,
        tag: T,
    ) -> Result<Vec<Answer<T>>, ImportError> {
        let mut answers = Vec::new();
        while self.window.len() >= IMPORT_COMMANDS_IN_FLIGHT
            || (!self.window.is_empty() && self.bytes + bytes > IMPORT_BYTES_IN_FLIGHT)
        {
            answers.extend(self.oldest(tenant)?);
        }
        let pending = tenant.send(command.clone());
        self.bytes += bytes;
        self.window.push_back(Flying { pending, command, bytes, tag });
        Ok(answers)
    }

    /// Waits for all that is in flight.
    pub(super) fn drain(&mut self, tenant: &Tenant) -> Result<Vec<Answer<T>>, ImportError> {
        let mut answers = Vec::with_capacity(self.window.len());
        while let Some(answer) = self.oldest(tenant)? {
            answers.push(answer);
        }
        Ok(answers)
    }

    fn oldest(&mut self, tenant: &Tenant) -> Result<Option<Answer<T>>, ImportError> {
        let Some(flying) = self.window.pop_front() else { return Ok(None) };
        self.bytes = self.bytes.saturating_sub(flying.bytes);
        let mut result = flying.pending.wait();
        // Others fill the queue: the same command again, under the same id, until there is room.
        while let Err(ExecuteError::Failed(failure)) = &result
            && failure.kind() == FailureKind::Busy
        {
            std::thread::sleep(Duration::from_millis(2));
            result = tenant.execute(flying.command.clone());
        }
        match result {
            Ok(outcome) => Ok(Some((flying.tag, Ok(outcome)))),
            Err(ExecuteError::Rejected(rejection)) => Ok(Some((flying.tag, Err(rejection)))),
            Err(ExecuteError::Failed(failure)) => Err(failure.into()),
        }
    }
}
