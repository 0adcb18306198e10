//! The end of a history: tables, invariants, activity, flow queries, reopening and rebuilding.

use std::collections::{BTreeMap, BTreeSet};

use pm_engine::event::Event;
use pm_engine::limits;
use pm_engine::model::{Action, EntityKind, SprintState};
use pm_engine::query::{ItemFilter, ItemSort, PageRequest};
use rusqlite::Connection;

use crate::model::World;
use crate::plan::actor;
use crate::run::Sim;
use crate::tables::{self, Row};

type Verdict = Result<(), String>;

pub(crate) fn finish(sim: &mut Sim) -> Verdict {
    invariants(&sim.world)?;
    let connection = tables::open(sim.folder.path());
    tables::check(&connection, &sim.world, &sim.changed)?;
    activity(&connection, sim)?;
    flow(sim)?;
    let before: Vec<Vec<Row>> = tables::TABLES.iter().map(|table| tables::rows(&connection, table)).collect();
    drop(connection);
    sim.reopen();
    tables::check(&tables::open(sim.folder.path()), &sim.world, &sim.changed)
        .map_err(|why| format!("reopened {why}"))?;
    sim.tenant.rebuild().map_err(|error| format!("rebuild {error:?}"))?;
    let connection = tables::open(sim.folder.path());
    for (table, old) in tables::TABLES.iter().zip(before) {
        let new = tables::rows(&connection, table);
        if new != old {
            return Err(format!("rebuilt {}", tables::difference(table, &new, &old)));
        }
    }
    let report = pm_engine::check(sim.folder.path(), "sim").map_err(|error| format!("check {error:?}"))?;
    if report.is_whole() { Ok(()) } else { Err(format!("check {report:?}")) }
}

/// What must hold under any interleaving, said of the model (which equals the file).
fn invariants(world: &World) -> Verdict {
    let mut running = BTreeSet::new();
    for entry in world.entries.values().filter(|e| e.ended_at.is_none() && e.deleted_at.is_none()) {
        if !running.insert(&entry.user) {
            return Err(format!("two running timers of {}", entry.user));
        }
    }
    for project in world.projects.values().filter(|p| !p.parallel_sprints) {
        let active = |s: &pm_engine::model::Sprint| {
            s.project == project.id && s.deleted_at.is_none() && s.state == SprintState::Active
        };
        if world.sprints.values().filter(|s| active(s)).count() > 1 {
            return Err(format!("two active sprints in {}", project.key));
        }
    }
    if world.has_cycle() {
        return Err("a cycle".to_owned());
    }
    for item in world.items.values().filter(|item| item.deleted_at.is_none()) {
        if item.completed_at.is_some() != world.is_finished(item.id) {
            return Err(format!("completion of {}", item.id));
        }
        if world.depth(item.id) > limits::ITEM_DEPTH_MAX {
            return Err(format!("depth of {}", item.id));
        }
    }
    Ok(())
}

/// "`activity_log` … one row per changed field (create and delete: one row), long text cut at 200 characters."
fn activity(connection: &Connection, sim: &Sim) -> Verdict {
    let mut wanted = Vec::new();
    let mut stream = sim.tenant.subscribe(&actor("root"), 0, None).unwrap();
    let mut next = 1;
    let mut texts = BTreeMap::new();
    while let Some(batch) = stream.try_next().map_err(|f| f.detail().to_owned())? {
        for event in batch.decode().map_err(|f| f.detail().to_owned())? {
            if event.sequence != next {
                return Err(format!("the log has {} after {}", event.sequence, next - 1));
            }
            next += 1;
            wanted.extend(activity_rows(&event, &mut texts));
        }
    }
    let found = tables::rows(connection, "activity_log");
    let blanked: BTreeSet<String> =
        wanted.iter().filter(|row| row.contains_key("blank")).map(|row| row["sequence"].clone()).collect();
    wanted.retain(|row| !row.contains_key("blank"));
    let mut found: Vec<Row> = found.into_iter().filter(|row| !blanked.contains(&row["sequence"])).collect();
    found.sort();
    wanted.sort();
    if found == wanted { Ok(()) } else { Err(tables::difference("activity_log", &found, &wanted)) }
}

