//! The answer that is not there yet: waited for by a thread, or awaited by any runtime.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::error::{ExecuteError, Failure, FailureKind};
use crate::outcome::Outcome;

/// What a command answers in the end.
pub type CommandResult = Result<Outcome, ExecuteError>;

enum State {
    Waiting(Waiter),
    Done(CommandResult),
    Taken,
}

/// Who is to be woken. Waking nobody would be a system call too, on the thread that commits.
enum Waiter {
    Nobody,
    Thread,
    Task(Waker),
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    ready: Condvar,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Waiting(_) => "waiting",
            Self::Done(_) => "done",
            Self::Taken => "taken",
        })
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A command on its way. A future that any runtime can await, or a thing to [`wait`](Pending::wait) for. Dropping
/// it does not take the command back.
#[derive(Debug)]
#[must_use = "the answer of a command tells whether it was committed"]
pub struct Pending(Arc<Shared>);

impl Pending {
    /// A pending answer and the reply that completes it.
    pub(crate) fn new() -> (Self, Reply) {
        let shared =
            Arc::new(Shared { state: Mutex::new(State::Waiting(Waiter::Nobody)), ready: Condvar::new() });
        let other = Arc::clone(&shared);
        let reply = Reply::new(move |result| {
            let before = std::mem::replace(&mut *other.lock(), State::Done(result));
            match before {
                State::Waiting(Waiter::Thread) => other.ready.notify_all(),
                State::Waiting(Waiter::Task(waker)) => waker.wake(),
                State::Waiting(Waiter::Nobody) | State::Done(_) | State::Taken => {}
            }
        });
        (Self(shared), reply)
    }

    /// Whether there is no answer yet.
    pub(crate) fn is_waiting(&self) -> bool {
        matches!(*self.0.lock(), State::Waiting(_))
    }

    /// Blocks until the command is committed or refused. Not inside a completion or listener of the engine, whose
    /// thread may be the one that would have to commit it: use [`Tenant::execute`](crate::Tenant::execute) there.
    ///
    /// # Errors
    /// As [`Tenant::execute`](crate::Tenant::execute).
    pub fn wait(self) -> CommandResult {
        let mut state = self.0.lock();
        loop {
            match std::mem::replace(&mut *state, State::Taken) {
                State::Done(result) => return result,
                State::Taken => return Err(taken()),
                State::Waiting(_) => {
                    *state = State::Waiting(Waiter::Thread);
                    state = self.0.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

impl Future for Pending {
    type Output = CommandResult;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<CommandResult> {
        let mut state = self.0.lock();
        match std::mem::replace(&mut *state, State::Taken) {
            State::Done(result) => Poll::Ready(result),
            State::Taken => Poll::Ready(Err(taken())),
            State::Waiting(_) => {
                *state = State::Waiting(Waiter::Task(context.waker().clone()));
                Poll::Pending
            }
        }
    }
}

fn taken() -> ExecuteError {
    Failure::new(FailureKind::Internal, "the answer was taken already").into()
}

/// Completes one command exactly once; dropped without an answer it says that the tenant is closed.
pub(crate) struct Reply(Option<Box<dyn FnOnce(CommandResult) + Send>>);

impl Reply {
    pub(crate) fn new(done: impl FnOnce(CommandResult) + Send + 'static) -> Self {
        Self(Some(Box::new(done)))
    }

    pub(crate) fn send(mut self, result: CommandResult) {
        if let Some(done) = self.0.take() {
            done(result);
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if let Some(done) = self.0.take() {
            done(Err(Failure::new(FailureKind::Closed, "dropped before it was committed").into()));
        }
    }
}
