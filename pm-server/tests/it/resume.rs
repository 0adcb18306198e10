//! Coming back: with everything, with a tail missing, with nothing that can be gone on from.

use std::collections::HashMap;

use googletest::prelude::*;
use pm_engine::command::{Actor, Change, Command, NewItem};
use pm_engine::model::{Epoch, ItemKind};
use pm_examples::client::{Client, Hello, Position};
use pm_proto as pb;
use pm_proto::ResumeKind;

use crate::support::{TestServer, close_code, made, task, to_lane, user};

#[gtest]
#[tokio::test]
async fn given_a_client_that_has_everything_when_it_comes_back_then_it_is_up_to_date() {
    let server = TestServer::start().await;
    let mut ann = server.client("ann").await;
    let here = server.here();
    let mut bob = server.back("bob", &here).await;
    expect_that!(bob.welcome().resume(), eq(ResumeKind::UpToDate));
    let end = ann.change(task("New")).await.unwrap().last_sequence.unwrap();
    let events = bob.events_up_to(end).await.unwrap();
    expect_that!(events.first().unwrap().sequence, eq(here.sequence + 1));
}

#[gtest]
#[tokio::test]
async fn given_a_client_that_missed_something_when_it_comes_back_then_it_gets_the_tail() {
    let server = TestServer::start().await;
    let (mut ann, bob) = (server.client("ann").await, server.client("bob").await);
    let position = bob.position().clone();
    drop(bob);
    let item = made(&ann.change(task("Missed")).await.unwrap());
    let end = ann.change(to_lane(&item, "done")).await.unwrap().last_sequence.unwrap();
    let mut bob = server.back("bob", &position).await;
    expect_that!(bob.welcome().resume(), eq(ResumeKind::Tail));
    let sequences: Vec<_> = bob.events_up_to(end).await.unwrap().iter().map(|e| e.sequence).collect();
    expect_that!(sequences, eq(&(position.sequence + 1..=end).collect::<Vec<_>>()));
}

#[gtest]
#[tokio::test]
async fn given_a_position_of_another_history_or_the_future_when_coming_back_then_a_snapshot_is_the_answer() {
    let server = TestServer::start().await;
    let here = server.here();
    let positions = [
        Position { epoch: Epoch::generate().to_string(), ..here.clone() },
        Position { epoch: "no epoch".to_owned(), ..here.clone() },
        Position { sequence: here.sequence + 1, ..here.clone() },
        Position { sequence: -1, ..here.clone() },
    ];
    for position in positions {
        let mut bob = server.back("bob", &position).await;
        expect_that!(bob.welcome().resume(), eq(ResumeKind::Snapshot));
        let entities = bob.snapshot().await.unwrap();
        expect_that!(entities.len(), gt(5));
        expect_that!(bob.position(), eq(&here));
    }
}

/// Versions by item, as a client that applies entities and takes the higher version has them.
fn take(items: &mut HashMap<String, pb::WorkItem>, entity: Option<pb::Entity>) {
    if let Some(pb::entity::Entity::WorkItem(item)) = entity.and_then(|entity| entity.entity) {
        let newer = items.get(&item.id).is_none_or(|known| known.version < item.version);
        if newer {
            items.insert(item.id.clone(), item);
        }
    }
}

