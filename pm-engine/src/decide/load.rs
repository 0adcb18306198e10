//! Taking over the entities of an export as they are: under the rules that hold for making them, with their own
//! times, authors, order keys and versions.

use rusqlite::params;

use super::context::{Decision, Draft, IdTable, already_exists, wrong_state};
use super::{comment, dependency, item, sprint, tenant, timer, tree};
use crate::command::Change;
use crate::error::Stop;
use crate::form;
use crate::limits;
use crate::model::{
    Action, Comment, Dependency, Entity, Lane, LaneId, Member, Project, ProjectId, Sprint, SprintId,
    SprintState, TenantSettings, TimeEntry, User, WorkItem,
};
use crate::outcome::PartResult;
use crate::rejection::Rejection;
use crate::store::rows;
use crate::store::statements::Statements;

pub(super) fn load(ctx: &mut Decision<'_>, entity: &Entity) -> Result<PartResult, Stop> {
    ctx.need_tenant_admin()?;
    match entity {
        Entity::TenantSettings(settings) => load_settings(ctx, settings),
        Entity::User(user) => load_user(ctx, user),
        Entity::Project(project) => load_project(ctx, project),
        Entity::Member(member) => load_member(ctx, member),
        Entity::Lane(lane) => load_lane(ctx, lane),
        Entity::Sprint(sprint) => load_sprint(ctx, sprint),
        Entity::WorkItem(item) => load_item(ctx, item),
        Entity::Comment(comment) => load_comment(ctx, comment),
        Entity::TimeEntry(entry) => load_entry(ctx, entry),
        Entity::Dependency(dependency) => load_dependency(ctx, dependency),
    }
}

fn created(ctx: &mut Decision<'_>, entity: Entity) -> Result<PartResult, Stop> {
    ctx.emit_one(Draft::new(Action::Created, entity, Vec::new()), None)
}

fn load_settings(ctx: &mut Decision<'_>, new: &TenantSettings) -> Result<PartResult, Stop> {
    let old = tenant::settings(ctx)?;
    let changes = old.changes_to(new);
    if changes.is_empty() && new.version <= old.version {
        return Ok(ctx.unchanged(&Entity::TenantSettings(old), None));
    }
    // A version never goes back: clients keep what has the higher one.
    let new = TenantSettings { version: new.version.max(old.version + 1), ..new.clone() };
    ctx.emit_one(Draft::new(Action::Changed, Entity::TenantSettings(new), changes), None)
}

fn load_user(ctx: &mut Decision<'_>, new: &User) -> Result<PartResult, Stop> {
    match tenant::user(ctx, &new.id)? {
        None => created(ctx, Entity::User(new.clone())),
        Some(old) => {
            let changes = old.changes_to(new);
            let earlier = new.created_at == old.created_at;
            if changes.is_empty() && earlier && new.version <= old.version {
                return Ok(ctx.unchanged(&Entity::User(old), None));
            }
            // One who was just recorded, because he imports, becomes what he was, when he was first seen and all.
            let least = if changes.is_empty() { old.version } else { old.version + 1 };
            let new = User { version: new.version.max(least), ..new.clone() };
            ctx.emit_one(Draft::new(Action::Changed, Entity::User(new), changes), None)
        }
    }
}

fn load_project(ctx: &mut Decision<'_>, project: &Project) -> Result<PartResult, Stop> {
    ctx.check_free_id(IdTable::Projects, &project.id.to_string())?;
    let sql = "SELECT 1 FROM projects WHERE key = ?1 AND deleted_at IS NULL";
    if project.deleted_at.is_none() && rows::one(ctx.statements, sql, [&project.key], |_| Ok(()))?.is_some() {
        return Err(already_exists("key", "the key is taken").into());
    }
    // Its default lane follows as an entity of its own in the same command; `check_default_lane` sees to it.
    created(ctx, Entity::Project(project.clone()))
}

/// At the end of a command: the default lane of a project it loaded is there. Left to the foreign key, which is
/// checked at the commit, one such command would take the whole group with it.
pub(crate) fn check_default_lane(statements: &dyn Statements, change: &Change) -> Result<(), Stop> {
    let Change::LoadEntity(entity) = change else { return Ok(()) };
    let Entity::Project(Project { id, default_lane: Some(lane), .. }) = &**entity else { return Ok(()) };
    let sql = "SELECT 1 FROM swim_lanes WHERE id = ?1 AND project_id = ?2";
    if rows::one(statements, sql, params![lane, id], |_| Ok(()))?.is_some() {
        return Ok(());
    }
    let message = "the default lane of a loaded project is loaded in the same command";
    Err(Rejection::invalid("default_lane", message).into())
}

