//! Commands refused by a rule: a stable code, a sentence, and data that a program can act on.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{Entity, ItemId};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $word:literal,)*) => {
        /// Why a command was refused. The words are stable.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum RejectionCode { $($(#[$doc])* #[serde(rename = $word)] $variant,)* }

        impl RejectionCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// The stable word.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $word,)* } }
            /// The code a word stands for.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> { match word { $($word => Some(Self::$variant),)* _ => None } }
        }
    };
}

codes! {
    /// A field breaks its form; [`Rejection::field`] and [`Rejection::limit`] say which.
    Invalid = "invalid",
    /// It does not exist, or the actor may not know that it does.
    NotFound = "not_found",
    /// The id, key, name or external reference is taken.
    AlreadyExists = "already_exists",
    /// The entity has moved on; [`Rejection::current`] has it.
    Conflict = "conflict",
    /// It would close a cycle; [`Rejection::path`] shows it.
    Cycle = "cycle",
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

impl fmt::Display for RejectionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A step of a cycle.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathStep {
    /// An item the actor may see.
    Item {
        /// Its id.
        id: ItemId,
        /// `KEY-n`.
        key: String,
    },
    /// An item the actor may not see.
    Hidden,
}

/// A command refused by a rule. It left no trace and may be tried again under its id.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Rejection {
    /// Why.
    pub code: RejectionCode,
    /// A sentence for people.
    pub message: String,
    /// The part of a batch that was refused, from 0.
    pub part: Option<u32>,
    /// The field that is wrong.
    pub field: Option<String>,
    /// The limit it breaks.
    pub limit: Option<i64>,
    /// The entity as it is now (`conflict`).
    pub current: Option<Box<Entity>>,
    /// The cycle, at most 100 steps.
    pub path: Vec<PathStep>,
    /// The true length of the cycle.
    pub path_length: Option<i64>,
}

impl Rejection {
    pub(crate) fn new(code: RejectionCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            part: None,
            field: None,
            limit: None,
            current: None,
            path: Vec::new(),
            path_length: None,
        }
    }

    pub(crate) fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self { field: Some(field.to_owned()), ..Self::new(RejectionCode::Invalid, message) }
    }

    pub(crate) fn beyond(code: RejectionCode, field: &str, limit: i64, message: impl Into<String>) -> Self {
        Self { field: Some(field.to_owned()), limit: Some(limit), ..Self::new(code, message) }
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self {
            field: Some(what.to_owned()),
            ..Self::new(RejectionCode::NotFound, format!("the {what} does not exist"))
        }
    }
}
