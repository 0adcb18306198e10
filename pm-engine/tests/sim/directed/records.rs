//! What is kept of who did what, and what stays as it was recorded.

use googletest::prelude::*;
use pm_engine::command::{
    Actor, Change, Command, ItemChange, ItemMove, NewComment, NewItem, NewSprint, NewTimeEntry,
    SprintAssignment,
};
use pm_engine::model::{ActorKind, CommandId, DependencyKind, ItemKind, Timestamp};
use pm_engine::rejection::RejectionCode;

use super::{Desk, blocks, delete, to_lane, to_parent, to_sprint};
use crate::plan::{MONDAY, actor, user};

fn points(item: &str, points: f64) -> Change {
    Change::UpdateItem { item: item.into(), changes: vec![ItemChange::Points(Some(points))] }
}

fn kind(item: &str, kind: ItemKind) -> Change {
    Change::UpdateItem { item: item.into(), changes: vec![ItemChange::Kind(kind)] }
}

fn relates(from: &str, to: &str) -> Change {
    Change::AddDependency { id: None, kind: DependencyKind::RelatesTo, from: from.into(), to: to.into() }
}

/// "An unknown user is recorded with the first command of his that commits."
#[gtest]
fn given_an_unknown_user_when_his_commands_are_refused_or_change_nothing_then_he_is_not_recorded_yet() {
    let desk = Desk::new();
    let key = desk.item(ItemKind::Task, None);
    let known = || desk.count("SELECT count(*) FROM users WHERE id = 'eve'");
    expect_that!(desk.refused("eve", delete(&key)), eq(RejectionCode::Forbidden));
    desk.run("eve", points(&key, 1.0));
    expect_that!(known(), eq(1));
    desk.run("dee", points(&key, 1.0));
    expect_that!(desk.count("SELECT count(*) FROM users WHERE id = 'dee'"), eq(0));
}

/// "an optional \"on behalf of\", which is only recorded"
#[gtest]
fn given_an_agent_on_behalf_of_an_admin_when_he_acts_then_his_own_rights_count_and_both_are_in_the_event() {
    let desk = Desk::new();
    let key = desk.item(ItemKind::Task, None);
    let agent = Actor { kind: ActorKind::Agent, on_behalf_of: Some(user("root")), ..actor("bob") };
    expect_that!(desk.try_as(&agent, delete(&key)).unwrap_err().code, eq(RejectionCode::Forbidden));
    let events = desk.events_of(|desk| drop(desk.try_as(&agent, points(&key, 1.0)).unwrap()));
    let event = events.last().unwrap();
    expect_that!(event.actor.user, eq(&user("bob")));
    expect_that!(event.actor.kind, eq(ActorKind::Agent));
    expect_that!(event.actor.on_behalf_of, some(eq(&user("root"))));
    expect_that!(desk.stored(&key).updated_by, eq(&user("bob")));
}

/// "Another actor's ids are his own."
#[gtest]
fn given_one_command_id_when_two_actors_use_it_then_each_has_his_effect_and_his_record() {
    let desk = Desk::new();
    let id = CommandId::new("the-same").unwrap();
    let new = |title: &str| Change::CreateItem(Box::new(NewItem::new("PM", ItemKind::Task, title)));
    let send =
        |who: &str, title: &str| desk.execute(Command::new(actor(who), new(title)).with_id(id.clone()));
    let (first, second) = (send("ann", "One").unwrap(), send("bob", "Two").unwrap());
    expect_that!(first.results[0].id, not(eq(&second.results[0].id)));
    expect_that!(send("ann", "Two").unwrap_err().code, eq(RejectionCode::CommandReused));
    let again = send("bob", "Two").unwrap();
    expect_that!((again.replayed, again.first_sequence), eq((true, second.first_sequence)));
}

