//! The one error of the bindings: a variant per stable code, each with a sentence and what a program can act on.
#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use pm_engine::error::{ExecuteError, Failure, FailureKind, OpenError};
use pm_engine::export::ExportError;
use pm_engine::import::ImportError;
use pm_engine::rejection::{Rejection, RejectionCode};

use crate::engine::{Entity, InvalidId, PathStep};

macro_rules! errors {
    (
        rejections { $($(#[$doc:meta])* $name:ident = $code:literal $({ $($(#[$field_doc:meta])* $field:ident: $ty:ty = $take:ident,)* })?,)* }
        others { $($(#[$other_doc:meta])* $other:ident = $other_code:literal $({ $($(#[$data_doc:meta])* $data:ident: $data_ty:ty,)* })?,)* }
    ) => {
        /// Why something was not done.
        #[derive(Clone, Debug, thiserror::Error, uniffi::Error)]
        pub enum PmError {
            $(
                $(#[$doc])*
                #[error("{message}")]
                $name {
                    /// A sentence for people.
                    message: String,
                    /// The part of the command that was refused, from 0.
                    part: Option<u32>,
                    /// The field that is wrong.
                    field: Option<String>,
                    /// The limit it breaks.
                    limit: Option<i64>,
                    $($($(#[$field_doc])* $field: $ty,)*)?
                },
            )*
            $(
                $(#[$other_doc])*
                #[error("{message}")]
                $other {
                    /// A sentence for people.
                    message: String,
                    $($($(#[$data_doc])* $data: $data_ty,)*)?
                },
            )*
        }

        impl PmError {
            const fn word(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $code,)*
                    $(Self::$other { .. } => $other_code,)*
                }
            }
        }

        impl From<Rejection> for PmError {
            fn from(rejection: Rejection) -> Self {
                let Rejection { code, message, part, field, limit, current, path, path_length } = rejection;
                let rest = Rest { current, path, path_length };
                match code {
                    $(RejectionCode::$name => Self::$name {
                        message, part, field, limit, $($($field: rest.$take(),)*)?
                    },)*
                    // A code this crate does not know yet.
                    _ => Self::Internal { message, detail: format!("unknown code {code}") },
                }
            }
        }
    };
}

/// What only some refusals carry.
struct Rest {
    current: Option<Box<Entity>>,
    path: Vec<PathStep>,
    path_length: Option<i64>,
}

impl Rest {
    fn current(&self) -> Option<Box<Entity>> {
        self.current.clone()
    }

    fn path(&self) -> Vec<PathStep> {
        self.path.clone()
    }

    fn path_length(&self) -> Option<i64> {
        self.path_length
    }
}

errors! {
    rejections {
        /// A field breaks its form; `field` and `limit` say which.
        Invalid = "invalid",
        /// It does not exist, or the actor may not know that it does.
        NotFound = "not_found",
        /// The id, key, name or external reference is taken.
        AlreadyExists = "already_exists",
        /// The entity has moved on.
        Conflict = "conflict" {
            /// The entity as it is now.
            current: Option<Box<Entity>> = current,
        },
        /// It would close a cycle.
        Cycle = "cycle" {
            /// The cycle, at most 100 steps.
            path: Vec<PathStep> = path,
            /// Its true length.
            path_length: Option<i64> = path_length,
        },
        /// The actor's role does not allow it.
        Forbidden = "forbidden",
        /// The project is archived.
        Archived = "archived",
        /// The sprint is completed or cancelled.
        Frozen = "frozen",
        /// Not in this state.
        WrongState = "wrong_state",
        /// Something still needs it.
        InUse = "in_use",
        /// The item has live children.
        HasChildren = "has_children",
        /// The lane is full.
        WipLimit = "wip_limit",
        /// The time overlaps another entry of the same user.
        Overlap = "overlap",
        /// The timer is not running.
        NotRunning = "not_running",
        /// The command id was used for another command.
        CommandReused = "command_reused",
        /// Too much at once.
        TooLarge = "too_large",
    }
    others {
        /// Too much is waiting; try again later.
        Busy = "busy",
        /// The file could not be read or written; what was not acknowledged may be tried again under the same id.
        Storage = "storage" {
            /// Cause and place, for the log of whoever runs the host; not for its users.
            detail: String,
        },
        /// The tenant or engine is closed.
        Closed = "closed",
        /// A bug in the engine.
        Internal = "internal" {
            /// Cause and place, for the log of whoever runs the host; not for its users.
            detail: String,
        },
        /// Another process writes the tenant.
        Locked = "locked" {
            /// Which process.
            holder: String,
        },
        /// The file was written by a newer version of the engine.
        Newer = "newer" {
            /// Version of the file.
            found: i64,
            /// Newest version known here.
            supported: i64,
        },
        /// The file is damaged, or not a tenant file.
        Corrupt = "corrupt" {
            /// What was found, for the log of whoever runs the host.
            detail: String,
        },
        /// The input of an import is not of this format; nothing was sent.
        Format = "format" {
            /// Where, counted from 1, where it is known.
            line: Option<i64>,
        },
        /// The file to import, export or copy could not be opened, read or written.
        File = "file" {
            /// What the operating system says.
            detail: String,
        },
        /// A listener of the host threw; what it was called for has ended.
        Listener = "listener",
        /// The host ended it early.
        Cancelled = "cancelled",
        /// Made before a fork and used in the child: open an engine of its own there.
        Forked = "forked",
    }
}

#[uniffi::export]
impl PmError {
    /// The stable word, the same in every language and on the wire.
    #[must_use]
    pub fn code(&self) -> String {
        self.word().to_owned()
    }
}

impl PmError {
    pub(crate) fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid { message: message.into(), part: None, field: Some(field.to_owned()), limit: None }
    }

    pub(crate) fn too_large(field: &str, limit: i64, message: impl Into<String>) -> Self {
        let field = Some(field.to_owned());
        Self::TooLarge { message: message.into(), part: None, field, limit: Some(limit) }
    }

    pub(crate) fn instant() -> Self {
        Self::invalid("instant", "an instant lies in the years 1970 to 9999")
    }

    pub(crate) fn forked() -> Self {
        let message = "made before a fork: open an engine of its own in the child".to_owned();
        Self::Forked { message }
    }

    pub(crate) fn closed() -> Self {
        Self::Closed { message: "the engine is closed".to_owned() }
    }

    pub(crate) fn cancelled() -> Self {
        Self::Cancelled { message: "ended early by the host".to_owned() }
    }

    /// What the operating system says about a file that the host named.
    pub(crate) fn file(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::AlreadyExists => Self::AlreadyExists {
                message: "the file exists already".to_owned(),
                part: None,
                field: Some("file".to_owned()),
                limit: None,
            },
            _ => Self::File { message: "the file cannot be used".to_owned(), detail: error.to_string() },
        }
    }

    fn of_tenant(code: RejectionCode, message: String) -> Self {
        let (part, field, limit) = (None, Some("tenant".to_owned()), None);
        match code {
            RejectionCode::NotFound => Self::NotFound { message, part, field, limit },
            RejectionCode::AlreadyExists => Self::AlreadyExists { message, part, field, limit },
            _ => Self::Invalid { message, part, field, limit },
        }
    }
}

impl From<InvalidId> for PmError {
    fn from(error: InvalidId) -> Self {
        Self::invalid(&error.kind, error.to_string())
    }
}

impl From<Failure> for PmError {
    fn from(failure: Failure) -> Self {
        let message = failure.to_string();
        let detail = failure.detail().to_owned();
        match failure.kind() {
            FailureKind::Busy => Self::Busy { message },
            FailureKind::Storage => Self::Storage { message, detail },
            FailureKind::Closed => Self::Closed { message },
            _ => Self::Internal { message, detail },
        }
    }
}

impl From<ExecuteError> for PmError {
    fn from(error: ExecuteError) -> Self {
        match error {
            ExecuteError::Rejected(rejection) => (*rejection).into(),
            ExecuteError::Failed(failure) => failure.into(),
            other => Self::Internal { message: other.to_string(), detail: String::new() },
        }
    }
}

impl From<OpenError> for PmError {
    fn from(error: OpenError) -> Self {
        let message = error.to_string();
        match error {
            OpenError::InvalidName => Self::of_tenant(RejectionCode::Invalid, message),
            OpenError::NotFound => Self::of_tenant(RejectionCode::NotFound, message),
            OpenError::AlreadyExists => Self::of_tenant(RejectionCode::AlreadyExists, message),
            OpenError::Locked { holder } => Self::Locked { message, holder },
            OpenError::Newer { found, supported } => Self::Newer { message, found, supported },
            OpenError::Corrupt { detail } => Self::Corrupt { message, detail },
            OpenError::Storage(failure) => failure.into(),
            OpenError::Closed => Self::Closed { message },
            _ => Self::Internal { message, detail: String::new() },
        }
    }
}

impl From<ImportError> for PmError {
    fn from(error: ImportError) -> Self {
        let sentence = error.to_string();
        match error {
            ImportError::Refused(rejection) => (*rejection).into(),
            ImportError::Format { line, .. } => Self::Format { message: sentence, line },
            ImportError::Input(error) => Self::file(&error),
            ImportError::Failed(failure) => failure.into(),
            _ => Self::Internal { message: sentence, detail: String::new() },
        }
    }
}

impl From<ExportError> for PmError {
    fn from(error: ExportError) -> Self {
        let sentence = error.to_string();
        match error {
            ExportError::Refused(rejection) => (*rejection).into(),
            ExportError::Output(error) => Self::file(&error),
            ExportError::Unreadable(error) => error.into(),
            ExportError::Failed(failure) => failure.into(),
            _ => Self::Internal { message: sentence, detail: String::new() },
        }
    }
}
