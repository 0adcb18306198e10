//! At the end of a history: every table against the model, derived columns counted anew.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use pm_engine::model::{ItemId, SprintState};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use crate::model::World;

pub(crate) type Row = BTreeMap<String, String>;

/// Tables that are made again from the log.
pub(crate) const TABLES: &[&str] = &[
    "tenant_settings",
    "users",
    "projects",
    "project_members",
    "swim_lanes",
    "sprints",
    "work_items",
    "work_item_labels",
    "sprint_items",
    "dependencies",
    "comments",
    "comment_mentions",
    "time_entries",
    "activity_log",
    "purge_tasks",
];

pub(crate) fn open(folder: &Path) -> Connection {
    let file = folder.join("sim/tenant.db");
    Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

fn text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(n) => n.to_string(),
        ValueRef::Real(r) => format!("{r:?}"),
        ValueRef::Text(t) => String::from_utf8_lossy(t).into_owned(),
        ValueRef::Blob(b) => format!("{b:?}"),
    }
}

pub(crate) fn rows(connection: &Connection, table: &str) -> Vec<Row> {
    let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let read = |row: &rusqlite::Row<'_>| {
        Ok(names
            .iter()
            .enumerate()
            .map(|(i, name)| (name.clone(), text(row.get_ref(i).unwrap())))
            .collect::<Row>())
    };
    let mut all: Vec<Row> = statement.query_map([], read).unwrap().map(Result::unwrap).collect();
    all.sort();
    all
}

/// A number that changes whenever any row of any table does.
pub(crate) fn digest(connection: &Connection) -> u64 {
    let mut hasher = DefaultHasher::new();
    for table in TABLES.iter().chain(&["event_log", "command_record", "meta"]) {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut found = statement.query([]).unwrap();
        while let Some(row) = found.next().unwrap() {
            (0..columns).for_each(|i| text(row.get_ref(i).unwrap()).hash(&mut hasher));
        }
    }
    hasher.finish()
}

