//! Sprints.

use googletest::prelude::*;
use pm_engine::command::{Change, ItemChange, NewLane, NewSprint, ProjectChange};
use pm_engine::model::{Entity, ItemKind, LaneCategory, Sprint};
use pm_engine::rejection::RejectionCode;

use super::{Desk, to_lane, to_sprint};

fn sprint(desk: &Desk, name: &str) -> String {
    desk.make(Change::CreateSprint(NewSprint::new("PM", name)))
}

fn stored(desk: &Desk, id: &str) -> Sprint {
    let found = desk.events_after(0).into_iter().rev().find_map(|event| match event.entity {
        Some(Entity::Sprint(sprint)) if sprint.id.to_string() == id => Some(*sprint),
        _ => None,
    });
    found.unwrap()
}

/// "Completion names where unfinished items go …; canceled ones are not carried; each carried item is an event.
/// Completed points are the velocity."
#[gtest]
fn given_a_sprint_with_open_done_and_canceled_items_when_completed_then_only_the_open_one_is_carried() {
    let desk = Desk::new();
    let off = NewLane {
        id: None,
        name: "Off".to_owned(),
        status: None,
        category: LaneCategory::Canceled,
        wip_limit: None,
    };
    desk.run("root", Change::CreateLane { project: "PM".into(), lane: off, place: None });
    let (one, two) = (sprint(&desk, "One"), sprint(&desk, "Two"));
    let items: Vec<String> = (0..3).map(|_| desk.item(ItemKind::Task, None)).collect();
    for item in &items {
        let changes = vec![ItemChange::Points(Some(3.0))];
        desk.run("root", Change::UpdateItem { item: item.as_str().into(), changes });
        desk.run("root", to_sprint(item, &one));
    }
    desk.run("root", Change::StartSprint { sprint: one.as_str().into() });
    expect_that!(stored(&desk, &one).committed_points, eq(9.0));
    desk.run("root", to_lane(&items[1], "done"));
    desk.run("root", to_lane(&items[2], "off"));
    let complete =
        Change::CompleteSprint { sprint: one.as_str().into(), carry_to: Some(two.as_str().into()) };
    let events = desk.events_of(|desk| drop(desk.run("root", complete)));
    expect_that!(events.len(), eq(2));
    let ended = stored(&desk, &one);
    expect_that!((ended.completed_items, ended.completed_points), eq((1, 3.0)));
    let places: Vec<Option<String>> =
        items.iter().map(|item| desk.stored(item).sprint.map(|id| id.to_string())).collect();
    expect_that!(places, eq(&vec![Some(two), Some(one.clone()), Some(one.clone())]));
    // "the item's own sprint may change freely afterwards", the record stays; the sprint itself is frozen.
    let sql = "SELECT count(*) FROM sprint_items WHERE phase = 'completion'";
    desk.run("root", super::delete(&items[1]));
    expect_that!(desk.count(sql), eq(3));
    expect_that!(desk.refused("root", to_sprint(&items[0], &one)), eq(RejectionCode::Frozen));
    expect_that!(
        desk.refused("root", Change::CancelSprint { sprint: one.as_str().into() }),
        eq(RejectionCode::Frozen)
    );
}

/// "At most one active per project unless the project allows parallel ones (`wrong_state`)."
#[gtest]
fn given_an_active_sprint_when_another_starts_then_only_parallel_projects_allow_it() {
    let desk = Desk::new();
    let (one, two) = (sprint(&desk, "One"), sprint(&desk, "Two"));
    desk.run("root", Change::StartSprint { sprint: one.as_str().into() });
    let start = Change::StartSprint { sprint: two.as_str().into() };
    expect_that!(desk.refused("root", start.clone()), eq(RejectionCode::WrongState));
    let parallel = |on| Change::UpdateProject {
        project: "PM".into(),
        changes: vec![ProjectChange::ParallelSprints(on)],
    };
    desk.run("root", parallel(true));
    desk.run("root", start);
    expect_that!(desk.refused("root", parallel(false)), eq(RejectionCode::WrongState));
}

/// Nothing committed is 0, not the empty sum's −0.
#[gtest]
fn given_an_empty_sprint_when_started_then_its_commitment_is_a_plain_zero() {
    let desk = Desk::new();
    let one = sprint(&desk, "One");
    desk.run("root", Change::StartSprint { sprint: one.as_str().into() });
    expect_that!(stored(&desk, &one).committed_points.is_sign_negative(), is_false());
    desk.run("root", Change::CompleteSprint { sprint: one.as_str().into(), carry_to: None });
    expect_that!(stored(&desk, &one).completed_points.is_sign_negative(), is_false());
}
