//! What a host implements. Its methods are called on threads of their own, never under a lock of the engine; what
//! they throw becomes a [`ListenerError`] and ends what they were called for, nothing else.
#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use crate::engine::{AccessChange, Event, ImportProgress};
use crate::error::PmError;

/// Some events in order. Complete up to `complete_to`: what is missing below it was filtered, not lost.
#[derive(Clone, PartialEq, Debug, uniffi::Record)]
pub struct EventBatch {
    /// The events.
    pub events: Vec<Event>,
    /// Changes of access that fall into this batch.
    pub access: Vec<AccessChange>,
    /// The cursor after this batch; where to go on after a restart.
    pub complete_to: i64,
    /// The last group goes on in the next batch, because it is larger than a batch may be.
    pub group_split: bool,
}

impl EventBatch {
    pub(crate) fn decode(batch: pm_engine::EventBatch) -> Result<Self, PmError> {
        let events = batch.decode()?;
        let pm_engine::EventBatch { access, complete_to, group_split, .. } = batch;
        Ok(Self { events, access, complete_to, group_split })
    }
}

/// Why a subscription has ended.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum StreamEnd {
    /// The host cancelled it.
    Cancelled,
    /// The tenant or engine was closed.
    Closed,
    /// The listener threw; the batch it threw at counts as not delivered.
    ListenerThrew {
        /// What it threw, as text.
        message: String,
    },
    /// The log could not be read.
    Failed {
        /// The stable word.
        code: String,
        /// A sentence for people.
        message: String,
    },
}

/// What a listener of the host threw.
#[derive(Clone, Debug, thiserror::Error, uniffi::Error)]
pub enum ListenerError {
    /// It threw this.
    #[error("{message}")]
    Threw {
        /// What it threw, as text.
        message: String,
    },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for ListenerError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Threw { message: error.reason }
    }
}

impl From<ListenerError> for PmError {
    fn from(ListenerError::Threw { message }: ListenerError) -> Self {
        Self::Listener { message }
    }
}

/// Is told of events.
#[uniffi::export(foreign)]
pub trait EventListener: Send + Sync {
    /// The next events, in order. The next batch comes when this has returned: a slow listener delays nobody else.
    ///
    /// # Errors
    /// Whatever the host throws ends the subscription.
    fn on_events(&self, batch: EventBatch) -> Result<(), ListenerError>;

    /// There will be no more.
    ///
    /// # Errors
    /// Whatever the host throws here is dropped.
    fn on_end(&self, end: StreamEnd) -> Result<(), ListenerError>;
}

/// Is told how far an import is.
#[uniffi::export(foreign)]
pub trait ImportListener: Send + Sync {
    /// How far it is, on the thread that imports. Answers whether to go on.
    ///
    /// # Errors
    /// Whatever the host throws ends the import; what was sent before stays.
    fn on_progress(&self, progress: ImportProgress) -> Result<bool, ListenerError>;
}

/// Is told how far an export is.
#[uniffi::export(foreign)]
pub trait ExportListener: Send + Sync {
    /// Bytes written so far, on the thread that exports. Answers whether to go on.
    ///
    /// # Errors
    /// Whatever the host throws ends the export.
    fn on_progress(&self, bytes: i64) -> Result<bool, ListenerError>;
}
