//! The questions that must be quick at any size go through an index.

use std::cell::RefCell;

use googletest::prelude::*;
use rusqlite::StatementStatus;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use crate::command::LaneTarget;
use crate::query::fixture::{Fixture, T0};
use crate::query::{ItemFilter, ItemSort, PageRequest, Reader, TimeFilter};

thread_local! {
    static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// How often statements were prepared again.
    static AGAIN: RefCell<i32> = const { RefCell::new(0) };
}

fn record(event: TraceEvent<'_>) {
    if let TraceEvent::Stmt(statement, _) = event {
        AGAIN.with_borrow_mut(|again| *again += statement.get_status(StatementStatus::RePrepare));
        let sql = statement.sql().to_string();
        SEEN.with_borrow_mut(|seen| seen.push(sql));
    }
}

/// The statements a question runs, each with the lines of its plan.
fn plans(file: &Fixture, question: impl FnOnce(&Reader)) -> Vec<(String, Vec<String>)> {
    file.readers.next_connection(|connection| {
        connection.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(record)).unwrap();
    });
    SEEN.take();
    question(&file.admin());
    let explain = |sql: String| {
        let mut statement = file.conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        // Parameters are left unbound: without statistics on values they change no plan.
        let lines = statement
            .raw_query()
            .mapped(|row| row.get::<_, String>(3))
            .collect::<rusqlite::Result<_>>()
            .unwrap();
        drop(statement);
        (sql, lines)
    };
    SEEN.take().into_iter().filter(|sql| sql != "BEGIN DEFERRED" && sql != "COMMIT").map(explain).collect()
}

fn file() -> Fixture {
    let file = Fixture::new();
    let pm = file.project("PM", "open");
    let first = file.item(&pm, pm.todo, None);
    let second = file.item(&pm, pm.todo, Some(first));
    let third = file.item(&pm, pm.todo, Some(second));
    file.item(&pm, pm.todo, Some(third));
    let blocker = file.item(&pm, pm.doing, None);
    file.depend("blocks", blocker, first);
    let comment = file.comment(first, None, "a");
    file.comment(first, Some(comment), "b");
    file.entry(first, "bob", T0, None);
    file.derive();
    file
}

fn text(lines: &[(String, Vec<String>)]) -> String {
    lines.iter().flat_map(|(_, lines)| lines.iter()).fold(String::new(), |all, line| all + line + "\n")
}

/// Tables that grow with use; none may be read from end to end.
const GROWING: [&str; 8] =
    ["work_items", "comments", "time_entries", "dependencies", "work_item_labels", "i", "w", "c"];

fn scans(lines: &[(String, Vec<String>)]) -> Vec<String> {
    let whole = |line: &&String| {
        let mut words = line.split(' ');
        words.next() == Some("SCAN") && words.next().is_some_and(|table| GROWING.contains(&table))
    };
    lines.iter().flat_map(|(_, lines)| lines.iter().filter(whole).cloned()).collect()
}

