//! The events of one command, read from the log and gathered per entity: what it was before, what it is after.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, params};

use super::stored_event;
use crate::access;
use crate::command::Actor;
use crate::error::{Stop, StoreResult};
use crate::event::Event;
use crate::limits::EVENTS_PER_COMMAND_MAX;
use crate::model::{Action, CommandId, Entity, EntityKind, ProjectId, UserId};
use crate::rejection::{Rejection, RejectionCode};
use crate::store::rows;

/// An entity that a command has touched.
#[derive(Debug)]
pub(super) struct Touched {
    pub(super) kind: EntityKind,
    pub(super) id: String,
    pub(super) project: Option<ProjectId>,
    /// As the command left it.
    pub(super) after: Entity,
    /// As its first event left it.
    pub(super) first: Entity,
    /// Sequence of its last event.
    pub(super) last: i64,
    /// What happened first and last.
    pub(super) first_action: Action,
    pub(super) last_action: Action,
    /// Whether it was live before, and is after.
    pub(super) was_live: bool,
    pub(super) is_live: bool,
    /// Fields changed, with the value before the command and the sequence of the first event that changed them.
    pub(super) old: BTreeMap<String, (Option<String>, i64)>,
    /// The first and the last of archiving and unarchiving.
    pub(super) archiving: Option<(Action, Action)>,
}

impl Touched {
    fn new(event: &Event, entity: Entity) -> Self {
        Self {
            kind: event.entity_kind,
            id: event.entity_id.clone(),
            project: event.project,
            first: entity.clone(),
            after: entity,
            last: event.sequence,
            first_action: event.action,
            last_action: event.action,
            was_live: !begins(event),
            is_live: true,
            old: BTreeMap::new(),
            archiving: None,
        }
    }

    fn take(&mut self, event: &Event, entity: Entity) {
        (self.after, self.last, self.last_action) = (entity, event.sequence, event.action);
        if event.action == Action::Deleted {
            self.is_live = false;
        } else if begins(event) {
            self.is_live = true;
        }
        if matches!(event.action, Action::Archived | Action::Unarchived) {
            let first = self.archiving.map_or(event.action, |(first, _)| first);
            self.archiving = Some((first, event.action));
        }
        // What stopping a timer or ending a sprint sets is no change that could be taken back. What was deleted before
        // the command is deleted again, as the command restored it.
        let counts = match event.action {
            Action::Changed | Action::Moved => true,
            Action::Restored => self.was_live,
            _ => false,
        };
        if counts {
            for change in &event.changes {
                self.old.entry(change.field.clone()).or_insert_with(|| (change.old.clone(), event.sequence));
            }
        }
    }
}

/// Whether the entity came to be, or came back, by this event.
fn begins(event: &Event) -> bool {
    matches!(event.action, Action::Created | Action::Restored)
        || (event.action == Action::Started && event.entity_kind == EntityKind::TimeEntry)
}

/// What a command of a user has touched, newest first; nothing where it made no events. Of a command that touched a
/// project the actor may not see, it is not told that it exists.
pub(super) fn group(
    connection: &Connection,
    actor: &Actor,
    command: &CommandId,
    user: &UserId,
) -> Result<Vec<Touched>, Stop> {
    let sql = "SELECT outcome FROM command_record WHERE actor = ?1 AND command_id = ?2";
    let outcome: Option<Vec<u8>> =
        rows::one(connection, sql, params![user, command.as_str()], |row| row.get(0))?;
    let outcome = outcome.ok_or_else(|| Rejection::not_found("command"))?;
    let outcome = stored_event::decode_outcome(&outcome)?;
    let Some((first, last)) = outcome.first_sequence.zip(outcome.last_sequence) else {
        return Ok(Vec::new());
    };
    require_visible(connection, actor, first, last)?;
    gather(connection, first, last)
}

fn require_visible(connection: &Connection, actor: &Actor, first: i64, last: i64) -> Result<(), Stop> {
    let sql = "SELECT DISTINCT project_id FROM event_log WHERE sequence BETWEEN ?1 AND ?2 AND project_id IS NOT NULL";
    let projects: Vec<ProjectId> = rows::many(connection, sql, [first, last], |row| row.get(0))?;
    for project in projects {
        if access::role_in(connection, actor, project)?.is_none() {
            return Err(Rejection::not_found("command").into());
        }
    }
    Ok(())
}

