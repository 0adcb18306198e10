//! Time.

use googletest::prelude::*;
use pm_engine::command::{Change, NewItem, NewProject, NewTimeEntry, TenantSettingChange};
use pm_engine::model::{
    Action, Entity, ItemKind, NoteKind, OverlapPolicy, ProjectRole, TimeEntry, TimerCapPolicy, Timestamp,
    Visibility,
};
use pm_engine::rejection::RejectionCode;

use super::{Desk, notes, to_lane};
use crate::plan::{MONDAY, user};

fn start(item: &str) -> Change {
    Change::StartTimer { id: None, item: item.into(), note: String::new() }
}

const STOP: Change = Change::StopTimer { entry: None };

fn last_entry(desk: &Desk) -> TimeEntry {
    let found = desk.events_after(0).into_iter().rev().find_map(|event| match event.entity {
        Some(Entity::TimeEntry(entry)) => Some(entry),
        _ => None,
    });
    found.unwrap()
}

fn setting(desk: &Desk, change: TenantSettingChange) {
    desk.run("root", Change::UpdateTenantSettings { changes: vec![change] });
}

/// "Starting one stops the running one at the same instant, in the same transaction; the event names both."
#[gtest]
fn given_a_running_timer_when_another_starts_then_the_first_stops_at_that_instant() {
    let desk = Desk::new();
    let (a, b) = (desk.item(ItemKind::Task, None), desk.item(ItemKind::Task, None));
    desk.run("ann", start(&a));
    desk.clock.advance(90_500);
    let events = desk.events_of(|desk| {
        expect_that!(notes(&desk.run("ann", start(&b))), contains(eq(&NoteKind::TimerReplaced)));
    });
    let actions: Vec<Action> = events.iter().map(|event| event.action).collect();
    expect_that!(actions, eq(&vec![Action::Stopped, Action::Started]));
    let Some(Entity::TimeEntry(stopped)) = &events[0].entity else { panic!("no entry") };
    let Some(Entity::TimeEntry(started)) = &events[1].entity else { panic!("no entry") };
    expect_that!((stopped.ended_at, stopped.seconds), eq((Some(started.started_at), Some(90))));
    desk.run("ann", STOP);
    expect_that!(desk.refused("ann", STOP), eq(RejectionCode::NotRunning));
}

/// "A timer longer than the cap … policy `flag` (default) or `cap` (cut there, the original end kept in the event)."
#[gtest]
fn given_a_timer_past_the_cap_when_stopped_then_it_is_flagged_or_cut() {
    let desk = Desk::new();
    let item = desk.item(ItemKind::Task, None);
    setting(&desk, TenantSettingChange::TimerCapSeconds(3_600));
    for policy in [TimerCapPolicy::Flag, TimerCapPolicy::Cap] {
        setting(&desk, TenantSettingChange::TimerCapPolicy(policy));
        desk.run("ann", start(&item));
        desk.clock.advance(7_200_000);
        expect_that!(notes(&desk.run("ann", STOP)), contains(eq(&NoteKind::OverCap)));
        let entry = last_entry(&desk);
        let cut = policy == TimerCapPolicy::Cap;
        expect_that!(entry.over_cap, is_true());
        expect_that!(entry.seconds, some(eq(if cut { 3_600 } else { 7_200 })));
        expect_that!(entry.original_end.is_some(), eq(cut));
    }
}

/// "A clock that went backwards yields zero seconds, flagged."
#[gtest]
fn given_a_clock_that_went_back_when_a_timer_stops_then_it_has_zero_seconds_and_a_flag() {
    let desk = Desk::new();
    let item = desk.item(ItemKind::Task, None);
    desk.run("ann", start(&item));
    desk.clock.advance(-60_000);
    desk.run("ann", STOP);
    let entry = last_entry(&desk);
    expect_that!((entry.seconds, entry.clock_backwards), eq((Some(0), true)));
    expect_that!(entry.ended_at, some(eq(entry.started_at)));
}

