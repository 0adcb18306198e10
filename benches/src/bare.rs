//! The floors that write: bare SQLite over the same schema with the same pragmas.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use pm_migrations::MIGRATIONS;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// Pages of write-ahead log after which the engine checkpoints.
const CHECKPOINT_PAGES: i32 = 1_000;

/// The rows one command has written.
#[derive(Clone, Debug)]
pub struct Written {
    event: Vec<Value>,
    record: Vec<Value>,
    item: Vec<Value>,
    activity: Vec<Value>,
    lane: Value,
    project: Value,
    number: Value,
}

/// A file as the engine makes it, and nothing but SQLite to write it.
#[derive(Debug)]
pub struct Bare {
    /// The connection.
    pub connection: Connection,
    wal_pages: Arc<AtomicI32>,
}

/// The engine's pragmas for writing, `synchronous` apart.
const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = 1; \
     PRAGMA foreign_keys = 1; PRAGMA trusted_schema = 0; PRAGMA secure_delete = 1; PRAGMA cache_size = -8192; \
     PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 16777216;";

const EVENT: &str = "INSERT INTO event_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const RECORD: &str = "INSERT INTO command_record VALUES (?, ?, ?, ?)";
const ACTIVITY: &str = "INSERT INTO activity_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const ITEM: &str = "INSERT INTO work_items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, \
     ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const LANE: &str = "UPDATE swim_lanes SET item_count = item_count + 1 WHERE id = ?";
const PROJECT: &str = "UPDATE projects SET next_number = ?2 + 1 WHERE id = ?1";

fn values(row: &rusqlite::Row<'_>) -> Vec<Value> {
    (0..row.as_ref().column_count()).map(|at| row.get(at).unwrap()).collect()
}

fn column(connection: &Connection, table: &str, name: &str) -> usize {
    let statement = connection.prepare_cached(&format!("SELECT * FROM {table}")).unwrap();
    statement.column_index(name).unwrap()
}

/// The rows that commands making one item each have written after a sequence.
#[must_use]
pub fn written_after(file: &Path, sequence: i64) -> Vec<Written> {
    let connection = Connection::open(file).unwrap();
    let one = |sql: &str, key: &[&Value]| {
        let mut statement = connection.prepare_cached(sql).unwrap();
        statement.query_row(params_from_iter(key), |row| Ok(values(row))).unwrap()
    };
    let (lane, number) =
        (column(&connection, "work_items", "lane_id"), column(&connection, "work_items", "number"));
    let mut events = connection
        .prepare(
            "SELECT * FROM event_log WHERE sequence > ?1 AND entity_kind = 'work_item' ORDER BY sequence",
        )
        .unwrap();
    let events = events.query_map([sequence], |row| Ok(values(row))).unwrap();
    events
        .map(|event| {
            let event = event.unwrap();
            let item = one("SELECT * FROM work_items WHERE id = ?1", &[&event[6]]);
            Written {
                record: one(
                    "SELECT * FROM command_record WHERE actor = ?1 AND command_id = ?2",
                    &[&event[2], &event[1]],
                ),
                activity: one("SELECT * FROM activity_log WHERE sequence = ?1", &[&event[0]]),
                lane: item[lane].clone(),
                project: event[4].clone(),
                number: item[number].clone(),
                item,
                event,
            }
        })
        .collect()
}

impl Bare {
    /// A fresh file with the schema, and what stands in the engine's file beside items and log.
    #[must_use]
    pub fn like(engine_file: &Path, file: &Path) -> Self {
        let mut connection = Connection::open(file).unwrap();
        let wal_pages = Arc::new(AtomicI32::new(0));
        let pages = Arc::clone(&wal_pages);
        let hook = move |_: &mut rusqlite::hooks::Wal, count| {
            pages.store(count, Ordering::Relaxed);
            Ok(())
        };
        connection.execute_batch(PRAGMAS).unwrap();
        // After the pragmas: setting `wal_autocheckpoint` takes any hook away.
        connection.wal_hook(Some(hook)).unwrap();
        for migration in MIGRATIONS {
            connection.execute_batch(migration.sql).unwrap();
        }
        connection.execute("ATTACH ?1 AS engine", [engine_file.to_str().unwrap()]).unwrap();
        connection
            .execute_batch(
                "BEGIN; INSERT INTO users SELECT * FROM engine.users; INSERT INTO projects SELECT * FROM engine.projects; \
                 INSERT INTO swim_lanes SELECT * FROM engine.swim_lanes; COMMIT; DETACH engine",
            )
            .unwrap();
        Self { connection, wal_pages }
    }

    /// Writes the rows, so many commands in one transaction.
    pub fn write(&self, rows: &[Written], group: usize) {
        let prepare = |sql| self.connection.prepare_cached(sql).unwrap();
        let mut begin = prepare("BEGIN IMMEDIATE");
        let mut commit = prepare("COMMIT");
        let (mut event, mut record, mut activity) = (prepare(EVENT), prepare(RECORD), prepare(ACTIVITY));
        let (mut item, mut lane, mut project) = (prepare(ITEM), prepare(LANE), prepare(PROJECT));
        for rows in rows.chunks(group) {
            begin.execute([]).unwrap();
            for row in rows {
                activity.execute(params_from_iter(&row.activity)).unwrap();
                item.execute(params_from_iter(&row.item)).unwrap();
                project.execute([&row.project, &row.number]).unwrap();
                lane.execute([&row.lane]).unwrap();
                event.execute(params_from_iter(&row.event)).unwrap();
                record.execute(params_from_iter(&row.record)).unwrap();
            }
            commit.execute([]).unwrap();
            assert!(self.wal_pages.load(Ordering::Relaxed) > 0, "the write-ahead log is not watched");
            self.checkpoint();
        }
    }

    /// As the engine does between groups.
    fn checkpoint(&self) {
        if self.wal_pages.load(Ordering::Relaxed) > CHECKPOINT_PAGES {
            self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).unwrap();
            self.wal_pages.store(0, Ordering::Relaxed);
        }
    }
}
