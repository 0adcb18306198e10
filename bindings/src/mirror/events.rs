// Written by `cargo run -p pm-bindgen --bin pm-mirror`. Not to be edited.
//! What commands answer, events, resuming.

#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use crate::engine::*;

/// Who caused an event.
#[uniffi::remote(Record)]
pub struct EventActor {
    /// User.
    pub user: UserId,
    /// Person, agent or system.
    pub kind: ActorKind,
    /// On whose behalf, as the actor said; only recorded.
    pub on_behalf_of: Option<UserId>,
}

/// Where an imported fact comes from: its own time, author, number and version. A tenant admin may give one with
/// a command; rows and reports by time use it, the event keeps its commit instant and actor beside it.
#[uniffi::remote(Record)]
pub struct Origin {
    /// When it happened there.
    #[uniffi(default = None)]
    pub at: Option<Timestamp>,
    /// Who did it there.
    #[uniffi(default = None)]
    pub by: Option<UserId>,
    /// The item's number there; one that is or was another item's is refused.
    #[uniffi(default = None)]
    pub number: Option<i64>,
    /// The entity's version there.
    #[uniffi(default = None)]
    pub version: Option<i64>,
}

/// A field that changed.
#[uniffi::remote(Record)]
pub struct FieldChange {
    /// Name of the field, as in the entity.
    pub field: String,
    /// The value before, as text; `None` where there was none, and for long texts (an earlier event has it).
    pub old: Option<String>,
}

/// A remark on an event or outcome.
#[uniffi::remote(Record)]
pub struct Note {
    /// What it says.
    pub kind: NoteKind,
    /// The entity it speaks of.
    pub id: Option<String>,
    /// A count or length, as the kind says.
    pub count: Option<i64>,
    /// The limit, as the kind says.
    pub limit: Option<i64>,
}

/// One committed fact.
#[uniffi::remote(Record)]
pub struct Event {
    /// Position in the tenant's log, from 1 without gaps.
    pub sequence: i64,
    /// The command that caused it: events of one command share it.
    pub group: CommandId,
    /// Who caused it.
    pub actor: EventActor,
    /// When it was committed.
    pub at: Timestamp,
    /// Where an imported fact comes from.
    pub origin: Option<Origin>,
    /// Project it belongs to; `None` for users and tenant settings.
    pub project: Option<ProjectId>,
    /// Kind of entity.
    pub entity_kind: EntityKind,
    /// Id of the entity, as `Entity::id` gives it.
    pub entity_id: String,
    /// Number of a work item.
    pub number: Option<i64>,
    /// What happened.
    pub action: Action,
    /// The entity after the change; `None` for a purge and for an event that a purge has blanked.
    pub entity: Option<Entity>,
    /// The fields that changed, with their old values. Empty for creation and deletion; of what is restored, the fields
    /// that did not come back as they were.
    pub changes: Vec<FieldChange>,
    /// Remarks.
    pub notes: Vec<Note>,
}

/// The answer to a committed command.
#[uniffi::remote(Record)]
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
#[uniffi::remote(Record)]
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

/// A step of a cycle.
#[uniffi::remote(Enum)]
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

/// How a client that comes back goes on.
#[uniffi::remote(Enum)]
pub enum Resume {
    /// It has everything; follow from `head`.
    UpToDate {
        /// Sequence of the newest event.
        head: i64,
    },
    /// Follow from what it has: the log tells the rest.
    Tail {
        /// Sequence it has seen.
        from: i64,
        /// Sequence of the newest event.
        head: i64,
    },
    /// What it has is of another history, or too old: load a snapshot, then follow.
    Snapshot {
        /// Sequence of the newest event.
        head: i64,
    },
}

/// A change of what the actor may see, at its place in the log.
#[uniffi::remote(Record)]
pub struct AccessChange {
    /// Sequence at which it changed.
    pub sequence: i64,
    /// The project.
    pub project: ProjectId,
    /// Gained: load that project's snapshot and go on. Lost: drop what is known of it.
    pub gained: bool,
}

/// What a check found. Everything empty or zero is a whole file.
#[uniffi::remote(Record)]
pub struct CheckReport {
    /// Epoch of the file.
    pub epoch: Epoch,
    /// Sequence of its newest event.
    pub sequence: i64,
    /// What SQLite's integrity check says is wrong.
    pub integrity: Vec<String>,
    /// Rows that refer to rows which do not exist.
    pub broken_references: i64,
    /// Sequence numbers missing from the log.
    pub log_gaps: i64,
    /// Why the log could not be applied again, where it could not.
    pub replay_error: Option<String>,
    /// Tables that differ from the log applied again.
    pub differences: Vec<TableDifference>,
}

/// A table that is not what the log says.
#[uniffi::remote(Record)]
pub struct TableDifference {
    /// Name of the table.
    pub table: String,
    /// Rows the log gives that are not in the table.
    pub missing: i64,
    /// Rows in the table that the log does not give.
    pub surplus: i64,
}