#[gtest]
fn given_the_questions_of_every_day_when_planned_then_no_growing_table_is_scanned() {
    let file = file();
    let (pm, page, all) = ("PM".into(), PageRequest::default(), ItemFilter::default());
    let in_pm = ItemFilter { project: Some("PM".into()), ..all.clone() };
    let lane = LaneTarget { project: Some("PM".into()), lane: "todo".into() };
    let first = PageRequest::first(1);
    type Question<'a> = Box<dyn Fn(&Reader) + 'a>;
    let questions: Vec<(&str, Question<'_>)> = vec![
        ("board", Box::new(|r| drop(r.board(&pm, &all, None).unwrap()))),
        (
            "lane page",
            Box::new(|r| {
                let next = r.lane_page(&lane, &all, &first).unwrap().lane.next.unwrap();
                r.lane_page(&lane, &all, &first.after(&next)).unwrap();
            }),
        ),
        ("ready", Box::new(|r| drop(r.ready(&pm, &page).unwrap()))),
        ("blocked", Box::new(|r| drop(r.blocked(&pm, &page).unwrap()))),
        ("backlog", Box::new(|r| drop(r.backlog(&pm, &page).unwrap()))),
        (
            "items",
            Box::new(|r| {
                let next = r.items(&in_pm, ItemSort::Number, &first, true).unwrap().next.unwrap();
                r.items(&in_pm, ItemSort::Number, &first.after(&next), false).unwrap();
            }),
        ),
        (
            "items by change",
            Box::new(|r| {
                let next = r.items(&in_pm, ItemSort::Updated, &first, false).unwrap().next.unwrap();
                r.items(&in_pm, ItemSort::Updated, &first.after(&next), false).unwrap();
            }),
        ),
        (
            "blocked items",
            Box::new(|r| {
                let filter = ItemFilter { blocked: Some(true), ready: Some(false), ..in_pm.clone() };
                r.items(&filter, ItemSort::Number, &page, false).unwrap();
            }),
        ),
        ("item", Box::new(|r| drop(r.item(&"PM-1".into()).unwrap()))),
        ("children", Box::new(|r| drop(r.children(&"PM-1".into(), &page).unwrap()))),
        ("descendants", Box::new(|r| drop(r.descendants(&"PM-1".into(), &page).unwrap()))),
        ("dependencies", Box::new(|r| drop(r.dependencies(&"PM-1".into(), None, &page).unwrap()))),
        ("comments", Box::new(|r| drop(r.comments(&"PM-1".into(), &page).unwrap()))),
        ("labels", Box::new(|r| drop(r.labels(&pm, &page).unwrap()))),
        ("trash", Box::new(|r| drop(r.trash(&pm, &page).unwrap()))),
        (
            "time",
            Box::new(|r| {
                let filter = TimeFilter { project: Some("PM".into()), ..TimeFilter::default() };
                r.time_entries(&filter, &page, false).unwrap();
            }),
        ),
        ("timers", Box::new(|r| drop(r.running_timers(Some(&pm), &page).unwrap()))),
        ("my timer", Box::new(|r| drop(r.my_timer().unwrap()))),
    ];
    for (name, question) in questions {
        let lines = plans(&file, question);
        expect_that!(scans(&lines), is_empty(), "{name}: {}", text(&lines));
    }
}

#[gtest]
fn given_questions_asked_before_when_asked_again_then_no_statement_is_prepared_again() {
    let file = file();
    for name in ["PM-1", "PM-2", "PM-3"] {
        plans(&file, |reader| {
            reader.item(&name.into()).unwrap();
            reader.board(&"PM".into(), &ItemFilter::default(), None).unwrap();
            reader.ready(&"PM".into(), &PageRequest::first(1)).unwrap();
        });
    }
    expect_that!(AGAIN.take(), eq(0));
}

#[gtest]
fn given_pages_in_index_order_when_planned_then_nothing_is_sorted() {
    let file = file();
    let in_pm = ItemFilter { project: Some("PM".into()), ..ItemFilter::default() };
    let lane = LaneTarget { project: Some("PM".into()), lane: "todo".into() };
    let (pm, first) = ("PM".into(), PageRequest::first(1));
    type Question<'a> = Box<dyn Fn(&Reader) + 'a>;
    let questions: Vec<(&str, Question<'_>)> = vec![
        ("lane page", Box::new(|r| drop(r.lane_page(&lane, &ItemFilter::default(), &first).unwrap()))),
        ("ready", Box::new(|r| drop(r.ready(&pm, &first).unwrap()))),
        ("items", Box::new(|r| drop(r.items(&in_pm, ItemSort::Number, &first, false).unwrap()))),
        ("items by change", Box::new(|r| drop(r.items(&in_pm, ItemSort::Updated, &first, false).unwrap()))),
        ("children", Box::new(|r| drop(r.children(&"PM-1".into(), &first).unwrap()))),
    ];
    for (name, question) in questions {
        let lines = plans(&file, question);
        let of_items: Vec<_> = lines
            .into_iter()
            .filter(|(sql, _)| sql.contains("FROM work_items AS i") && sql.contains("LIMIT"))
            .collect();
        expect_that!(of_items.len(), ge(1), "{name}");
        expect_that!(text(&of_items), not(contains_substring("USE TEMP B-TREE FOR ORDER BY")), "{name}");
    }
}

#[gtest]
fn given_ten_times_the_cards_when_the_board_is_read_then_as_many_statements() {
    let file = file();
    let count = |file: &Fixture| {
        plans(file, |reader| drop(reader.board(&"PM".into(), &ItemFilter::default(), None).unwrap())).len()
    };
    let few = count(&file);
    let lane =
        file.conn.query_row("SELECT lane_id FROM work_items WHERE number = 1", [], |row| row.get(0)).unwrap();
    let project = file.conn.query_row("SELECT id FROM projects", [], |row| row.get(0)).unwrap();
    let pm = crate::query::fixture::Place { project, backlog: lane, todo: lane, doing: lane, done: lane };
    for _ in 0..45 {
        file.item(&pm, lane, None);
    }
    file.derive();
    expect_that!(count(&file), eq(few));
}
