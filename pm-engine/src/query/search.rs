//! Full-text search over items, comments and projects.

use rusqlite::{Connection, Row, named_params};
use serde::{Deserialize, Serialize};

use super::page::{PageRequest, cut};
use super::report_check::{is_admin, require_project};
use super::search_text::{MARK_BEGIN, MARK_END, expression, join};
use crate::access::VISIBLE_PROJECT;
use crate::command::Actor;
use crate::error::{Stop, StoreError, StoreResult};
use crate::limits::SEARCH_CHARS_MAX;
use crate::model::{EntityKind, ItemId, ProjectId};
use crate::rejection::{Rejection, RejectionCode};

/// What to look for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SearchQuery {
    /// Words that must all occur, in any order and any case, with or without accents; the last one may go on. Up to
    /// 500 characters. Nothing in it is syntax.
    pub text: String,
    /// In this project only.
    pub project: Option<ProjectId>,
    /// Only work items, comments or projects.
    pub kind: Option<EntityKind>,
    /// Which page. Ranks move a little while texts change: a match may then come twice or be passed over.
    pub page: PageRequest,
}

/// A match.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SearchHit {
    /// Work item, comment or project.
    pub kind: EntityKind,
    /// Its id.
    pub id: String,
    /// Its project.
    pub project: ProjectId,
    /// The item, or the item of the comment.
    pub item: Option<ItemId>,
    /// `KEY-n` of the item, key of the project.
    pub key: String,
    /// Title of the item or project.
    pub title: String,
    /// The best piece of text. U+E000 stands before each match and U+E001 after it; texts never hold these two.
    pub snippet: String,
    /// Lower is better (bm25; a word in a title or key counts more).
    pub rank: f64,
}

/// A page of matches.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SearchPage {
    /// Valid at this sequence.
    pub sequence: i64,
    /// Best first.
    pub hits: Vec<SearchHit>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// Searches. The connection has the index attached ([`SearchIndex::attach_to`](super::search_index::SearchIndex))
/// and that has been caught up to `asked_at`, the head when the search was asked. Where another catch-up has thrown
/// the index away in between, the answer is the failure `busy`: the caller catches up and tries again.
pub(crate) fn search(
    connection: &Connection,
    actor: &Actor,
    sequence: i64,
    asked_at: i64,
    query: &SearchQuery,
) -> Result<SearchPage, Stop> {
    let limit = query.page.size()?;
    let after: Option<(u64, i64)> = query.page.start("search")?;
    check_length(&query.text)?;
    if let Some(project) = query.project {
        require_project(connection, actor, project)?;
    }
    let indexed: i64 =
        connection.prepare_cached("SELECT sequence FROM search.state")?.query_row([], |row| row.get(0))?;
    if indexed < asked_at {
        return Err(behind().into());
    }
    let mut page = SearchPage { sequence: sequence.min(indexed), hits: Vec::new(), next: None };
    let Some(text) = expression(&query.text) else { return Ok(page) };
    let found = ranked(connection, actor, query, &text, after, limit)?;
    let (found, next) = cut("search", limit, found, |hit| (hit.rank.to_bits(), hit.document));
    page.next = next;
    page.hits = hits(connection, &text, &found)?;
    Ok(page)
}

fn check_length(text: &str) -> Result<(), Rejection> {
    if text.chars().count() > SEARCH_CHARS_MAX {
        let limit = i64::try_from(SEARCH_CHARS_MAX).unwrap_or(i64::MAX);
        let message = format!("a search text has at most {SEARCH_CHARS_MAX} characters");
        return Err(Rejection::beyond(RejectionCode::Invalid, "text", limit, message));
    }
    Ok(())
}

/// The caller is to catch up and try again; shown as `busy` where he does not.
fn behind() -> StoreError {
    let busy = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
    rusqlite::Error::SqliteFailure(busy, Some("the search index is being made again".to_owned())).into()
}

/// A match with its place in the order, before its texts are read.
struct Ranked {
    document: i64,
    rank: f64,
    kind: EntityKind,
    id: String,
    project: ProjectId,
    item: Option<ItemId>,
}

