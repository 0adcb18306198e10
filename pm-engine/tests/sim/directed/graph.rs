//! "One cycle rule."

use googletest::prelude::*;
use pm_engine::command::{Change, NewItem, NewProject};
use pm_engine::limits;
use pm_engine::model::{ItemKind, Visibility};
use pm_engine::rejection::{PathStep, RejectionCode};

use super::{Desk, blocks, delete, to_lane, to_parent};

/// "an item blocking itself, blocking loops of any length, an item under its own descendant, a parent that blocks its
/// child, a child that blocks its parent, and two epics each of which waits for a story of the other"
#[gtest]
fn given_each_kind_of_cycle_when_it_would_close_then_it_is_refused_with_its_path() {
    let desk = Desk::new();
    let epic = desk.item(ItemKind::Epic, None);
    let story = desk.item(ItemKind::Story, Some(&epic));
    let task = desk.item(ItemKind::Task, Some(&story));
    let other = desk.item(ItemKind::Epic, None);
    let theirs = desk.item(ItemKind::Story, Some(&other));
    for change in [
        blocks(&task, &task),
        blocks(&epic, &story),
        blocks(&story, &epic),
        blocks(&epic, &task),
        blocks(&task, &epic),
    ] {
        let refusal = desk.refusal("root", change);
        expect_that!(refusal.code, eq(RejectionCode::Cycle));
        expect_that!(refusal.path, not(is_empty()));
        expect_that!(refusal.path_length, some(gt(0)));
    }
    expect_that!(desk.refused("root", to_parent(&epic, &epic)), eq(RejectionCode::Cycle));
    // The epic waits for a story of the other; the other may not wait for a story of this one.
    desk.run("root", blocks(&theirs, &epic));
    expect_that!(desk.refused("root", blocks(&story, &other)), eq(RejectionCode::Cycle));
    // "It holds for new dependencies, new parents and imports."
    let lone = desk.item(ItemKind::Epic, None);
    desk.run("root", blocks(&lone, &theirs));
    expect_that!(desk.refused("root", to_parent(&lone, &epic)), eq(RejectionCode::Cycle));
}

/// "Four different stories of two epics blocking crosswise are no cycle and are accepted."
#[gtest]
fn given_four_stories_of_two_epics_when_they_block_crosswise_then_it_is_accepted() {
    let desk = Desk::new();
    let (a, b) = (desk.item(ItemKind::Epic, None), desk.item(ItemKind::Epic, None));
    let stories: Vec<String> = [&a, &a, &b, &b].map(|epic| desk.item(ItemKind::Story, Some(epic))).to_vec();
    desk.run("root", blocks(&stories[0], &stories[2]));
    desk.run("root", blocks(&stories[3], &stories[1]));
}

/// "Lanes do not matter: finished items stay in the graph; deleted ones are out."
#[gtest]
fn given_a_finished_and_a_deleted_item_when_a_loop_would_go_through_them_then_only_the_finished_one_counts() {
    let desk = Desk::new();
    let items: Vec<String> = (0..3).map(|_| desk.item(ItemKind::Task, None)).collect();
    desk.run("root", blocks(&items[0], &items[1]));
    desk.run("root", blocks(&items[1], &items[2]));
    desk.run("root", to_lane(&items[1], "done"));
    expect_that!(desk.refused("root", blocks(&items[2], &items[0])), eq(RejectionCode::Cycle));
    desk.run("root", delete(&items[1]));
    desk.run("root", blocks(&items[2], &items[0]));
}

/// "the path (at most 100 items, and its true length)"
#[gtest]
fn given_a_chain_of_150_when_its_end_would_block_its_start_then_the_path_is_cut_and_its_length_told() {
    let desk = Desk::new();
    let items: Vec<String> = (0..150).map(|_| desk.item(ItemKind::Task, None)).collect();
    for pair in items.windows(2) {
        desk.run("root", blocks(&pair[0], &pair[1]));
    }
    let refusal = desk.refusal("root", blocks(&items[149], &items[0]));
    expect_that!(refusal.code, eq(RejectionCode::Cycle));
    expect_that!(refusal.path.len(), le(limits::CYCLE_PATH_MAX));
    expect_that!(refusal.path_length, some(ge(150)));
}

/// "Items one may not see appear as `hidden` in paths and lists"
#[gtest]
fn given_a_loop_through_a_private_project_when_an_outsider_closes_it_then_its_items_are_hidden() {
    let desk = Desk::new();
    let secret = NewProject { visibility: Visibility::Private, ..NewProject::new("SEC", "Secret") };
    desk.run("root", Change::CreateProject(secret));
    desk.run("root", Change::CreateItem(Box::new(NewItem::new("SEC", ItemKind::Task, "Plan"))));
    let (a, b) = (desk.item(ItemKind::Task, None), desk.item(ItemKind::Task, None));
    desk.run("root", blocks(&a, "SEC-1"));
    desk.run("root", blocks("SEC-1", &b));
    let refusal = desk.refusal("bob", blocks(&b, &a));
    expect_that!(refusal.code, eq(RejectionCode::Cycle));
    expect_that!(refusal.path.contains(&PathStep::Hidden), is_true());
    expect_that!(format!("{refusal:?}").contains("SEC"), is_false());
}
