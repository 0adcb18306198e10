//! The scenarios every language runs; see `conformance/README.md`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use googletest::prelude::*;
use pm_bindings::{ImportSource, KnownPosition, ManualClock, PmError, Tenant};
use pm_engine::Resume;
use pm_engine::command::{
    Actor, Change, Command, ItemChange, ItemMove, NewComment, NewItem, NewProject, ParentChange, Part,
};
use pm_engine::import::{ImportFormat, ImportOptions};
use pm_engine::model::{CommandId, DependencyKind, Epoch, ItemKind, Timestamp, UserId};
use pm_engine::outcome::Outcome;
use serde_json::{Value, json};

use crate::support;

struct Run {
    tenant: Arc<Tenant>,
    clock: Arc<ManualClock>,
}

type Told = std::result::Result<Value, PmError>;

fn text(step: &Value, name: &str) -> String {
    step[name].as_str().unwrap_or_else(|| panic!("{name} in {step}")).to_owned()
}

fn actor(step: &Value) -> Actor {
    let user = UserId::new(text(step, "as")).unwrap();
    if user.as_str() == "ada" { Actor::admin(user) } else { Actor::member(user) }
}

impl Run {
    fn step(&self, step: &Value) -> Told {
        match step["op"].as_str() {
            None => {
                let later = self.clock.now().as_millis() + step["advance"].as_i64().unwrap();
                self.clock.set(Timestamp::from_millis(later))?;
                Ok(json!({}))
            }
            Some("import") => self.import(step),
            Some("resume") => self.resume(step),
            Some("events") => self.events(step),
            Some(op) => self.command(op, step),
        }
    }

    fn command(&self, op: &str, step: &Value) -> Told {
        let id: CommandId = text(step, "id").parse()?;
        let part = Part { expected_version: step["version"].as_i64(), ..Part::from(change(op, step)) };
        let outcome = self.tenant.execute(Command { id, actor: actor(step), parts: vec![part] })?;
        Ok(told(&outcome))
    }

    fn import(&self, step: &Value) -> Told {
        let options = ImportOptions::new(ImportFormat::Beads, text(step, "project"));
        let source = ImportSource::Bytes { data: text(step, "text").into_bytes() };
        let report = self.tenant.import_from(actor(step), options, source, None)?;
        Ok(json!({
            "created": report.created.values().sum::<i64>(),
            "unchanged": report.unchanged.values().sum::<i64>(),
            "refused": report.refused_count.values().sum::<i64>(),
        }))
    }

    fn resume(&self, step: &Value) -> Told {
        let epoch = match step["epoch"].as_str() {
            None => None,
            Some("own") => Some(self.tenant.epoch()?),
            Some(_) => Some("00000000-0000-4000-8000-000000000000".parse::<Epoch>()?),
        };
        let sequence = step["sequence"].as_i64().unwrap();
        let resume = self.tenant.resume(epoch.map(|epoch| KnownPosition { epoch, sequence }))?;
        Ok(json!({"resume": match resume {
            Resume::UpToDate { .. } => "up_to_date",
            Resume::Tail { .. } => "tail",
            Resume::Snapshot { .. } => "snapshot",
        }}))
    }

    fn events(&self, step: &Value) -> Told {
        let stream = self.tenant.stream(actor(step), step["from"].as_i64().unwrap(), None)?;
        let mut sequences = Vec::new();
        while let Some(batch) = stream.next(0)? {
            sequences.extend(batch.events.iter().map(|event| event.sequence));
        }
        Ok(json!({ "sequences": sequences }))
    }
}