/// The page's matches in order. What may be seen is settled before anything is ranked or counted; comments of
/// deleted items are left aside here, since no event says that they are gone.
fn ranked(
    connection: &Connection,
    actor: &Actor,
    query: &SearchQuery,
    text: &str,
    after: Option<(u64, i64)>,
    limit: i64,
) -> StoreResult<Vec<Ranked>> {
    let sql = format!(
        "WITH found AS MATERIALIZED ( \
           SELECT d.id, bm25(texts, 10.0, 1.0, 5.0) AS points, d.entity_kind, d.entity_id, d.project_id, d.item_id \
           FROM search.texts t CROSS JOIN search.documents d ON d.id = t.rowid \
           WHERE t.texts MATCH :text AND (:kind IS NULL OR d.entity_kind = :kind) \
           AND d.project_id IN (SELECT p.id FROM main.projects p WHERE p.deleted_at IS NULL \
             AND (:project IS NULL OR p.id = :project) AND {VISIBLE_PROJECT}) \
           AND (d.entity_kind = 'project' OR EXISTS (SELECT 1 FROM main.work_items i WHERE i.id = d.item_id \
             AND i.deleted_at IS NULL))) \
         SELECT id, points, entity_kind, entity_id, project_id, item_id FROM found \
         WHERE :rank IS NULL OR (points, id) > (:rank, :document) ORDER BY points, id LIMIT :limit"
    );
    let (rank, document) = after.map_or((None, 0), |(bits, id)| (Some(f64::from_bits(bits)), id));
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map(
        named_params! {
            ":text": text, ":kind": query.kind, ":project": query.project, ":is_admin": is_admin(actor),
            ":user": actor.user, ":rank": rank, ":document": document, ":limit": limit + 1,
        },
        |row| {
            Ok(Ranked {
                document: row.get(0)?,
                rank: row.get(1)?,
                kind: row.get(2)?,
                id: row.get(3)?,
                project: row.get(4)?,
                item: row.get(5)?,
            })
        },
    )?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Reads key, title and snippet of a page of matches, in one statement.
fn hits(connection: &Connection, text: &str, found: &[Ranked]) -> StoreResult<Vec<SearchHit>> {
    let documents: Vec<i64> = found.iter().map(|hit| hit.document).collect();
    let documents = serde_json::to_string(&documents).map_err(|e| StoreError::bug(e.to_string()))?;
    let mut statement = connection.prepare_cached(
        "SELECT j.key, snippet(texts, -1, :begin, :end, '…', 32), \
           CASE WHEN i.id IS NULL THEN p.key ELSE p.key || '-' || i.number END, coalesce(i.title, p.title) \
         FROM json_each(:documents) j CROSS JOIN search.texts t ON t.rowid = j.value \
         CROSS JOIN search.documents d ON d.id = j.value CROSS JOIN main.projects p ON p.id = d.project_id \
         LEFT JOIN main.work_items i ON i.id = d.item_id WHERE t.texts MATCH :text ORDER BY j.key",
    )?;
    let (begin, end) = (MARK_BEGIN.to_string(), MARK_END.to_string());
    let mut rows = statement.query(
        named_params! { ":text": text, ":documents": documents, ":begin": begin, ":end": end },
    )?;
    let mut out = Vec::with_capacity(found.len());
    while let Some(row) = rows.next()? {
        let place: i64 = row.get(0)?;
        if let Some(hit) = usize::try_from(place).ok().and_then(|place| found.get(place)) {
            out.push(read(row, hit)?);
        }
    }
    Ok(out)
}

fn read(row: &Row<'_>, hit: &Ranked) -> rusqlite::Result<SearchHit> {
    let snippet = row.get_ref(1)?.as_str()?;
    Ok(SearchHit {
        kind: hit.kind,
        id: hit.id.clone(),
        project: hit.project,
        item: hit.item,
        snippet: join(snippet),
        key: row.get(2)?,
        title: row.get(3)?,
        rank: hit.rank,
    })
}

/// A restriction of `work_items i` to those whose title, description or key matches a text. Needs the index
/// attached, as [`search`] does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TextFilter {
    /// SQL that holds for the matching rows of `work_items i`.
    pub(crate) condition: &'static str,
    /// Value of its parameter `:search_text`.
    pub(crate) text: String,
}

/// The filter for a text; `None` where there is nothing to look for in it, and so nothing matches.
pub(crate) fn text_filter(text: &str) -> Result<Option<TextFilter>, Rejection> {
    check_length(text)?;
    let condition = "i.id IN (SELECT d.item_id FROM search.texts t CROSS JOIN search.documents d ON d.id = t.rowid \
         WHERE t.texts MATCH :search_text AND d.entity_kind = 'work_item')";
    Ok(expression(text).map(|text| TextFilter { condition, text }))
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
