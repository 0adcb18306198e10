use googletest::prelude::*;

use super::{ScopeChangeKind, SprintLoad, scope_changes, sprint_items, sprint_report, velocity};
use crate::error::Stop;
use crate::model::{Action, LaneCategory, SprintPhase, Timestamp, Visibility};
use crate::query::page::PageRequest;
use crate::query::report_fixture::{DAY, Fixture, START, admin, member};

fn load(items: i64, points: f64) -> SprintLoad {
    SprintLoad { items, points }
}

#[gtest]
fn given_a_sprint_with_a_life_when_reported_then_scope_and_burndown_follow_the_log() {
    let mut f = Fixture::new();
    let board = f.board("PM", Visibility::Open);
    let mut a = f.item(&board, 1, "a");
    let mut b = f.item(&board, 2, "b");
    let mut c = f.item(&board, 3, "c");
    let mut d = f.item(&board, 4, "d");
    let mut sprint = f.sprint(&board, "one");
    for (item, points) in [(&mut a, 3.0), (&mut b, 5.0)] {
        f.change(Action::Changed, item, |i| (i.points, i.sprint) = (Some(points), Some(sprint.id)));
    }
    f.next_command("start");
    f.start_sprint(&mut sprint, &[&a, &b]);
    f.next_command("work");
    f.now = START + DAY;
    f.change(Action::Moved, &mut a, |i| {
        i.lane = board.done;
        i.completed_at = Some(Timestamp::from_millis(START + DAY));
    });
    f.change(Action::Moved, &mut c, |i| i.sprint = Some(sprint.id));
    f.change(Action::Moved, &mut d, |i| (i.sprint, i.points) = (Some(sprint.id), Some(2.0)));
    f.now = START + 2 * DAY;
    f.change(Action::Changed, &mut b, |i| i.points = Some(8.0));
    f.change(Action::Deleted, &mut d, |i| i.deleted_at = Some(Timestamp::from_millis(START)));
    let now = Timestamp::from_millis(START + 3 * DAY);

    let report = sprint_report(&f.conn, &member("bob"), f.sequence, sprint.id, 0, now).unwrap();
    expect_that!(report.commitment, eq(load(2, 8.0)));
    expect_that!(report.remaining_at_start, eq(load(2, 8.0)));
    expect_that!(report.added, eq(load(2, 2.0)));
    expect_that!(report.removed, eq(load(1, 2.0)));
    expect_that!(report.reestimated, eq(load(1, 3.0)));
    let days: Vec<_> = report.burndown.iter().map(|d| (d.day.to_string(), d.scope, d.remaining)).collect();
    expect_that!(
        days,
        eq(&vec![
            ("2026-01-05".to_owned(), load(2, 8.0), load(2, 8.0)),
            ("2026-01-06".to_owned(), load(4, 10.0), load(3, 7.0)),
            ("2026-01-07".to_owned(), load(3, 11.0), load(2, 8.0)),
            ("2026-01-08".to_owned(), load(3, 11.0), load(2, 8.0)),
        ])
    );

    // The completion carries what is left away: no change of scope.
    f.now = START + 3 * DAY;
    f.next_command("complete");
    f.change(Action::Moved, &mut c, |i| i.sprint = None);
    f.complete_sprint(
        &mut sprint,
        &[(&a, LaneCategory::Completed), (&b, LaneCategory::Started), (&c, LaneCategory::Unstarted)],
    );
    f.change(Action::Moved, &mut b, |i| i.sprint = None);
    let far = Timestamp::from_millis(START + 90 * DAY);
    let report = sprint_report(&f.conn, &member("bob"), f.sequence, sprint.id, 0, far).unwrap();
    expect_that!(report.result, eq(load(1, 3.0)));
    expect_that!(report.removed, eq(load(1, 2.0)));
    expect_that!(report.burndown.len(), eq(4));
    expect_that!(report.burndown[3].remaining, eq(load(2, 8.0)));

    let mut page = PageRequest::first(3);
    let first = scope_changes(&f.conn, &admin(), f.sequence, sprint.id, &page).unwrap();
    let kinds: Vec<_> = first.changes.iter().map(|c| (c.kind, c.points_before, c.points_after)).collect();
    expect_that!(
        kinds,
        eq(&vec![
            (ScopeChangeKind::Added, None, None),
            (ScopeChangeKind::Added, None, Some(2.0)),
            (ScopeChangeKind::Reestimated, Some(5.0), Some(8.0)),
        ])
    );
    page.cursor = first.next;
    let second = scope_changes(&f.conn, &admin(), f.sequence, sprint.id, &page).unwrap();
    expect_that!(second.changes.len(), eq(1));
    expect_that!(second.next, none());

    let page = PageRequest::first(2);
    let at_start = sprint_items(&f.conn, &admin(), 1, sprint.id, SprintPhase::Start, &page).unwrap();
    expect_that!((at_start.items.len(), at_start.next.is_some()), eq((2, false)));
    let at_end = sprint_items(&f.conn, &admin(), 1, sprint.id, SprintPhase::Completion, &page).unwrap();
    expect_that!((at_end.items.len(), at_end.next.is_some()), eq((2, true)));
}

