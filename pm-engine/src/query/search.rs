//! Full-text search over items, comments and projects.

use std::collections::HashMap;

use rusqlite::{Connection, named_params};
use serde::{Deserialize, Serialize};

use super::page::{PageRequest, encode};
use super::report_check::require_project;
use super::search_rank::{Place, Ranked, ranked};
use super::search_text::{MARK_BEGIN, MARK_END, expression, join};
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
    /// Items and projects with every word in their title or key first, then the others. Within both the best first,
    /// where more than 1,000 match the best of the newest 1,000, then of the next. A page may be shorter than asked
    /// for while `next` is there.
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
    let limit = usize::try_from(query.page.size()?).unwrap_or(0);
    let place = query.page.start("search")?.unwrap_or(Place::START);
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
    let (found, next) = ranked(connection, actor, query, &text, place, limit)?;
    page.next = next.map(|place| encode("search", &place));
    page.hits = hits(connection, &text, &found)?;
    Ok(page)
}

fn check_length(text: &str) -> Result<(), Stop> {
    if text.chars().count() > SEARCH_CHARS_MAX {
        let limit = i64::try_from(SEARCH_CHARS_MAX).unwrap_or(i64::MAX);
        let message = format!("a search text has at most {SEARCH_CHARS_MAX} characters");
        return Err(Rejection::beyond(RejectionCode::Invalid, "text", limit, message).into());
    }
    Ok(())
}

/// The caller is to catch up and try again; shown as `busy` where he does not.
fn behind() -> StoreError {
    let busy = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
    rusqlite::Error::SqliteFailure(busy, Some("the search index is being made again".to_owned())).into()
}

/// Reads key, title and snippet of a page of matches, in one statement and one pass over the matches between the
/// lowest and the highest of them: to look each up by itself would open the query, with its prefix, as many times.
fn hits(connection: &Connection, text: &str, found: &[Ranked]) -> StoreResult<Vec<SearchHit>> {
    let documents: Vec<i64> = found.iter().map(|hit| hit.document).collect();
    let (low, high) = (documents.iter().min().unwrap_or(&0), documents.iter().max().unwrap_or(&0));
    let list = serde_json::to_string(&documents).map_err(|e| StoreError::bug(e.to_string()))?;
    let mut statement = connection.prepare_cached(
        "SELECT t.rowid, snippet(texts, -1, :begin, :end, '…', 32), \
           CASE WHEN i.id IS NULL THEN p.key ELSE p.key || '-' || i.number END, coalesce(i.title, p.title) \
         FROM search.texts t CROSS JOIN search.documents d ON d.id = t.rowid \
         CROSS JOIN main.projects p ON p.id = d.project_id LEFT JOIN main.work_items i ON i.id = d.item_id \
         WHERE t.texts MATCH :text AND t.rowid BETWEEN :low AND :high \
         AND +t.rowid IN (SELECT value FROM json_each(:documents))",
    )?;
    let (begin, end) = (MARK_BEGIN.to_string(), MARK_END.to_string());
    let mut rows = statement.query(named_params! {
        ":text": text, ":low": low, ":high": high, ":documents": list, ":begin": begin, ":end": end,
    })?;
    let mut texts = HashMap::with_capacity(found.len());
    while let Some(row) = rows.next()? {
        texts.insert(row.get::<_, i64>(0)?, (join(&row.get::<_, String>(1)?), row.get(2)?, row.get(3)?));
    }
    let hit = |hit: &Ranked| {
        let (snippet, key, title) = texts.remove(&hit.document)?;
        let (kind, id, project, item, rank) = (hit.kind, hit.id.clone(), hit.project, hit.item, hit.rank);
        Some(SearchHit { kind, id, project, item, key, title, snippet, rank })
    };
    Ok(found.iter().filter_map(hit).collect())
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
pub(crate) fn text_filter(text: &str) -> Result<Option<TextFilter>, Stop> {
    check_length(text)?;
    let condition = "i.id IN (SELECT d.item_id FROM search.texts t CROSS JOIN search.documents d ON d.id = t.rowid \
         WHERE t.texts MATCH :search_text AND d.entity_kind = 'work_item')";
    Ok(expression(text).map(|text| TextFilter { condition, text }))
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
