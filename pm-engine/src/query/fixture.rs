//! A tenant file for the tests of queries: plain rows, with the derived columns worked out from scratch.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ToSql, params};
use tempfile::TempDir;
use uuid::Uuid;

use super::{PageRequest, Reader};
use crate::clock::SystemClock;
use crate::command::Actor;
use crate::error::QueryError;
use crate::model::Epoch;
use crate::model::{CommentId, ItemId, LaneId, ProjectId, SprintId, TimeEntryId, UserId};
use crate::query::door::Door;
use crate::rejection::RejectionCode;
use crate::store::readers::{NO_LIMIT, Readers};

pub(super) struct Fixture {
    _dir: TempDir,
    pub(super) conn: Connection,
    sequence: Cell<i64>,
    pub(super) readers: Arc<Readers>,
    door: Arc<Door>,
}

/// A project with its lanes.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) project: ProjectId,
    pub(super) backlog: LaneId,
    pub(super) todo: LaneId,
    pub(super) doing: LaneId,
    pub(super) done: LaneId,
}

pub(super) fn user(name: &str) -> UserId {
    UserId::new(name).unwrap()
}

/// A day in 2026.
pub(super) const T0: i64 = 1_767_571_200_000;

impl Fixture {
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tenant.db");
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;")
            .unwrap();
        for migration in pm_migrations::MIGRATIONS {
            conn.execute_batch(migration.sql).unwrap();
        }
        conn.set_prepared_statement_cache_capacity(64);
        // As readers have it, so that plans are theirs.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).unwrap();
        let readers = Arc::new(Readers::new(path));
        let search = dir.path().join("search.db");
        let door = Arc::new(Door::new(
            Arc::clone(&readers),
            NO_LIMIT,
            Arc::new(SystemClock),
            search,
            Epoch::generate(),
        ));
        Self { _dir: dir, conn, sequence: Cell::new(0), readers, door }
    }

    pub(super) fn run(&self, sql: &str, params: impl rusqlite::Params) {
        self.conn.prepare_cached(sql).unwrap().execute(params).unwrap();
    }

    pub(super) fn event(&self, project: Option<ProjectId>, kind: &str, id: &str) -> i64 {
        let sequence = self.sequence.get() + 1;
        self.sequence.set(sequence);
        self.run(
            "INSERT INTO event_log VALUES (?1, 'c', 'ann', ?2, ?3, ?4, ?5, NULL, 'created', x'')",
            params![sequence, T0 + sequence, project, kind, id],
        );
        sequence
    }

    pub(super) fn head(&self) -> i64 {
        self.sequence.get()
    }

    pub(super) fn project(&self, key: &str, visibility: &str) -> Place {
        let id = ProjectId::generate();
        let lanes: Vec<LaneId> = (0..4).map(|_| LaneId::generate()).collect();
        self.run(
            "INSERT INTO projects VALUES (?1, ?2, ?3, 'About', 'active', ?4, 'warn', 0, ?5, ?6, 'ann', ?6, 'ann', \
             NULL, 1, 1)",
            params![id, key, format!("Project {key}"), visibility, lanes[0], T0],
        );
        let kinds =
            [("backlog", "backlog"), ("todo", "unstarted"), ("doing", "started"), ("done", "completed")];
        for (at, (status, category)) in kinds.into_iter().enumerate() {
            self.run(
                "INSERT INTO swim_lanes VALUES (?1, ?2, ?3, ?3, ?4, ?5, NULL, NULL, 1, 0)",
                params![lanes[at], id, status, category, format!("a{at}")],
            );
        }
        self.event(Some(id), "project", &id.to_string());
        Place { project: id, backlog: lanes[0], todo: lanes[1], doing: lanes[2], done: lanes[3] }
    }

    pub(super) fn member(&self, project: ProjectId, name: &str, role: &str) {
        self.run(
            "INSERT INTO project_members VALUES (?1, ?2, ?3, ?4, NULL, 1)",
            params![project, name, role, T0],
        );
    }

    /// An item with the next number; what else it has is set by [`Fixture::set`].
    pub(super) fn item(&self, place: &Place, lane: LaneId, parent: Option<ItemId>) -> ItemId {
        let id = ItemId::generate();
        let number: i64 = self
            .conn
            .query_row("SELECT next_number FROM projects WHERE id = ?1", [place.project], |row| row.get(0))
            .unwrap();
        self.run("UPDATE projects SET next_number = next_number + 1 WHERE id = ?1", [place.project]);
        let sequence = self.event(Some(place.project), "work_item", &id.to_string());
        let order = format!("b{number:06}");
        self.run(
            "INSERT INTO work_items (id, project_id, number, kind, title, lane_id, priority, labels, parent_id, \
             lane_order, parent_order, created_at, created_by, updated_at, updated_by, version, changed_sequence, \
             finished, open_blockers, open_children, live_children, subtree_height, description, extra) \
             VALUES (?1, ?2, ?3, 'task', ?4, ?5, 'none', '[]', ?6, ?7, ?7, ?8, 'ann', ?8, 'ann', 1, ?9, 0, 0, 0, 0, \
             1, ?10, '')",
            params![
                id,
                place.project,
                number,
                format!("Item {number}"),
                lane,
                parent,
                order,
                T0 + sequence,
                sequence,
                format!("Description {number}")
            ],
        );
        id
    }

    pub(super) fn set(&self, item: ItemId, column: &str, value: impl ToSql) {
        self.conn
            .execute(&format!("UPDATE work_items SET {column} = ?2 WHERE id = ?1"), params![item, value])
            .unwrap();
    }

    pub(super) fn label(&self, item: ItemId, labels: &[&str]) {
        self.set(item, "labels", serde_json::to_string(labels).unwrap());
        for label in labels {
            self.run(
                "INSERT INTO work_item_labels SELECT id, ?2, project_id FROM work_items WHERE id = ?1",
                params![item, label],
            );
        }
    }

    pub(super) fn depend(&self, kind: &str, from: ItemId, to: ItemId) {
        let sequence = self.event(None, "dependency", "d");
        self.run(
            "INSERT INTO dependencies SELECT ?1, ?2, ?3, ?4, project_id, ?5, 'ann', NULL, 1, NULL FROM work_items \
             WHERE id = ?4",
            params![Uuid::now_v7().to_string(), kind, from, to, T0 + sequence],
        );
    }

    pub(super) fn sprint(&self, project: ProjectId, name: &str, state: &str) -> SprintId {
        let id = SprintId::generate();
        let at = T0 + self.event(Some(project), "sprint", &id.to_string());
        self.run(
            "INSERT INTO sprints VALUES (?1, ?2, ?3, '', NULL, NULL, ?4, NULL, NULL, 0, 0, 0, 0, ?5, 'ann', ?5, 'ann', \
             NULL, 1, 0, 0)",
            params![id, project, name, state, at],
        );
        id
    }

    pub(super) fn comment(&self, item: ItemId, reply_to: Option<CommentId>, text: &str) -> CommentId {
        let id = CommentId::generate();
        let project: ProjectId = self
            .conn
            .query_row("SELECT project_id FROM work_items WHERE id = ?1", [item], |row| row.get(0))
            .unwrap();
        let at = T0 + self.event(Some(project), "comment", &id.to_string());
        self.run(
            "INSERT INTO comments VALUES (?1, ?2, ?3, ?4, 1, 'ann', '[]', '[]', NULL, NULL, ?5, NULL, NULL, 1, ?6)",
            params![id, project, item, reply_to, at, text],
        );
        id
    }

    pub(super) fn entry(&self, item: ItemId, name: &str, from: i64, seconds: Option<i64>) -> TimeEntryId {
        let id = TimeEntryId::generate();
        self.event(None, "time_entry", &id.to_string());
        self.run(
            "INSERT INTO time_entries SELECT ?1, project_id, id, ?3, ?4, ?5, ?6, '', 0, 0, 0, 0, NULL, ?4, ?3, NULL, 1 \
             FROM work_items WHERE id = ?2",
            params![id, item, name, from, seconds.map(|s| from + s * 1_000), seconds],
        );
        id
    }

    /// Works out every derived column, the slow and obvious way.
    pub(super) fn derive(&self) {
        self.conn
            .execute_batch(
                "BEGIN; UPDATE work_items SET finished = (SELECT l.category IN ('completed', 'canceled') \
                 FROM swim_lanes l WHERE l.id = lane_id); \
                 UPDATE work_items SET open_blockers = (SELECT count(*) FROM dependencies d JOIN work_items b \
                 ON b.id = d.from_item WHERE d.to_item = work_items.id AND d.kind = 'blocks' AND d.deleted_at IS NULL \
                 AND b.deleted_at IS NULL AND b.finished = 0), \
                 open_children = (SELECT count(*) FROM work_items c WHERE c.parent_id = work_items.id \
                 AND c.deleted_at IS NULL AND c.finished = 0), \
                 live_children = (SELECT count(*) FROM work_items c WHERE c.parent_id = work_items.id \
                 AND c.deleted_at IS NULL), subtree_height = 1; \
                 UPDATE swim_lanes SET item_count = (SELECT count(*) FROM work_items i WHERE i.lane_id = swim_lanes.id \
                 AND i.deleted_at IS NULL); \
                 UPDATE sprints SET item_count = (SELECT count(*) FROM work_items i WHERE i.sprint_id = sprints.id \
                 AND i.deleted_at IS NULL);",
            )
            .unwrap();
        let mut parents = HashMap::new();
        let sql = "SELECT id, parent_id FROM work_items WHERE deleted_at IS NULL AND parent_id IS NOT NULL";
        let mut statement = self.conn.prepare(sql).unwrap();
        let rows =
            statement.query_map([], |row| Ok((row.get::<_, ItemId>(0)?, row.get::<_, ItemId>(1)?))).unwrap();
        parents.extend(rows.map(std::result::Result::unwrap));
        let mut heights: HashMap<ItemId, i64> = HashMap::new();
        for item in parents.keys() {
            let (mut at, mut height) = (item, 1);
            while let Some(parent) = parents.get(at) {
                height += 1;
                let known = heights.entry(*parent).or_insert(1);
                *known = height.max(*known);
                at = parent;
            }
        }
        for (item, height) in heights {
            self.run("UPDATE work_items SET subtree_height = ?2 WHERE id = ?1", params![item, height]);
        }
        self.conn.execute_batch("COMMIT").unwrap();
    }

    pub(super) fn admin(&self) -> Reader {
        Reader::new(Arc::clone(&self.door), Actor::admin(user("root")))
    }

    pub(super) fn as_member(&self, name: &str) -> Reader {
        Reader::new(Arc::clone(&self.door), Actor::member(user(name)))
    }
}

/// Walks all pages of a list and gives every row once, in order; fails if it does not end.
pub(super) fn walk<T>(
    limit: i64,
    page: impl Fn(&PageRequest) -> Result<(Vec<T>, Option<String>), QueryError>,
) -> Vec<T> {
    let (mut all, mut request) = (Vec::new(), PageRequest::first(limit));
    for _ in 0..10_000 {
        let (rows, next) = page(&request).unwrap();
        assert!(i64::try_from(rows.len()).unwrap() <= limit, "a page longer than asked for");
        assert!(next.is_none() || !rows.is_empty(), "an empty page that is not the last");
        all.extend(rows);
        match next {
            Some(next) => request = request.after(&next),
            None => return all,
        }
    }
    panic!("the list does not end");
}

/// The code of a refusal.
pub(super) fn code<T: std::fmt::Debug>(answer: Result<T, QueryError>) -> RejectionCode {
    match answer {
        Err(error) => error.rejection().unwrap_or_else(|| panic!("failed: {error:?}")).code,
        Ok(answer) => panic!("answered: {answer:?}"),
    }
}
