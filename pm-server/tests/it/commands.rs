//! Commands over the wire: pipelined, correlated, done once.

use googletest::prelude::*;
use pm_engine::command::Change;
use pm_engine::model::{CommandId, DependencyKind};
use pm_engine::wire;
use pm_examples::client::ClientError;
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body as Answer;

use crate::support::{TestServer, ask, failure_code, made, task};

#[gtest]
#[tokio::test]
async fn given_many_commands_at_once_when_answered_then_each_answer_names_its_request() {
    let server = TestServer::start().await;
    let (mut ann, mut bob) = (server.client("ann").await, server.client("bob").await);
    let mut sent = Vec::new();
    for n in 0..100 {
        let command = ann.command(task(&format!("Task {n}")));
        let id = ann.connection().send(Ask::Command(wire::command_to_wire(&command))).await.unwrap();
        sent.push((id, command.id));
    }
    let mut last = 0;
    for (id, command) in sent {
        let outcome = ann.outcome(id).await.unwrap();
        expect_that!(outcome.command, eq(&command));
        last = last.max(outcome.last_sequence.unwrap());
    }
    let seen: Vec<_> = bob.events_up_to(last).await.unwrap().iter().map(|event| event.sequence).collect();
    let mine: Vec<_> = ann.events_up_to(last).await.unwrap().iter().map(|event| event.sequence).collect();
    expect_that!(seen, eq(&mine));
}

#[gtest]
#[tokio::test]
async fn given_a_command_whose_answer_was_lost_when_sent_again_over_a_new_connection_then_it_is_done_once() {
    let server = TestServer::start().await;
    let (mut ann, mut bob) = (server.client("ann").await, server.client("bob").await);
    let position = ann.position().clone();
    let id = CommandId::new("lost-answer").unwrap();
    let command = ann.command(task("Once")).with_id(id);
    ann.connection().send(Ask::Command(wire::command_to_wire(&command))).await.unwrap();
    drop(ann);
    let mut ann = server.back("ann", &position).await;
    let first = ann.execute(&command).await.unwrap();
    let again = ann.execute(&command).await.unwrap();
    expect_that!(again.replayed, eq(true));
    expect_that!((again.first_sequence, again.results), eq(&(first.first_sequence, first.results)));
    let end = first.last_sequence.unwrap();
    for client in [&mut ann, &mut bob] {
        let events = client.events_up_to(end).await.unwrap();
        let items = events.iter().filter(|event| event.group == command.id && event.number.is_some());
        expect_that!(items.count(), eq(1));
    }
    let other = ann.command(task("Something else")).with_id(command.id);
    let Err(ClientError::Rejected(reused)) = ann.execute(&other).await else { panic!("not refused") };
    expect_that!(reused.code(), eq(pb::RejectionCode::CommandReused));
}

#[gtest]
#[tokio::test]
async fn given_a_cycle_when_asked_for_then_the_refusal_shows_its_path_and_nothing_is_seen() {
    let server = TestServer::start().await;
    let (mut ann, mut bob) = (server.client("ann").await, server.client("bob").await);
    let first = made(&ann.change(task("First")).await.unwrap());
    let second = made(&ann.change(task("Second")).await.unwrap());
    let blocks = |from: &str, to: &str| Change::AddDependency {
        id: None,
        kind: DependencyKind::Blocks,
        from: from.into(),
        to: to.into(),
    };
    let end = ann.change(blocks(&first, &second)).await.unwrap().last_sequence.unwrap();
    let Err(ClientError::Rejected(cycle)) = ann.change(blocks(&second, &first)).await else {
        panic!("not refused")
    };
    expect_that!(cycle.code(), eq(pb::RejectionCode::Cycle));
    let keys: Vec<_> = cycle.path.iter().filter_map(|step| step.key.clone()).collect();
    expect_that!(keys, contains(eq(&first)));
    bob.events_up_to(end).await.unwrap();
    expect_that!(server.tenant.head().unwrap(), eq(end));
}

#[gtest]
#[tokio::test]
async fn given_a_malformed_command_when_sent_then_the_refusal_names_part_and_field() {
    let server = TestServer::start().await;
    let mut ann = server.client("ann").await;
    let command = pb::Command {
        id: "c".to_owned(),
        on_behalf_of: None,
        parts: vec![pb::Part { change: None, expected_version: None, origin: None }],
    };
    let answer = ask(ann.connection(), Ask::Command(command)).await;
    let Answer::Rejection(refused) = answer else { panic!("not refused: {answer:?}") };
    expect_that!(refused.code(), eq(pb::RejectionCode::Invalid));
    expect_that!(refused.part, some(eq(0)));
    expect_that!(refused.field.as_deref(), some(eq("parts[0].change")));
}

#[gtest]
#[tokio::test]
async fn given_a_frame_of_empty_parts_when_sent_then_it_is_too_large_without_being_decoded() {
    let server = TestServer::start().await;
    let mut ann = server.client("ann").await;
    for parts in [1_001, 400_000] {
        let command = pb::Command {
            id: "c".to_owned(),
            on_behalf_of: None,
            parts: vec![pb::Part { change: None, expected_version: None, origin: None }; parts],
        };
        let answer = ask(ann.connection(), Ask::Command(command)).await;
        let Answer::Rejection(refused) = answer else { panic!("not refused") };
        let code = refused.code();
        expect_that!(matches!(code, pb::RejectionCode::TooLarge | pb::RejectionCode::Invalid), eq(true));
    }
    expect_that!(ann.change(task("Goes on")).await.is_ok(), eq(true));
}

#[gtest]
#[tokio::test]
async fn given_more_requests_than_may_be_in_flight_when_sent_then_the_rest_is_told_to_wait_and_nothing_is_lost()
 {
    let server = TestServer::start().await;
    let (mut ann, _bob) = (server.client("ann").await, server.client("bob").await);
    let mut sent = Vec::new();
    for n in 0..2_000 {
        let command = ann.command(task(&format!("Task {n}")));
        sent.push(ann.connection().send(Ask::Command(wire::command_to_wire(&command))).await.unwrap());
    }
    let (mut done, mut limited) = (0, 0);
    for id in sent {
        match ann.connection().answer(id).await.unwrap() {
            Answer::Outcome(_) => done += 1,
            answer => {
                expect_that!(failure_code(&answer), some(eq(pb::FailureCode::RateLimited)));
                limited += 1;
            }
        }
    }
    expect_that!(done + limited, eq(2_000));
    expect_that!(done, ge(256));
}