/// The project of a loaded entity exists; it may be archived or deleted, as it was when exported.
fn check_project(ctx: &Decision<'_>, project: ProjectId) -> Result<(), Stop> {
    if ctx.place_of(project)?.is_none() { Err(Rejection::not_found("project").into()) } else { Ok(()) }
}

fn load_member(ctx: &mut Decision<'_>, member: &Member) -> Result<PartResult, Stop> {
    check_project(ctx, member.project)?;
    let sql = "SELECT 1 FROM project_members WHERE project_id = ?1 AND user_id = ?2";
    if rows::one(ctx.statements, sql, params![member.project, member.user], |_| Ok(()))?.is_some() {
        return Err(already_exists("user", "the member exists already").into());
    }
    created(ctx, Entity::Member(member.clone()))
}

fn load_lane(ctx: &mut Decision<'_>, lane: &Lane) -> Result<PartResult, Stop> {
    check_project(ctx, lane.project)?;
    ctx.check_free_id(IdTable::Lanes, &lane.id.to_string())?;
    let sql = "SELECT 1 FROM swim_lanes WHERE project_id = ?1 AND status = ?2 AND deleted_at IS NULL";
    let taken = rows::one(ctx.statements, sql, params![lane.project, lane.status], |_| Ok(()))?.is_some();
    if taken && lane.deleted_at.is_none() {
        return Err(already_exists("status", "another lane of the project has this status").into());
    }
    let sql = "SELECT count(*) FROM swim_lanes WHERE project_id = ?1 AND deleted_at IS NULL";
    let lanes: i64 = rows::one(ctx.statements, sql, [lane.project], |row| row.get(0))?.unwrap_or(0);
    if lanes >= form::int(limits::LANES_MAX) && lane.deleted_at.is_none() {
        return Err(form::too_many_lanes().into());
    }
    created(ctx, Entity::Lane(lane.clone()))
}

fn load_sprint(ctx: &mut Decision<'_>, new: &Sprint) -> Result<PartResult, Stop> {
    check_project(ctx, new.project)?;
    if let (Some(old), Some(_)) = (ctx.sprint_row(new.id)?, &new.items) {
        return load_sprint_items(ctx, &old, new);
    }
    ctx.check_free_id(IdTable::Sprints, &new.id.to_string())?;
    if new.deleted_at.is_none() {
        sprint::check_name_free(ctx, new.project, &new.name, new.id)?;
    }
    if new.state == SprintState::Active && new.deleted_at.is_none() {
        let sql = "SELECT 1 FROM sprints WHERE project_id = ?1 AND sole_active = 1";
        if rows::one(ctx.statements, sql, [new.project], |_| Ok(()))?.is_some() {
            return Err(wrong_state("another sprint of the project is active").into());
        }
    }
    // The record of a sprint's items follows in a second load of the same sprint, once the items are there.
    let bare = Sprint { items: None, ..new.clone() };
    created(ctx, Entity::Sprint(Box::new(bare)))
}

/// The record of a loaded sprint's items, which can be given once.
fn load_sprint_items(ctx: &mut Decision<'_>, old: &Sprint, new: &Sprint) -> Result<PartResult, Stop> {
    let sql = "SELECT 1 FROM sprint_items WHERE sprint_id = ?1 LIMIT 1";
    let has_record = rows::one(ctx.statements, sql, [old.id], |_| Ok(()))?.is_some();
    if has_record || *old != (Sprint { items: None, ..new.clone() }) {
        return Err(already_exists("id", "the id is taken").into());
    }
    for item in new.items.iter().flatten() {
        check_item(ctx, item.item, new.project)?;
    }
    let changes = old.changes_to(new);
    ctx.emit_one(Draft::new(Action::Changed, Entity::Sprint(Box::new(new.clone())), changes), None)
}

