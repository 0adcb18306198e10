//! Projects: made with their lanes, changed, archived, deleted, restored, purged.

use rusqlite::params;

use super::context::{Decision, Draft, already_exists, choose_id, wrong_state};
use super::find::{Archived, Need};
use super::item_delete::{gone, stop_all};
use crate::command::{NewLane, NewProject, ProjectChange};
use crate::error::Stop;
use crate::model::{
    Action, Entity, Lane, LaneCategory, LaneId, Member, Project, ProjectId, ProjectRef, ProjectRole,
    ProjectStatus,
};
use crate::order_key;
use crate::outcome::PartResult;
use crate::rejection::Rejection;
use crate::store::rows::{self, concat_sql};

pub(super) fn create(ctx: &mut Decision<'_>, new: &NewProject) -> Result<PartResult, Stop> {
    check_key_free(ctx, &new.key)?;
    let id = choose_id!(ctx, new.id, Projects, ProjectId);
    let lanes = first_lanes(ctx, id, new)?;
    let (when, who) = (ctx.when(), ctx.who());
    let project = Project {
        id,
        key: new.key.clone(),
        title: new.title.clone(),
        description: Some(new.description.clone()),
        status: ProjectStatus::Active,
        visibility: new.visibility,
        wip_policy: new.wip_policy,
        parallel_sprints: new.parallel_sprints,
        default_lane: default_lane(&lanes),
        created_at: when,
        created_by: who.clone(),
        updated_at: when,
        updated_by: who.clone(),
        deleted_at: None,
        version: ctx.first_version(),
    };
    let key = project.key.clone();
    let result =
        ctx.emit_one(Draft::new(Action::Created, Entity::Project(project), Vec::new()), Some(key))?;
    for lane in lanes {
        ctx.emit(Draft::new(Action::Created, Entity::Lane(lane), Vec::new()))?;
    }
    let admin = ctx.stamp.actor.user.clone();
    let member = Member {
        project: id,
        user: admin,
        role: ProjectRole::Admin,
        created_at: when,
        removed_at: None,
        version: 1,
    };
    ctx.emit(Draft::new(Action::Created, Entity::Member(member), Vec::new()))?;
    Ok(result)
}

fn check_key_free(ctx: &Decision<'_>, key: &str) -> Result<(), Stop> {
    let sql = "SELECT 1 FROM projects WHERE key = ?1 AND deleted_at IS NULL";
    if rows::one(ctx.statements, sql, [key], |_| Ok(()))?.is_some() {
        return Err(already_exists("key", "the key is taken").into());
    }
    Ok(())
}

const USUAL_LANES: [(&str, &str, LaneCategory); 5] = [
    ("Backlog", "backlog", LaneCategory::Backlog),
    ("To Do", "todo", LaneCategory::Unstarted),
    ("In Progress", "in_progress", LaneCategory::Started),
    ("Review", "review", LaneCategory::Started),
    ("Done", "done", LaneCategory::Completed),
];

fn usual_lanes() -> Vec<NewLane> {
    USUAL_LANES
        .iter()
        .map(|(name, status, category)| NewLane {
            id: None,
            name: (*name).to_owned(),
            status: Some((*status).to_owned()),
            category: *category,
            wip_limit: None,
        })
        .collect()
}

fn first_lanes(ctx: &mut Decision<'_>, project: ProjectId, new: &NewProject) -> Result<Vec<Lane>, Stop> {
    let wanted = if new.lanes.is_empty() { usual_lanes() } else { new.lanes.clone() };
    let positions = order_key::keys_between(None, None, wanted.len())
        .map_err(|_| Rejection::invalid("lanes", "there is no room for so many lanes"))?;
    let mut lanes: Vec<Lane> = Vec::with_capacity(wanted.len());
    for (lane, position) in wanted.into_iter().zip(positions) {
        let id = choose_id!(ctx, lane.id, Lanes, LaneId);
        let status = lane.status.unwrap_or_default();
        if lanes.iter().any(|other| other.status == status || other.id == id) {
            return Err(already_exists("status", "two lanes have the same status or id").into());
        }
        lanes.push(Lane {
            id,
            project,
            name: lane.name,
            status,
            category: lane.category,
            position,
            wip_limit: lane.wip_limit,
            deleted_at: None,
            version: 1,
        });
    }
    Ok(lanes)
}

