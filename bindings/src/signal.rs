//! A thread that waits for events or for the end, whichever comes first.
#![forbid(unsafe_code)]

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Instant;

#[derive(Debug, Default)]
struct State {
    woken: bool,
    cancelled: bool,
}

/// Woken by the engine when there is news, and by the host when it has had enough.
#[derive(Debug, Default)]
pub(crate) struct Signal {
    state: Mutex<State>,
    changed: Condvar,
}

impl Signal {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn cancel(&self) {
        self.lock().cancelled = true;
        self.changed.notify_all();
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.lock().cancelled
    }

    /// Waits until the future is ready, or cancelled: then true. False where the deadline comes first.
    pub(crate) fn wait_for(
        self: &Arc<Self>,
        mut future: impl Future<Output = ()> + Unpin,
        deadline: Option<Instant>,
    ) -> bool {
        let waker = Waker::from(Arc::clone(self));
        loop {
            self.lock().woken = false;
            if let Poll::Ready(()) = Pin::new(&mut future).poll(&mut Context::from_waker(&waker)) {
                return true;
            }
            let mut state = self.lock();
            while !state.woken && !state.cancelled {
                let Some(deadline) = deadline else {
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                    continue;
                };
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return false;
                }
                state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
            }
            if state.cancelled {
                return true;
            }
        }
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.lock().woken = true;
        self.changed.notify_all();
    }
}
