//! Reads: one item by its id and by `KEY-n`, a page of a lane, everything as JSON; each beside the same rows read by
//! one prepared statement and, for JSON, handed to `serde_json` without a copy.

use std::cell::RefCell;
use std::path::Path;

use pm_engine::Tenant;
use pm_engine::command::{Actor, LaneTarget};
use pm_engine::model::ItemRef;
use pm_engine::query::{ItemFilter, PageRequest};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OpenFlags, Row, Statement};
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

use crate::fixture::{Fixture, admin, member};
use crate::measure::{Effort, Line, Random, Target, in_turns};

/// A connection that only reads, as the engine's readers have them.
#[must_use]
pub fn reader(file: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).unwrap();
    connection.execute_batch("PRAGMA cache_size = -4096; PRAGMA query_only = 1").unwrap();
    connection
}

/// What an item is to a client, and what the actor may do: the statement a point read cannot do without.
const POINT: &str = "SELECT (SELECT coalesce(max(sequence), 0) FROM event_log), p.key, p.visibility, \
     (SELECT m.role FROM project_members m WHERE m.project_id = p.id AND m.user_id = ?2 AND m.removed_at IS NULL), \
     i.id, i.project_id, i.number, i.kind, i.title, i.lane_id, i.priority, i.assignee, i.labels, i.points, \
     i.estimate_seconds, i.remaining_seconds, i.start_date, i.due_date, i.sprint_id, i.parent_id, i.lane_order, \
     i.parent_order, i.external_source, i.external_id, i.created_at, i.created_by, i.updated_at, i.updated_by, \
     i.completed_at, i.completed_by, i.deleted_at, i.version, i.description, i.extra, i.finished, i.open_blockers, \
     i.open_children, i.live_children FROM work_items i JOIN projects p ON p.id = i.project_id";

/// A point read by one prepared statement.
#[derive(Debug)]
pub struct BarePoint<'a>(Statement<'a>, String);

impl<'a> BarePoint<'a> {
    /// Prepares it.
    #[must_use]
    pub fn new(connection: &'a Connection) -> Self {
        let user = member().user.as_str().to_owned();
        Self(connection.prepare(&format!("{POINT} WHERE i.id = ?1")).unwrap(), user)
    }

    /// The columns of an item.
    pub fn read(&mut self, id: &str) -> Vec<Value> {
        self.0.query_row([id, self.1.as_str()], |row| Ok(owned(row))).unwrap()
    }
}

/// The columns a card shows.
const CARD: &str = "i.id, i.project_id AS project, i.number, i.kind, i.title, i.lane_id AS lane, i.priority, i.assignee, \
     i.labels, i.points, i.estimate_seconds, i.remaining_seconds, i.start_date, i.due_date, i.sprint_id AS sprint, \
     i.parent_id AS parent, i.lane_order, i.parent_order, i.external_source, i.external_id, i.created_at, i.created_by, \
     i.updated_at, i.updated_by, i.completed_at, i.completed_by, i.deleted_at, i.version, i.finished, \
     i.open_blockers > 0 AS blocked, i.open_children, i.live_children";

fn owned(row: &Row<'_>) -> Vec<Value> {
    (0..row.as_ref().column_count()).map(|at| row.get(at).unwrap()).collect()
}

/// A row as a JSON object, straight from SQLite's memory.
struct Object<'a> {
    row: &'a Row<'a>,
    names: &'a [String],
}

impl serde::Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.names.len()))?;
        for (at, name) in self.names.iter().enumerate() {
            match self.row.get_ref_unwrap(at) {
                ValueRef::Null => map.serialize_entry(name, &())?,
                ValueRef::Integer(value) => map.serialize_entry(name, &value)?,
                ValueRef::Real(value) => map.serialize_entry(name, &value)?,
                ValueRef::Text(text) => map.serialize_entry(name, std::str::from_utf8(text).unwrap())?,
                ValueRef::Blob(_) => panic!("no blobs here"),
            }
        }
        map.end()
    }
}