fn lane_of(ctx: &Decision<'_>, lane: LaneId, project: ProjectId) -> Result<Lane, Stop> {
    let found = ctx.lane_row(lane)?.filter(|lane| lane.project == project);
    Ok(found.ok_or_else(|| Rejection::not_found("lane"))?)
}

fn sprint_of(ctx: &Decision<'_>, sprint: SprintId, project: ProjectId) -> Result<Sprint, Stop> {
    let found = ctx.sprint_row(sprint)?.filter(|sprint| sprint.project == project);
    Ok(found.ok_or_else(|| Rejection::not_found("sprint"))?)
}

fn load_item(ctx: &mut Decision<'_>, new: &WorkItem) -> Result<PartResult, Stop> {
    check_project(ctx, new.project)?;
    ctx.check_free_id(IdTable::Items, &new.id.to_string())?;
    let lane = lane_of(ctx, new.lane, new.project)?;
    let live = new.deleted_at.is_none();
    if live && lane.deleted_at.is_some() {
        return Err(Rejection::not_found("lane").into());
    }
    if let Some(sprint) = new.sprint {
        sprint_of(ctx, sprint, new.project)?;
    }
    item::check_number_free(ctx, new.project, new.number, "number")?;
    item::check_external_free(ctx, new.external.as_ref())?;
    if live && let Some(parent) = new.parent {
        let found = ctx.item_row(parent)?.filter(|p| p.project == new.project && p.deleted_at.is_none());
        let parent = found.ok_or_else(|| Rejection::not_found("parent"))?;
        tree::check_levels(parent.kind, new.kind)?;
        tree::check_depth(ctx, parent.id, 1)?;
    }
    created(ctx, Entity::WorkItem(Box::new(new.clone())))
}

/// The item an entity hangs on, live or deleted, in the project the entity names.
fn check_item(ctx: &Decision<'_>, item: crate::model::ItemId, project: ProjectId) -> Result<WorkItem, Stop> {
    let found = ctx.item_row(item)?.filter(|item| item.project == project);
    Ok(found.ok_or_else(|| Rejection::not_found("item"))?)
}

fn load_comment(ctx: &mut Decision<'_>, new: &Comment) -> Result<PartResult, Stop> {
    check_item(ctx, new.item, new.project)?;
    ctx.check_free_id(IdTable::Comments, &new.id.to_string())?;
    comment::check_external_free(ctx, new.external.as_ref())?;
    let mut depth = 1;
    if let Some(answered) = new.reply_to {
        let sql = "SELECT depth FROM comments WHERE id = ?1 AND item_id = ?2";
        let above: Option<i64> =
            rows::one(ctx.statements, sql, params![answered, new.item], |row| row.get(0))?;
        depth = above.ok_or_else(|| Rejection::not_found("reply_to"))? + 1;
    }
    if new.depth != depth || depth > limits::COMMENT_DEPTH_MAX {
        return Err(Rejection::invalid("depth", "the depth is not that of its thread").into());
    }
    created(ctx, Entity::Comment(new.clone()))
}

fn load_entry(ctx: &mut Decision<'_>, new: &TimeEntry) -> Result<PartResult, Stop> {
    check_item(ctx, new.item, new.project)?;
    ctx.check_free_id(IdTable::TimeEntries, &new.id.to_string())?;
    let runs = new.ended_at.is_none() && new.deleted_at.is_none();
    if runs && timer::running(ctx, &new.user)?.is_some() {
        return Err(wrong_state("another timer of this user is running").into());
    }
    created(ctx, Entity::TimeEntry(new.clone()))
}

fn load_dependency(ctx: &mut Decision<'_>, new: &Dependency) -> Result<PartResult, Stop> {
    ctx.check_free_id(IdTable::Dependencies, &new.id.to_string())?;
    // Both may be in a deleted project: it comes back with what its items wait for.
    let to = check_item(ctx, new.to, new.project)?;
    let from = ctx.item_row(new.from)?.ok_or_else(|| Rejection::not_found("from"))?;
    if new.deleted_at.is_none() {
        for (end, field) in [(&to, "to"), (&from, "from")] {
            if end.deleted_at.is_some() {
                return Err(Rejection::not_found(field).into());
            }
        }
        dependency::check_not_itself(new.kind, new.from, new.to)?;
        dependency::check_pair(ctx, new.kind, new.from, new.to)?;
    }
    created(ctx, Entity::Dependency(new.clone()))
}
