//! Events → rows: the only code that writes tables. It decides nothing, reads no clock and draws no chance, so that
//! applying the log to an empty file gives the same tables.

mod activity;
mod comment;
mod dependency;
mod item;
mod item_links;
mod project;
mod purge;
mod sprint;
mod tenant;
mod time;

use rusqlite::params;

use crate::decide::Memory;
use crate::error::{StoreError, StoreResult};
use crate::event::Event;
use crate::model::{Action, Entity, EntityKind};
use crate::store::rows;
use crate::store::statements::Statements;

pub(crate) use purge::{has_work as purge_has_work, step as purge_step};

/// Applies one event to the tables and to what is in memory of them.
pub(crate) fn apply(statements: &dyn Statements, memory: &Memory, event: &Event) -> StoreResult<()> {
    activity::record(statements, event)?;
    if matches!(event.entity_kind, EntityKind::Project | EntityKind::Member | EntityKind::Lane) {
        memory.rows.forget();
    }
    match (&event.entity, event.action) {
        (Some(Entity::Comment(comment)), Action::Purged) => {
            comment::write(statements, event, comment)?;
            purge::begin(statements, event)
        }
        (None, Action::Purged) => purge::begin(statements, event),
        (None, _) => Err(StoreError::data("an event without an entity was to be applied")),
        (Some(entity), _) => write(statements, memory, event, entity),
    }
}

fn write(statements: &dyn Statements, memory: &Memory, event: &Event, entity: &Entity) -> StoreResult<()> {
    match entity {
        Entity::TenantSettings(settings) => tenant::write_settings(statements, settings),
        Entity::User(user) => tenant::write_user(statements, user),
        Entity::Project(project) => project::write(statements, project),
        Entity::Member(member) => project::write_member(statements, member),
        Entity::Lane(lane) => project::write_lane(statements, lane),
        Entity::WorkItem(item) => item::write(statements, memory, event, item),
        Entity::Sprint(sprint) => sprint::write(statements, sprint),
        Entity::Comment(comment) => comment::write(statements, event, comment),
        Entity::TimeEntry(entry) => time::write(statements, entry),
        Entity::Dependency(dependency) => dependency::write(statements, &memory.graph, event, dependency),
    }
}

/// Whether a purge has taken an event's entity away. A purge of an item or project never had one.
pub(crate) fn is_blanked(event: &Event) -> bool {
    event.entity.is_none() && (event.action != Action::Purged || event.entity_kind == EntityKind::Comment)
}

/// Applies an event that a purge has blanked: only the numbering goes on.
pub(crate) fn apply_blanked(
    statements: &dyn Statements,
    kind: EntityKind,
    project: Option<&str>,
    number: Option<i64>,
) -> StoreResult<()> {
    match (kind, project, number) {
        (EntityKind::WorkItem, Some(project), Some(number)) => advance_number(statements, project, number),
        _ => Ok(()),
    }
}

fn advance_number(statements: &dyn Statements, project: &str, number: i64) -> StoreResult<()> {
    let sql = "UPDATE projects SET next_number = ?2 + 1 WHERE id = ?1 AND next_number <= ?2";
    rows::run(statements, sql, params![project, number])?;
    Ok(())
}

/// What was deleted by one command carries one mark, so that it can come back together.
fn deletion_group(event: &Event) -> String {
    format!("{}/{}", event.actor.user, event.group)
}
