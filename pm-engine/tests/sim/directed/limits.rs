//! Limits that chance does not reach.

use googletest::prelude::*;
use pm_engine::command::{Change, Command, NewComment, NewItem, NewLane};
use pm_engine::limits;
use pm_engine::model::{ItemKind, ItemRef, LaneCategory};
use pm_engine::rejection::RejectionCode;

use super::{Desk, blocks, to_lane};
use crate::plan::actor;

/// "Depth ≤ 16."
#[gtest]
fn given_a_tree_of_16_levels_when_a_17th_is_added_then_it_is_too_deep() {
    let desk = Desk::new();
    let mut parent = desk.item(ItemKind::Epic, None);
    for _ in 1..limits::ITEM_DEPTH_MAX {
        parent = desk.item(ItemKind::Epic, Some(&parent));
    }
    let new =
        NewItem { parent: Some(parent.as_str().into()), ..NewItem::new("PM", ItemKind::Task, "Too deep") };
    expect_that!(desk.refused("root", Change::CreateItem(Box::new(new))), eq(RejectionCode::TooLarge));
    // Nor by moving a tree below it.
    let top = desk.item(ItemKind::Epic, None);
    desk.item(ItemKind::Task, Some(&top));
    expect_that!(desk.refused("root", super::to_parent("PM-1", &top)), eq(RejectionCode::TooLarge));
}

/// "a reply names the comment it answers, depth ≤ 16"
#[gtest]
fn given_a_thread_of_16_when_a_17th_answers_then_it_is_too_deep() {
    let desk = Desk::new();
    let item = desk.item(ItemKind::Task, None);
    let reply = |to: Option<&str>| {
        Change::AddComment(NewComment {
            reply_to: to.map(Into::into),
            ..NewComment::new(item.as_str(), "Well")
        })
    };
    let mut last = desk.make(reply(None));
    for _ in 1..limits::COMMENT_DEPTH_MAX {
        last = desk.make(reply(Some(&last)));
    }
    expect_that!(desk.refused("root", reply(Some(&last))), eq(RejectionCode::TooLarge));
}

/// "≤ 500 per item and direction (`too_large`)"
#[gtest]
fn given_an_item_with_500_blockers_when_one_more_is_added_then_it_is_too_large() {
    let desk = Desk::new();
    let item = desk.item(ItemKind::Task, None);
    let max = usize::try_from(limits::DEPENDENCIES_PER_DIRECTION_MAX).unwrap();
    let new = |_| Change::CreateItem(Box::new(NewItem::new("PM", ItemKind::Task, "Blocker")));
    let made = desk.execute(Command::batch(actor("root"), (0..=max).map(new).collect())).unwrap();
    let keys: Vec<String> = made.results.iter().filter_map(|result| result.key.clone()).collect();
    let all = keys[..max].iter().map(|key| blocks(key, &item)).collect();
    desk.execute(Command::batch(actor("root"), all)).unwrap();
    expect_that!(desk.refused("root", blocks(&keys[max], &item)), eq(RejectionCode::TooLarge));
    // The other direction has room.
    desk.run("root", blocks(&item, &keys[max]));
}

#[gtest]
fn given_a_project_with_100_lanes_when_one_more_is_added_then_it_is_too_large() {
    let desk = Desk::new();
    let lane = |n: usize| Change::CreateLane {
        project: "PM".into(),
        lane: NewLane {
            id: None,
            name: format!("Lane {n}"),
            status: None,
            category: LaneCategory::Started,
            wip_limit: None,
        },
        place: None,
    };
    desk.execute(Command::batch(actor("root"), (5..limits::LANES_MAX).map(lane).collect())).unwrap();
    expect_that!(desk.refused("root", lane(100)), eq(RejectionCode::TooLarge));
}

/// "A batch is one command of up to 1,000 parts" and "An encoded command is ≤ 1 MiB, else `too_large`."
#[gtest]
fn given_commands_past_the_size_limits_when_sent_then_they_are_too_large() {
    let desk = Desk::new();
    let stop = Change::StopTimer { entry: None };
    let many = Command::batch(actor("root"), vec![stop; limits::PARTS_MAX + 1]);
    expect_that!(desk.execute(many).unwrap_err().code, eq(RejectionCode::TooLarge));
    let long = "x".repeat(limits::DESCRIPTION_CHARS_MAX);
    let new = NewItem { description: long, ..NewItem::new("PM", ItemKind::Task, "Long") };
    let big = Command::batch(actor("root"), vec![Change::CreateItem(Box::new(new)); 11]);
    expect_that!(desk.execute(big).unwrap_err().code, eq(RejectionCode::TooLarge));
}

/// "A command makes at most 10,000 events, else `too_large`, nothing done."
#[gtest]
fn given_a_tree_of_more_than_10000_when_it_would_be_deleted_then_it_is_too_large() {
    let desk = Desk::new();
    let top = desk.item(ItemKind::Epic, None);
    let under = |_| {
        let parent = Some(ItemRef::new(top.clone()));
        Change::CreateItem(Box::new(NewItem { parent, ..NewItem::new("PM", ItemKind::Task, "Leaf") }))
    };
    for _ in 0..10 {
        desk.execute(Command::batch(actor("root"), (0..1_000).map(under).collect())).unwrap();
    }
    expect_that!(desk.refused("root", super::delete(&top)), eq(RejectionCode::TooLarge));
    expect_that!(desk.count("SELECT count(*) FROM work_items WHERE deleted_at IS NOT NULL"), eq(0));
    // One less is exactly as many as one command may make.
    desk.run("root", super::delete("PM-2"));
    desk.run("root", super::delete(&top));
    expect_that!(desk.count("SELECT count(*) FROM work_items WHERE deleted_at IS NULL"), eq(0));
}

#[gtest]
fn given_a_sprint_of_5000_items_when_one_more_is_added_then_it_is_too_large() {
    let desk = Desk::new();
    let sprint = desk.make(Change::CreateSprint(pm_engine::command::NewSprint::new("PM", "One")));
    let inside = |_| {
        let sprint = Some(sprint.as_str().into());
        Change::CreateItem(Box::new(NewItem { sprint, ..NewItem::new("PM", ItemKind::Task, "Inside") }))
    };
    for _ in 0..limits::SPRINT_ITEMS_MAX / limits::PARTS_MAX {
        desk.execute(Command::batch(actor("root"), (0..limits::PARTS_MAX).map(inside).collect())).unwrap();
    }
    let refusal = desk.refusal("root", inside(0));
    expect_that!((refusal.code, refusal.limit), eq((RejectionCode::TooLarge, Some(5_000))));
    let outside = desk.item(ItemKind::Task, None);
    expect_that!(desk.refused("root", super::to_sprint(&outside, &sprint)), eq(RejectionCode::TooLarge));
    // Nor do more come by being carried over than there is room for.
    let next = desk.make(Change::CreateSprint(pm_engine::command::NewSprint::new("PM", "Two")));
    for key in [&outside, "PM-1", "PM-2"] {
        desk.run("root", super::to_sprint(key, &next));
    }
    desk.run("root", Change::StartSprint { sprint: next.as_str().into() });
    let complete =
        || Change::CompleteSprint { sprint: next.as_str().into(), carry_to: Some(sprint.as_str().into()) };
    expect_that!(desk.refused("root", complete()), eq(RejectionCode::TooLarge));
    desk.run("root", to_lane(&outside, "done"));
    desk.run("root", complete());
    let sql = "SELECT item_count FROM sprints WHERE name = 'One'";
    expect_that!(desk.count(sql), eq(i64::try_from(limits::SPRINT_ITEMS_MAX).unwrap()));
}
