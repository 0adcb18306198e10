use googletest::prelude::*;
use proptest::prelude::*;

use super::{TimeGrouping, TimeLine, TimeQuery, TimeScope, TimeTotals, time_totals};
use crate::command::Actor;
use crate::error::Stop;
use crate::model::{Action, CalendarDate, Timestamp, Visibility};
use crate::query::page::PageRequest;
use crate::query::report_fixture::{DAY, Fixture, START, admin, member, user};

const HOUR: i64 = 3_600_000;

fn query(scope: TimeScope, by: TimeGrouping) -> TimeQuery {
    TimeQuery { scope, by, from: None, to: None, utc_offset_minutes: 0, page: PageRequest::first(2) }
}

fn whole(f: &Fixture, actor: &Actor, mut query: TimeQuery) -> (TimeTotals, Vec<TimeLine>) {
    let mut lines = Vec::new();
    loop {
        let page = time_totals(&f.conn, actor, f.sequence, &query).unwrap();
        lines.extend(page.lines.iter().cloned());
        match &page.next {
            Some(next) => query.page.cursor = Some(next.clone()),
            None => return (page, lines),
        }
    }
}

#[gtest]
fn given_entries_of_several_users_when_totalled_then_each_grouping_adds_up() {
    let mut f = Fixture::new();
    let board = f.board("PM", Visibility::Open);
    let items: Vec<_> = (1..=5).map(|n| f.item(&board, n, "item")).collect();
    for (n, item) in (1..).zip(&items) {
        f.entry(item, "ann", START + n * DAY - HOUR, Some(START + n * DAY + HOUR));
        f.entry(item, "bob", START, Some(START + n * 60_000));
    }
    f.entry(&items[0], "eve", START, None);
    let total = 5 * 7_200 + 15 * 60;

    for by in [TimeGrouping::Item, TimeGrouping::User, TimeGrouping::Day] {
        let (answer, lines) = whole(&f, &member("bob"), query(TimeScope::Project(board.project), by));
        expect_that!(answer.seconds, eq(total));
        expect_that!(answer.entries, eq(10));
        expect_that!(answer.running, eq(1));
        expect_that!(lines.iter().map(|l| l.seconds).sum::<i64>(), eq(total), "{by:?}");
    }
    let (_, days) = whole(&f, &member("bob"), query(TimeScope::Project(board.project), TimeGrouping::Day));
    let listed: Vec<_> = days.iter().map(|l| (l.day.unwrap().to_string(), l.seconds)).collect();
    expect_that!(listed[0], eq(&("2026-01-05".to_owned(), 15 * 60 + 3_600)));
    expect_that!(listed[1], eq(&("2026-01-06".to_owned(), 7_200)));
    expect_that!(listed.len(), eq(6));
    let (_, users) = whole(&f, &member("bob"), query(TimeScope::Project(board.project), TimeGrouping::User));
    expect_that!(users[0].user, some(eq(&user("ann"))));
    let (_, of_item) = whole(&f, &member("bob"), query(TimeScope::Item(items[2].id), TimeGrouping::User));
    expect_that!(of_item.iter().map(|l| l.seconds).collect::<Vec<_>>(), eq(&vec![7_200, 180]));
}

#[gtest]
fn given_a_period_when_totalled_then_entries_are_cut_at_its_days() {
    let mut f = Fixture::new();
    let board = f.board("PM", Visibility::Open);
    let item = f.item(&board, 1, "item");
    f.entry(&item, "ann", START - 40 * DAY, Some(START + 2 * DAY));
    let mut asked = query(TimeScope::Item(item.id), TimeGrouping::Day);
    asked.from = Some("2026-01-05".parse().unwrap());
    asked.to = Some("2026-01-05".parse().unwrap());
    let (answer, lines) = whole(&f, &member("bob"), asked.clone());
    expect_that!(answer.seconds, eq(86_400));
    expect_that!(lines.len(), eq(1));
    asked.utc_offset_minutes = 540;
    asked.to = None;
    let (answer, lines) = whole(&f, &member("bob"), asked);
    expect_that!(answer.seconds, eq(2 * 86_400 + 9 * 3_600));
    expect_that!(lines.iter().map(|l| l.seconds).sum::<i64>(), eq(answer.seconds));
}

#[gtest]
fn given_a_tree_when_totalled_then_live_descendants_count_and_nothing_else() {
    let mut f = Fixture::new();
    let board = f.board("PM", Visibility::Open);
    let root = f.item(&board, 1, "root");
    let mut child = f.item(&board, 2, "child");
    let mut deep = f.item(&board, 3, "deep");
    let mut dead = f.item(&board, 4, "dead");
    let other = f.item(&board, 5, "other");
    f.change(Action::Moved, &mut child, |i| i.parent = Some(root.id));
    f.change(Action::Moved, &mut deep, |i| i.parent = Some(child.id));
    f.change(Action::Moved, &mut dead, |i| i.parent = Some(root.id));
    for (n, item) in [&root, &child, &deep, &dead, &other].into_iter().enumerate() {
        f.entry(item, "ann", START, Some(START + 1_000 * 10_i64.pow(n as u32)));
    }
    f.change(Action::Deleted, &mut dead, |i| i.deleted_at = Some(Timestamp::from_millis(1)));
    let (answer, _) = whole(&f, &member("bob"), query(TimeScope::ItemTree(root.id), TimeGrouping::Item));
    expect_that!(answer.seconds, eq(111));
    let (answer, _) = whole(&f, &member("bob"), query(TimeScope::User(user("ann")), TimeGrouping::Item));
    expect_that!(answer.seconds, eq(10_111));
}

