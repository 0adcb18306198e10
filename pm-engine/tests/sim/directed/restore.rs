//! "Delete is soft …" and "Restore brings the group back and never fails for what has changed since".

use googletest::prelude::*;
use pm_engine::command::{Change, Command, NewSprint};
use pm_engine::model::{Action, EntityKind, ItemKind, NoteKind};

use super::{Desk, actor, blocks, delete, notes, restore, to_lane, to_sprint};

/// "one event per deleted item, dropped dependency and stopped timer"
#[gtest]
fn given_a_tree_with_a_dependency_and_a_timer_when_deleted_then_each_has_its_event_and_comes_back() {
    let desk = Desk::new();
    let story = desk.item(ItemKind::Story, None);
    let task = desk.item(ItemKind::Task, Some(&story));
    let other = desk.item(ItemKind::Task, None);
    desk.run("root", blocks(&other, &task));
    desk.run("ann", Change::StartTimer { id: None, item: task.as_str().into(), note: String::new() });
    let events = desk.events_of(|desk| drop(desk.run("root", delete(&story))));
    let count = |kind, action| events.iter().filter(|e| (e.entity_kind, e.action) == (kind, action)).count();
    expect_that!(count(EntityKind::WorkItem, Action::Deleted), eq(2));
    expect_that!(count(EntityKind::Dependency, Action::Deleted), eq(1));
    expect_that!(count(EntityKind::TimeEntry, Action::Stopped), eq(1));
    expect_that!(events.len(), eq(4));
    let back = desk.events_of(|desk| drop(desk.run("root", restore(&story))));
    expect_that!(back.iter().filter(|e| e.action == Action::Restored).count(), eq(3));
    expect_that!(desk.stored(&task).parent, some(eq(desk.stored(&story).id)));
}

/// "Restore brings the group back": what one command deleted with the item, and nothing else of that command.
#[gtest]
fn given_a_command_that_removed_other_things_too_when_an_item_of_it_is_restored_then_only_its_own_come_back()
{
    let desk = Desk::new();
    let [item, beside, from, to] = [(); 4].map(|()| desk.item(ItemKind::Task, None));
    let own = desk.make(blocks(&item, &to));
    let others = desk.make(blocks(&from, &to));
    let remove = Change::RemoveDependency { dependency: others.as_str().into() };
    desk.execute(Command::batch(actor("root"), vec![remove, delete(&item), delete(&beside)])).unwrap();
    let outcome = desk.run("root", restore(&item));
    expect_that!(notes(&outcome), is_empty());
    let live = "SELECT group_concat(id) FROM dependencies WHERE deleted_at IS NULL";
    expect_that!(desk.text(live), some(eq(&own)));
    expect_that!(desk.stored(&beside).deleted_at, some(anything()));
}

/// "left out and named in the outcome are dependencies whose other end is not live, that exist again or would close a
/// cycle, an ended sprint, a dead parent. A lane that is gone becomes the default."
#[gtest]
fn given_much_has_changed_when_an_item_is_restored_then_each_thing_left_out_is_named() {
    let desk = Desk::new();
    let parent = desk.item(ItemKind::Story, None);
    let item = desk.item(ItemKind::Task, Some(&parent));
    let (gone, again) = (desk.item(ItemKind::Task, None), desk.item(ItemKind::Task, None));
    desk.run("root", blocks(&gone, &item));
    desk.run("root", blocks(&item, &again));
    desk.run("root", to_lane(&item, "review"));
    let sprint = desk.make(Change::CreateSprint(NewSprint::new("PM", "One")));
    desk.run("root", to_sprint(&item, &sprint));
    desk.run("root", delete(&item));
    for key in [&parent, &gone] {
        desk.run("root", delete(key));
    }
    desk.run("root", Change::CancelSprint { sprint: sprint.as_str().into() });
    let review = pm_engine::command::LaneTarget { project: Some("PM".into()), lane: "review".into() };
    desk.run("root", Change::DeleteLane { lane: review, move_items_to: None });
    let outcome = desk.run("root", restore(&item));
    for kind in [
        NoteKind::DependencyLeftOut,
        NoteKind::SprintLeftOut,
        NoteKind::ParentLeftOut,
        NoteKind::LaneReplaced,
    ] {
        expect_that!(notes(&outcome), contains(eq(&kind)));
    }
    let back = desk.stored(&item);
    expect_that!((back.parent, back.sprint, back.deleted_at), eq((None, None, None)));
    // "the changed fields with their old value": what did not come back as it was is in the event and the activity.
    let event = desk.events_after(outcome.first_sequence.unwrap() - 1).remove(0);
    let fields: Vec<&str> = event.changes.iter().map(|change| change.field.as_str()).collect();
    expect_that!(fields, eq(&vec!["lane", "sprint", "parent", "parent_order"]));
    let parent = desk.text("SELECT id FROM work_items WHERE number = 1");
    expect_that!(event.changes[2].old, eq(&parent));
    let sql = "SELECT old_value FROM activity_log WHERE action = 'restored' AND field = 'sprint'";
    expect_that!(desk.text(sql), some(eq(&sprint)));
    let sql =
        "SELECT count(*) FROM work_items i JOIN projects p ON i.lane_id = p.default_lane WHERE i.number = 2";
    expect_that!(desk.count(sql), eq(1));
}

#[gtest]
fn given_a_dependency_that_would_now_close_a_cycle_when_restored_then_it_is_left_out() {
    let desk = Desk::new();
    let [before, item, after] = [(); 3].map(|()| desk.item(ItemKind::Task, None));
    desk.run("root", blocks(&before, &item));
    desk.run("root", blocks(&item, &after));
    desk.run("root", delete(&item));
    // While it is away, what waited for it comes to be waited for.
    desk.run("root", blocks(&after, &before));
    expect_that!(notes(&desk.run("root", restore(&item))), eq(&vec![NoteKind::DependencyLeftOut]));
    expect_that!(desk.count("SELECT count(*) FROM dependencies WHERE deleted_at IS NULL"), eq(2));
    let whole = pm_engine::check(desk.folder.path(), "sim").unwrap();
    expect_that!(whole.is_whole(), is_true(), "{whole:?}");
}

/// "Entering a completed or canceled lane sets completed-at; leaving clears it."
#[gtest]
fn given_a_finished_item_whose_lane_is_gone_when_restored_then_it_is_open_again() {
    let desk = Desk::new();
    let done = pm_engine::command::NewLane {
        id: None,
        name: "Shipped".to_owned(),
        status: None,
        category: pm_engine::model::LaneCategory::Completed,
        wip_limit: None,
    };
    desk.run("root", Change::CreateLane { project: "PM".into(), lane: done, place: None });
    let item = desk.item(ItemKind::Task, None);
    desk.run("root", to_lane(&item, "shipped"));
    expect_that!(desk.stored(&item).completed_at, some(anything()));
    desk.run("root", delete(&item));
    let shipped = pm_engine::command::LaneTarget { project: Some("PM".into()), lane: "shipped".into() };
    desk.run("root", Change::DeleteLane { lane: shipped, move_items_to: None });
    desk.run("root", restore(&item));
    expect_that!(desk.stored(&item).completed_at, none());
}