/// "Start and completion store each item with its points and state in `sprint_items`, which never change; the item's own
/// sprint may change freely afterwards."
#[gtest]
fn given_a_sprints_record_when_its_items_change_and_go_then_the_record_stays() {
    let desk = Desk::new();
    let (done, open) = (desk.item(ItemKind::Task, None), desk.item(ItemKind::Task, None));
    let sprint = desk.make(Change::CreateSprint(NewSprint::new("PM", "One")));
    for (key, size) in [(&done, 3.0), (&open, 5.0)] {
        desk.run("root", points(key, size));
        desk.run("root", to_sprint(key, &sprint));
    }
    let record = |phase: &str| {
        let sql = format!(
            "SELECT group_concat(number || ' ' || points || ' ' || category, ', ') FROM (SELECT i.number, s.points, \
             s.category FROM sprint_items s JOIN work_items i ON i.id = s.item_id WHERE s.phase = '{phase}' \
             ORDER BY i.number)"
        );
        desk.text(&sql).unwrap()
    };
    desk.run("root", Change::StartSprint { sprint: sprint.as_str().into() });
    let started = "1 3.0 backlog, 2 5.0 backlog";
    expect_that!(record("start"), eq(started));
    desk.run("root", points(&done, 8.0));
    desk.run("root", to_lane(&done, "done"));
    desk.run("root", Change::CompleteSprint { sprint: sprint.as_str().into(), carry_to: None });
    let ended = "1 8.0 completed, 2 5.0 backlog";
    expect_that!((record("start"), record("completion")), eq(&(started.to_owned(), ended.to_owned())));
    desk.run("root", points(&open, 1.0));
    desk.run("root", to_lane(&open, "done"));
    let out = ItemMove { sprint: Some(SprintAssignment::Clear), ..ItemMove::new(done.as_str()) };
    desk.run("root", Change::MoveItem(out));
    desk.run("root", delete(&open));
    expect_that!((record("start"), record("completion")), eq(&(started.to_owned(), ended.to_owned())));
    let sql = "SELECT completed_points FROM sprints";
    expect_that!(desk.count(&format!("SELECT CAST(({sql}) AS INTEGER)")), eq(8));
}

/// "Cancel and delete clear the sprint of their items."
#[gtest]
fn given_a_sprint_with_items_when_cancelled_or_deleted_then_they_are_in_none() {
    let desk = Desk::new();
    let key = desk.item(ItemKind::Task, None);
    for name in ["One", "Two"] {
        let sprint = desk.make(Change::CreateSprint(NewSprint::new("PM", name)));
        desk.run("root", to_sprint(&key, &sprint));
        let sprint = sprint.as_str().into();
        let end = match name {
            "One" => Change::CancelSprint { sprint },
            _ => Change::DeleteSprint { sprint },
        };
        desk.run("root", end);
        expect_that!(desk.stored(&key).sprint, none(), "{name}");
    }
}

/// "Comments, entries and dependencies do not change the item's version."
#[gtest]
fn given_an_item_when_it_is_commented_timed_and_related_then_its_version_stays() {
    let desk = Desk::new();
    let (key, other) = (desk.item(ItemKind::Task, None), desk.item(ItemKind::Task, None));
    desk.run("root", Change::AddComment(NewComment::new(key.as_str(), "Well")));
    desk.run("root", blocks(&key, &other));
    desk.run("root", blocks(&desk.item(ItemKind::Task, None), &key));
    let entry = NewTimeEntry {
        id: None,
        item: key.as_str().into(),
        user: None,
        started_at: Timestamp::from_millis(MONDAY - 60_000),
        ended_at: Timestamp::from_millis(MONDAY),
        note: String::new(),
    };
    desk.run("root", Change::AddTimeEntry(entry));
    expect_that!(desk.count("SELECT version FROM work_items WHERE number = 1"), eq(1));
    desk.execute(Command::new(actor("root"), points(&key, 1.0)).expecting(1)).unwrap();
}

/// "Not twice per kind … A pair deleted can be made again."
#[gtest]
fn given_a_pair_when_related_again_then_it_exists_already_until_it_is_taken_away() {
    let desk = Desk::new();
    let (a, b) = (desk.item(ItemKind::Task, None), desk.item(ItemKind::Task, None));
    let first = desk.make(blocks(&a, &b));
    desk.make(relates(&a, &b));
    expect_that!(desk.refused("root", blocks(&a, &b)), eq(RejectionCode::AlreadyExists));
    // It has no direction.
    expect_that!(desk.refused("root", relates(&b, &a)), eq(RejectionCode::AlreadyExists));
    desk.run("root", Change::RemoveDependency { dependency: first.as_str().into() });
    desk.run("root", blocks(&b, &a));
    expect_that!(desk.refused("root", blocks(&a, &b)), eq(RejectionCode::Cycle));
}

/// "never of a lower level than the child … Kind changes only where parent and children still fit."
#[gtest]
fn given_a_family_when_a_kind_changes_then_only_where_parent_and_children_fit() {
    let desk = Desk::new();
    let story = desk.item(ItemKind::Story, None);
    let task = desk.item(ItemKind::Task, Some(&story));
    expect_that!(desk.refused("root", kind(&task, ItemKind::Epic)), eq(RejectionCode::Invalid));
    desk.run("root", kind(&task, ItemKind::Story));
    expect_that!(desk.refused("root", kind(&story, ItemKind::Bug)), eq(RejectionCode::Invalid));
    desk.run("root", kind(&story, ItemKind::Epic));
    desk.run("root", kind(&task, ItemKind::Epic));
    let below = desk.item(ItemKind::Bug, Some(&task));
    // Task and bug are on one level.
    desk.run("root", to_parent(&desk.item(ItemKind::Task, None), &below));
    expect_that!(desk.refused("root", to_parent(&story, &below)), eq(RejectionCode::Invalid));
}
