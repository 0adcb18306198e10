//! Order of lanes and items, WIP limits, numbers.

use googletest::prelude::*;
use pm_engine::command::{
    Change, ItemMove, LanePlace, LaneTarget, NewItem, NewProject, Place, ProjectChange,
};
use pm_engine::model::{Action, ItemKind, NoteKind, WipPolicy};
use pm_engine::rejection::RejectionCode;

use super::{Desk, delete, notes, restore, to_lane};

fn target(lane: &str) -> LaneTarget {
    LaneTarget { project: Some("PM".into()), lane: lane.into() }
}

fn limit(desk: &Desk, lane: &str, limit: i64) {
    let changes = vec![pm_engine::command::LaneChange::WipLimit(Some(limit))];
    desk.run("root", Change::UpdateLane { lane: target(lane), changes });
}

/// "WIP policy: `warn` (the event says so) or `refuse` (`wip_limit`)."
#[gtest]
fn given_a_full_lane_when_an_item_enters_then_the_policy_says_what_happens() {
    let desk = Desk::new();
    limit(&desk, "review", 1);
    let (a, b) = (desk.item(ItemKind::Task, None), desk.item(ItemKind::Task, None));
    desk.run("root", to_lane(&a, "review"));
    let events = desk.events_of(|desk| {
        let outcome = desk.run("root", to_lane(&b, "review"));
        expect_that!(notes(&outcome), contains(eq(&NoteKind::WipExceeded)));
    });
    expect_that!(events[0].notes.iter().any(|note| note.kind == NoteKind::WipExceeded), is_true());
    let changes = vec![ProjectChange::WipPolicy(WipPolicy::Refuse)];
    desk.run("root", Change::UpdateProject { project: "PM".into(), changes });
    let new = NewItem { lane: Some("review".into()), ..NewItem::new("PM", ItemKind::Task, "More") };
    expect_that!(desk.refused("root", Change::CreateItem(Box::new(new))), eq(RejectionCode::WipLimit));
    // Moving within the lane is no entry.
    desk.run("root", Change::MoveItem(ItemMove { place: Some(Place::First), ..ItemMove::new(b.as_str()) }));
}

/// "A command that changes nothing succeeds and takes no sequence number."
#[gtest]
fn given_a_lane_when_moved_to_where_it_stands_then_nothing_happens() {
    let desk = Desk::new();
    // Positions far from even: todo, review, backlog, in_progress, done.
    desk.run(
        "root",
        Change::MoveLane { lane: target("backlog"), place: LanePlace::After("in_progress".into()) },
    );
    desk.run(
        "root",
        Change::MoveLane { lane: target("in_progress"), place: LanePlace::After("backlog".into()) },
    );
    desk.run("root", Change::MoveLane { lane: target("review"), place: LanePlace::After("todo".into()) });
    for place in [LanePlace::Before("review".into()), LanePlace::First] {
        let outcome = desk.run("root", Change::MoveLane { lane: target("todo"), place });
        expect_that!((outcome.first_sequence, outcome.results[0].changed), eq((None, false)));
    }
    let after = LanePlace::After("review".into());
    let outcome = desk.run("root", Change::MoveLane { lane: target("backlog"), place: after });
    expect_that!(outcome.results[0].changed, is_false());
}

/// A restored lane stands where it stood, even on the position of another: what is moved between the two must find
/// room there.
#[gtest]
fn given_two_lanes_on_one_position_when_a_third_goes_between_then_they_are_respread() {
    let desk = Desk::new();
    desk.run("root", Change::DeleteLane { lane: target("in_progress"), move_items_to: None });
    let gone = desk.text("SELECT id FROM swim_lanes WHERE status = 'in_progress'").unwrap();
    desk.run("root", Change::MoveLane { lane: target("done"), place: LanePlace::After("todo".into()) });
    desk.run("root", Change::RestoreLane { lane: LaneTarget { project: None, lane: gone.into() } });
    for beside in ["done", "in_progress"] {
        for place in [LanePlace::Before(beside.into()), LanePlace::After(beside.into())] {
            desk.run("root", Change::MoveLane { lane: target("backlog"), place });
        }
    }
    let sql = "SELECT count(DISTINCT position) FROM swim_lanes WHERE deleted_at IS NULL";
    expect_that!(desk.count(sql), eq(5));
}

/// "between equal keys, up to 100 neighbours are respread by events of the same group": of those that get a new key.
#[gtest]
fn given_items_on_one_key_when_one_goes_between_then_only_those_that_change_have_events() {
    let desk = Desk::new();
    let first = desk.item(ItemKind::Task, None);
    desk.run("root", delete(&first));
    desk.item(ItemKind::Task, None);
    desk.run("root", restore(&first));
    let events = desk.events_of(|desk| {
        let new = NewItem {
            place: Some(Place::Before("PM-2".into())),
            ..NewItem::new("PM", ItemKind::Task, "Between")
        };
        desk.run("root", Change::CreateItem(Box::new(new)));
    });
    for event in events.iter().filter(|event| event.action == Action::Moved) {
        expect_that!(event.changes, not(is_empty()));
    }
}

/// Making and moving agree: a place among siblings needs a parent.
#[gtest]
fn given_no_parent_when_a_place_among_siblings_is_named_then_it_is_invalid() {
    let desk = Desk::new();
    let new = NewItem { sibling_place: Some(Place::First), ..NewItem::new("PM", ItemKind::Task, "Lone") };
    expect_that!(desk.refused("root", Change::CreateItem(Box::new(new))), eq(RejectionCode::Invalid));
    let lone = desk.item(ItemKind::Task, None);
    let to = ItemMove { sibling_place: Some(Place::First), ..ItemMove::new(lone.as_str()) };
    expect_that!(desk.refused("root", Change::MoveItem(to)), eq(RejectionCode::Invalid));
}

/// "Items are numbered per project from 1 in commit order, without gaps, never reused"; "its key may be used again,
/// and restoring it is then `already_exists`"
#[gtest]
fn given_a_deleted_project_when_its_key_is_taken_then_numbers_begin_anew_and_it_cannot_come_back() {
    let desk = Desk::new();
    let first = desk.item(ItemKind::Task, None);
    desk.run("root", delete(&first));
    desk.run("root", Change::PurgeItem { item: first.as_str().into() });
    expect_that!(desk.item(ItemKind::Task, None), eq("PM-2"));
    let old = desk.text("SELECT id FROM projects").unwrap();
    desk.run("root", Change::DeleteProject { project: "PM".into() });
    desk.run("root", Change::CreateProject(NewProject::new("PM", "Another")));
    expect_that!(desk.item(ItemKind::Task, None), eq("PM-1"));
    let back = Change::RestoreProject { project: old.into() };
    expect_that!(desk.refused("root", back), eq(RejectionCode::AlreadyExists));
}
