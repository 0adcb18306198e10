//! The whole story over WebSocket, with two clients that do it together and see the same.

use googletest::prelude::*;
use pm_engine::command::{
    Change, ItemChange, ItemMove, NewComment, NewItem, NewProject, NewSprint, NewTimeEntry, SprintAssignment,
};
use pm_engine::model::{Action, DependencyKind, EntityKind, ItemKind, Timestamp};
use pm_engine::outcome::Outcome;
use pm_examples::client::{Client, ClientError};
use pm_proto as pb;

use crate::support::{TestServer, made, to_lane, user};

async fn done(client: &mut Client, change: Change) -> Outcome {
    client.change(change).await.unwrap()
}

async fn item(client: &mut Client, kind: ItemKind, title: &str, parent: Option<&str>) -> String {
    let new = NewItem {
        parent: parent.map(Into::into),
        points: (kind == ItemKind::Story).then_some(5.0),
        ..NewItem::new("SHOP", kind, title)
    };
    made(&done(client, Change::CreateItem(Box::new(new))).await)
}

fn blocks(from: &str, to: &str) -> Change {
    Change::AddDependency { id: None, kind: DependencyKind::Blocks, from: from.into(), to: to.into() }
}

fn into_sprint(item: &str, sprint: &str) -> Change {
    let sprint = Some(SprintAssignment::Set(sprint.into()));
    Change::MoveItem(ItemMove { sprint, ..ItemMove::new(item) })
}

/// Epic, two stories with two tasks each, the dependency between them, and what it refuses.
async fn plan(ann: &mut Client) -> (Vec<String>, Vec<String>) {
    let mut project = NewProject::new("SHOP", "Web shop");
    project.description = "Everything that *sells*.".to_owned();
    done(ann, Change::CreateProject(project)).await;
    let epic = item(ann, ItemKind::Epic, "Checkout", None).await;
    let (mut stories, mut tasks) = (Vec::new(), Vec::new());
    for story in ["Pay by card", "Order mail"] {
        let key = item(ann, ItemKind::Story, story, Some(&epic)).await;
        for task in ["Design", "Build"] {
            tasks.push(item(ann, ItemKind::Task, &format!("{task}: {story}"), Some(&key)).await);
        }
        stories.push(key);
    }
    done(ann, blocks(&tasks[0], &tasks[1])).await;
    let Err(ClientError::Rejected(cycle)) = ann.change(blocks(&tasks[1], &tasks[0])).await else {
        panic!("the cycle was not refused")
    };
    expect_that!(cycle.code(), eq(pb::RejectionCode::Cycle));
    (stories, tasks)
}

/// Work on one task: a timer, a comment that mentions, a correction, time by hand.
async fn work(ann: &mut Client, bob: &mut Client, task: &str, other: &str) {
    done(
        bob,
        Change::UpdateItem { item: task.into(), changes: vec![ItemChange::Assignee(Some(user("bob")))] },
    )
    .await;
    done(bob, to_lane(task, "in_progress")).await;
    done(bob, Change::StartTimer { id: None, item: task.into(), note: "first cut".to_owned() }).await;
    let asked = done(ann, Change::AddComment(NewComment::new(task, format!("@bob after {other}?")))).await;
    let mut reply = NewComment::new(task, "Yes.");
    reply.reply_to = Some(asked.results[0].id.as_str().into());
    done(bob, Change::AddComment(reply)).await;
    done(bob, Change::StopTimer { entry: None }).await;
    let begin = Timestamp::from_millis(1_767_600_000_000);
    let entry = NewTimeEntry {
        id: None,
        item: task.into(),
        user: None,
        started_at: begin,
        ended_at: Timestamp::from_millis(begin.as_millis() + 3_600_000),
        note: "on paper".to_owned(),
    };
    done(ann, Change::AddTimeEntry(entry)).await;
    done(bob, to_lane(task, "review")).await;
    done(ann, to_lane(task, "done")).await;
}

#[gtest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_two_clients_when_a_project_goes_from_its_start_to_a_completed_sprint_then_both_saw_all_of_it()
{
    let server = TestServer::start().await;
    let (mut ann, mut bob) = (server.client("ann").await, server.client("bob").await);
    let begin = ann.position().sequence;
    let (stories, tasks) = plan(&mut ann).await;

    let sprint = Change::CreateSprint(NewSprint::new("SHOP", "Sprint 1"));
    let sprint = done(&mut ann, sprint).await.results[0].id.clone();
    for key in stories.iter().chain(&tasks) {
        done(&mut ann, into_sprint(key, &sprint)).await;
    }
    done(&mut ann, Change::StartSprint { sprint: sprint.as_str().into() }).await;
    for (index, task) in tasks.iter().enumerate() {
        work(&mut ann, &mut bob, task, &tasks[(index + 1) % tasks.len()]).await;
    }
    done(&mut bob, to_lane(&stories[0], "done")).await;
    let complete = Change::CompleteSprint { sprint: sprint.as_str().into(), carry_to: None };
    let end = done(&mut ann, complete).await.last_sequence.unwrap();

    let seen = ann.events_up_to(end).await.unwrap();
    let also = bob.events_up_to(end).await.unwrap();
    expect_that!(seen, eq(&also));
    let sequences: Vec<_> = seen.iter().map(|event| event.sequence).collect();
    expect_that!(sequences, eq(&(begin + 1..=end).collect::<Vec<_>>()));
    let count = |kind, action| {
        seen.iter().filter(|event| event.entity_kind == kind && event.action == action).count()
    };
    expect_that!(count(EntityKind::WorkItem, Action::Created), eq(7));
    expect_that!(count(EntityKind::Comment, Action::Created), eq(8));
    expect_that!(count(EntityKind::TimeEntry, Action::Started), eq(4));
    expect_that!(count(EntityKind::TimeEntry, Action::Stopped), eq(4));
    expect_that!(count(EntityKind::TimeEntry, Action::Created), eq(4));
    expect_that!(count(EntityKind::Dependency, Action::Created), eq(1));
    let ended = seen.iter().find(|event| event.action == Action::Completed).unwrap();
    let Some(pm_engine::model::Entity::Sprint(sprint)) = &ended.entity else { panic!("no sprint") };
    expect_that!(sprint.committed_points, eq(10.0));
    expect_that!(sprint.completed_points, eq(5.0));
}
