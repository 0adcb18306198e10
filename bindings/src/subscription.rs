//! A listener at work.
#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use std::sync::Arc;
use std::time::Duration;

use crate::delivery::Delivery;
use crate::error::PmError;
use crate::limits::WAIT_MS_MAX;
use crate::listener::StreamEnd;
use crate::owned::Owned;

/// A listener that is being told of events. It goes on until it is cancelled, also when this handle is dropped by a
/// garbage collector: a forgotten handle is no reason to miss events.
#[derive(Debug, uniffi::Object)]
pub struct Subscription {
    delivery: Owned<Arc<Delivery>>,
}

#[uniffi::export]
impl Subscription {
    /// Ends it. The listener may be in a call at the moment; after that it is told `on_end` and nothing more.
    ///
    /// # Errors
    /// `forked` in a forked child.
    pub fn cancel(&self) -> Result<(), PmError> {
        self.delivery.get()?.stream().cancel();
        Ok(())
    }

    /// Waits until the listener is not called any more. Answers whether that is so.
    ///
    /// # Errors
    /// `invalid` for a negative time, `forked` in a forked child.
    pub fn wait_ended(&self, timeout_ms: i64) -> Result<bool, PmError> {
        let Some(ms) = u64::try_from(timeout_ms).ok().filter(|_| timeout_ms <= WAIT_MS_MAX) else {
            let message = format!("a time to wait is 0 to {WAIT_MS_MAX} milliseconds");
            return Err(PmError::invalid("timeout_ms", message));
        };
        Ok(self.delivery.get()?.wait(Duration::from_millis(ms)))
    }

    /// Why it has ended; none while it goes on.
    ///
    /// # Errors
    /// `forked` in a forked child.
    pub fn end(&self) -> Result<Option<StreamEnd>, PmError> {
        Ok(self.delivery.get()?.end())
    }

    /// Sequence up to which everything has been handed to the listener; where to go on after a restart, once the
    /// listener has returned.
    ///
    /// # Errors
    /// `forked` in a forked child.
    pub fn cursor(&self) -> Result<i64, PmError> {
        self.delivery.get()?.stream().cursor()
    }
}

impl Subscription {
    pub(crate) fn new(delivery: Arc<Delivery>) -> Self {
        Self { delivery: Owned::new(delivery) }
    }
}