fn gather(connection: &Connection, first: i64, last: i64) -> Result<Vec<Touched>, Stop> {
    let sql =
        "SELECT sequence, body FROM event_log WHERE sequence BETWEEN ?1 AND ?2 ORDER BY sequence LIMIT ?3";
    let most = i64::try_from(EVENTS_PER_COMMAND_MAX).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = statement.query([first, last, most])?;
    let mut touched: Vec<Touched> = Vec::new();
    let mut places: HashMap<(EntityKind, String), usize> = HashMap::new();
    while let Some(row) = found.next()? {
        let sequence: i64 = row.get(0)?;
        let event = stored_event::body_at(row, 1)?;
        if event.action == Action::Purged {
            return Err(refuse(sequence, "a purge is for good").into());
        }
        let Some(entity) = event.entity.clone() else {
            return Err(refuse(sequence, "its text has been purged").into());
        };
        let place = *places.entry((event.entity_kind, event.entity_id.clone())).or_insert(touched.len());
        if place == touched.len() {
            touched.push(Touched::new(&event, entity.clone()));
        }
        if let Some(one) = touched.get_mut(place) {
            one.take(&event, entity);
        }
    }
    touched.sort_by_key(|one| std::cmp::Reverse(one.last));
    Ok(touched)
}

/// Why an event cannot be undone.
pub(super) fn refuse(sequence: i64, why: &str) -> Rejection {
    Rejection {
        field: Some("event".to_owned()),
        ..Rejection::new(RejectionCode::WrongState, format!("event {sequence} cannot be undone: {why}"))
    }
}

/// An entity as it is now, deleted or not; `None` where it has been purged.
pub(super) fn current(connection: &Connection, kind: EntityKind, id: &str) -> StoreResult<Option<Entity>> {
    let by_id = |columns: &str, table: &str| format!("SELECT {columns} FROM {table} i WHERE i.id = ?1");
    let found = match kind {
        EntityKind::TenantSettings => {
            let sql = format!("SELECT {} FROM tenant_settings", rows::SETTINGS);
            rows::one(connection, &sql, [], rows::settings)?.map(Entity::TenantSettings)
        }
        EntityKind::User => {
            rows::one(connection, &by_id(rows::USER, "users"), [id], rows::user)?.map(Entity::User)
        }
        EntityKind::Project => {
            rows::one(connection, &by_id(rows::PROJECT, "projects"), [id], rows::project_whole)?
                .map(Entity::Project)
        }
        EntityKind::Member => {
            let sql = format!(
                "SELECT {} FROM project_members WHERE project_id = ?1 AND user_id = ?2",
                rows::MEMBER
            );
            let Some((project, user)) = id.split_once('/') else { return Ok(None) };
            rows::one(connection, &sql, [project, user], rows::member)?.map(Entity::Member)
        }
        EntityKind::Lane => {
            rows::one(connection, &by_id(rows::LANE, "swim_lanes"), [id], rows::lane)?.map(Entity::Lane)
        }
        EntityKind::WorkItem => {
            let columns = format!("{}, {}", rows::WORK_ITEM, rows::WORK_ITEM_LONG);
            rows::one(connection, &by_id(&columns, "work_items"), [id], rows::work_item_whole)?
                .map(|item| Entity::WorkItem(Box::new(item)))
        }
        EntityKind::Sprint => rows::one(connection, &by_id(rows::SPRINT, "sprints"), [id], rows::sprint)?
            .map(|sprint| Entity::Sprint(Box::new(sprint))),
        EntityKind::Comment => {
            rows::one(connection, &by_id(rows::COMMENT, "comments"), [id], rows::comment_whole)?
                .map(Entity::Comment)
        }
        EntityKind::TimeEntry => {
            rows::one(connection, &by_id(rows::TIME_ENTRY, "time_entries"), [id], rows::time_entry)?
                .map(Entity::TimeEntry)
        }
        EntityKind::Dependency => {
            rows::one(connection, &by_id(rows::DEPENDENCY, "dependencies"), [id], rows::dependency)?
                .map(Entity::Dependency)
        }
    };
    Ok(found)
}
