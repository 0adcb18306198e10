//! Files of older versions open, migrate and go on. `migrations/NOTES.md` says how one comes to lie here.

use std::path::{Path, PathBuf};

use googletest::prelude::*;
use pm_engine::command::{Actor, Change, Command, NewItem, NewProject};
use pm_engine::error::ExecuteError;
use pm_engine::model::{CommandId, ItemKind, UserId};
use pm_engine::query::SearchQuery;
use pm_engine::rejection::RejectionCode;
use pm_engine::{Engine, EngineConfig, Tenant};

use crate::support::admin;

/// The file in which bob has a timer and somebody writes Chinese.
const LIVED_IN: i64 = 5;

fn old_files() -> Vec<(i64, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/old_files");
    let version = |path: &Path| path.file_stem()?.to_str()?.strip_prefix("schema_")?.parse().ok();
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (version(&path).unwrap(), path))
        .collect();
    files.sort();
    files
}

/// Puts the file in its place, as the older version left it; how many events it has.
fn put(dump: &Path, root: &Path) -> (i64, i64) {
    std::fs::create_dir_all(root.join("old")).unwrap();
    let connection = rusqlite::Connection::open(root.join("old/tenant.db")).unwrap();
    connection.execute_batch(&std::fs::read_to_string(dump).unwrap()).unwrap();
    let version = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    let sql = "SELECT max(sequence) FROM event_log";
    (version, connection.query_row(sql, [], |row| row.get(0)).unwrap())
}

/// The tables that a step of the schema has to carry over, each with its columns.
fn tables(file: &Path) -> Vec<(String, String)> {
    let connection = rusqlite::Connection::open(file).unwrap();
    let sql = "SELECT t.name, group_concat(c.name) FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
               WHERE t.type = 'table' AND t.name <> 'llm_context' GROUP BY t.name";
    let mut statement = connection.prepare(sql).unwrap();
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    statement.query_map([], read).unwrap().map(Result::unwrap).collect()
}

/// Every row of them, as text.
fn rows(file: &Path, tables: &[(String, String)]) -> Vec<String> {
    let connection = rusqlite::Connection::open(file).unwrap();
    let mut all = Vec::new();
    for (table, columns) in tables {
        let mut statement =
            connection.prepare(&format!("SELECT {columns} FROM {table} ORDER BY 1, 2")).unwrap();
        let count = statement.column_count();
        let mut found = statement.query([]).unwrap();
        while let Some(row) = found.next().unwrap() {
            let values: Vec<_> = (0..count).map(|n| format!("{:?}", row.get_ref(n).unwrap())).collect();
            all.push(format!("{table}: {}", values.join(", ")));
        }
    }
    all
}

