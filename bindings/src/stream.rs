//! Events pulled by the host: a cursor that waits.
#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::PmError;
use crate::limits::WAIT_MS_MAX;
use crate::listener::EventBatch;
use crate::owned::Owned;
use crate::signal::Signal;

/// A cursor over a tenant's events. It holds no queue: whoever is slow costs nobody anything and misses nothing.
#[derive(Debug, uniffi::Object)]
pub struct EventStream {
    cursor: Owned<Mutex<pm_engine::Subscription>>,
    signal: Arc<Signal>,
}

#[uniffi::export]
impl EventStream {
    /// The next batch, waited for up to a time; none if there is nothing by then.
    ///
    /// # Errors
    /// `closed` once the tenant is closed and everything has been handed out, `cancelled` after `cancel`, `storage`
    /// when the log cannot be read, `invalid` for a negative time.
    pub fn next(&self, timeout_ms: i64) -> Result<Option<EventBatch>, PmError> {
        let timeout = match u64::try_from(timeout_ms) {
            Ok(ms) if timeout_ms <= WAIT_MS_MAX => Duration::from_millis(ms),
            _ => {
                let message = format!("a time to wait is 0 to {WAIT_MS_MAX} milliseconds");
                return Err(PmError::invalid("timeout_ms", message));
            }
        };
        self.next_until(Some(Instant::now() + timeout))
    }

    /// Ends it, also for whoever waits in `next` at the moment.
    pub fn cancel(&self) {
        self.signal.cancel();
    }

    /// Sequence up to which everything has been handed out.
    ///
    /// # Errors
    /// `forked` in a forked child.
    pub fn cursor(&self) -> Result<i64, PmError> {
        Ok(self.cursor.get()?.lock().unwrap_or_else(PoisonError::into_inner).cursor())
    }
}

impl EventStream {
    pub(crate) fn new(subscription: pm_engine::Subscription) -> Self {
        Self { cursor: Owned::new(Mutex::new(subscription)), signal: Arc::default() }
    }

    /// The next batch; `None` once the time is past. Without one it waits for as long as it takes.
    pub(crate) fn next_until(&self, deadline: Option<Instant>) -> Result<Option<EventBatch>, PmError> {
        let cursor = self.cursor.get()?;
        loop {
            if self.signal.is_cancelled() {
                return Err(PmError::cancelled());
            }
            let mut subscription = cursor.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(batch) = subscription.try_next()? {
                return EventBatch::decode(batch).map(Some);
            }
            let changed = subscription.changed();
            drop(subscription);
            if !self.signal.wait_for(changed, deadline) {
                return Ok(None);
            }
        }
    }
}
