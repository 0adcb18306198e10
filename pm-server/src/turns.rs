//! Whose turn it is to ask a tenant something: bounded per tenant and in the server, off the threads that serve
//! connections, so that one tenant's slow questions hold up nobody else's.

use std::sync::Arc;

use pm_engine::Tenant;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::hub::LiveTenant;
use crate::limits;

/// What queries of all connections share.
#[derive(Debug)]
pub(crate) struct Turns {
    running: Arc<Semaphore>,
    waiting_bytes: Arc<Semaphore>,
}

impl Turns {
    /// With so many threads that read files.
    pub(crate) fn new(threads: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(limits::server_queries(threads))),
            waiting_bytes: Arc::new(Semaphore::new(limits::ANSWERS_WAITING_BYTES_MAX)),
        }
    }

    /// Waits for a turn, then runs `work` where it may block. `None` where it panicked or the server is gone.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        tenant: &LiveTenant,
        work: impl FnOnce(&Tenant) -> T + Send + 'static,
    ) -> Option<T> {
        let of_tenant = Arc::clone(&tenant.query_turns).acquire_owned().await.ok()?;
        let of_server = Arc::clone(&self.running).acquire_owned().await.ok()?;
        let tenant = tenant.tenant.clone();
        let work = move || {
            // Held by the work itself: it goes on when nobody waits for it any more.
            let _turns = (of_tenant, of_server);
            work(&tenant)
        };
        tokio::task::spawn_blocking(work).await.ok()
    }

    /// Room for an answer of so many bytes that is to wait for its client; `None` where there is none now.
    pub(crate) fn room_to_wait(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let bytes = u32::try_from(bytes).ok()?;
        Arc::clone(&self.waiting_bytes).try_acquire_many_owned(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::*;

    #[gtest]
    fn given_answers_that_wait_when_there_is_no_room_for_another_then_it_is_said_until_one_has_gone() {
        let turns = Turns::new(limits::BLOCKING_THREADS_MAX);
        let fits = limits::ANSWERS_WAITING_BYTES_MAX / limits::ANSWER_BYTES_MAX;
        let mut waiting: Vec<_> = (0..fits).map(|_| turns.room_to_wait(limits::ANSWER_BYTES_MAX)).collect();
        expect_that!(waiting.iter().all(Option::is_some), eq(true));
        expect_that!(turns.room_to_wait(limits::ANSWER_BYTES_MAX).is_none(), eq(true));
        waiting.pop();
        expect_that!(turns.room_to_wait(limits::ANSWER_BYTES_MAX).is_some(), eq(true));
    }
}
