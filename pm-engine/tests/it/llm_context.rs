//! What the file tells a language model must be true.

use googletest::prelude::*;
use pm_engine::limits;
use pm_engine::model::{
    Action, ActorKind, DependencyKind, EntityKind, ItemKind, LaneCategory, OverlapPolicy, Priority,
    ProjectRole, ProjectStatus, SprintPhase, SprintState, TimerCapPolicy, Visibility, WipPolicy,
};

use crate::support::Bench;

/// Title, content and example query.
type Row = (String, String, Option<String>);

fn rows() -> (rusqlite::Connection, Vec<Row>, Bench) {
    let bench = Bench::new();
    bench.tenant("acme");
    let connection = rusqlite::Connection::open(bench.folder.path().join("acme/tenant.db")).unwrap();
    let rows = {
        let mut statement =
            connection.prepare("SELECT title, content, example_sql FROM llm_context").unwrap();
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        statement.query_map([], read).unwrap().map(|row| row.unwrap()).collect()
    };
    (connection, rows, bench)
}

#[gtest]
fn given_the_example_queries_when_run_on_the_live_schema_then_each_answers() {
    let (connection, rows, _bench) = rows();
    let mut run = 0;
    for (title, _, sql) in &rows {
        let Some(sql) = sql else { continue };
        let answered = connection.prepare(sql).and_then(|mut statement| {
            let mut found = statement.query([])?;
            while found.next()?.is_some() {}
            Ok(())
        });
        expect_that!(answered, ok(anything()), "{title}: {sql}");
        run += 1;
    }
    expect_that!(run, ge(15));
}

#[gtest]
fn given_the_names_in_the_texts_when_compared_with_the_schema_then_each_exists() {
    let (connection, rows, _bench) = rows();
    let names: Vec<String> = connection
        .prepare(
            "SELECT name FROM sqlite_schema UNION SELECT c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c",
        )
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(|name| name.unwrap())
        .collect();
    for (title, content, _) in &rows {
        for name in
            between(content, '`').filter(|name| !name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        {
            expect_that!(names.iter().any(|known| known == name), is_true(), "{title}: `{name}`");
        }
    }
}

#[gtest]
fn given_the_words_in_the_texts_when_compared_with_the_vocabulary_then_each_exists() {
    let (_connection, rows, _bench) = rows();
    let mut words: Vec<&str> = Vec::new();
    macro_rules! all { ($($ty:ident),*) => {$(words.extend($ty::ALL.iter().map(|word| word.as_str()));)*} }
    all!(
        Action,
        ActorKind,
        DependencyKind,
        EntityKind,
        ItemKind,
        LaneCategory,
        OverlapPolicy,
        Priority,
        ProjectRole,
        ProjectStatus,
        SprintPhase,
        SprintState,
        TimerCapPolicy,
        Visibility,
        WipPolicy
    );
    for (title, content, _) in &rows {
        for word in between(content, '\'') {
            expect_that!(words.contains(&word), is_true(), "{title}: '{word}'");
        }
    }
}

#[gtest]
fn given_the_limits_in_the_texts_when_compared_with_the_code_then_each_is_right() {
    let (_connection, rows, _bench) = rows();
    macro_rules! table { ($($name:ident),* $(,)?) => { vec![$((stringify!($name), format!("{}", limits::$name)),)*] } }
    let limits = table!(
        TITLE_CHARS_MAX,
        DESCRIPTION_CHARS_MAX,
        COMMENT_CHARS_MAX,
        LABEL_CHARS_MAX,
        LABELS_MAX,
        NAME_CHARS_MAX,
        ITEM_DEPTH_MAX,
        DEPENDENCIES_PER_DIRECTION_MAX,
        PARTS_MAX,
        EVENTS_PER_COMMAND_MAX,
        TIMER_CAP_SECONDS_DEFAULT,
        TIME_ENTRY_SECONDS_MAX,
    );
    let mut seen = 0;
    for (title, content, _) in &rows {
        for name in
            between(content, '`').filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        {
            let (_, after) = content.split_once(&format!("`{name}` = ")).unwrap();
            let value: String = after.chars().take_while(char::is_ascii_digit).collect();
            let known = limits.iter().find(|(known, _)| *known == name);
            expect_that!(known.map(|(_, value)| value), some(eq(&value)), "{title}: {name}");
            seen += 1;
        }
    }
    expect_that!(seen, eq(limits.len()));
}

/// The texts between pairs of a mark.
fn between(text: &str, mark: char) -> impl Iterator<Item = &str> {
    text.split(mark).skip(1).step_by(2)
}