fn cut(text: Option<String>) -> String {
    text.map_or("NULL".to_owned(), |text| text.chars().take(limits::ACTIVITY_TEXT_CHARS).collect())
}

/// Fields whose old value stands in an earlier event.
const LONG: [&str; 3] = ["description", "extra", "text"];

fn activity_rows(event: &Event, texts: &mut BTreeMap<(String, String), String>) -> Vec<Row> {
    let base = |position: usize| -> Row {
        [
            ("sequence", event.sequence.to_string()),
            ("position", position.to_string()),
            ("instant", event.happened_at().as_millis().to_string()),
            ("actor", event.happened_by().to_string()),
            ("project_id", event.project.map_or("NULL".to_owned(), |id| id.to_string())),
            ("entity_kind", event.entity_kind.to_string()),
            ("entity_id", event.entity_id.clone()),
            ("action", event.action.to_string()),
            ("field", "NULL".to_owned()),
            ("old_value", "NULL".to_owned()),
            ("new_value", "NULL".to_owned()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    };
    let Some(entity) = &event.entity else {
        let mut row = base(0);
        if event.action != Action::Purged || event.entity_kind == EntityKind::Comment {
            row.insert("blank".to_owned(), String::new());
        }
        return vec![row];
    };
    let mut earlier = BTreeMap::new();
    for field in LONG {
        if let Some(text) = entity.field_text(field) {
            let old = texts.insert((event.entity_id.clone(), field.to_owned()), text);
            earlier.insert(field, old);
        }
    }
    if event.changes.is_empty() {
        return vec![base(0)];
    }
    let field = |(position, change): (usize, &pm_engine::event::FieldChange)| {
        let mut row = base(position);
        // An empty text is none.
        let there = |text: &String| !text.is_empty();
        row.insert("field".to_owned(), change.field.clone());
        let old = change.old.clone().or_else(|| earlier.get(change.field.as_str()).cloned().flatten());
        row.insert("old_value".to_owned(), cut(old.filter(there)));
        row.insert("new_value".to_owned(), cut(entity.field_text(&change.field).filter(there)));
        row
    };
    event.changes.iter().enumerate().map(field).collect()
}

/// "Blocked …, ready …: both are queries."
fn flow(sim: &Sim) -> Verdict {
    let reader = sim.tenant.read(&actor("root")).map_err(|f| f.detail().to_owned())?;
    for project in sim.world.projects.values().filter(|p| p.deleted_at.is_none()) {
        for ready in [true, false] {
            let filter = ItemFilter {
                project: Some(project.id.into()),
                ready: ready.then_some(true),
                blocked: (!ready).then_some(true),
                ..ItemFilter::default()
            };
            let mut found = BTreeSet::new();
            let mut page = PageRequest::first(500);
            loop {
                let answer = reader
                    .items(&filter, ItemSort::default(), &page, false)
                    .map_err(|e| format!("query {e:?}"))?;
                found.extend(answer.items.iter().map(|card| card.item.id));
                let Some(next) = answer.next else { break };
                page = page.after(&next);
            }
            let fits = |id| if ready { sim.world.is_ready(id) } else { sim.world.is_blocked(id) };
            let wanted: BTreeSet<_> = sim
                .world
                .items
                .values()
                .filter(|item| item.project == project.id && item.deleted_at.is_none() && fits(item.id))
                .map(|item| item.id)
                .collect();
            if found != wanted {
                let what = if ready { "ready" } else { "blocked" };
                return Err(format!("{what} in {}: engine {found:?}, model {wanted:?}", project.key));
            }
        }
    }
    Ok(())
}