/// "One's own timer can always be stopped, whatever became of its item, project or access."
#[gtest]
fn given_a_member_who_lost_a_private_project_when_he_stops_his_timer_then_it_stops() {
    let desk = Desk::new();
    let secret = NewProject { visibility: Visibility::Private, ..NewProject::new("SEC", "Secret") };
    desk.run("root", Change::CreateProject(secret));
    desk.run("root", Change::CreateItem(Box::new(NewItem::new("SEC", ItemKind::Task, "Plan"))));
    let role = ProjectRole::Viewer;
    desk.run("root", Change::SetMember { project: "SEC".into(), user: user("bob"), role });
    desk.run("bob", start("SEC-1"));
    desk.run("root", Change::RemoveMember { project: "SEC".into(), user: user("bob") });
    desk.run("bob", STOP);
    expect_that!(desk.refused("bob", start("SEC-1")), eq(RejectionCode::NotFound));
}

/// "Timers start only on live, unfinished items of active projects (`wrong_state`, `archived`)."
#[gtest]
fn given_a_finished_item_or_an_archived_project_when_a_timer_starts_then_it_is_refused() {
    let desk = Desk::new();
    let item = desk.item(ItemKind::Task, None);
    desk.run("ann", start(&item));
    desk.run("root", to_lane(&item, "done"));
    expect_that!(desk.refused("bob", start(&item)), eq(RejectionCode::WrongState));
    let events =
        desk.events_of(|desk| drop(desk.run("root", Change::ArchiveProject { project: "PM".into() })));
    expect_that!(events.iter().any(|event| event.action == Action::Stopped), is_true());
    expect_that!(desk.refused("bob", start(&item)), eq(RejectionCode::Archived));
}

fn by_hand(item: &str, from: i64, to: i64) -> Change {
    Change::AddTimeEntry(NewTimeEntry {
        id: None,
        item: item.into(),
        user: None,
        started_at: Timestamp::from_millis(MONDAY + from),
        ended_at: Timestamp::from_millis(MONDAY + to),
        note: String::new(),
    })
}

/// "Manual entries: start < end, ≤ 24 h, end not more than 60 s ahead of the clock."
#[gtest]
fn given_spans_at_the_limits_when_recorded_then_only_those_within_are_accepted() {
    let desk = Desk::new();
    let item = desk.item(ItemKind::Task, None);
    let day = 86_400_000;
    for (from, to) in [(-1_000, -1_000), (-1_000, -2_000), (-day - 2_000, -1_000), (0, 60_001)] {
        expect_that!(desk.refused("ann", by_hand(&item, from, to)), eq(RejectionCode::Invalid));
    }
    desk.run("ann", by_hand(&item, -day, 0));
    desk.run("bob", by_hand(&item, 0, 60_000));
}

/// "Overlap with one's own: `allow` (default, flagged) or `refuse` (`overlap`)."
#[gtest]
fn given_overlapping_entries_when_recorded_then_they_are_flagged_or_refused() {
    let desk = Desk::new();
    let item = desk.item(ItemKind::Task, None);
    desk.run("ann", by_hand(&item, -7_200_000, -3_600_000));
    let outcome = desk.run("ann", by_hand(&item, -5_400_000, -1_800_000));
    expect_that!(notes(&outcome), contains(eq(&NoteKind::Overlap)));
    expect_that!(last_entry(&desk).overlaps, is_true());
    setting(&desk, TenantSettingChange::OverlapPolicy(OverlapPolicy::Refuse));
    expect_that!(desk.refused("ann", by_hand(&item, -4_000_000, -3_000_000)), eq(RejectionCode::Overlap));
    // Another's time is no overlap, and neither is what only touches.
    desk.run("bob", by_hand(&item, -4_000_000, -3_000_000));
    desk.run("ann", by_hand(&item, -1_800_000, -1_000_000));
}
