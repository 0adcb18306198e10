//! What must not be touched in a forked child: there are no threads of the engine there, its locks may be held by
//! nobody, and dropping it would wait for threads that do not exist.
#![forbid(unsafe_code)]

use crate::error::PmError;

/// A value and the process it was made in.
#[derive(Debug)]
pub(crate) struct Owned<T> {
    value: Option<T>,
    process: u32,
}

impl<T> Owned<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value: Some(value), process: std::process::id() }
    }

    /// The value; refused in a forked child.
    pub(crate) fn get(&self) -> Result<&T, PmError> {
        match &self.value {
            Some(value) if self.process == std::process::id() => Ok(value),
            _ => Err(PmError::forked()),
        }
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        if self.process != std::process::id() {
            std::mem::forget(self.value.take());
        }
    }
}
