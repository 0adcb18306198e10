//! Work items and their labels. What an item means for its lane, sprint, parent and dependents is in `item_links`.

use rusqlite::{Row, params};

use super::item_links::{self, Standing};
use super::{advance_number, deletion_group};
use crate::decide::Memory;
use crate::error::{StoreError, StoreResult};
use crate::event::Event;
use crate::model::{Action, LaneCategory, WorkItem};
use crate::store::known::known_or;
use crate::store::rows;
use crate::store::statements::Statements;

/// What stood in the file before the event.
struct Before {
    standing: Standing,
    labels: String,
}

pub(super) fn write(
    statements: &dyn Statements,
    memory: &Memory,
    event: &Event,
    item: &WorkItem,
) -> StoreResult<()> {
    let before = if event.action == Action::Created { None } else { before(statements, item)? };
    let after = standing_of(statements, memory, item)?;
    let labels = serde_json::to_string(&item.labels).map_err(|e| StoreError::bug(format!("labels: {e}")))?;
    match &before {
        None => insert(statements, event, item, &after, &labels)?,
        Some(_) => update(statements, event, item, &after, &labels)?,
    }
    if before.as_ref().map_or(labels != "[]", |before| before.labels != labels) {
        write_labels(statements, item, before.is_some())?;
    }
    if before.is_none() {
        advance_number(statements, &item.project.to_string(), item.number)?;
        memory.rows.number_taken(item.project, item.number);
    }
    memory.rows.item_placed(before.as_ref().map(|before| before.standing.lane), item);
    item_links::follow(statements, &memory.graph, item.id, before.map(|before| before.standing), &after)
}

fn before(statements: &dyn Statements, item: &WorkItem) -> StoreResult<Option<Before>> {
    let sql = "SELECT lane_id, parent_id, sprint_id, finished, deleted_at IS NULL, labels FROM work_items \
               WHERE id = ?1";
    let read = |row: &Row<'_>| {
        Ok(Before {
            standing: Standing {
                lane: row.get(0)?,
                parent: row.get(1)?,
                sprint: row.get(2)?,
                finished: row.get(3)?,
                live: row.get(4)?,
            },
            labels: row.get(5)?,
        })
    };
    Ok(rows::one(statements, sql, [item.id], read)?)
}

fn standing_of(statements: &dyn Statements, memory: &Memory, item: &WorkItem) -> StoreResult<Standing> {
    let read = || {
        let sql = "SELECT category FROM swim_lanes WHERE id = ?1";
        rows::one(statements, sql, [item.lane], |row| row.get(0))
    };
    let category: Option<LaneCategory> = known_or(memory.rows.lane_category(item.lane), read)?;
    let finished = category.ok_or_else(|| StoreError::data("an item's lane is missing"))?.is_finished();
    Ok(Standing {
        lane: item.lane,
        parent: item.parent,
        sprint: item.sprint,
        finished,
        live: item.deleted_at.is_none(),
    })
}

fn external(item: &WorkItem) -> (Option<&str>, Option<&str>) {
    item.external
        .as_ref()
        .map_or((None, None), |external| (Some(external.source.as_str()), Some(external.id.as_str())))
}

fn insert(
    statements: &dyn Statements,
    event: &Event,
    item: &WorkItem,
    after: &Standing,
    labels: &str,
) -> StoreResult<()> {
    let sql = "INSERT INTO work_items (id, project_id, number, kind, title, lane_id, priority, assignee, labels, points, \
               estimate_seconds, remaining_seconds, start_date, due_date, sprint_id, parent_id, lane_order, \
               parent_order, external_source, external_id, created_at, created_by, updated_at, updated_by, \
               completed_at, completed_by, deleted_at, version, deleted_group, changed_sequence, finished, \
               open_blockers, open_children, live_children, subtree_height, description, extra) VALUES (?1, ?2, ?3, \
               ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, \
               ?25, ?26, ?27, ?28, ?29, ?30, ?31, 0, 0, 0, 1, coalesce(?32, ''), coalesce(?33, ''))";
    let (source, external_id) = external(item);
    let group = item.deleted_at.map(|_| deletion_group(event));
    rows::run(
        statements,
        sql,
        params![
            item.id,
            item.project,
            item.number,
            item.kind,
            item.title,
            item.lane,
            item.priority,
            item.assignee,
            labels,
            item.points,
            item.estimate_seconds,
            item.remaining_seconds,
            item.start_date,
            item.due_date,
            item.sprint,
            item.parent,
            item.lane_order,
            item.parent_order,
            source,
            external_id,
            item.created_at,
            item.created_by,
            item.updated_at,
            item.updated_by,
            item.completed_at,
            item.completed_by,
            item.deleted_at,
            item.version,
            group,
            event.sequence,
            after.finished,
            item.description,
            item.extra,
        ],
    )?;
    Ok(())
}

fn update(
    statements: &dyn Statements,
    event: &Event,
    item: &WorkItem,
    after: &Standing,
    labels: &str,
) -> StoreResult<()> {
    let sql = "UPDATE work_items SET kind = ?2, title = ?3, lane_id = ?4, priority = ?5, assignee = ?6, labels = ?7, \
               points = ?8, estimate_seconds = ?9, remaining_seconds = ?10, start_date = ?11, due_date = ?12, \
               sprint_id = ?13, parent_id = ?14, lane_order = ?15, parent_order = ?16, external_source = ?17, \
               external_id = ?18, updated_at = ?19, updated_by = ?20, completed_at = ?21, completed_by = ?22, \
               deleted_at = ?23, version = ?24, deleted_group = ?25, changed_sequence = ?26, finished = ?27, \
               description = coalesce(?28, description), extra = coalesce(?29, extra) WHERE id = ?1";
    let (source, external_id) = external(item);
    let group = item.deleted_at.map(|_| deletion_group(event));
    rows::run(
        statements,
        sql,
        params![
            item.id,
            item.kind,
            item.title,
            item.lane,
            item.priority,
            item.assignee,
            labels,
            item.points,
            item.estimate_seconds,
            item.remaining_seconds,
            item.start_date,
            item.due_date,
            item.sprint,
            item.parent,
            item.lane_order,
            item.parent_order,
            source,
            external_id,
            item.updated_at,
            item.updated_by,
            item.completed_at,
            item.completed_by,
            item.deleted_at,
            item.version,
            group,
            event.sequence,
            after.finished,
            item.description,
            item.extra,
        ],
    )?;
    Ok(())
}

fn write_labels(statements: &dyn Statements, item: &WorkItem, had: bool) -> StoreResult<()> {
    if had {
        rows::run(statements, "DELETE FROM work_item_labels WHERE item_id = ?1", [item.id])?;
    }
    for label in &item.labels {
        let sql = "INSERT INTO work_item_labels (item_id, label, project_id) VALUES (?1, ?2, ?3)";
        rows::run(statements, sql, params![item.id, label, item.project])?;
    }
    Ok(())
}
