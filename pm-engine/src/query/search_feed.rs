//! What a search index takes from a tenant's file, in steps along the log.

use rusqlite::{Connection, OptionalExtension, params};

use super::search_text::split;
use crate::error::StoreResult;
use crate::model::{Action, EntityKind};

/// Events of one step: one transaction of the index, and the most that is done again after a crash.
const STEP_EVENTS: i64 = 1_000;

/// What one step did.
#[derive(Debug)]
pub(crate) struct Step {
    /// The index now stands here.
    pub(crate) sequence: i64,
    /// The mark of the event there.
    pub(crate) last_event: String,
    /// Whether a purge was among the events.
    pub(crate) purged: bool,
}

/// Brings the index from `at` up to at most `head`, reading the tables as they are now: they may be ahead of the
/// events of this step, which later steps then see again.
pub(crate) fn step(tenant: &Connection, index: &Connection, at: i64, head: i64) -> StoreResult<Step> {
    let until = head.min(at.saturating_add(STEP_EVENTS));
    let (gone, touched): (Vec<_>, Vec<_>) =
        touched(tenant, at, until)?.into_iter().partition(|(_, _, action)| *action == Action::Purged);
    for (kind, id, _) in touched {
        refresh(tenant, index, kind, &id, until, head)?;
    }
    // Purges come last: until their rows are gone the tables still have the comments of a purged item.
    let purged = !gone.is_empty();
    for (_, id, _) in gone {
        forget(index, &id)?;
    }
    Ok(Step { sequence: until, last_event: event_mark(tenant, until)?, purged })
}

/// Tells two logs apart that have the same sequence: who did what when. Empty before the first event.
pub(crate) fn event_mark(tenant: &Connection, sequence: i64) -> StoreResult<String> {
    let sql = "SELECT actor || ' ' || command_id || ' ' || instant FROM event_log WHERE sequence = ?1";
    let mark = tenant.prepare_cached(sql)?.query_row([sequence], |row| row.get(0)).optional()?;
    Ok(mark.unwrap_or_default())
}

/// Entities with searchable text that events in `(at, until]` are about, each once, with its last action.
fn touched(tenant: &Connection, at: i64, until: i64) -> StoreResult<Vec<(EntityKind, String, Action)>> {
    // With max() SQLite takes the other columns from the row that has it.
    let mut statement = tenant.prepare_cached(
        "SELECT entity_kind, entity_id, action, max(sequence) FROM event_log \
         WHERE sequence > ?1 AND sequence <= ?2 AND entity_kind IN ('work_item', 'comment', 'project') \
         GROUP BY entity_kind, entity_id",
    )?;
    let rows = statement.query_map([at, until], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Columns: project, item, title, body, key, then the sequence of the last change where the table keeps it.
const fn source(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::WorkItem => {
            "SELECT i.project_id, i.id, i.title, i.description, p.key || '-' || i.number, i.changed_sequence \
             FROM work_items i JOIN projects p ON p.id = i.project_id WHERE i.id = ?1 AND i.deleted_at IS NULL"
        }
        EntityKind::Comment => {
            "SELECT project_id, item_id, '', text, '', 0 FROM comments WHERE id = ?1 AND deleted_at IS NULL"
        }
        _ => "SELECT id, NULL, title, description, key, 0 FROM projects WHERE id = ?1 AND deleted_at IS NULL",
    }
}

fn refresh(
    tenant: &Connection,
    index: &Connection,
    kind: EntityKind,
    id: &str,
    until: i64,
    head: i64,
) -> StoreResult<()> {
    let mut statement = tenant.prepare_cached(source(kind))?;
    let mut rows = statement.query([id])?;
    let Some(row) = rows.next()? else {
        return remove(index, kind, id);
    };
    let changed: i64 = row.get(5)?;
    if changed > until && changed <= head {
        // A later step of this same catch-up comes to it: an item with a long history is indexed once.
        return Ok(());
    }
    let (project, item): (String, Option<String>) = (row.get(0)?, row.get(1)?);
    let document: i64 = index
        .prepare_cached(
            "INSERT INTO documents (entity_kind, entity_id, project_id, item_id) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (entity_id, entity_kind) DO UPDATE SET item_id = excluded.item_id RETURNING id",
        )?
        .query_row(params![kind, id, project, item], |row| row.get(0))?;
    let text = |column: usize| row.get::<_, String>(column).map(|text| split(&text));
    let (title, body, key) = (text(2)?, text(3)?, text(4)?);
    index
        .prepare_cached("INSERT OR REPLACE INTO texts (rowid, title, body, key) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![document, title, body, key])?;
    Ok(())
}

fn remove(index: &Connection, kind: EntityKind, id: &str) -> StoreResult<()> {
    let sql = "DELETE FROM documents WHERE entity_id = ?1 AND entity_kind = ?2 RETURNING id";
    let document: Option<i64> =
        index.prepare_cached(sql)?.query_row(params![id, kind], |row| row.get(0)).optional()?;
    if let Some(document) = document {
        index.prepare_cached("DELETE FROM texts WHERE rowid = ?1")?.execute([document])?;
    }
    Ok(())
}

/// Takes out an entity, the comments of an item, and everything of a project.
fn forget(index: &Connection, id: &str) -> StoreResult<()> {
    let theirs = "SELECT id FROM documents WHERE entity_id = ?1 OR item_id = ?1 OR project_id = ?1";
    index.prepare_cached(&format!("DELETE FROM texts WHERE rowid IN ({theirs})"))?.execute([id])?;
    let sql = "DELETE FROM documents WHERE entity_id = ?1 OR item_id = ?1 OR project_id = ?1";
    index.prepare_cached(sql)?.execute([id])?;
    Ok(())
}
