//! The two layers of errors. Public ones are what a caller can act on and leak neither SQL nor paths; the internal
//! one keeps its cause and place for the log.

use std::fmt;
use std::panic::Location;

use crate::rejection::Rejection;

/// A failure that is not the caller's fault.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum FailureKind {
    /// Too much is waiting; try again later.
    Busy,
    /// The file could not be read or written; what was not acknowledged may be tried again under the same id.
    Storage,
    /// The tenant or engine is closed.
    Closed,
    /// A bug in the engine.
    Internal,
}

impl FailureKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Busy, Self::Storage, Self::Closed, Self::Internal];

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Storage => "storage",
            Self::Closed => "closed",
            Self::Internal => "internal",
        }
    }
}

/// A failure that is not the caller's fault. Its `Display` is safe to show to anybody; [`Failure::detail`] is for
/// the operator's log only.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{sentence}")]
pub struct Failure {
    kind: FailureKind,
    sentence: &'static str,
    cause: String,
    detail: String,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, cause: impl Into<String>) -> Self {
        let cause = cause.into();
        Self { kind, sentence: Self::sentence(kind), detail: cause.clone(), cause }
    }

    fn of(kind: FailureKind, error: &StoreError) -> Self {
        Self { detail: error.to_string(), ..Self::new(kind, error.kind.to_string()) }
    }

    /// A question that took longer than it may.
    fn too_slow(error: &StoreError) -> Self {
        let sentence = "the question took longer than it may: ask for less at once, or try again later";
        Self { sentence, ..Self::of(FailureKind::Busy, error) }
    }

    /// What the caller may do about it.
    #[must_use]
    pub const fn kind(&self) -> FailureKind {
        self.kind
    }

    /// The cause, for the person who runs the host and sits at its terminal; never for clients.
    #[must_use]
    pub fn cause(&self) -> &str {
        &self.cause
    }

    /// Cause and place in the source, for the log of the operator; never for clients.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    const fn sentence(kind: FailureKind) -> &'static str {
        match kind {
            FailureKind::Busy => "too much is waiting for this tenant, try again later",
            FailureKind::Storage => "the tenant's storage failed, try again later",
            FailureKind::Closed => "the tenant is closed",
            FailureKind::Internal => "something went wrong inside, it has been noted",
        }
    }
}

/// Why a command did not commit.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExecuteError {
    /// Refused by a rule.
    #[error(transparent)]
    Rejected(#[from] Box<Rejection>),
    /// Not the caller's fault.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl ExecuteError {
    /// The refusal, where it is one.
    #[must_use]
    pub fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::Rejected(rejection) => Some(rejection),
            Self::Failed(_) => None,
        }
    }
}

/// Why a query has no answer.
pub type QueryError = ExecuteError;

/// Why a tenant could not be opened, made, copied or restored.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The tenant id is malformed.
    #[error("the tenant id is not valid")]
    InvalidName,
    /// There is no such tenant.
    #[error("there is no such tenant")]
    NotFound,
    /// There is one already.
    #[error("the tenant exists already")]
    AlreadyExists,
    /// Another process writes it.
    #[error("the tenant is in use by {holder}")]
    Locked {
        /// Which process, as it wrote itself into the lock.
        holder: String,
    },
    /// The file was written by a newer version of the engine.
    #[error(
        "the tenant file has schema version {found}, this engine knows up to {supported}: update the engine"
    )]
    Newer {
        /// Version of the file.
        found: i64,
        /// Newest version known here.
        supported: i64,
    },
    /// The file is damaged, or not a tenant file.
    #[error("the tenant file is damaged: restore it from a backup")]
    Corrupt {
        /// What was found, for the operator: it speaks of the file, and so names no place in the source.
        detail: String,
    },
    /// The file or folder could not be read or written.
    #[error("the tenant's storage failed")]
    Storage(Failure),
    /// The engine is closed.
    #[error("the engine is closed")]
    Closed,
}

/// What goes wrong inside, with the place it was first seen.
#[derive(Debug)]
pub(crate) struct StoreError {
    pub(crate) kind: StoreErrorKind,
    place: &'static Location<'static>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreErrorKind {
    #[error("sqlite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("io: {0}")]
    Io(#[from] std::io::Error),
    #[error("stored data: {0}")]
    Data(String),
    #[error("bug: {0}")]
    Bug(String),
    #[error("closed")]
    Closed,
}

pub(crate) type StoreResult<T> = Result<T, StoreError>;

impl StoreError {
    /// Something stored that no version of this engine writes.
    #[track_caller]
    pub(crate) fn data(what: impl Into<String>) -> Self {
        Self { kind: StoreErrorKind::Data(what.into()), place: Location::caller() }
    }

    /// A broken invariant of the engine itself.
    #[track_caller]
    pub(crate) fn bug(what: impl Into<String>) -> Self {
        Self { kind: StoreErrorKind::Bug(what.into()), place: Location::caller() }
    }

    #[track_caller]
    pub(crate) fn closed() -> Self {
        Self { kind: StoreErrorKind::Closed, place: Location::caller() }
    }

    /// Whether the file itself is damaged or is no database.
    pub(crate) fn is_corrupt(&self) -> bool {
        match &self.kind {
            StoreErrorKind::Sqlite(e) => match e.sqlite_error_code() {
                Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => true,
                // A header that is half right has no code of its own.
                Some(rusqlite::ErrorCode::Unknown) => e.to_string().contains("unsupported file format"),
                _ => false,
            },
            StoreErrorKind::Data(_) => true,
            _ => false,
        }
    }
}

impl<E: Into<StoreErrorKind>> From<E> for StoreError {
    #[track_caller]
    fn from(error: E) -> Self {
        Self { kind: error.into(), place: Location::caller() }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at {}:{})", self.kind, self.place.file(), self.place.line())
    }
}

/// The one place where an internal error becomes a public one.
impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, OperationInterrupted};
        let kind = match &error.kind {
            StoreErrorKind::Sqlite(e) if e.sqlite_error_code() == Some(OperationInterrupted) => {
                return Self::too_slow(&error);
            }
            StoreErrorKind::Sqlite(e) if e.sqlite_error_code() == Some(DatabaseBusy) => FailureKind::Busy,
            StoreErrorKind::Sqlite(_) | StoreErrorKind::Io(_) | StoreErrorKind::Data(_) => {
                FailureKind::Storage
            }
            StoreErrorKind::Bug(_) => FailureKind::Internal,
            StoreErrorKind::Closed => FailureKind::Closed,
        };
        Self::of(kind, &error)
    }
}

impl From<StoreError> for ExecuteError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        if error.is_corrupt() {
            Self::Corrupt { detail: error.kind.to_string() }
        } else if matches!(error.kind, StoreErrorKind::Closed) {
            Self::Closed
        } else {
            Self::Storage(error.into())
        }
    }
}

impl From<Rejection> for ExecuteError {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(Box::new(rejection))
    }
}

/// Inside `decide` and queries: refused, or failed.
#[derive(Debug)]
pub(crate) enum Stop {
    Rejected(Box<Rejection>),
    Failed(StoreError),
}

impl From<Rejection> for Stop {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(Box::new(rejection))
    }
}

impl<E: Into<StoreError>> From<E> for Stop {
    #[track_caller]
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Stop> for ExecuteError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Rejected(rejection) => Self::Rejected(rejection),
            Stop::Failed(error) => error.into(),
        }
    }
}