/// A row of the model.
fn row(columns: Vec<(&str, String)>) -> Row {
    columns.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn or_null<T: ToString>(value: Option<T>) -> String {
    value.map_or("NULL".to_owned(), |value| value.to_string())
}

fn ms(at: Option<pm_engine::model::Timestamp>) -> String {
    or_null(at.map(pm_engine::model::Timestamp::as_millis))
}

fn flag(value: bool) -> String {
    i64::from(value).to_string()
}

fn real(value: Option<f64>) -> String {
    value.map_or("NULL".to_owned(), |value| format!("{value:?}"))
}

fn json<T: ToString>(list: &[T]) -> String {
    serde_json::to_string(&list.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap()
}

macro_rules! columns {
    ($($name:literal = $value:expr),* $(,)?) => { row(vec![$(($name, $value.to_string())),*]) };
}

/// What the model says the tables hold. Columns it does not speak of are left out.
pub(crate) fn expected(world: &World, changed: &BTreeMap<String, i64>) -> BTreeMap<&'static str, Vec<Row>> {
    let mut all: BTreeMap<&'static str, Vec<Row>> = BTreeMap::new();
    let s = &world.settings;
    all.entry("tenant_settings").or_default().push(columns! {
        "timer_cap_seconds" = s.timer_cap_seconds, "timer_cap_policy" = s.timer_cap_policy,
        "overlap_policy" = s.overlap_policy, "version" = s.version,
    });
    all.insert("users", world.users.values().map(|u| columns! {
        "id" = u.id, "kind" = u.kind, "name" = or_null(u.name.as_ref()), "email" = or_null(u.email.as_ref()),
        "created_at" = u.created_at.as_millis(), "version" = u.version,
    }).collect());
    all.insert("projects", world.projects.values().map(|p| columns! {
        "id" = p.id, "key" = p.key, "title" = p.title, "description" = p.description.clone().unwrap(),
        "status" = p.status, "visibility" = p.visibility, "wip_policy" = p.wip_policy,
        "parallel_sprints" = flag(p.parallel_sprints), "default_lane" = or_null(p.default_lane),
        "created_at" = p.created_at.as_millis(), "created_by" = p.created_by,
        "updated_at" = p.updated_at.as_millis(), "updated_by" = p.updated_by, "deleted_at" = ms(p.deleted_at),
        "version" = p.version, "next_number" = world.next_number[&p.id],
    }).collect());
    all.insert("project_members", world.members.values().map(|m| columns! {
        "project_id" = m.project, "user_id" = m.user, "role" = m.role, "created_at" = m.created_at.as_millis(),
        "removed_at" = ms(m.removed_at), "version" = m.version,
    }).collect());
    all.insert("swim_lanes", world.lanes.values().map(|l| columns! {
        "id" = l.id, "project_id" = l.project, "name" = l.name, "status" = l.status, "category" = l.category,
        "position" = l.position, "wip_limit" = or_null(l.wip_limit), "deleted_at" = ms(l.deleted_at),
        "version" = l.version, "item_count" = world.items_in(l.id).len(),
    }).collect());
    all.insert("sprints", world.sprints.values().map(|s| {
        let active = s.state == SprintState::Active && s.deleted_at.is_none();
        columns! {
            "id" = s.id, "project_id" = s.project, "name" = s.name, "goal" = s.goal,
            "start_date" = or_null(s.start_date), "end_date" = or_null(s.end_date), "state" = s.state,
            "started_at" = ms(s.started_at), "ended_at" = ms(s.ended_at), "committed_items" = s.committed_items,
            "committed_points" = real(Some(s.committed_points)), "completed_items" = s.completed_items,
            "completed_points" = real(Some(s.completed_points)), "created_at" = s.created_at.as_millis(),
            "created_by" = s.created_by, "updated_at" = s.updated_at.as_millis(), "updated_by" = s.updated_by,
            "deleted_at" = ms(s.deleted_at), "version" = s.version,
            "sole_active" = flag(active && !world.projects[&s.project].parallel_sprints),
            "item_count" = world.items.values().filter(|i| i.sprint == Some(s.id) && i.deleted_at.is_none()).count(),
        }
    }).collect());
    all.insert("sprint_items", world.sprint_items.iter().flat_map(|(sprint, items)| items.iter().map(|i| columns! {
        "sprint_id" = sprint, "phase" = i.phase, "item_id" = i.item, "points" = real(i.points), "category" = i.category,
    }).collect::<Vec<_>>()).collect());
    all.insert("work_items", world.items.keys().map(|id| item(world, *id, changed)).collect());
    all.insert(
        "work_item_labels",
        world
            .items
            .values()
            .flat_map(|i| {
                i.labels
                    .iter()
                    .map(|label| {
                        columns! {
                            "item_id" = i.id, "label" = label, "project_id" = i.project,
                        }
                    })
                    .collect::<Vec<_>>()
            })
            .collect(),
    );
    all.insert("dependencies", world.deps.values().map(|d| columns! {
        "id" = d.id, "kind" = d.kind, "from_item" = d.from, "to_item" = d.to, "project_id" = d.project,
        "created_at" = d.created_at.as_millis(), "created_by" = d.created_by, "deleted_at" = ms(d.deleted_at),
        "version" = d.version,
    }).collect());
    all.insert("comments", world.comments.values().map(|c| columns! {
        "id" = c.id, "project_id" = c.project, "item_id" = c.item, "reply_to" = or_null(c.reply_to),
        "depth" = c.depth, "author" = c.author, "mentioned_users" = json(&c.mentioned_users),
        "mentioned_items" = json(&c.mentioned_items),
        "external_source" = or_null(c.external.as_ref().map(|e| &e.source)),
        "external_id" = or_null(c.external.as_ref().map(|e| &e.id)), "created_at" = c.created_at.as_millis(),
        "edited_at" = ms(c.edited_at), "deleted_at" = ms(c.deleted_at), "version" = c.version,
        "text" = c.text.clone().unwrap(),
    }).collect());
    all.insert(
        "comment_mentions",
        world
            .comments
            .values()
            .flat_map(|c| {
                let users = c.mentioned_users.iter().map(|u| ("user", u.to_string()));
                let items = c.mentioned_items.iter().map(|i| ("work_item", i.to_string()));
                users
                    .chain(items)
                    .map(|(kind, id)| {
                        columns! {
                            "comment_id" = c.id, "kind" = kind, "target_id" = id,
                        }
                    })
                    .collect::<Vec<_>>()
            })
            .collect(),
    );
    all.insert("time_entries", world.entries.values().map(|e| columns! {
        "id" = e.id, "project_id" = e.project, "item_id" = e.item, "user_id" = e.user,
        "started_at" = e.started_at.as_millis(), "ended_at" = ms(e.ended_at), "seconds" = or_null(e.seconds),
        "note" = e.note, "manual" = flag(e.manual), "overlaps" = flag(e.overlaps), "over_cap" = flag(e.over_cap),
        "clock_backwards" = flag(e.clock_backwards), "original_end" = ms(e.original_end),
        "created_at" = e.created_at.as_millis(), "updated_by" = e.updated_by, "deleted_at" = ms(e.deleted_at),
        "version" = e.version,
    }).collect());
    all
}

fn item(world: &World, id: ItemId, changed: &BTreeMap<String, i64>) -> Row {
    let i = &world.items[&id];
    let mut columns = columns! {
        "id" = i.id, "project_id" = i.project, "number" = i.number, "kind" = i.kind, "title" = i.title,
        "lane_id" = i.lane, "priority" = i.priority, "assignee" = or_null(i.assignee.as_ref()),
        "labels" = json(&i.labels), "points" = real(i.points), "estimate_seconds" = or_null(i.estimate_seconds),
        "remaining_seconds" = or_null(i.remaining_seconds), "start_date" = or_null(i.start_date),
        "due_date" = or_null(i.due_date), "sprint_id" = or_null(i.sprint), "parent_id" = or_null(i.parent),
        "lane_order" = i.lane_order, "parent_order" = i.parent_order,
        "external_source" = or_null(i.external.as_ref().map(|e| &e.source)),
        "external_id" = or_null(i.external.as_ref().map(|e| &e.id)), "created_at" = i.created_at.as_millis(),
        "created_by" = i.created_by, "updated_at" = i.updated_at.as_millis(), "updated_by" = i.updated_by,
        "completed_at" = ms(i.completed_at), "completed_by" = or_null(i.completed_by.as_ref()),
        "deleted_at" = ms(i.deleted_at), "version" = i.version, "changed_sequence" = changed[&id.to_string()],
        "description" = i.description.clone().unwrap(), "extra" = i.extra.clone().unwrap(),
    };
    if i.deleted_at.is_none() {
        columns.extend(columns! {
            "finished" = flag(world.is_finished(id)), "open_blockers" = world.open_blockers(id),
            "open_children" = world.open_children(id), "live_children" = world.live_children(id).len(),
            "subtree_height" = world.height(id),
        });
    }
    columns
}

/// Compares the file with the model, and looks for broken constraints.
pub(crate) fn check(
    connection: &Connection,
    world: &World,
    changed: &BTreeMap<String, i64>,
) -> Result<(), String> {
    for (table, mut wanted) in expected(world, changed) {
        let spoken: BTreeSet<&String> = wanted.first().into_iter().flat_map(|row| row.keys()).collect();
        let mut found = rows(connection, table);
        let same = ["users"].contains(&table) || !wanted.is_empty();
        if table != "work_items" && same {
            found.iter_mut().for_each(|row| row.retain(|name, _| spoken.contains(name)));
        }
        if table == "work_items" {
            trim_items(&mut found);
        }
        found.sort();
        wanted.sort();
        if found != wanted {
            return Err(difference(table, &found, &wanted));
        }
    }
    let broken: i64 =
        connection.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |r| r.get(0)).unwrap();
    if broken > 0 {
        return Err(format!("{broken} foreign keys are broken"));
    }
    let whole: String = connection.query_row("PRAGMA integrity_check", [], |r| r.get(0)).unwrap();
    if whole == "ok" { Ok(()) } else { Err(format!("integrity: {whole}")) }
}

