//! A clock that a host's tests set by hand.
#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use std::sync::Arc;

use crate::engine::Timestamp;
use crate::error::PmError;

/// A clock that stands still until it is set; for tests and simulations of a host. Given to an engine when it is
/// opened.
#[derive(Debug, uniffi::Object)]
pub struct ManualClock {
    pub(crate) inner: Arc<pm_engine::ManualClock>,
}

#[uniffi::export]
impl ManualClock {
    /// A clock that shows this instant.
    ///
    /// # Errors
    /// `invalid` for an instant outside the years 1970 to 9999.
    #[uniffi::constructor]
    pub fn starting_at(at: Timestamp) -> Result<Arc<Self>, PmError> {
        Ok(Arc::new(Self { inner: Arc::new(pm_engine::ManualClock::new(at)) }))
    }

    /// Shows another instant; it may lie in the past.
    ///
    /// # Errors
    /// `invalid` for an instant outside the years 1970 to 9999.
    pub fn set(&self, at: Timestamp) -> Result<(), PmError> {
        self.inner.set(at);
        Ok(())
    }

    /// The instant it shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        pm_engine::Clock::now(&*self.inner)
    }
}