fn version(file: &Path) -> i64 {
    let connection = rusqlite::Connection::open(file).unwrap();
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[gtest]
fn given_a_populated_file_of_an_older_schema_when_opened_then_every_row_is_there_and_old_commands_are_known()
{
    let newest = pm_migrations::MIGRATIONS.last().unwrap().version;
    let older: Vec<_> = old_files().into_iter().filter(|(version, _)| *version < newest).collect();
    expect_that!(older.is_empty(), eq(false), "no populated file crosses a step of the schema");
    for (released, dump) in older {
        let folder = tempfile::tempdir().unwrap();
        put(&dump, folder.path());
        let file = folder.path().join("old/tenant.db");
        let tables = tables(&file);
        let before = rows(&file, &tables);
        expect_that!(tables.len(), gt(15));
        // A rehearsal: the newer version migrates a copy and checks it, while the older one may go on serving.
        let rehearsed = pm_engine::check(folder.path(), "old").unwrap();
        expect_that!(rehearsed.is_whole(), eq(true), "{rehearsed:?}");
        expect_that!(version(&file), lt(newest));

        let engine = Engine::open(EngineConfig { workers: 0, ..EngineConfig::new(folder.path()) }).unwrap();
        let tenant = engine.tenant("old").unwrap();
        expect_that!(says_under_an_old_id(&tenant, &file), eq(RejectionCode::CommandReused));
        if released == LIVED_IN {
            let bob = tenant.read(&Actor::member(UserId::new("bob").unwrap())).unwrap();
            let timer = bob.my_timer().unwrap().entry.unwrap();
            let item = bob.item_only(&timer.item.into()).unwrap().item;
            expect_that!(item.title, eq("Page 3"));
            let words = SearchQuery { text: "網站".to_owned(), ..SearchQuery::default() };
            expect_that!(bob.search(&words).unwrap().hits.len(), eq(1));
        }
        engine.close();
        expect_that!(rows(&file, &tables), eq(&before));
        expect_that!(version(&file), eq(newest));
    }
}

/// Something else under the id of a command that the older version was given.
fn says_under_an_old_id(tenant: &Tenant, file: &Path) -> RejectionCode {
    let connection = rusqlite::Connection::open(file).unwrap();
    let sql = "SELECT actor, command_id FROM command_record ORDER BY rowid DESC LIMIT 1";
    let (actor, id): (String, String) =
        connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let actor = Actor::member(UserId::new(actor).unwrap());
    let other = Command::new(actor, Change::ArchiveProject { project: "OLD".into() });
    match tenant.execute(other.with_id(CommandId::new(id).unwrap())) {
        Err(ExecuteError::Rejected(rejection)) => rejection.code,
        other => panic!("{other:?}"),
    }
}

#[gtest]
fn given_a_file_of_each_released_schema_when_opened_then_it_migrates_is_whole_and_goes_on() {
    let newest = pm_migrations::MIGRATIONS.last().unwrap().version;
    let files = old_files();
    expect_that!(files.is_empty(), eq(false));
    for (released, dump) in files {
        let folder = tempfile::tempdir().unwrap();
        let (version, events) = put(&dump, folder.path());
        expect_that!(version, eq(released));
        let engine = Engine::open(EngineConfig { workers: 0, ..EngineConfig::new(folder.path()) }).unwrap();
        let tenant = engine.tenant("old").unwrap();
        expect_that!(tenant.head().unwrap(), eq(events));

        let mut stream = tenant.subscribe(&admin(), 0, None).unwrap();
        let mut seen = Vec::new();
        while let Some(batch) = stream.try_next().unwrap() {
            seen.extend(batch.decode().unwrap());
        }
        expect_that!(seen.last().map(|event| event.sequence), some(eq(events)));
        let reader = tenant.read(&admin()).unwrap();
        let task = reader.item_only(&"OLD-3".into()).unwrap().item;
        expect_that!(task.title, eq("Task"));
        expect_that!(task.description.as_deref(), some(eq("Described *later*.")));

        let new = NewItem::new("OLD", ItemKind::Task, "By the newest version");
        let made = tenant.execute(Command::new(admin(), Change::CreateItem(Box::new(new)))).unwrap();
        expect_that!(made.results[0].key.as_deref(), some(eq("OLD-6")));
        // The log gives the tables, old events and new ones.
        let report = pm_engine::check(folder.path(), "old").unwrap();
        expect_that!(report.is_whole(), eq(true), "{report:?}");
        engine.close();
        let file = rusqlite::Connection::open(folder.path().join("old/tenant.db")).unwrap();
        let version: i64 = file.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        expect_that!(version, eq(newest));
    }
}

#[gtest]
fn given_an_empty_file_of_each_step_of_the_schema_when_opened_then_the_steps_after_it_run() {
    for (index, step) in pm_migrations::MIGRATIONS.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("old")).unwrap();
        let file = folder.path().join("old/tenant.db");
        let connection = rusqlite::Connection::open(&file).unwrap();
        for migration in &pm_migrations::MIGRATIONS[..=index] {
            connection.execute_batch(migration.sql).unwrap();
        }
        connection.pragma_update(None, "user_version", step.version).unwrap();
        connection.pragma_update(None, "application_id", 0x706d_6462).unwrap();
        drop(connection);
        let engine = Engine::open(EngineConfig { workers: 0, ..EngineConfig::new(folder.path()) }).unwrap();
        let tenant = engine.tenant("old").unwrap();
        let new = Change::CreateProject(NewProject::new("PM", "Project"));
        tenant.execute(Command::new(admin(), new)).unwrap();
        expect_that!(
            pm_engine::check(folder.path(), "old").unwrap().is_whole(),
            eq(true),
            "from {}",
            step.name
        );
    }
}