/// The first lane of the lowest category.
fn default_lane(lanes: &[Lane]) -> Option<LaneId> {
    lanes.iter().min_by_key(|lane| lane.category).map(|lane| lane.id)
}

pub(super) fn update(
    ctx: &mut Decision<'_>,
    project: &ProjectRef,
    changes: &[ProjectChange],
) -> Result<PartResult, Stop> {
    let old = ctx.project(project, Need::Admin, Archived::Refused)?.project;
    ctx.check_version(|| Entity::Project(old.clone()), old.version)?;
    let mut new = old.clone();
    for change in changes {
        match change {
            ProjectChange::Title(title) => new.title.clone_from(title),
            ProjectChange::Description(text) => {
                let sql = "SELECT description FROM projects WHERE id = ?1";
                let stored: Option<String> = rows::one(ctx.statements, sql, [old.id], |row| row.get(0))?;
                new.description = (stored.as_ref() != Some(text)).then(|| text.clone());
            }
            ProjectChange::Visibility(visibility) => new.visibility = *visibility,
            ProjectChange::WipPolicy(policy) => new.wip_policy = *policy,
            ProjectChange::ParallelSprints(parallel) => {
                if !parallel {
                    check_one_active(ctx, old.id)?;
                }
                new.parallel_sprints = *parallel;
            }
            ProjectChange::DefaultLane(lane) => {
                new.default_lane = Some(ctx.live_lane_in(old.id, lane, "default_lane")?.id);
            }
        }
    }
    let changed = old.changes_to(&new);
    if changed.is_empty() {
        let key = old.key.clone();
        return Ok(ctx.unchanged(&Entity::Project(old), Some(key)));
    }
    finish(ctx, new, Action::Changed, changed)
}

fn check_one_active(ctx: &Decision<'_>, project: ProjectId) -> Result<(), Stop> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM sprints WHERE project_id = ?1 AND state = 'active' \
               AND deleted_at IS NULL LIMIT 2)";
    let active: i64 = rows::one(ctx.statements, sql, [project], |row| row.get(0))?.unwrap_or(0);
    if active > 1 {
        return Err(wrong_state("several sprints are active: end all but one first").into());
    }
    Ok(())
}

/// Counts the change and emits it.
fn finish(
    ctx: &mut Decision<'_>,
    mut project: Project,
    action: Action,
    changes: Vec<crate::event::FieldChange>,
) -> Result<PartResult, Stop> {
    project.version = ctx.next_version(project.version);
    project.updated_at = ctx.when();
    project.updated_by = ctx.who();
    let key = project.key.clone();
    ctx.emit_one(Draft::new(action, Entity::Project(project), changes), Some(key))
}

fn stop_timers(ctx: &mut Decision<'_>, project: ProjectId) -> Result<(), Stop> {
    let sql = concat_sql!(
        "SELECT ",
        rows::TIME_ENTRY,
        " FROM time_entries WHERE project_id = ?1 AND ended_at IS NULL AND deleted_at IS NULL ORDER BY id LIMIT ?2"
    );
    stop_all(ctx, sql, &project.to_string())
}

pub(super) fn archive(ctx: &mut Decision<'_>, project: &ProjectRef) -> Result<PartResult, Stop> {
    set_status(ctx, project, ProjectStatus::Archived)
}

pub(super) fn unarchive(ctx: &mut Decision<'_>, project: &ProjectRef) -> Result<PartResult, Stop> {
    set_status(ctx, project, ProjectStatus::Active)
}

