//! What a decision sees and collects: the file as it is inside the transaction, who asks, when, and the events
//! decided so far.

use std::cell::{RefCell, RefMut};

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::command::Actor;
use crate::error::{Stop, StoreError, StoreResult};
use crate::event::{FieldChange, Note, Origin};
use crate::graph::WorkGraph;
use crate::limits;
use crate::model::{Action, CommandId, Entity, EntityKind, ProjectId, TenantRole, Timestamp, UserId};
use crate::outcome::PartResult;
use crate::rejection::{Rejection, RejectionCode};
use crate::store::known::KnownRows;
use crate::store::rows;
use crate::store::statements::Statements;

/// The dependency graph of a tenant, loaded from the file when a rule first needs it.
#[derive(Default)]
pub(crate) struct GraphSlot(RefCell<Option<WorkGraph>>);

impl GraphSlot {
    /// The graph, read from the file where it is not in memory yet.
    pub(crate) fn get(&self, statements: &dyn Statements) -> StoreResult<RefMut<'_, WorkGraph>> {
        let mut slot = self.0.borrow_mut();
        if slot.is_none() {
            let parents = rows::many(
                statements,
                "SELECT id, parent_id FROM work_items WHERE parent_id IS NOT NULL AND deleted_at IS NULL",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            let blocks = rows::many(
                statements,
                "SELECT from_item, to_item FROM dependencies WHERE kind = 'blocks' AND deleted_at IS NULL",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            let graph = WorkGraph::load(parents.into_iter(), blocks.into_iter()).map_err(|cycle| {
                StoreError::data(format!("the file holds a cycle of {} items", cycle.length))
            })?;
            *slot = Some(graph);
        }
        RefMut::filter_map(slot, Option::as_mut).map_err(|_| StoreError::bug("the graph is not loaded"))
    }

    /// The graph, where it is in memory.
    pub(crate) fn loaded(&self) -> Option<RefMut<'_, WorkGraph>> {
        RefMut::filter_map(self.0.borrow_mut(), Option::as_mut).ok()
    }

    /// Forgets the graph; the file may have gone another way.
    pub(crate) fn forget(&self) {
        *self.0.borrow_mut() = None;
    }
}

/// What the writer has in memory of its file.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) graph: GraphSlot,
    pub(crate) rows: KnownRows,
}

impl Memory {
    /// Forgets everything; the file may have gone another way.
    pub(crate) fn forget(&self) {
        self.graph.forget();
        self.rows.forget();
    }
}

/// Who commands, under which id, and when it was first decided.
pub(crate) struct Stamp<'a> {
    pub(crate) actor: &'a Actor,
    pub(crate) command: &'a CommandId,
    pub(crate) now: Timestamp,
}

/// An entity made by an earlier part of the same batch.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) kind: EntityKind,
    pub(crate) id: String,
}

/// An event before it has a sequence.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) entity_kind: EntityKind,
    pub(crate) entity_id: String,
    pub(crate) project: Option<ProjectId>,
    pub(crate) number: Option<i64>,
    pub(crate) action: Action,
    pub(crate) entity: Option<Entity>,
    pub(crate) changes: Vec<FieldChange>,
    pub(crate) notes: Vec<Note>,
}

impl Draft {
    pub(crate) fn new(action: Action, entity: Entity, changes: Vec<FieldChange>) -> Self {
        let number = match &entity {
            Entity::WorkItem(item) => Some(item.number),
            _ => None,
        };
        Self {
            entity_kind: entity.kind(),
            entity_id: entity.id(),
            project: entity.project(),
            number,
            action,
            entity: Some(entity),
            changes,
            notes: Vec::new(),
        }
    }

    pub(crate) fn with_notes(mut self, notes: Vec<Note>) -> Self {
        self.notes = notes;
        self
    }
}

/// The context of deciding one part.
pub(crate) struct Decision<'a> {
    pub(crate) statements: &'a dyn Statements,
    pub(crate) memory: &'a Memory,
    pub(crate) stamp: &'a Stamp<'a>,
    pub(crate) origin: Option<&'a Origin>,
    pub(crate) expected: Option<i64>,
    pub(crate) made: &'a [Made],
    /// Counts the ids derived in this command, over all its parts.
    pub(crate) ordinal: &'a mut u32,
    /// The events decided by this part.
    pub(crate) drafts: Vec<Draft>,
    /// Remarks for the outcome.
    pub(crate) notes: Vec<Note>,
}

