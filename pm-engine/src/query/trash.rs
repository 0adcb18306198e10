//! What was deleted and can be brought back.

use rusqlite::{Row, named_params};
use serde::{Deserialize, Serialize};

use super::page::{PageRequest, cut};
use super::{Ask, resolve};
use crate::error::Stop;
use crate::limits::TIMESTAMP_MS_MAX;
use crate::model::{EntityKind, ProjectRef, Timestamp};
use crate::store::rows::many;

/// Something deleted.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TrashEntry {
    /// What it is: a work item, a lane, a sprint or a project.
    pub kind: EntityKind,
    /// Its id; restoring names it by this.
    pub id: String,
    /// `KEY-n` of an item, the key of a project.
    pub key: Option<String>,
    /// Title or name.
    pub title: String,
    /// When it was deleted.
    pub deleted_at: Timestamp,
    /// Items deleted by one command share this and come back together.
    pub group: Option<String>,
}

/// A page of what was deleted, the latest first.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TrashPage {
    /// What the answer is valid at.
    pub sequence: i64,
    /// What was deleted.
    pub entries: Vec<TrashEntry>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// Deleted items, lanes and sprints of a live project. Deleted comments stand in their threads.
pub(crate) fn trash(ask: &Ask<'_>, named: &ProjectRef, page: &PageRequest) -> Result<TrashPage, Stop> {
    let size = page.size()?;
    let (at, id) = start(page, "trash")?;
    let home = resolve::project(ask, named)?;
    let sql = "SELECT 'work_item', id, :key || '-' || number, title, deleted_at, deleted_group FROM work_items \
               INDEXED BY work_items_deleted WHERE project_id = :project AND deleted_at IS NOT NULL \
               AND (deleted_at, id) < (:at, :id) \
               UNION ALL SELECT 'lane', id, NULL, name, deleted_at, NULL FROM swim_lanes \
               WHERE project_id = :project AND deleted_at IS NOT NULL AND (deleted_at, id) < (:at, :id) \
               UNION ALL SELECT 'sprint', id, NULL, name, deleted_at, NULL FROM sprints \
               WHERE project_id = :project AND deleted_at IS NOT NULL AND (deleted_at, id) < (:at, :id) \
               ORDER BY 5 DESC, 2 DESC LIMIT :limit";
    let params = named_params! { ":project": home.project, ":key": home.key, ":at": at, ":id": id, ":limit": size + 1 };
    let found = many(ask.connection, sql, params, entry)?;
    Ok(answer(ask, "trash", size, found))
}

/// Deleted projects the actor is an admin of: all for an admin of the tenant.
pub(crate) fn trash_projects(ask: &Ask<'_>, page: &PageRequest) -> Result<TrashPage, Stop> {
    let size = page.size()?;
    let (at, id) = start(page, "trash_projects")?;
    let sql = "SELECT 'project', p.id, p.key, p.title, p.deleted_at, NULL FROM projects AS p \
               WHERE p.deleted_at IS NOT NULL AND (p.deleted_at, p.id) < (:at, :id) AND (:is_admin = 1 OR EXISTS \
               (SELECT 1 FROM project_members AS m WHERE m.project_id = p.id AND m.user_id = :user \
               AND m.role = 'admin' AND m.removed_at IS NULL)) ORDER BY p.deleted_at DESC, p.id DESC LIMIT :limit";
    let params = named_params! {
        ":is_admin": ask.is_admin(), ":user": ask.actor.user, ":at": at, ":id": id, ":limit": size + 1
    };
    let found = many(ask.connection, sql, params, entry)?;
    Ok(answer(ask, "trash_projects", size, found))
}

/// The page begins below this key; without a cursor, below the end of time.
fn start(page: &PageRequest, list: &str) -> Result<(i64, String), Stop> {
    Ok(page.start(list)?.unwrap_or((TIMESTAMP_MS_MAX + 1, String::new())))
}

fn entry(row: &Row<'_>) -> rusqlite::Result<TrashEntry> {
    Ok(TrashEntry {
        kind: row.get(0)?,
        id: row.get(1)?,
        key: row.get(2)?,
        title: row.get(3)?,
        deleted_at: row.get(4)?,
        group: row.get(5)?,
    })
}

fn answer(ask: &Ask<'_>, list: &str, size: i64, found: Vec<TrashEntry>) -> TrashPage {
    let (entries, next) = cut(list, size, found, |entry| (entry.deleted_at, entry.id.clone()));
    TrashPage { sequence: ask.sequence, entries, next }
}
