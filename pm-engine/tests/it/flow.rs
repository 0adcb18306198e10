//! The whole story, from the first project to a completed sprint, with two clients that watch it.

use googletest::prelude::*;
use pm_engine::command::{Change, NewComment, NewItem, NewSprint, NewTimeEntry};
use pm_engine::model::{DependencyKind, ItemKind, Timestamp};

use crate::support::{Bench, MONDAY, admin, item, item_with, member, run, to_lane};

#[gtest]
fn given_two_clients_when_a_project_is_worked_through_then_both_see_every_event_in_order() {
    let bench = Bench::with_workers(2);
    let tenant = bench.tenant("acme");
    let mut ann = tenant.subscribe(&member("ann"), 0, None).unwrap();
    let mut bob = tenant.subscribe(&member("bob"), 0, None).unwrap();
    let epic = item(&tenant, ItemKind::Epic, "Checkout");
    let story = item_with(
        &tenant,
        NewItem {
            parent: Some(epic.as_str().into()),
            points: Some(5.0),
            ..NewItem::new("PM", ItemKind::Story, "Pay")
        },
    );
    let task = item_with(
        &tenant,
        NewItem { parent: Some(story.as_str().into()), ..NewItem::new("PM", ItemKind::Task, "Card form") },
    );
    let other = item(&tenant, ItemKind::Task, "Keys");
    run(
        &tenant,
        &admin(),
        Change::AddDependency {
            id: None,
            kind: DependencyKind::Blocks,
            from: other.as_str().into(),
            to: task.as_str().into(),
        },
    );
    let sprint =
        run(&tenant, &admin(), Change::CreateSprint(NewSprint::new("PM", "Sprint 1"))).results[0].id.clone();
    for key in [&story, &task] {
        let mut moved = pm_engine::command::ItemMove::new(key.as_str());
        moved.sprint = Some(pm_engine::command::SprintAssignment::Set(sprint.as_str().into()));
        run(&tenant, &admin(), Change::MoveItem(moved));
    }
    run(&tenant, &admin(), Change::StartSprint { sprint: sprint.as_str().into() });
    run(
        &tenant,
        &member("ann"),
        Change::StartTimer { id: None, item: task.as_str().into(), note: String::new() },
    );
    bench.clock.advance(3_600_000);
    run(&tenant, &member("ann"), Change::StopTimer { entry: None });
    run(
        &tenant,
        &member("bob"),
        Change::AddTimeEntry(NewTimeEntry {
            id: None,
            item: story.as_str().into(),
            user: None,
            started_at: Timestamp::from_millis(MONDAY),
            ended_at: Timestamp::from_millis(MONDAY + 1_800_000),
            note: "review".to_owned(),
        }),
    );
    run(
        &tenant,
        &member("bob"),
        Change::AddComment(NewComment::new(task.as_str(), format!("see {other}, @ann"))),
    );
    for key in [&other, &task, &story] {
        run(&tenant, &admin(), to_lane(key, "done"));
    }
    run(&tenant, &admin(), Change::CompleteSprint { sprint: sprint.as_str().into(), carry_to: None });
    let head = tenant.head().unwrap();
    for stream in [&mut ann, &mut bob] {
        let mut seen = Vec::new();
        while let Some(batch) = stream.try_next().unwrap() {
            seen.extend(batch.decode().unwrap().into_iter().map(|event| event.sequence));
        }
        expect_that!(seen, eq(&(1..=head).collect::<Vec<_>>()));
    }
}
