//! Sprints and the record of their items.

use rusqlite::params;

use crate::error::StoreResult;
use crate::model::{Sprint, SprintState};
use crate::store::rows;
use crate::store::statements::Statements;

pub(super) fn write(statements: &dyn Statements, sprint: &Sprint) -> StoreResult<()> {
    let sql = "SELECT parallel_sprints FROM projects WHERE id = ?1";
    let parallel: Option<bool> = rows::one(statements, sql, [sprint.project], |row| row.get(0))?;
    let active = sprint.state == SprintState::Active && sprint.deleted_at.is_none();
    let sole_active = active && parallel == Some(false);
    let sql = "INSERT INTO sprints (id, project_id, name, goal, start_date, end_date, state, started_at, ended_at, \
               committed_items, committed_points, completed_items, completed_points, created_at, created_by, \
               updated_at, updated_by, deleted_at, version, sole_active, item_count) VALUES (?1, ?2, ?3, ?4, ?5, ?6, \
               ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, 0) ON CONFLICT (id) DO UPDATE SET \
               name = ?3, goal = ?4, start_date = ?5, end_date = ?6, state = ?7, started_at = ?8, ended_at = ?9, \
               committed_items = ?10, committed_points = ?11, completed_items = ?12, completed_points = ?13, \
               updated_at = ?16, updated_by = ?17, deleted_at = ?18, version = ?19, sole_active = ?20";
    rows::run(
        statements,
        sql,
        params![
            sprint.id,
            sprint.project,
            sprint.name,
            sprint.goal,
            sprint.start_date,
            sprint.end_date,
            sprint.state,
            sprint.started_at,
            sprint.ended_at,
            sprint.committed_items,
            sprint.committed_points,
            sprint.completed_items,
            sprint.completed_points,
            sprint.created_at,
            sprint.created_by,
            sprint.updated_at,
            sprint.updated_by,
            sprint.deleted_at,
            sprint.version,
            sole_active,
        ],
    )?;
    for item in sprint.items.iter().flatten() {
        // An item purged since has no row any more, neither here nor when the log is applied again.
        let sql = "INSERT INTO sprint_items (sprint_id, phase, item_id, points, category) SELECT ?1, ?2, ?3, ?4, ?5 \
                   WHERE EXISTS (SELECT 1 FROM work_items WHERE id = ?3)";
        rows::run(statements, sql, params![sprint.id, item.phase, item.item, item.points, item.category])?;
    }
    Ok(())
}
