//! Commands that are committed together.

use googletest::prelude::*;
use pm_engine::command::{Change, Command, NewItem};
use pm_engine::error::ExecuteError;
use pm_engine::model::ItemKind;

use crate::support::{Bench, member};

#[gtest]
fn given_a_command_that_fails_while_it_writes_when_committed_in_a_group_then_only_that_one_is_lost() {
    let bench = Bench::with_workers(1);
    let tenant = bench.tenant("acme");
    let file = bench.folder.path().join("acme").join("tenant.db");
    rusqlite::Connection::open(&file)
        .unwrap()
        .execute_batch(
            "CREATE TRIGGER full_disk AFTER INSERT ON work_items WHEN new.title = 'boom' \
             BEGIN SELECT raise(ABORT, 'as if the disk were full'); END",
        )
        .unwrap();
    let create = |n: usize| {
        let title = if n % 10 == 7 { "boom".to_owned() } else { format!("Item {n}") };
        Command::new(member("ann"), Change::CreateItem(Box::new(NewItem::new("PM", ItemKind::Task, title))))
    };
    let pending: Vec<_> = (0..60).map(|n| tenant.send(create(n))).collect();
    let mut numbers = Vec::new();
    for (n, pending) in pending.into_iter().enumerate() {
        match pending.wait() {
            Ok(outcome) => numbers.push(outcome.results[0].key.clone().unwrap()),
            Err(ExecuteError::Failed(_)) => expect_that!(n % 10, eq(7)),
            Err(other) => panic!("{other:?}"),
        }
    }
    let expected: Vec<String> = (1..=54).map(|n| format!("PM-{n}")).collect();
    expect_that!(numbers, eq(&expected));
    // A project, its lanes and member, two users, the items: no gap in the log.
    let log = rusqlite::Connection::open(&file).unwrap();
    let (count, last): (i64, i64) = log
        .query_row("SELECT count(*), max(sequence) FROM event_log", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    expect_that!(count, eq(last));
    expect_that!(tenant.head().unwrap(), eq(last));
}
