//! The heartbeat: the other side is probed, and a client notices a loss without any traffic.

use googletest::prelude::*;
use pm_examples::client::{Client, ClientError};
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body as Answer;

use crate::raw::{PING, Raw};
use crate::support::{TestServer, ask, short, task};

/// The next heartbeat; the events before it count as taken.
async fn beat(client: &mut Client) -> pb::Head {
    loop {
        match client.connection().next().await.unwrap() {
            pb::ServerFrame { request_id: 0, body: Some(Answer::Head(head)) } => return head,
            pb::ServerFrame { request_id: 0, .. } => {}
            other => panic!("unexpected: {other:?}"),
        }
    }
}

#[gtest]
#[tokio::test]
async fn given_two_clients_when_their_hearts_beat_then_each_is_told_up_to_where_it_has_everything() {
    let server = TestServer::with(short()).await;
    let (mut ann, mut bob) = (server.client("ann").await, server.client("bob").await);
    let epoch = server.here().epoch;
    // Without any traffic.
    let idle = server.tenant.head().unwrap();
    for client in [&mut ann, &mut bob] {
        let head = beat(client).await;
        expect_that!((head.epoch, head.sequence), eq(&(epoch.clone(), idle)));
    }
    let end = ann.change(task("Something new")).await.unwrap().last_sequence.unwrap();
    // It comes after what it tells of.
    let mut complete_to = idle;
    loop {
        match bob.connection().next().await.unwrap().body {
            Some(Answer::EventBatch(batch)) => complete_to = batch.complete_to,
            Some(Answer::Head(head)) if head.sequence >= end => break,
            _ => {}
        }
    }
    expect_that!(complete_to, eq(end));
    expect_that!(bob.welcome().limits.as_ref().unwrap().heartbeat_ms, eq(200));
}

#[gtest]
#[tokio::test]
async fn given_a_client_that_lost_a_batch_when_the_heart_beats_then_it_knows() {
    let server = TestServer::with(short()).await;
    let (mut ann, mut bob) = (server.client("ann").await, server.client("bob").await);
    let sent = ann.change(task("Lost on the way")).await.unwrap().last_sequence.unwrap();
    // Bob's copy of it is lost between the socket and what he keeps.
    while !matches!(bob.connection().next().await.unwrap().body, Some(Answer::EventBatch(_))) {}
    let Err(ClientError::Lost { sent: told }) = bob.batch().await else { panic!("nothing was noticed") };
    expect_that!(told, eq(sent));

    // With the position he has, nothing is lost for good.
    let mut back = server.back("bob", bob.position()).await;
    let seen = back.events_up_to(sent).await.unwrap();
    expect_that!(seen.last().unwrap().sequence, eq(sent));
}

#[gtest]
#[tokio::test]
async fn given_a_connection_before_hello_when_its_heart_beats_then_it_is_probed() {
    let mut config = short();
    config.websocket.hello_within(std::time::Duration::from_secs(20));
    let server = TestServer::with(config).await;
    let mut eve = Raw::connect(server.address).await;
    for _ in 0..2 {
        let (opcode, payload) = eve.frame().await.unwrap();
        expect_that!((opcode, payload.len()), eq((PING, 0)));
    }
}

#[gtest]
#[tokio::test]
async fn given_a_client_that_follows_nothing_when_others_change_things_then_the_heartbeat_alone_says_how_far_it_is()
 {
    let server = TestServer::with(short()).await;
    let (mut ann, mut bob) = (server.client("ann").await, server.client("bob").await);
    ask(bob.connection(), Ask::Unsubscribe(pb::Unsubscribe::default())).await;
    // The first makes the user, whom every stream has.
    let known = ann.change(task("The first")).await.unwrap().last_sequence.unwrap();
    while bob.batch().await.unwrap().complete_to < known {}
    let mut end = known;
    for n in 0..20 {
        end = ann.change(task(&format!("Nothing for bob {n}"))).await.unwrap().last_sequence.unwrap();
    }
    let mut batches = Vec::new();
    loop {
        match bob.connection().next().await.unwrap().body {
            Some(Answer::EventBatch(batch)) => batches.push(batch),
            Some(Answer::Head(head)) if head.sequence >= end => break,
            _ => {}
        }
    }
    // As many as hearts have beaten, and not one a change.
    expect_that!(batches.len(), lt(20));
    expect_that!(batches.iter().all(|batch| batch.events.is_empty()), eq(true));
    expect_that!(batches.last().unwrap().complete_to, ge(end));
}