impl Decision<'_> {
    /// When the change happened: at its origin, else now.
    pub(crate) fn when(&self) -> Timestamp {
        self.origin.and_then(|o| o.at).unwrap_or(self.stamp.now)
    }

    /// Who did it: at its origin, else the actor.
    pub(crate) fn who(&self) -> UserId {
        self.origin.and_then(|o| o.by.clone()).unwrap_or_else(|| self.stamp.actor.user.clone())
    }

    /// The version after a change of an entity at `version`.
    pub(crate) fn next_version(&self, version: i64) -> i64 {
        self.origin.and_then(|o| o.version).filter(|v| *v > version).unwrap_or(version + 1)
    }

    /// The version of a new entity.
    pub(crate) fn first_version(&self) -> i64 {
        self.origin.and_then(|o| o.version).unwrap_or(1)
    }

    pub(crate) fn is_tenant_admin(&self) -> bool {
        self.stamp.actor.role == TenantRole::Admin
    }

    pub(crate) fn need_tenant_admin(&self) -> Result<(), Rejection> {
        if self.is_tenant_admin() {
            Ok(())
        } else {
            Err(Rejection::new(RejectionCode::Forbidden, "only an admin of the tenant may do this"))
        }
    }

    /// An id derived from actor, command and ordinal, with the command's instant: a version 7 UUID that comes out
    /// the same whenever the command is decided.
    pub(crate) fn derive_id(&mut self) -> Uuid {
        let mut hash = Sha256::new();
        hash.update(self.stamp.actor.user.as_str().as_bytes());
        hash.update([0]);
        hash.update(self.stamp.command.as_str().as_bytes());
        hash.update(self.ordinal.to_be_bytes());
        *self.ordinal += 1;
        let digest = hash.finalize();
        let mut random = [0_u8; 10];
        random.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
        let millis = u64::try_from(self.stamp.now.as_millis()).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// Adds an event; past the limit the whole command is refused.
    pub(crate) fn emit(&mut self, draft: Draft) -> Result<(), Rejection> {
        if self.drafts.len() >= limits::EVENTS_PER_COMMAND_MAX {
            return Err(too_many_events());
        }
        self.drafts.push(draft);
        Ok(())
    }

    /// Adds an event for an entity that changed and answers with its result.
    pub(crate) fn emit_one(&mut self, draft: Draft, key: Option<String>) -> Result<PartResult, Stop> {
        let version = draft.entity.as_ref().map_or(0, Entity::version);
        let result = PartResult {
            entity_kind: draft.entity_kind,
            id: draft.entity_id.clone(),
            key,
            version,
            changed: true,
        };
        self.notes.extend(draft.notes.iter().cloned());
        self.emit(draft)?;
        Ok(result)
    }

    /// The answer of a part that leaves its entity as it is; something has changed still where neighbours were respread.
    pub(crate) fn unchanged(&self, entity: &Entity, key: Option<String>) -> PartResult {
        PartResult {
            entity_kind: entity.kind(),
            id: entity.id(),
            key,
            version: entity.version(),
            changed: !self.drafts.is_empty(),
        }
    }

    /// The caller has seen this version, or does not care.
    pub(crate) fn check_version(
        &self,
        current: impl FnOnce() -> Entity,
        version: i64,
    ) -> Result<(), Rejection> {
        if self.expected.is_none_or(|expected| expected == version) {
            return Ok(());
        }
        Err(Rejection {
            current: Some(Box::new(current())),
            ..Rejection::new(RejectionCode::Conflict, format!("it has moved on to version {version}"))
        })
    }

    /// Refuses an id that is taken.
    pub(crate) fn check_free_id(&self, table: IdTable, id: &str) -> Result<(), Stop> {
        if rows::one(self.statements, table.exists_sql(), [id], |_| Ok(()))?.is_some() {
            return Err(already_exists("id", "the id is taken").into());
        }
        Ok(())
    }
}

pub(crate) fn too_many_events() -> Rejection {
    Rejection::beyond(
        RejectionCode::TooLarge,
        "events",
        crate::form::int(limits::EVENTS_PER_COMMAND_MAX),
        "the command would change too much at once",
    )
}

pub(crate) fn already_exists(field: &str, message: &str) -> Rejection {
    Rejection { field: Some(field.to_owned()), ..Rejection::new(RejectionCode::AlreadyExists, message) }
}

pub(crate) fn wrong_state(message: impl Into<String>) -> Rejection {
    Rejection::new(RejectionCode::WrongState, message)
}

/// Tables in which callers choose ids.
#[derive(Clone, Copy)]
pub(crate) enum IdTable {
    Projects,
    Lanes,
    Items,
    Sprints,
    Comments,
    TimeEntries,
    Dependencies,
}

impl IdTable {
    const fn exists_sql(self) -> &'static str {
        match self {
            Self::Projects => "SELECT 1 FROM projects WHERE id = ?1",
            Self::Lanes => "SELECT 1 FROM swim_lanes WHERE id = ?1",
            Self::Items => "SELECT 1 FROM work_items WHERE id = ?1",
            Self::Sprints => "SELECT 1 FROM sprints WHERE id = ?1",
            Self::Comments => "SELECT 1 FROM comments WHERE id = ?1",
            Self::TimeEntries => "SELECT 1 FROM time_entries WHERE id = ?1",
            Self::Dependencies => "SELECT 1 FROM dependencies WHERE id = ?1",
        }
    }
}

/// Takes the caller's id, else derives one. A derived id needs no check: only the same command derives it again.
macro_rules! choose_id {
    ($ctx:expr, $given:expr, $table:ident, $ty:ident) => {
        match $given {
            Some(id) => {
                $ctx.check_free_id(crate::decide::context::IdTable::$table, &id.to_string())?;
                id
            }
            None => crate::model::$ty::from_uuid($ctx.derive_id()),
        }
    };
}
pub(crate) use choose_id;
