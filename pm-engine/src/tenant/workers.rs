//! A few threads that commit for all tenants. A tenant that has commands stands once in the queue; after one group it
//! goes to the end, so a busy tenant does not starve the others. Where no other waits, the thread that has it goes on
//! with it: to hand it over would cost a wake-up, and what the processor remembers of it.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use super::TenantCore;
use crate::error::{StoreError, StoreResult};

#[derive(Default)]
struct State {
    /// Bounded by the number of open tenants, since each stands here at most once.
    waiting: VecDeque<Arc<TenantCore>>,
    /// Threads that have nothing to do: waking nobody costs, too.
    idle: usize,
    ended: bool,
}

/// The queue of tenants that have work.
#[derive(Clone, Default)]
pub(crate) struct Schedule(Arc<(Mutex<State>, Condvar)>);

impl std::fmt::Debug for Schedule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Schedule").finish_non_exhaustive()
    }
}

impl Schedule {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, tenant: Arc<TenantCore>) {
        let mut state = self.lock();
        if state.ended {
            // The threads are going, and the tenant's own queue is closed.
            return;
        }
        state.waiting.push_back(tenant);
        if state.idle > 0 {
            self.0.1.notify_one();
        }
    }

    /// The next tenant; `None` once the queue has ended and is empty.
    fn next(&self) -> Option<Arc<TenantCore>> {
        let mut state = self.lock();
        loop {
            if let Some(tenant) = state.waiting.pop_front() {
                return Some(tenant);
            }
            if state.ended {
                return None;
            }
            state.idle += 1;
            state = self.0.1.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }

    /// Whose turn it is after this tenant's: its own again, unless another waits.
    fn next_after(&self, tenant: Arc<TenantCore>) -> Arc<TenantCore> {
        let mut state = self.lock();
        match state.waiting.pop_front() {
            Some(other) => {
                state.waiting.push_back(tenant);
                other
            }
            None => tenant,
        }
    }

    fn end(&self) {
        self.lock().ended = true;
        self.0.1.notify_all();
    }
}

/// The threads.
#[derive(Debug)]
pub(crate) struct Workers {
    schedule: Schedule,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts so many threads; none for 0.
    pub(crate) fn start(count: usize) -> StoreResult<Option<Self>> {
        if count == 0 {
            return Ok(None);
        }
        let mut workers = Self { schedule: Schedule::default(), threads: Vec::with_capacity(count) };
        for index in 0..count {
            let schedule = workers.schedule();
            let builder = std::thread::Builder::new().name(format!("pm-writer-{index}"));
            match builder.spawn(move || work(&schedule)) {
                Ok(thread) => workers.threads.push(thread),
                Err(error) => {
                    workers.join();
                    return Err(StoreError::from(error));
                }
            }
        }
        Ok(Some(workers))
    }

    pub(crate) fn schedule(&self) -> Schedule {
        self.schedule.clone()
    }

    /// Ends every thread once it has done what stands in the queue, and waits for it.
    pub(crate) fn join(self) {
        self.schedule.end();
        for thread in self.threads {
            // The last handle of an engine may be dropped by one of its own threads.
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

fn work(schedule: &Schedule) {
    while let Some(mut tenant) = schedule.next() {
        while tenant.turn() {
            tenant = schedule.next_after(tenant);
        }
    }
}