/// A row as a program holds it that has rows: owned and flat, its text not looked into.
#[derive(serde::Serialize)]
struct Plain {
    id: String,
    project: String,
    number: i64,
    kind: String,
    title: String,
    lane: String,
    priority: String,
    assignee: Option<String>,
    labels: String,
    points: Option<f64>,
    estimate_seconds: Option<i64>,
    remaining_seconds: Option<i64>,
    start_date: Option<String>,
    due_date: Option<String>,
    sprint: Option<String>,
    parent: Option<String>,
    lane_order: String,
    parent_order: String,
    external_source: Option<String>,
    external_id: Option<String>,
    created_at: i64,
    created_by: String,
    updated_at: i64,
    updated_by: String,
    completed_at: Option<i64>,
    completed_by: Option<String>,
    deleted_at: Option<i64>,
    version: i64,
    finished: i64,
    blocked: i64,
    open_children: i64,
    live_children: i64,
    description: Option<String>,
    extra: Option<String>,
}

impl Plain {
    fn read(row: &Row<'_>, long: bool) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            project: row.get(1)?,
            number: row.get(2)?,
            kind: row.get(3)?,
            title: row.get(4)?,
            lane: row.get(5)?,
            priority: row.get(6)?,
            assignee: row.get(7)?,
            labels: row.get(8)?,
            points: row.get(9)?,
            estimate_seconds: row.get(10)?,
            remaining_seconds: row.get(11)?,
            start_date: row.get(12)?,
            due_date: row.get(13)?,
            sprint: row.get(14)?,
            parent: row.get(15)?,
            lane_order: row.get(16)?,
            parent_order: row.get(17)?,
            external_source: row.get(18)?,
            external_id: row.get(19)?,
            created_at: row.get(20)?,
            created_by: row.get(21)?,
            updated_at: row.get(22)?,
            updated_by: row.get(23)?,
            completed_at: row.get(24)?,
            completed_by: row.get(25)?,
            deleted_at: row.get(26)?,
            version: row.get(27)?,
            finished: row.get(28)?,
            blocked: row.get(29)?,
            open_children: row.get(30)?,
            live_children: row.get(31)?,
            description: if long { row.get(32)? } else { None },
            extra: if long { row.get(33)? } else { None },
        })
    }
}

/// Every row of a statement as JSON: the rows read first, then written.
fn plain_rows(statement: &mut Statement<'_>, params: impl rusqlite::Params, long: bool) -> Vec<u8> {
    let rows = statement.query_map(params, |row| Plain::read(row, long)).unwrap();
    serde_json::to_vec(&rows.collect::<Result<Vec<_>, _>>().unwrap()).unwrap()
}

/// Every row of a statement as JSON, without a copy of anything.
pub(crate) fn json_rows(statement: &mut Statement<'_>, params: impl rusqlite::Params) -> Vec<u8> {
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut out = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut out);
    let mut list = serializer.serialize_seq(None).unwrap();
    let mut rows = statement.query(params).unwrap();
    while let Some(row) = rows.next().unwrap() {
        list.serialize_element(&Object { row, names: &names }).unwrap();
    }
    SerializeSeq::end(list).unwrap();
    out
}

/// Everything an actor may see as JSON, by the chunks a client loads.
#[must_use]
pub fn dump(tenant: &Tenant, actor: &Actor) -> Vec<u8> {
    let reader = tenant.read(actor).unwrap();
    let (mut out, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let chunk = reader.snapshot(&[], cursor.as_deref()).unwrap();
        serde_json::to_writer(&mut out, &chunk.entities).unwrap();
        cursor = chunk.next;
        if cursor.is_none() {
            return out;
        }
    }
}

/// How many entities an actor may see, all read.
#[must_use]
pub fn entities(tenant: &Tenant, actor: &Actor) -> usize {
    let reader = tenant.read(actor).unwrap();
    let (mut count, mut cursor) = (0, None::<String>);
    loop {
        let chunk = reader.snapshot(&[], cursor.as_deref()).unwrap();
        count += chunk.entities.len();
        cursor = chunk.next;
        if cursor.is_none() {
            return count;
        }
    }
}

