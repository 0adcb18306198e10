//! Projects, members and lanes.

use rusqlite::params;

use crate::error::StoreResult;
use crate::model::{Lane, Member, Project};
use crate::store::rows;
use crate::store::statements::Statements;

pub(super) fn write(statements: &dyn Statements, project: &Project) -> StoreResult<()> {
    let sql = "INSERT INTO projects (id, key, title, description, status, visibility, wip_policy, parallel_sprints, \
               default_lane, created_at, created_by, updated_at, updated_by, deleted_at, version, next_number) \
               VALUES (?1, ?2, ?3, coalesce(?4, ''), ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 1) \
               ON CONFLICT (id) DO UPDATE SET key = ?2, title = ?3, description = coalesce(?4, description), \
               status = ?5, visibility = ?6, wip_policy = ?7, parallel_sprints = ?8, default_lane = ?9, \
               updated_at = ?12, updated_by = ?13, deleted_at = ?14, version = ?15";
    rows::run(
        statements,
        sql,
        params![
            project.id,
            project.key,
            project.title,
            project.description,
            project.status,
            project.visibility,
            project.wip_policy,
            project.parallel_sprints,
            project.default_lane,
            project.created_at,
            project.created_by,
            project.updated_at,
            project.updated_by,
            project.deleted_at,
            project.version,
        ],
    )?;
    // Derived: an active sprint excludes others unless the project allows parallel ones.
    let sql = "UPDATE sprints SET sole_active = ?2 WHERE project_id = ?1 AND state = 'active' AND deleted_at IS NULL \
               AND sole_active <> ?2";
    rows::run(statements, sql, params![project.id, !project.parallel_sprints])?;
    Ok(())
}

pub(super) fn write_member(statements: &dyn Statements, member: &Member) -> StoreResult<()> {
    let sql = "INSERT OR REPLACE INTO project_members (project_id, user_id, role, created_at, removed_at, version) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    rows::run(
        statements,
        sql,
        params![
            member.project,
            member.user,
            member.role,
            member.created_at,
            member.removed_at,
            member.version
        ],
    )?;
    Ok(())
}

pub(super) fn write_lane(statements: &dyn Statements, lane: &Lane) -> StoreResult<()> {
    let sql = "INSERT INTO swim_lanes (id, project_id, name, status, category, position, wip_limit, deleted_at, \
               version, item_count) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0) ON CONFLICT (id) DO UPDATE SET \
               name = ?3, status = ?4, category = ?5, position = ?6, wip_limit = ?7, deleted_at = ?8, version = ?9";
    rows::run(
        statements,
        sql,
        params![
            lane.id,
            lane.project,
            lane.name,
            lane.status,
            lane.category,
            lane.position,
            lane.wip_limit,
            lane.deleted_at,
            lane.version,
        ],
    )?;
    Ok(())
}
