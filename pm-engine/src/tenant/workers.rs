//! A few threads that commit for all tenants. A tenant that has commands stands once in the queue; after one group it
//! goes to the end, so a busy tenant does not starve the others.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::TenantCore;
use crate::error::{StoreError, StoreResult};

/// The queue of tenants that have work; `None` ends one thread. Bounded by the number of open tenants, since each
/// stands in it at most once.
#[derive(Clone, Debug)]
pub(crate) struct Schedule(Sender<Option<Arc<TenantCore>>>);

impl Schedule {
    pub(crate) fn push(&self, tenant: Arc<TenantCore>) {
        // Fails only when the workers are gone, and then the tenant's queue is closed too.
        let _ = self.0.send(Some(tenant));
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
        let (sender, receiver) = channel();
        let receiver = Arc::new(Mutex::new(receiver));
        let mut threads = Vec::with_capacity(count);
        for index in 0..count {
            let receiver = Arc::clone(&receiver);
            let builder = std::thread::Builder::new().name(format!("pm-writer-{index}"));
            threads.push(builder.spawn(move || work(&receiver)).map_err(StoreError::from)?);
        }
        Ok(Some(Self { schedule: Schedule(sender), threads }))
    }

    pub(crate) fn schedule(&self) -> Schedule {
        self.schedule.clone()
    }

    /// Ends every thread once it has done what stands in the queue, and waits for it.
    pub(crate) fn join(self) {
        for _ in &self.threads {
            let _ = self.schedule.0.send(None);
        }
        for thread in self.threads {
            // The last handle of an engine may be dropped by one of its own threads.
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

fn work(receiver: &Mutex<Receiver<Option<Arc<TenantCore>>>>) {
    loop {
        let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Some(tenant)) = next else { return };
        if tenant.turn() {
            tenant.reschedule();
        }
    }
}
