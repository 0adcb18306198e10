//! Commands over the wire: pipelined, correlated, done once.

use std::sync::mpsc;

use googletest::prelude::*;
use pm_engine::command::{Actor, Change, Command, NewComment, NewItem, Part};
use pm_engine::model::{CommandId, DependencyKind, ItemKind};
use pm_engine::wire;
use pm_examples::client::{Client, ClientError};
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body as Answer;
use pm_server::ServerConfig;
use prost::Message as _;
use tokio::sync::oneshot;

use crate::metrics::scrape;
use crate::raw::Raw;
use crate::support::{TestServer, ask, made, task, user};

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

/// A server whose writer is held up until the sender is dropped.
async fn held_up() -> (TestServer, mpsc::Sender<()>) {
    let mut config = ServerConfig::default();
    config.metrics.listen(Some(([127, 0, 0, 1], 0).into()));
    let server = TestServer::with(config).await;
    let (go_on, wait) = mpsc::channel::<()>();
    let (holds, held) = oneshot::channel();
    // The writer's thread calls whoever wants to know of a command's end, one after the other.
    server.tenant.submit(Command::new(Actor::admin(user("root")), task("Holds it up")), move |_| {
        let _ = holds.send(());
        let _ = wait.recv();
    });
    held.await.unwrap();
    (server, go_on)
}

/// How many commands wait for the writer, once it is as many as this; how many after others were served a while.
async fn waiting(server: &TestServer, other: &mut Client, at_least: f64) -> f64 {
    let waiting = || async { scrape(server).await["pm_commands_waiting"] };
    while waiting().await < at_least {}
    for _ in 0..200 {
        ask(other.connection(), Ask::Ping(pb::Ping {})).await;
    }
    waiting().await
}

#[gtest]
#[tokio::test]
async fn given_a_writer_that_is_held_up_when_more_is_sent_than_may_be_in_flight_then_the_rest_is_told_to_wait()
 {
    const MORE: usize = 44;
    let (server, go_on) = held_up().await;
    let (mut ann, mut bob) = (server.client("ann").await, server.client("bob").await);
    let mut sent = Vec::new();
    for n in 0..pm_server::limits::IN_FLIGHT_MAX + MORE {
        let command = ann.command(task(&format!("Task {n}")));
        sent.push(ann.connection().send(Ask::Command(wire::command_to_wire(&command))).await.unwrap());
    }
    for id in sent.split_off(pm_server::limits::IN_FLIGHT_MAX) {
        let answer = ann.connection().answer(id).await.unwrap();
        let Answer::Failure(failure) = answer else { panic!("not refused: {answer:?}") };
        expect_that!(failure.code(), eq(pb::FailureCode::RateLimited));
        expect_that!(failure.retry_after_ms, some(gt(0)));
    }
    drop(go_on);
    let mut last = 0;
    for id in sent {
        last = ann.outcome(id).await.unwrap().last_sequence.unwrap();
    }
    let seen = bob.events_up_to(last).await.unwrap();
    let items = seen.iter().filter(|event| event.number.is_some()).count();
    expect_that!(items, eq(pm_server::limits::IN_FLIGHT_MAX));
}

#[gtest]
#[tokio::test]
async fn given_a_writer_that_is_held_up_when_large_commands_flood_in_then_no_more_bytes_wait_than_may() {
    const COMMANDS: usize = 200;
    let (server, go_on) = held_up().await;
    let (mut eve, mut bob) = (server.client("eve").await, server.client("bob").await);
    let large = |n: usize| {
        let description = "x".repeat(100_000);
        let new = NewItem { description, ..NewItem::new("PM", ItemKind::Task, format!("Task {n:03}")) };
        Change::CreateItem(Box::new(new))
    };
    let command = wire::command_to_wire(&eve.command(large(0)));
    let each = pb::ClientFrame { request_id: 200, body: Some(Ask::Command(command)) }.encoded_len();
    let most = f64::from(u32::try_from(pm_server::limits::INBOX_BYTES_MAX / each).unwrap());
    // She sends without waiting for anything; in the end the server takes no more of it.
    let flood = tokio::spawn(async move {
        let mut sent = Vec::new();
        for n in 0..COMMANDS {
            let command = wire::command_to_wire(&eve.command(large(n)));
            sent.push(eve.connection().send(Ask::Command(command)).await.unwrap());
        }
        (eve, sent)
    });
    expect_that!(waiting(&server, &mut bob, most).await, eq(most));
    expect_that!(flood.is_finished(), eq(false));

    drop(go_on);
    let (mut eve, sent) = flood.await.unwrap();
    let mut last = 0;
    for id in sent {
        last = eve.outcome(id).await.unwrap().last_sequence.unwrap();
    }
    let seen = bob.events_up_to(last).await.unwrap();
    expect_that!(seen.iter().filter(|event| event.number.is_some()).count(), eq(COMMANDS));
}

#[gtest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_a_client_that_takes_no_answers_when_many_are_refused_then_only_some_carry_the_whole_entity() {
    const REFUSED: usize = 128;
    let server = TestServer::start().await;
    server.run(task("Commented"));
    let text = "語".repeat(pm_engine::limits::COMMENT_CHARS_MAX);
    let bytes = text.len();
    let ann = || Actor::member(user("ann"));
    let said = server.tenant.execute(Command::new(ann(), Change::AddComment(NewComment::new("PM-1", text))));
    let comment = made(&said.unwrap());
    let edit = Change::EditComment { comment: comment.as_str().into(), text: "Less".to_owned() };
    let stale = Part { expected_version: Some(7), ..Part::from(edit) };
    let mut lazy = Raw::welcomed(&server, "ann").await;
    let send = |part: Part| {
        let command = Command { parts: vec![part], ..Command::new(ann(), task("")) };
        Ask::Command(wire::command_to_wire(&command))
    };
    for n in 0..REFUSED {
        lazy.ask(u64::try_from(n).unwrap() + 10, send(stale.clone())).await;
    }
    // Behind them all, so that they have been decided once it is there.
    let before = server.tenant.head().unwrap();
    lazy.ask(1_000, send(task("Last").into())).await;
    while server.tenant.head().unwrap() == before {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let (mut refused, mut whole) = (0, 0);
    while refused < REFUSED {
        if let Answer::Rejection(rejection) = lazy.message().await.unwrap() {
            expect_that!(rejection.code(), eq(pb::RejectionCode::Conflict));
            refused += 1;
            whole += usize::from(rejection.current.is_some());
        }
    }
    // What fits on the way, and some that have left meanwhile; all of them would be several times as much.
    expect_that!(whole, all![ge(1), le(2 * pm_server::limits::OUTBOX_BYTES_MAX / bytes)]);
}
