//! Projects, their admins and their lanes.

use googletest::prelude::*;
use pm_engine::command::{Change, LaneChange, LaneTarget, NewLane, NewProject, ProjectChange};
use pm_engine::model::{Action, EntityKind, ItemKind, LaneCategory, ProjectRole};
use pm_engine::rejection::RejectionCode;

use super::{Desk, blocks, to_lane};
use crate::plan::user;

fn start_timer(item: &str) -> Change {
    Change::StartTimer { id: None, item: item.into(), note: String::new() }
}

fn lane(status: &str) -> LaneTarget {
    LaneTarget { project: Some("PM".into()), lane: status.into() }
}

fn delete_lane(status: &str, to: Option<&str>) -> Change {
    Change::DeleteLane { lane: lane(status), move_items_to: to.map(Into::into) }
}

fn category(status: &str, category: LaneCategory) -> Change {
    Change::UpdateLane { lane: lane(status), changes: vec![LaneChange::Category(category)] }
}

/// "archiving and deleting stop its running timers. Deleting a project is one event"
#[gtest]
fn given_running_timers_when_their_project_is_archived_or_deleted_then_they_stop_and_the_rest_is_one_event() {
    let desk = Desk::new();
    let keys = [desk.item(ItemKind::Task, None), desk.item(ItemKind::Task, None)];
    desk.run("root", blocks(&keys[0], &keys[1]));
    let unarchive = Change::UnarchiveProject { project: "PM".into() };
    for (end, action) in [
        (Change::ArchiveProject { project: "PM".into() }, Action::Archived),
        (Change::DeleteProject { project: "PM".into() }, Action::Deleted),
    ] {
        desk.run("ann", start_timer(&keys[0]));
        desk.run("bob", start_timer(&keys[1]));
        let events = desk.events_of(|desk| drop(desk.run("root", end)));
        let told: Vec<_> = events.iter().map(|event| (event.entity_kind, event.action)).collect();
        let stopped = (EntityKind::TimeEntry, Action::Stopped);
        expect_that!(told, eq(&vec![stopped, stopped, (EntityKind::Project, action)]));
        expect_that!(desk.count("SELECT count(*) FROM time_entries WHERE ended_at IS NULL"), eq(0));
        if action == Action::Archived {
            expect_that!(desk.refused("ann", start_timer(&keys[0])), eq(RejectionCode::Archived));
            desk.run("root", unarchive.clone());
        }
    }
}

/// "Any member creates projects and is their admin. … a project keeps one admin (`in_use`)."
#[gtest]
fn given_the_only_admin_when_he_would_go_or_step_down_then_it_is_in_use_until_there_is_another() {
    let desk = Desk::new();
    desk.run("ann", Change::CreateProject(NewProject::new("AN", "Ann's")));
    let set = |who: &str, role| Change::SetMember { project: "AN".into(), user: user(who), role };
    let remove = |who: &str| Change::RemoveMember { project: "AN".into(), user: user(who) };
    for change in [remove("ann"), set("ann", ProjectRole::Viewer)] {
        // Not even by an admin of the tenant: he may not stay.
        expect_that!(desk.refused("root", change.clone()), eq(RejectionCode::InUse));
        expect_that!(desk.refused("ann", change), eq(RejectionCode::InUse));
    }
    desk.run("ann", set("bob", ProjectRole::Admin));
    desk.run("bob", remove("ann"));
    expect_that!(desk.refused("bob", remove("bob")), eq(RejectionCode::InUse));
    let title = ProjectChange::Title("Title".to_owned());
    let update = Change::UpdateProject { project: "AN".into(), changes: vec![title] };
    // Ann is a member like any other of an open project again.
    expect_that!(desk.refused("ann", update), eq(RejectionCode::Forbidden));
}

/// "A lane with items is deleted only with a lane to move them to; the default lane and the last completed lane are
/// `in_use`"
#[gtest]
fn given_lanes_that_are_needed_when_deleted_then_they_are_in_use() {
    let desk = Desk::new();
    let key = desk.item(ItemKind::Task, None);
    desk.run("root", to_lane(&key, "review"));
    expect_that!(desk.refused("root", delete_lane("backlog", Some("todo"))), eq(RejectionCode::InUse));
    expect_that!(desk.refused("root", delete_lane("done", Some("todo"))), eq(RejectionCode::InUse));
    let refusal = desk.refusal("root", delete_lane("review", None));
    expect_that!((refusal.code, refusal.limit), eq((RejectionCode::InUse, Some(1))));
    expect_that!(refusal.field.as_deref(), some(eq("move_items_to")));
    expect_that!(desk.refused("root", delete_lane("review", Some("review"))), eq(RejectionCode::Invalid));
    desk.run("root", delete_lane("review", Some("done")));
    // Moved into a finished lane, it is finished.
    expect_that!(desk.stored(&key).completed_at, some(anything()));
    // An empty one needs no target, and another completed one frees the last.
    desk.run("root", delete_lane("in_progress", None));
    let shipped = NewLane {
        id: None,
        name: "Shipped".to_owned(),
        status: None,
        category: LaneCategory::Completed,
        wip_limit: None,
    };
    desk.run("root", Change::CreateLane { project: "PM".into(), lane: shipped, place: None });
    desk.run("root", delete_lane("done", Some("shipped")));
}

/// "While a lane holds items its category changes only within {backlog, unstarted, started} or within {completed,
/// canceled}."
#[gtest]
fn given_a_lane_with_items_when_its_category_changes_then_only_on_its_side_of_the_finish() {
    let desk = Desk::new();
    let key = desk.item(ItemKind::Task, None);
    desk.run("root", to_lane(&key, "review"));
    desk.run("root", category("review", LaneCategory::Unstarted));
    for finished in [LaneCategory::Completed, LaneCategory::Canceled] {
        expect_that!(desk.refused("root", category("review", finished)), eq(RejectionCode::InUse));
    }
    desk.run("root", to_lane(&key, "todo"));
    desk.run("root", category("review", LaneCategory::Canceled));
    desk.run("root", to_lane(&key, "review"));
    expect_that!(desk.refused("root", category("review", LaneCategory::Started)), eq(RejectionCode::InUse));
    desk.run("root", category("review", LaneCategory::Completed));
    // The last completed lane stays one.
    desk.run("root", category("done", LaneCategory::Canceled));
    expect_that!(desk.refused("root", category("review", LaneCategory::Canceled)), eq(RejectionCode::InUse));
}