/// The ids of all items.
#[must_use]
pub fn ids(connection: &Connection) -> Vec<String> {
    let mut statement = connection.prepare("SELECT id FROM work_items ORDER BY number").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// The lines of the table.
#[must_use]
pub fn lines(effort: Effort) -> Vec<Line> {
    let count = effort.pick(1_000, 10_000);
    let fixture = Fixture::new(1);
    fixture.fill(count);
    let (tenant, actor) = (&fixture.tenant, member());
    let bare = reader(&fixture.file());
    let ids = ids(&bare);
    let (rounds, times) = (effort.pick(2, 15), effort.pick(100, 2_000));
    let target = Target::Speed(2.0 / 3.0);

    let (bare_random, random) = (RefCell::new(Random(7)), RefCell::new(Random(7)));
    let user = actor.user.as_str();
    let mut by_id = BarePoint::new(&bare);
    let by_id = in_turns(
        rounds,
        times,
        || {
            let id = &ids[bare_random.borrow_mut().below(count)];
            assert_eq!(by_id.read(id).len(), 38);
        },
        || {
            let id = &ids[random.borrow_mut().below(count)];
            tenant.read(&actor).unwrap().item_only(&ItemRef::from(id.as_str())).unwrap();
        },
    );
    let sql = format!("{POINT} WHERE p.key = ?1 AND p.deleted_at IS NULL AND i.number = ?3");
    let mut by_key = bare.prepare(&sql).unwrap();
    let by_key = in_turns(
        rounds,
        times,
        || {
            let number = bare_random.borrow_mut().below(count) + 1;
            let number = i64::try_from(number).unwrap();
            by_key.query_row(rusqlite::params!["PM", user, number], |row| Ok(owned(row))).unwrap();
        },
        || {
            let key = format!("PM-{}", random.borrow_mut().below(count) + 1);
            tenant.read(&actor).unwrap().item_only(&ItemRef::from(key)).unwrap();
        },
    );

    let lane: String =
        bare.query_row("SELECT lane_id FROM work_items LIMIT 1", [], |row| row.get(0)).unwrap();
    let sql = format!(
        "SELECT {CARD} FROM work_items i WHERE i.lane_id = ?1 AND i.deleted_at IS NULL ORDER BY lane_order, id LIMIT 100"
    );
    let mut page = bare.prepare(&sql).unwrap();
    let named = LaneTarget { project: None, lane: lane.as_str().into() };
    let ask_page = || {
        let reader = tenant.read(&actor).unwrap();
        let answer = reader.lane_page(&named, &ItemFilter::default(), &PageRequest::first(100)).unwrap();
        assert!(serde_json::to_vec(&answer).unwrap().len() > 10_000);
    };
    let times = effort.pick(10, 100);
    let plain_page =
        in_turns(rounds, times, || assert!(plain_rows(&mut page, [&lane], false).len() > 10_000), ask_page);
    let zero_page =
        in_turns(rounds, times, || assert!(json_rows(&mut page, [&lane]).len() > 10_000), ask_page);

    let sql = format!(
        "SELECT {CARD}, i.description, i.extra FROM work_items i WHERE i.deleted_at IS NULL ORDER BY i.id"
    );
    let mut all = bare.prepare(&sql).unwrap();
    let rounds = effort.pick(1, 9);
    let ask_all = || assert!(dump(tenant, &actor).len() > count * 100);
    let plain_dump =
        in_turns(rounds, 1, || assert!(plain_rows(&mut all, [], true).len() > count * 100), ask_all);
    let zero_dump = in_turns(rounds, 1, || assert!(json_rows(&mut all, []).len() > count * 100), ask_all);
    let export = in_turns(
        rounds,
        1,
        || assert!(plain_rows(&mut all, [], true).len() > count * 100),
        || {
            let mut out = Vec::new();
            tenant.export(&admin(), &mut out).unwrap();
            assert!(out.len() > count * 100);
        },
    );
    vec![
        Line::time("point read by id", &by_id, target),
        Line::time("point read by KEY-n", &by_key, target),
        Line::time("page of 100 items of a lane, as JSON", &plain_page, target),
        Line::time("the same; the floor copies no row", &zero_page, Target::None),
        Line::time(&format!("dump of {count} items as JSON (snapshot)"), &plain_dump, target),
        Line::time("the same; the floor copies no row", &zero_dump, Target::None),
        Line::time("the same, by `export` (spooled to disk)", &export, Target::None),
    ]
}