#[gtest]
fn given_a_sprint_when_totalled_then_time_within_it_on_items_that_were_in_it_counts() {
    let mut f = Fixture::new();
    let board = f.board("PM", Visibility::Open);
    let committed = f.item(&board, 1, "committed");
    let mut visitor = f.item(&board, 2, "there for a while");
    let other = f.item(&board, 3, "never there");
    let mut sprint = f.sprint(&board, "one");
    f.start_sprint(&mut sprint, &[&committed]);
    let started = sprint.started_at.unwrap().as_millis();
    f.change(Action::Moved, &mut visitor, |i| i.sprint = Some(sprint.id));
    f.change(Action::Moved, &mut visitor, |i| i.sprint = None);
    for item in [&committed, &visitor, &other] {
        f.entry(item, "ann", started - 5_000, Some(started + 10_000));
    }
    f.now = started + 8_000;
    f.complete_sprint(&mut sprint, &[]);
    let (answer, _) = whole(&f, &member("bob"), query(TimeScope::Sprint(sprint.id), TimeGrouping::Item));
    expect_that!(answer.seconds, eq(16));
    let planned = f.sprint(&board, "two");
    let (answer, _) = whole(&f, &member("bob"), query(TimeScope::Sprint(planned.id), TimeGrouping::Day));
    expect_that!(answer.seconds, eq(0));
}

#[gtest]
fn given_private_projects_when_totalled_then_only_visible_time_counts() {
    let mut f = Fixture::new();
    let private = f.board("SEC", Visibility::Private);
    let item = f.item(&private, 1, "secret");
    f.entry(&item, "bob", START, Some(START + 1_000));
    let (answer, lines) = whole(&f, &member("bob"), query(TimeScope::User(user("bob")), TimeGrouping::Item));
    expect_that!(answer.seconds, eq(0));
    expect_that!(lines.len(), eq(0));
    let (answer, _) = whole(&f, &admin(), query(TimeScope::Tenant, TimeGrouping::Item));
    expect_that!(answer.seconds, eq(1));
    for scope in [TimeScope::Item(item.id), TimeScope::ItemTree(item.id), TimeScope::Project(private.project)]
    {
        let refused = time_totals(&f.conn, &member("bob"), 1, &query(scope, TimeGrouping::Item));
        assert!(matches!(refused, Err(Stop::Rejected(r)) if r.code.as_str() == "not_found"));
    }
}

#[gtest]
fn given_an_offset_no_place_has_when_asked_then_it_is_refused() {
    let f = Fixture::new();
    let asked = TimeQuery { utc_offset_minutes: i32::MAX, ..query(TimeScope::Tenant, TimeGrouping::Day) };
    expect_that!(time_totals(&f.conn, &admin(), 1, &asked).is_err(), eq(true));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn given_any_entries_when_listed_by_day_in_pages_then_the_days_add_up(
        entries in proptest::collection::vec((0_i64..30 * DAY, 0_i64..3 * DAY), 0..12),
        offset in -840_i32..=840, first in 0_i64..30, limit in 1_i64..6,
    ) {
        let mut f = Fixture::new();
        let board = f.board("PM", Visibility::Open);
        let item = f.item(&board, 1, "item");
        for (from, length) in &entries {
            f.entry(&item, "ann", START + from, Some(START + from + length));
        }
        let mut asked = query(TimeScope::Project(board.project), TimeGrouping::Day);
        asked.utc_offset_minutes = offset;
        asked.page.limit = Some(limit);
        let (answer, lines) = whole(&f, &admin(), asked.clone());
        prop_assert_eq!(answer.seconds, entries.iter().map(|(_, l)| l / 1000).sum::<i64>());
        prop_assert_eq!(lines.iter().map(|l| l.seconds).sum::<i64>(), answer.seconds);
        prop_assert!(lines.is_sorted_by(|a, b| a.day < b.day));

        let day = CalendarDate::from_days(START / DAY + first);
        asked.from = Some(day);
        let after = whole(&f, &admin(), asked.clone()).0.seconds;
        (asked.from, asked.to) = (None, Some(CalendarDate::from_days(START / DAY + first - 1)));
        let before = whole(&f, &admin(), asked).0.seconds;
        prop_assert_eq!(before + after, answer.seconds);
    }
}
