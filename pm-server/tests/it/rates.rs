//! Who asks for too much is told so, request by request, and when to ask again; nobody else waits for it.

use std::collections::BTreeMap;
use std::time::Duration;

use googletest::prelude::*;
use pm_engine::command::Command;
use pm_engine::wire;
use pm_examples::client::Client;
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body as Answer;
use pm_server::ServerConfig;
use prost::Message as _;

use crate::raw::{BINARY, Raw};
use crate::support::{TestServer, short, task};

/// The answers to requests, by their ids. Other frames are passed over.
async fn answers(client: &mut Client, ids: &[u64]) -> BTreeMap<u64, Answer> {
    let mut answers = BTreeMap::new();
    for id in ids {
        let answer = client.connection().answer(*id).await.unwrap();
        answers.insert(*id, answer);
    }
    answers
}

/// How long to wait, where the answer is that it was too much.
fn wait(answer: &Answer) -> Option<Duration> {
    match answer {
        Answer::Failure(failure) if failure.code() == pb::FailureCode::RateLimited => {
            let ms = failure.retry_after_ms.unwrap();
            Some(Duration::from_millis(u64::try_from(ms).unwrap()))
        }
        _ => None,
    }
}

async fn send(client: &mut Client, command: &Command) -> u64 {
    let command = wire::command_to_wire(command);
    client.connection().send(Ask::Command(command)).await.unwrap()
}

async fn flood(client: &mut Client, count: usize) -> Vec<u64> {
    let mut ids = Vec::new();
    for n in 0..count {
        let command = client.command(task(&format!("Flood {n}")));
        ids.push(send(client, &command).await);
    }
    ids
}

fn committed(answers: &BTreeMap<u64, Answer>) -> usize {
    answers.values().filter(|answer| matches!(answer, Answer::Outcome(_))).count()
}

fn refused(answers: &BTreeMap<u64, Answer>) -> Vec<Duration> {
    answers.values().filter_map(wait).collect()
}

#[gtest]
#[tokio::test]
async fn given_a_flood_of_commands_when_it_is_over_the_rate_then_each_is_answered_and_others_do_not_wait() {
    let mut config = ServerConfig::default();
    config.rates.commands_per_second(1);
    let server = TestServer::with(config).await;
    let (mut eve, mut ann) = (server.client("eve").await, server.client("ann").await);
    let before = server.tenant.head().unwrap();
    let ids = flood(&mut eve, 500).await;
    let first = ann.change(task("In between")).await.unwrap().first_sequence.unwrap();
    let answers = answers(&mut eve, &ids).await;
    let committed = committed(&answers);
    expect_that!(committed + refused(&answers).len(), eq(500));
    expect_that!(committed, all![ge(2), lt(100)]);
    expect_that!(first - before, lt(100));
    let waits = refused(&answers);
    expect_that!(waits.iter().all(|wait| (1..=1_001).contains(&wait.as_millis())), eq(true));
}

#[gtest]
#[tokio::test]
async fn given_a_command_that_was_too_much_when_sent_again_after_the_wait_then_it_is_done_once() {
    let mut config = ServerConfig::default();
    config.rates.commands_per_second(2);
    let server = TestServer::with(config).await;
    let (mut eve, mut ann) = (server.client("eve").await, server.client("ann").await);
    let mut too_much = None;
    for _ in 0..20 {
        flood(&mut eve, 10).await;
        let command = eve.command(task("At last"));
        let id = send(&mut eve, &command).await;
        let pause = wait(&eve.connection().answer(id).await.unwrap());
        too_much = pause.map(|pause| (command, pause));
        if too_much.is_some() {
            break;
        }
    }
    let (command, pause) = too_much.unwrap();
    tokio::time::sleep(pause).await;
    let outcome = eve.execute(&command).await.unwrap();
    expect_that!(outcome.replayed, eq(false));
    let end = outcome.last_sequence.unwrap();
    let seen = ann.events_up_to(end).await.unwrap();
    expect_that!(seen.iter().filter(|event| event.group == command.id).count(), eq(1));
}