#[gtest]
fn given_another_offset_when_burnt_down_then_days_begin_there() {
    let mut f = Fixture::new();
    let board = f.board("PM", Visibility::Open);
    let mut a = f.item(&board, 1, "a");
    let mut sprint = f.sprint(&board, "one");
    f.change(Action::Changed, &mut a, |i| i.sprint = Some(sprint.id));
    f.start_sprint(&mut sprint, &[&a]);
    f.now = START + DAY - 3_600_000;
    f.change(Action::Moved, &mut a, |i| i.completed_at = Some(Timestamp::from_millis(1)));
    let now = Timestamp::from_millis(START + DAY);
    let left = |offset| {
        let report = sprint_report(&f.conn, &admin(), 1, sprint.id, offset, now).unwrap();
        report.burndown.iter().map(|d| d.remaining.items).collect::<Vec<_>>()
    };
    expect_that!(left(0), eq(&vec![0, 0]));
    expect_that!(left(120), eq(&vec![1, 0]));
    expect_that!(left(-60), eq(&vec![1, 0]));
}

#[gtest]
fn given_completed_sprints_when_asked_for_velocity_then_the_last_ones_are_averaged() {
    let mut f = Fixture::new();
    let board = f.board("PM", Visibility::Private);
    let none = velocity(&f.conn, &admin(), 1, board.project, None).unwrap();
    expect_that!(none.average_points, eq(None));
    let mut item = f.item(&board, 1, "a");
    for points in [1.0, 4.0, 8.0] {
        item.points = Some(points);
        let mut sprint = f.sprint(&board, &format!("sprint {points}"));
        f.start_sprint(&mut sprint, &[&item]);
        f.complete_sprint(&mut sprint, &[(&item, LaneCategory::Completed)]);
    }
    let last = velocity(&f.conn, &admin(), 1, board.project, Some(2)).unwrap();
    expect_that!(last.average_points, eq(Some(6.0)));
    expect_that!(last.sprints[0].name, eq("sprint 8"));
    let refused = velocity(&f.conn, &member("bob"), 1, board.project, None);
    assert!(matches!(refused, Err(Stop::Rejected(r)) if r.code.as_str() == "not_found"));
}

#[gtest]
fn given_a_planned_sprint_when_reported_then_it_has_no_days() {
    let mut f = Fixture::new();
    let board = f.board("PM", Visibility::Private);
    let sprint = f.sprint(&board, "one");
    let at = Timestamp::from_millis(START);
    let report = sprint_report(&f.conn, &admin(), 1, sprint.id, 0, at).unwrap();
    expect_that!(report.burndown.len(), eq(0));
    let refused = sprint_report(&f.conn, &member("bob"), 1, sprint.id, 0, at);
    assert!(matches!(refused, Err(Stop::Rejected(r)) if r.code.as_str() == "not_found"));
}
