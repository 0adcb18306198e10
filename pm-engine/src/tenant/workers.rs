//! A few threads that commit for all tenants. A tenant that has commands stands once in the queue; after one group it
//! goes to the end, so a busy tenant does not starve the others. Where no other waits, the thread that has it goes on
//! with it: to hand it over would cost a wake-up, and what the processor remembers of it.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use super::TenantCore;
use crate::error::{StoreError, StoreResult};

/// Who waits for a thread, and how many threads wait for somebody.
struct Line<T> {
    /// Bounded by the number of open tenants, since each stands here at most once.
    waiting: VecDeque<T>,
    /// Threads that have nothing to do: waking nobody costs, too.
    idle: usize,
    ended: bool,
}

impl<T> Default for Line<T> {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), idle: 0, ended: false }
    }
}

impl<T> Line<T> {
    /// Goes to the end. Answers whether a thread is to be woken: one, and only where one has nothing to do.
    fn join(&mut self, tenant: T) -> bool {
        if self.ended {
            // The threads are going, and the tenant's own queue is closed.
            return false;
        }
        self.waiting.push_back(tenant);
        self.idle > 0
    }

    /// Whose turn it is after this tenant's: its own again, unless another waits. Nobody is woken: it has a thread.
    fn next_after(&mut self, tenant: T) -> T {
        match self.waiting.pop_front() {
            Some(other) => {
                self.waiting.push_back(tenant);
                other
            }
            None => tenant,
        }
    }
}

/// The queue of tenants that have work.
#[derive(Clone, Default)]
pub(crate) struct Schedule(Arc<(Mutex<Line<Arc<TenantCore>>>, Condvar)>);

impl std::fmt::Debug for Schedule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Schedule").finish_non_exhaustive()
    }
}

impl Schedule {
    fn lock(&self) -> MutexGuard<'_, Line<Arc<TenantCore>>> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, tenant: Arc<TenantCore>) {
        if self.lock().join(tenant) {
            self.0.1.notify_one();
        }
    }

    /// The next tenant; `None` once the queue has ended and is empty.
    fn next(&self) -> Option<Arc<TenantCore>> {
        let mut line = self.lock();
        loop {
            if let Some(tenant) = line.waiting.pop_front() {
                return Some(tenant);
            }
            if line.ended {
                return None;
            }
            line.idle += 1;
            line = self.0.1.wait(line).unwrap_or_else(PoisonError::into_inner);
            line.idle -= 1;
        }
    }

    fn next_after(&self, tenant: Arc<TenantCore>) -> Arc<TenantCore> {
        self.lock().next_after(tenant)
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

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::*;

    #[gtest]
    fn given_threads_with_nothing_to_do_when_tenants_come_then_one_is_woken_for_each_and_none_where_all_work()
    {
        let mut line = Line { idle: 2, ..Line::default() };
        expect_that!(line.join("acme"), eq(true));
        // The thread that was woken takes it.
        line.idle -= 1;
        expect_that!(line.waiting.pop_front(), some(eq("acme")));
        expect_that!(line.join("globex"), eq(true));
        line.idle -= 1;
        expect_that!(line.join("initech"), eq(false));
        expect_that!(line.waiting, eq(&["globex", "initech"]));
    }

    #[gtest]
    fn given_a_busy_tenant_when_its_turn_ends_then_its_thread_goes_on_with_it_unless_another_waits() {
        let mut line = Line { idle: 3, ..Line::default() };
        for _ in 0..3 {
            expect_that!(line.next_after("acme"), eq("acme"));
            expect_that!(line.waiting, is_empty());
        }
        line.join("globex");
        line.join("initech");
        // Each in its turn, none twice before the others.
        let turns = std::iter::successors(Some("acme"), |last| Some(line.next_after(last)));
        expect_that!(
            turns.take(6).collect::<Vec<_>>(),
            eq(&["acme", "globex", "initech", "acme", "globex", "initech"])
        );
    }

    #[gtest]
    fn given_a_line_that_has_ended_when_a_tenant_comes_then_it_is_not_kept_and_nobody_is_woken() {
        let mut line = Line { idle: 1, ended: true, ..Line::default() };
        expect_that!(line.join("acme"), eq(false));
        expect_that!(line.waiting, is_empty());
    }
}