fn set_status(
    ctx: &mut Decision<'_>,
    project: &ProjectRef,
    status: ProjectStatus,
) -> Result<PartResult, Stop> {
    let old = ctx.project(project, Need::Admin, Archived::Accepted)?.project;
    ctx.check_version(|| Entity::Project(old.clone()), old.version)?;
    if old.status == status {
        let key = old.key.clone();
        return Ok(ctx.unchanged(&Entity::Project(old), Some(key)));
    }
    let action = match status {
        ProjectStatus::Archived => {
            stop_timers(ctx, old.id)?;
            Action::Archived
        }
        ProjectStatus::Active => Action::Unarchived,
    };
    let new = Project { status, ..old.clone() };
    let changes = old.changes_to(&new);
    finish(ctx, new, action, changes)
}

pub(super) fn delete(ctx: &mut Decision<'_>, project: &ProjectRef) -> Result<PartResult, Stop> {
    let old = ctx.project(project, Need::Admin, Archived::Accepted)?.project;
    ctx.check_version(|| Entity::Project(old.clone()), old.version)?;
    stop_timers(ctx, old.id)?;
    let new = Project { deleted_at: Some(ctx.when()), ..old };
    finish(ctx, new, Action::Deleted, Vec::new())
}

/// A deleted project by its id, for its admin.
fn deleted(ctx: &Decision<'_>, project: &ProjectRef) -> Result<Project, Stop> {
    let id = ctx.project_id(project)?;
    let place = ctx.place_of(id)?.ok_or_else(|| Rejection::not_found("project"))?;
    let purging = "SELECT 1 FROM purge_tasks WHERE entity_kind = 'project' AND entity_id = ?1";
    if rows::one(ctx.statements, purging, params![id], |_| Ok(()))?.is_some() {
        return Err(Rejection::not_found("project").into());
    }
    super::find::check_need(&place, Need::Admin)?;
    Ok(place.project)
}

pub(super) fn restore(ctx: &mut Decision<'_>, project: &ProjectRef) -> Result<PartResult, Stop> {
    let old = deleted(ctx, project)?;
    ctx.check_version(|| Entity::Project(old.clone()), old.version)?;
    if old.deleted_at.is_none() {
        let key = old.key.clone();
        return Ok(ctx.unchanged(&Entity::Project(old), Some(key)));
    }
    check_key_free(ctx, &old.key)?;
    finish(ctx, Project { deleted_at: None, ..old }, Action::Restored, Vec::new())
}

pub(super) fn purge(ctx: &mut Decision<'_>, project: &ProjectRef) -> Result<PartResult, Stop> {
    ctx.need_tenant_admin()?;
    let project = deleted(ctx, project)?;
    ctx.check_version(|| Entity::Project(project.clone()), project.version)?;
    if project.deleted_at.is_none() {
        return Err(wrong_state("only a deleted project can be purged: delete it first").into());
    }
    drop_foreign_dependencies(ctx, project.id)?;
    let key = project.key.clone();
    ctx.emit_one(gone(Entity::Project(project)), Some(key))
}

/// Dependencies of other projects' items on this one's end with it.
fn drop_foreign_dependencies(ctx: &mut Decision<'_>, project: ProjectId) -> Result<(), Stop> {
    // Each has one end in the project. The joins are in the order they are meant.
    let sql = concat_sql!(
        "WITH crossing(dependency) AS (\
         SELECT d.id FROM work_items w INDEXED BY work_items_number \
         CROSS JOIN dependencies d ON d.from_item = w.id AND d.deleted_at IS NULL \
         CROSS JOIN work_items o ON o.id = d.to_item WHERE w.project_id = ?1 AND o.project_id <> ?1 UNION ALL \
         SELECT d.id FROM work_items w INDEXED BY work_items_number \
         CROSS JOIN dependencies d ON d.to_item = w.id AND d.deleted_at IS NULL \
         CROSS JOIN work_items o ON o.id = d.from_item WHERE w.project_id = ?1 AND o.project_id <> ?1) SELECT ",
        rows::DEPENDENCY,
        " FROM crossing CROSS JOIN dependencies ON id = crossing.dependency ORDER BY id LIMIT ?2"
    );
    let most = crate::form::int(crate::limits::EVENTS_PER_COMMAND_MAX);
    for dependency in rows::many(ctx.statements, sql, params![project, most], rows::dependency)? {
        super::item_delete::drop_dependency(ctx, dependency)?;
    }
    Ok(())
}
