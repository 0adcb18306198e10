//! The order of matches, at a cost that does not grow with how common a word is.
//!
//! Ranking by bm25 reads a row or two per match, and a common word matches half a tenant. So matches come in tiers
//! and windows: first those with every word in title or key, then the others; within a tier the newest documents
//! first, up to [`WINDOW`] of them ranked by bm25 among themselves, then the next window. A search with fewer
//! matches than a window is ranked whole.

use rusqlite::{Connection, Row, named_params};
use serde::{Deserialize, Serialize};

use super::report_check::is_admin;
use super::search::SearchQuery;
use crate::access::VISIBLE_PROJECT;
use crate::command::Actor;
use crate::error::StoreResult;
use crate::model::{EntityKind, ItemId, ProjectId};

/// Matches that may be seen, ranked among themselves.
const WINDOW: usize = 1_000;
/// Most matches looked at for one page, seen or not. Where they yield less than a page, the page is short and its
/// `next` goes on from there.
const SCANNED_MAX: usize = 10_000;

/// Matches in title or key, and the others.
const TIERS: u8 = 2;

/// A match with its place in the order, before its texts are read.
#[derive(Debug)]
pub(super) struct Ranked {
    pub(super) document: i64,
    pub(super) rank: f64,
    pub(super) kind: EntityKind,
    pub(super) id: String,
    pub(super) project: ProjectId,
    pub(super) item: Option<ItemId>,
}

/// Where a page begins.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Place {
    /// 0: every word in title or key; 1: the others.
    tier: u8,
    /// Documents of the window are below this one.
    top: i64,
    /// Bits of the rank and document of the last match shown of the window.
    shown: Option<(u64, i64)>,
}

impl Place {
    pub(super) const START: Self = Self { tier: 0, top: i64::MAX, shown: None };

    fn is_after(self, hit: &Ranked) -> bool {
        self.shown.is_none_or(|(rank, document)| {
            f64::from_bits(rank).total_cmp(&hit.rank).then(document.cmp(&hit.document)).is_lt()
        })
    }
}

struct Window {
    hits: Vec<Ranked>,
    /// Lowest document looked at.
    bottom: i64,
    scanned: usize,
    /// Nothing is left below the window.
    last: bool,
}

/// Up to `limit` matches from a place on, and the place where the next page begins.
pub(super) fn ranked(
    connection: &Connection,
    actor: &Actor,
    query: &SearchQuery,
    words: &str,
    mut place: Place,
    limit: usize,
) -> StoreResult<(Vec<Ranked>, Option<Place>)> {
    let mut page: Vec<Ranked> = Vec::new();
    let mut scanned = 0;
    while place.tier < TIERS {
        if scanned >= SCANNED_MAX {
            return Ok((page, Some(place)));
        }
        let window = window(connection, actor, query, words, place, SCANNED_MAX - scanned)?;
        scanned += window.scanned;
        for hit in window.hits.into_iter().filter(|hit| place.is_after(hit)) {
            if page.len() >= limit {
                place.shown = page.last().map(|last| (last.rank.to_bits(), last.document));
                return Ok((page, Some(place)));
            }
            page.push(hit);
        }
        place = if window.last {
            Place { tier: place.tier + 1, ..Place::START }
        } else {
            Place { top: window.bottom, shown: None, ..place }
        };
    }
    Ok((page, None))
}

/// What may be seen is settled in SQL, row by row, before a match is ranked or counted. Comments of deleted items
/// are left aside here, since no event says that they are gone.
fn window(
    connection: &Connection,
    actor: &Actor,
    query: &SearchQuery,
    words: &str,
    place: Place,
    scan: usize,
) -> StoreResult<Window> {
    let sql = format!(
        "SELECT d.id, d.entity_kind, d.entity_id, d.project_id, d.item_id, CASE WHEN \
           (:kind IS NULL OR d.entity_kind = :kind) \
           AND d.project_id IN (SELECT p.id FROM main.projects p WHERE p.deleted_at IS NULL \
             AND (:project IS NULL OR p.id = :project) AND {VISIBLE_PROJECT}) \
           AND (d.entity_kind <> 'comment' OR EXISTS (SELECT 1 FROM main.work_items i WHERE i.id = d.item_id \
             AND i.deleted_at IS NULL)) \
         THEN bm25(texts, 10.0, 1.0, 5.0) END \
         FROM search.texts t CROSS JOIN search.documents d ON d.id = t.rowid \
         WHERE t.texts MATCH :text AND t.rowid < :top AND (:titled IS NULL \
           OR t.rowid NOT IN (SELECT o.rowid FROM search.texts o WHERE o.texts MATCH :titled)) \
         ORDER BY t.rowid DESC"
    );
    let titled = format!("{{title key}} : ({words})");
    let (text, titled) = if place.tier == 0 { (titled.as_str(), None) } else { (words, Some(&titled)) };
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(named_params! {
        ":text": text, ":titled": titled, ":top": place.top, ":kind": query.kind, ":project": query.project,
        ":is_admin": is_admin(actor), ":user": actor.user,
    })?;
    let mut window = Window { hits: Vec::new(), bottom: place.top, scanned: 0, last: false };
    while window.hits.len() < WINDOW && window.scanned < scan {
        let Some(row) = rows.next()? else {
            window.last = true;
            break;
        };
        window.scanned += 1;
        window.bottom = row.get(0)?;
        if let Some(rank) = row.get(5)? {
            window.hits.push(read(row, rank)?);
        }
    }
    window.hits.sort_by(|a, b| a.rank.total_cmp(&b.rank).then(a.document.cmp(&b.document)));
    Ok(window)
}

fn read(row: &Row<'_>, rank: f64) -> rusqlite::Result<Ranked> {
    Ok(Ranked {
        document: row.get(0)?,
        rank,
        kind: row.get(1)?,
        id: row.get(2)?,
        project: row.get(3)?,
        item: row.get(4)?,
    })
}