#[gtest]
#[tokio::test]
async fn given_a_user_with_two_connections_when_one_has_taken_all_then_the_other_gets_nothing_and_others_do()
{
    let mut config = ServerConfig::default();
    config.rates.user_commands_per_second(1);
    let server = TestServer::with(config).await;
    let (mut one, mut two) = (server.client("eve").await, server.client("eve").await);
    let mut ann = server.client("ann").await;
    let ids = flood(&mut one, 50).await;
    answers(&mut one, &ids).await;
    let ids = flood(&mut two, 10).await;
    let answers = answers(&mut two, &ids).await;
    expect_that!(refused(&answers), not(is_empty()));
    expect_that!(ann.change(task("Another user")).await.is_ok(), eq(true));
}

#[gtest]
#[tokio::test]
async fn given_a_batch_when_it_is_counted_then_it_counts_as_many_as_it_has_parts() {
    let mut config = ServerConfig::default();
    config.rates.commands_per_second(10);
    let server = TestServer::with(config).await;
    let mut eve = server.client("eve").await;
    let parts = (0..20).map(|n| task(&n.to_string())).collect();
    let actor = pm_engine::command::Actor::member(crate::support::user("eve"));
    let batch = Command::batch(actor, parts);
    let single = eve.command(task("One more"));
    let (batch, single) = (send(&mut eve, &batch).await, send(&mut eve, &single).await);
    let answers = answers(&mut eve, &[batch, single]).await;
    expect_that!(matches!(answers[&batch], Answer::Outcome(_)), eq(true));
    expect_that!(wait(&answers[&single]), some(anything()));
}

#[gtest]
#[tokio::test]
async fn given_a_flood_of_small_or_of_large_messages_when_it_is_over_the_rate_then_each_is_answered() {
    let mut config = ServerConfig::default();
    config.rates.messages_per_second(20);
    let server = TestServer::with(config).await;
    let (mut eve, mut ann) = (server.client("eve").await, server.client("ann").await);
    let mut ids = Vec::new();
    for _ in 0..100 {
        ids.push(eve.connection().send(Ask::Ping(pb::Ping {})).await.unwrap());
    }
    let small = answers(&mut eve, &ids).await;
    expect_that!(refused(&small), not(is_empty()));
    expect_that!(small.values().filter(|answer| matches!(answer, Answer::Head(_))).count(), ge(40));
    expect_that!(ann.change(task("Nobody else minds")).await.is_ok(), eq(true));

    let mut config = ServerConfig::default();
    config.rates.bytes_per_second(20_000);
    let server = TestServer::with(config).await;
    let mut eve = server.client("eve").await;
    let mut ids = Vec::new();
    for _ in 0..8 {
        let subscribe = pb::Subscribe { projects: vec!["x".repeat(60); 200] };
        ids.push(eve.connection().send(Ask::Subscribe(subscribe)).await.unwrap());
    }
    let large = answers(&mut eve, &ids).await;
    expect_that!(refused(&large), not(is_empty()));
    expect_that!(large.values().filter(|answer| matches!(answer, Answer::Subscribed(_))).count(), ge(3));
}

#[gtest]
#[tokio::test]
async fn given_a_pause_longer_than_a_client_may_be_silent_when_it_is_over_then_the_client_is_heard_again() {
    let mut config = short();
    config.websocket.idle_max(Duration::from_millis(400));
    config.rates.messages_per_second(1);
    let server = TestServer::with(config).await;
    // It answers no probe, and during the pause nobody would hear it if it did.
    let mut eve = Raw::welcomed(&server, "eve").await;
    for id in 2..=4 {
        eve.ask(id, Ask::Ping(pb::Ping {})).await;
    }
    let mut answered = Vec::new();
    while let Some((opcode, bytes)) = eve.frame().await {
        if opcode == BINARY {
            answered.push(pb::ServerFrame::decode(&*bytes).unwrap().request_id);
        }
    }
    expect_that!(answered, all![contains(eq(&3)), contains(eq(&4))]);
}
