//! What a committed command answers.

use serde::{Deserialize, Serialize};

use crate::event::Note;
use crate::model::{CommandId, EntityKind, Timestamp};

/// The answer to a committed command.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// The command.
    pub command: CommandId,
    /// When it was first decided.
    pub at: Timestamp,
    /// Sequence of its first event; `None` where it changed nothing.
    pub first_sequence: Option<i64>,
    /// Sequence of its last event; `None` where it changed nothing. A client may drop its optimistic change once
    /// it has applied the log up to here.
    pub last_sequence: Option<i64>,
    /// One result per part.
    pub results: Vec<PartResult>,
    /// Remarks: what was left out or flagged.
    pub notes: Vec<Note>,
    /// The command had been committed before; this is its first outcome.
    pub replayed: bool,
}

/// What one part did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PartResult {
    /// Kind of the entity the part named or made.
    pub entity_kind: EntityKind,
    /// Its id.
    pub id: String,
    /// `KEY-n` of an item, the key of a project.
    pub key: Option<String>,
    /// Its version after the part.
    pub version: i64,
    /// Whether anything changed.
    pub changed: bool,
}