/// Columns that only live items have right are left aside for the deleted ones.
fn trim_items(found: &mut [Row]) {
    const LIVE: [&str; 5] = ["finished", "open_blockers", "open_children", "live_children", "subtree_height"];
    for row in found {
        row.remove("deleted_group");
        if row["deleted_at"] != "NULL" {
            LIVE.iter().for_each(|name| drop(row.remove(*name)));
        }
    }
}

pub(crate) fn difference(table: &str, found: &[Row], wanted: &[Row]) -> String {
    let only = |a: &[Row], b: &[Row]| a.iter().find(|row| !b.contains(row)).cloned();
    let (engine, model) = (only(found, wanted), only(wanted, found));
    let mut out = format!("table {table}: {} rows, the model has {}", found.len(), wanted.len());
    if let (Some(a), Some(b)) = (&engine, &model)
        && a.get("id") == b.get("id")
    {
        let differ: Vec<String> = a
            .iter()
            .filter(|(name, value)| b.get(*name) != Some(value))
            .map(|(name, value)| format!("{name}: engine {value:?}, model {:?}", b.get(name)))
            .collect();
        out.push_str(&format!("\n  engine {:?} {differ:?}", a.get("id").or(a.get("sequence"))));
        return out;
    }
    out.push_str(&format!("\n  engine only {engine:?}\n  model only {model:?}"));
    out
}