#[gtest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_a_snapshot_of_many_chunks_when_others_write_meanwhile_then_snapshot_and_log_give_the_state() {
    let server = TestServer::start().await;
    let root = Actor::admin(user("root"));
    for batch in 0..3 {
        let item =
            |n| Change::CreateItem(Box::new(NewItem::new("PM", ItemKind::Task, format!("{batch}-{n}"))));
        server.tenant.execute(Command::batch(root.clone(), (0..700).map(item).collect())).unwrap();
    }
    let (mut ann, mut writer) = (server.client("ann").await, server.client("bob").await);
    let writing = tokio::spawn(async move {
        let mut end = 0;
        for n in 1..=300 {
            let item = format!("PM-{}", (n * 7) % 2_100 + 1);
            let lane = if n % 2 == 0 { "review" } else { "in_progress" };
            end = writer.change(to_lane(&item, lane)).await.unwrap().last_sequence.unwrap_or(end);
        }
        end
    });
    let mut late = Client::connect(&server.url(), Hello::new(&server.token("late"))).await.unwrap();
    let mut items = HashMap::new();
    let snapshot = late.snapshot().await.unwrap();
    let first = late.position().sequence;
    snapshot.into_iter().for_each(|entity| take(&mut items, Some(entity)));
    let end = writing.await.unwrap();
    let mut expected = first + 1;
    while late.position().sequence < end {
        for event in late.batch().await.unwrap().events {
            expect_that!(event.sequence, eq(expected));
            expected += 1;
            take(&mut items, event.entity);
        }
    }
    ann.events_up_to(end).await.unwrap();
    let mut whole = HashMap::new();
    let mut fresh = Client::connect(&server.url(), Hello::new(&server.token("fresh"))).await.unwrap();
    fresh.snapshot().await.unwrap().into_iter().for_each(|entity| take(&mut whole, Some(entity)));
    let placed = |items: &HashMap<String, pb::WorkItem>| {
        let mut all: Vec<_> =
            items.values().map(|i| (i.number, i.version, i.lane.clone(), i.lane_order.clone())).collect();
        all.sort();
        all
    };
    expect_that!(whole.len(), eq(2_100));
    expect_that!(placed(&items) == placed(&whole), eq(true));
}

#[gtest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_a_client_that_is_cut_off_again_and_again_when_it_comes_back_then_it_misses_nothing() {
    let server = TestServer::start().await;
    let (mut ann, bob) = (server.client("ann").await, server.client("bob").await);
    let mut position = bob.position().clone();
    let begin = position.sequence;
    drop(bob);
    let url = server.url();
    let token = server.token("bob");
    let writing = tokio::spawn(async move {
        let mut end = 0;
        for n in 0..300 {
            end = ann.change(task(&format!("Task {n}"))).await.unwrap().last_sequence.unwrap();
        }
        end
    });
    let mut seen = Vec::new();
    let mut connections = 0;
    while !writing.is_finished() || position.sequence < server.tenant.head().unwrap() {
        let mut bob = Client::connect(&url, Hello::back(&token, &position)).await.unwrap();
        connections += 1;
        expect_that!(bob.welcome().resume(), not(eq(ResumeKind::Snapshot)));
        if bob.welcome().resume() == ResumeKind::UpToDate && writing.is_finished() {
            break;
        }
        // A batch or two, then the cable is pulled.
        for _ in 0..1 + connections % 2 {
            let Ok(batch) = tokio::time::timeout(std::time::Duration::from_millis(200), bob.batch()).await
            else {
                break;
            };
            seen.extend(batch.unwrap().events.iter().map(|event| event.sequence));
        }
        position = bob.position().clone();
    }
    let end = writing.await.unwrap();
    let mut bob = server.back("bob", &position).await;
    seen.extend(bob.events_up_to(end).await.unwrap().iter().map(|event| event.sequence));
    expect_that!(connections, gt(3));
    expect_that!(seen, eq(&(begin + 1..=end).collect::<Vec<_>>()));
}

#[gtest]
#[tokio::test]
async fn given_a_server_that_restarts_when_clients_come_back_then_they_go_on_where_they_were() {
    let server = TestServer::start().await;
    let (mut ann, mut bob) = (server.client("ann").await, server.client("bob").await);
    let end = ann.change(task("Before")).await.unwrap().last_sequence.unwrap();
    ann.events_up_to(end).await.unwrap();
    bob.events_up_to(end).await.unwrap();
    let stopping = tokio::spawn(server.restart());
    for client in [&mut ann, &mut bob] {
        let error = client.connection().closed().await;
        expect_that!(close_code(&error), some(eq(4000)));
    }
    let server = stopping.await.unwrap();
    let mut back = server.back("bob", bob.position()).await;
    expect_that!(back.welcome().resume(), eq(ResumeKind::UpToDate));
    let mut again = server.back("ann", ann.position()).await;
    let after = again.change(task("After")).await.unwrap().last_sequence.unwrap();
    expect_that!(back.events_up_to(after).await.unwrap().len(), ge(1));
}