fn change(op: &str, step: &Value) -> Change {
    let optional = |name: &str| step[name].as_str().map(str::to_owned);
    let due = optional("due").map(|due| due.parse().unwrap());
    match op {
        "create_project" => Change::CreateProject(NewProject::new(text(step, "key"), text(step, "title"))),
        "create_item" => {
            let kind = ItemKind::from_word(&text(step, "kind")).unwrap();
            let mut item = NewItem::new(text(step, "project"), kind, text(step, "title"));
            item.parent = optional("parent").map(Into::into);
            item.lane = optional("lane").map(Into::into);
            item.points = step["points"].as_f64();
            item.due_date = due;
            Change::CreateItem(item.into())
        }
        "update_item" => {
            let mut changes = Vec::new();
            changes.extend(optional("title").map(ItemChange::Title));
            changes.extend(step["points"].as_f64().map(|points| ItemChange::Points(Some(points))));
            changes.extend(due.map(|due| ItemChange::DueDate(Some(due))));
            Change::UpdateItem { item: text(step, "item").into(), changes }
        }
        "move_item" => {
            let mut change = ItemMove::new(text(step, "item"));
            change.lane = optional("lane").map(Into::into);
            change.parent = optional("parent").map(|parent| ParentChange::Set(parent.into()));
            Change::MoveItem(change)
        }
        "delete_item" => Change::DeleteItem {
            item: text(step, "item").into(),
            cascade: step["cascade"].as_bool().unwrap(),
        },
        "restore_item" => Change::RestoreItem { item: text(step, "item").into() },
        "block" => Change::AddDependency {
            id: None,
            kind: DependencyKind::Blocks,
            from: text(step, "from").into(),
            to: text(step, "to").into(),
        },
        "comment" => Change::AddComment(NewComment::new(text(step, "item"), text(step, "text"))),
        "start_timer" => {
            Change::StartTimer { id: None, item: text(step, "item").into(), note: String::new() }
        }
        "stop_timer" => Change::StopTimer { entry: None },
        other => panic!("no op {other}"),
    }
}

fn told(outcome: &Outcome) -> Value {
    let first = &outcome.results[0];
    json!({
        "key": first.key,
        "version": first.version,
        "changed": first.changed,
        "replayed": outcome.replayed,
        "notes": outcome.notes.iter().map(|note| note.kind.as_str()).collect::<Vec<_>>(),
    })
}

fn refused(error: &PmError) -> Value {
    let mut told = json!({ "code": error.code() });
    match error {
        PmError::Invalid { field, limit, .. } | PmError::NotFound { field, limit, .. } => {
            told["field"] = json!(field);
            told["limit"] = json!(limit);
        }
        PmError::Cycle { path_length, .. } => told["path_length"] = json!(path_length),
        PmError::Conflict { current, .. } => {
            told["current_version"] = json!(current.as_deref().map(pm_engine::model::Entity::version));
        }
        _ => {}
    }
    told
}

/// Without ids and order, where the ids of a scenario are not derived.
fn comparable(scenario: &Value, text: &str) -> String {
    if scenario["random_ids"] != true {
        return text.to_owned();
    }
    let is_id = |word: &&str| word.len() == 36 && word.parse::<Epoch>().is_ok();
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| {
            let ids: Vec<_> =
                line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter(is_id).collect();
            ids.into_iter().fold(line.to_owned(), |line, id| line.replace(id, "id")) + "\n"
        })
        .collect();
    lines.sort();
    lines.concat()
}

/// Compares with the file of that name, or writes it anew where `PM_BLESS` is set.
fn same(path: &Path, found: &str) {
    if std::env::var_os("PM_BLESS").is_some() {
        fs::write(path, found).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    expect_that!(found, eq(expected.as_str()), "{}", path.display());
}

fn run(path: &Path) {
    let scenario: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let start = Timestamp::from_millis(scenario["start"].as_i64().unwrap());
    let clock = ManualClock::starting_at(start).unwrap();
    let (_engine, tenant) = support::open(folder.path(), Some(Arc::clone(&clock)));
    let run = Run { tenant, clock };
    for step in scenario["steps"].as_array().unwrap() {
        let found = run.step(step).unwrap_or_else(|error| refused(&error));
        let expected = step["expect"].as_object().cloned().unwrap_or_default();
        if !expected.contains_key("code") {
            expect_that!(found["code"], eq(&Value::Null), "{step}: {found}");
        }
        for (name, value) in expected {
            expect_that!(found[&name], eq(&value), "{name} of {step}");
        }
    }
    let mut events = String::new();
    let stream = run.tenant.stream(support::ada(), 0, None).unwrap();
    while let Some(batch) = stream.next(0).unwrap() {
        for event in batch.events {
            events += &format!("{} {} {}\n", event.sequence, event.kind(), event.entity_id);
        }
    }
    same(&path.with_extension("events"), &comparable(&scenario, &events));
    let export = folder.path().join("export");
    run.tenant.export_to(support::ada(), export.display().to_string(), None).unwrap();
    let export = fs::read_to_string(export).unwrap();
    let lines = export.split_once('\n').unwrap().1;
    same(&path.with_extension("export"), &comparable(&scenario, lines));
}

#[gtest]
fn given_the_scenarios_when_rust_runs_them_then_answers_events_and_tables_are_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|e| e == "json")).collect();
    paths.sort();
    expect_that!(paths.len(), ge(6));
    for path in paths {
        run(&path);
    }
}
