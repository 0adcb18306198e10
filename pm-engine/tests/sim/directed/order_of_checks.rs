//! "Order of checks: form, command record, visible, role, archived or frozen, version, rule."

use googletest::prelude::*;
use pm_engine::command::{
    Change, Command, ItemMove, LaneChange, LaneTarget, NewComment, NewSprint, NewTimeEntry, ParentChange,
    SprintAssignment, SprintChange, TimeEntryChange,
};
use pm_engine::model::{ItemKind, ProjectRole, Timestamp};
use pm_engine::rejection::RejectionCode;

use super::Desk;
use crate::plan::{MONDAY, actor, user};

fn viewer(desk: &Desk, who: &str) {
    desk.run("root", Change::SetMember { project: "PM".into(), user: user(who), role: ProjectRole::Viewer });
}

fn archive(desk: &Desk) {
    desk.run("root", Change::ArchiveProject { project: "PM".into() });
}

/// Visible before role and archive.
#[gtest]
fn given_deleted_entities_when_somebody_without_the_role_names_them_then_they_are_not_found() {
    let desk = Desk::new();
    viewer(&desk, "bob");
    let key = desk.item(ItemKind::Task, None);
    let sprint = desk.make(Change::CreateSprint(NewSprint::new("PM", "One")));
    desk.run("root", Change::DeleteSprint { sprint: sprint.as_str().into() });
    let lane = desk.text("SELECT id FROM swim_lanes WHERE status = 'review'").unwrap();
    let target = LaneTarget { project: None, lane: lane.as_str().into() };
    desk.run("root", Change::DeleteLane { lane: target.clone(), move_items_to: None });
    let comment = desk.make(Change::AddComment(NewComment::new(key.as_str(), "Well")));
    desk.run("root", Change::DeleteComment { comment: comment.as_str().into() });
    archive(&desk);
    let changes = vec![SprintChange::Goal("Goal".to_owned())];
    for change in [
        Change::UpdateSprint { sprint: sprint.as_str().into(), changes },
        Change::UpdateLane { lane: target, changes: vec![LaneChange::Name("Lane".to_owned())] },
        Change::EditComment { comment: comment.as_str().into(), text: "Oh".to_owned() },
    ] {
        expect_that!(desk.refused("bob", change), eq(RejectionCode::NotFound));
    }
}

/// Role before archived.
#[gtest]
fn given_an_archived_project_when_somebody_without_the_role_changes_it_then_it_is_forbidden() {
    let desk = Desk::new();
    let key = desk.item(ItemKind::Task, None);
    let comment = desk.make(Change::AddComment(NewComment::new(key.as_str(), "Well")));
    archive(&desk);
    let edit = Change::EditComment { comment: comment.as_str().into(), text: "Mine now".to_owned() };
    expect_that!(desk.refused("bob", edit.clone()), eq(RejectionCode::Forbidden));
    expect_that!(desk.refused("root", edit), eq(RejectionCode::Archived));
    let entry = |whose: &str| {
        Change::AddTimeEntry(NewTimeEntry {
            id: None,
            item: key.as_str().into(),
            user: Some(user(whose)),
            started_at: Timestamp::from_millis(MONDAY - 60_000),
            ended_at: Timestamp::from_millis(MONDAY),
            note: String::new(),
        })
    };
    expect_that!(desk.refused("bob", entry("ann")), eq(RejectionCode::Forbidden));
    expect_that!(desk.refused("bob", entry("bob")), eq(RejectionCode::Archived));
}

/// Frozen before the rules.
#[gtest]
fn given_an_ended_sprint_when_a_move_into_it_would_also_close_a_cycle_then_it_is_frozen() {
    let desk = Desk::new();
    let parent = desk.item(ItemKind::Epic, None);
    let child = desk.item(ItemKind::Epic, Some(&parent));
    let ended = desk.make(Change::CreateSprint(NewSprint::new("PM", "Ended")));
    desk.run("root", Change::CancelSprint { sprint: ended.as_str().into() });
    let to = ItemMove {
        parent: Some(ParentChange::Set(child.as_str().into())),
        sprint: Some(SprintAssignment::Set(ended.as_str().into())),
        ..ItemMove::new(parent.as_str())
    };
    expect_that!(desk.refused("root", Change::MoveItem(to)), eq(RejectionCode::Frozen));
    // A planned sprint cannot be completed; that its carry target has ended comes first.
    let planned = desk.make(Change::CreateSprint(NewSprint::new("PM", "Planned")));
    let carry_to = Some(ended.as_str().into());
    let complete = Change::CompleteSprint { sprint: planned.as_str().into(), carry_to };
    expect_that!(desk.refused("root", complete), eq(RejectionCode::Frozen));
}

/// Archived before version, version before rule.
#[gtest]
fn given_an_old_version_when_an_item_is_deleted_then_the_archive_comes_before_it_and_its_children_after() {
    let desk = Desk::new();
    let parent = desk.item(ItemKind::Epic, None);
    desk.item(ItemKind::Task, Some(&parent));
    let delete = Change::DeleteItem { item: parent.as_str().into(), cascade: false };
    let at = |version| {
        desk.execute(Command::new(actor("root"), delete.clone()).expecting(version)).unwrap_err().code
    };
    expect_that!(at(9), eq(RejectionCode::Conflict));
    expect_that!(at(1), eq(RejectionCode::HasChildren));
    archive(&desk);
    expect_that!(at(9), eq(RejectionCode::Archived));
}

/// "comments and entries are hidden by their item, without events"
#[gtest]
fn given_a_deleted_item_when_its_comments_and_entries_are_named_then_they_are_not_found() {
    let desk = Desk::new();
    let key = desk.item(ItemKind::Task, None);
    let comment = desk.make(Change::AddComment(NewComment::new(key.as_str(), "Well")));
    let entry = desk.make(Change::AddTimeEntry(NewTimeEntry {
        id: None,
        item: key.as_str().into(),
        user: None,
        started_at: Timestamp::from_millis(MONDAY - 60_000),
        ended_at: Timestamp::from_millis(MONDAY),
        note: String::new(),
    }));
    let events = desk.events_of(|desk| drop(desk.run("root", super::delete(&key))));
    expect_that!(events.len(), eq(1));
    let changes = vec![TimeEntryChange::Note("Late".to_owned())];
    for change in [
        Change::EditComment { comment: comment.as_str().into(), text: "Oh".to_owned() },
        Change::UpdateTimeEntry { entry: entry.as_str().into(), changes },
        Change::DeleteTimeEntry { entry: entry.as_str().into() },
        Change::RestoreTimeEntry { entry: entry.as_str().into() },
    ] {
        expect_that!(desk.refused("root", change), eq(RejectionCode::NotFound));
    }
}
