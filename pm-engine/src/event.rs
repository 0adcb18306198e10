//! Events: facts that were committed, in the order of their sequence.

use serde::{Deserialize, Serialize};

use crate::model::{
    Action, ActorKind, CommandId, Entity, EntityKind, NoteKind, ProjectId, Timestamp, UserId,
};

/// Who caused an event.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// When it happened there.
    pub at: Option<Timestamp>,
    /// Who did it there.
    pub by: Option<UserId>,
    /// The item's number there; one that is or was another item's is refused.
    pub number: Option<i64>,
    /// The entity's version there.
    pub version: Option<i64>,
}

/// A field that changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FieldChange {
    /// Name of the field, as in the entity.
    pub field: String,
    /// The value before, as text; `None` where there was none, and for long texts (an earlier event has it).
    pub old: Option<String>,
}

/// A remark on an event or outcome.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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

impl Note {
    pub(crate) fn of(kind: NoteKind, id: impl ToString) -> Self {
        Self { kind, id: Some(id.to_string()), count: None, limit: None }
    }
}

/// One committed fact.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
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
    /// Id of the entity, as [`Entity::id`] gives it.
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

impl Event {
    /// `work_item.moved`, `sprint.started` and so on.
    #[must_use]
    pub fn kind(&self) -> String {
        format!("{}.{}", self.entity_kind, self.action)
    }

    /// When it happened: at its origin, else when it was committed.
    #[must_use]
    pub fn happened_at(&self) -> Timestamp {
        self.origin.as_ref().and_then(|o| o.at).unwrap_or(self.at)
    }

    /// Who did it: at its origin, else who issued the command.
    #[must_use]
    pub fn happened_by(&self) -> &UserId {
        self.origin.as_ref().and_then(|o| o.by.as_ref()).unwrap_or(&self.actor.user)
    }
}
