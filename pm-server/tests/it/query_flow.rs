//! Many queries, large answers and slow readers: nobody else waits, and every bound holds.

use std::time::Duration;

use googletest::prelude::*;
use pm_engine::command::{Change, NewItem};
use pm_engine::model::ItemKind;
use pm_engine::query::{Answer, ContextOptions, ItemFilter, PageRequest, Question};
use pm_engine::wire;
use pm_examples::client::{Client, ClientError};
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body;
use pm_server::{ServerConfig, limits};
use prost::Message as _;

use crate::query_world::many;
use crate::rest_support::Rest;
use crate::support::{TestServer, short, task};

/// An item whose card is as large as one gets: some 14 KB.
fn bulky(n: usize) -> Change {
    let lane = if n.is_multiple_of(2) { "todo" } else { "backlog" };
    let label = |k: usize| format!("{k:02}{}", "𝄞".repeat(58));
    Change::CreateItem(Box::new(NewItem {
        lane: Some(lane.into()),
        labels: (0..50).map(label).collect(),
        ..NewItem::new("PM", ItemKind::Task, "𝄞".repeat(500))
    }))
}

fn bulk(server: &TestServer, items: usize) {
    for first in (0..items).step_by(50) {
        many(server, (first..items.min(first + 50)).map(bulky).collect());
    }
}

fn board() -> Question {
    Question::Board { project: "PM".into(), filter: ItemFilter::default(), per_lane: Some(500) }
}

async fn send(client: &mut Client, question: &Question) -> u64 {
    client.connection().send(Ask::Query(wire::question_to_wire(question))).await.unwrap()
}

#[gtest]
#[tokio::test]
async fn given_questions_that_take_longer_than_they_may_when_asked_then_they_are_busy_and_all_else_goes_on() {
    let mut config = ServerConfig::default();
    config.engine.query_within(Duration::ZERO);
    let server = TestServer::with(config).await;
    for n in 0..300 {
        server.run(task(&format!("Item {n}")));
    }
    let rest = Rest::of(&server, "ann");
    // As others on the same connection to the file are asked, long and short ones by turns.
    for _ in 0..6 {
        let long = rest.get("/api/v1/projects/PM/work-items?limit=300").await;
        expect_that!((long.status.as_u16(), long.code().as_str()), eq((503, "busy")));
        expect_that!(long.header("retry-after").as_deref(), some(eq("1")));
        expect_that!(long.text(), contains_substring("ask for less at once"));
        expect_that!(rest.get("/api/v1/projects/PM").await.status.as_u16(), eq(200));
    }
    let mut bob = server.back("bob", &server.here()).await;
    let all = PageRequest { limit: Some(300), ..PageRequest::default() };
    let long = Question::Backlog { project: "PM".into(), page: all };
    let Err(ClientError::Failed(failure)) = bob.query(&long).await else { panic!("it was answered") };
    expect_that!(failure.code(), eq(pb::FailureCode::Busy));
    expect_that!(failure.retry_after_ms, some(gt(0)));
    bob.query(&Question::Project { project: "PM".into() }).await.unwrap();
    bob.change(task("Goes on")).await.unwrap();
}

#[gtest]
#[tokio::test]
async fn given_more_queries_than_may_be_in_flight_when_sent_at_once_then_the_rest_is_told_to_wait() {
    let server = TestServer::start().await;
    let (mut ann, mut bob) = (server.client("ann").await, server.client("bob").await);
    bulk(&server, 50);
    let mut sent = Vec::new();
    for _ in 0..200 {
        sent.push(send(&mut ann, &board()).await);
    }
    expect_that!(bob.query(&Question::MyTimer).await.is_ok(), eq(true));
    let (mut done, mut limited) = (0, 0);
    for id in sent {
        match ann.answered(id).await {
            Ok(Answer::Board(_)) => done += 1,
            Err(ClientError::Failed(failure)) => {
                expect_that!(failure.code(), eq(pb::FailureCode::RateLimited));
                expect_that!(failure.retry_after_ms, some(gt(0)));
                limited += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    expect_that!(done + limited, eq(200));
    expect_that!(done, ge(limits::QUERIES_IN_FLIGHT_MAX));
    expect_that!(limited, ge(1));
    expect_that!(ann.query(&Question::MyTimer).await.is_ok(), eq(true));
}

#[gtest]
#[tokio::test]
async fn given_an_answer_larger_than_a_message_when_asked_for_then_it_comes_in_pieces_that_are_it() {
    let server = TestServer::start().await;
    let (mut ann, mut bob) = (server.client("ann").await, server.client("bob").await);
    for n in 0..30 {
        let description = "x".repeat(90_000);
        let item = NewItem { description, ..NewItem::new("PM", ItemKind::Task, n.to_string()) };
        bob.change(Change::CreateItem(Box::new(item))).await.unwrap();
    }
    let options = ContextOptions { max_bytes: Some(4_000_000), ..ContextOptions::default() };
    let question = Question::Context { project: "PM".into(), options };
    let id = send(&mut ann, &question).await;
    let mut bytes = Vec::new();
    let mut parts = 0;
    loop {
        match ann.connection().answer(id).await.unwrap() {
            Body::AnswerPart(part) => {
                expect_that!(part.part.len(), le(limits::MESSAGE_BYTES_MAX - 64));
                bytes.extend(part.part);
                parts += 1;
                if part.last {
                    break;
                }
            }
            other => panic!("no part: {other:?}"),
        }
    }
    expect_that!(parts, ge(3));
    let whole = wire::answer_from_wire(pb::Answer::decode(bytes.as_slice()).unwrap()).unwrap();
    expect_that!(ann.query(&question).await.unwrap() == whole, eq(true));
    let reader = server.tenant.read(&pm_engine::command::Actor::member(crate::support::user("ann"))).unwrap();
    expect_that!(reader.answer(&question).unwrap() == whole, eq(true));
}

#[gtest]
#[tokio::test]
async fn given_an_answer_larger_than_any_may_be_when_asked_for_then_it_is_too_large_and_less_of_it_is_not() {
    let server = TestServer::start().await;
    let (mut ann, _bob) = (server.client("ann").await, server.client("bob").await);
    bulk(&server, 650);
    let Err(ClientError::Rejected(rejection)) = ann.query(&board()).await else { panic!("not refused") };
    expect_that!(rejection.code(), eq(pb::RejectionCode::TooLarge));
    expect_that!(rejection.field.as_deref(), some(eq("answer")));
    expect_that!(rejection.limit, some(eq(i64::try_from(limits::ANSWER_BYTES_MAX).unwrap())));
    let page = pm_engine::query::PageRequest::first(500);
    let (filter, sort) = (ItemFilter::default(), pm_engine::query::ItemSort::default());
    let most = Question::Items { filter, sort, page, with_total: false };
    let Answer::Items(items) = ann.query(&most).await.unwrap() else { panic!("no items") };
    expect_that!(items.items.len(), eq(500));
}

#[gtest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_many_heavy_queries_when_a_command_follows_then_its_outcome_and_event_do_not_wait_for_them() {
    let server = TestServer::start().await;
    let (mut ann, mut bob) = (server.client("ann").await, server.client("bob").await);
    bulk(&server, 150);
    let here = server.tenant.head().unwrap();
    ann.events_up_to(here).await.unwrap();
    let queries = limits::QUERIES_IN_FLIGHT_MAX;
    for _ in 0..queries {
        send(&mut ann, &board()).await;
    }
    let command = ann.command(task("In between"));
    let id = ann.connection().send(Ask::Command(wire::command_to_wire(&command))).await.unwrap();
    let (mut answered, mut before_outcome, mut before_event) = (0, None, None);
    while answered < queries || before_outcome.is_none() || before_event.is_none() {
        let frame = ann.connection().next().await.unwrap();
        match frame.body.unwrap() {
            Body::Outcome(_) if frame.request_id == id => before_outcome = Some(answered),
            Body::EventBatch(batch) if !batch.events.is_empty() => before_event = Some(answered),
            Body::Answer(_) | Body::AnswerPart(pb::AnswerPart { last: true, .. }) => answered += 1,
            Body::AnswerPart(_) | Body::EventBatch(_) | Body::Head(_) => {}
            other => panic!("{other:?}"),
        }
    }
    expect_that!(before_outcome, some(lt(queries / 2)));
    expect_that!(before_event, some(lt(queries)));
    expect_that!(bob.query(&Question::MyTimer).await.is_ok(), eq(true));
}

#[gtest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_a_client_that_asks_for_much_and_reads_nothing_when_others_ask_then_they_are_answered() {
    let server = TestServer::with(short()).await;
    let mut bob = server.client("bob").await;
    bulk(&server, 150);
    let here = server.here();
    let mut greedy = Vec::new();
    for _ in 0..4 {
        let mut lazy = crate::slow::lazy(&server, &here).await;
        for request_id in 2..30 {
            let body = Some(Ask::Query(wire::question_to_wire(&board())));
            let frame = pb::ClientFrame { request_id, body }.encode_to_vec();
            lazy.write_frame(fastwebsockets::Frame::binary(frame.into())).await.unwrap();
        }
        greedy.push(lazy);
    }
    // Past the deadline for a client that takes nothing, however fast this goes.
    let began = std::time::Instant::now();
    let long = std::time::Duration::from_secs(1);
    for n in (0..).take_while(|n| *n < 20 || began.elapsed() < long) {
        let outcome = bob.change(task(&format!("Task {n}"))).await.unwrap();
        let Answer::Board(board) = bob.query(&board()).await.unwrap() else { panic!("no board") };
        expect_that!(board.sequence, ge(outcome.last_sequence.unwrap()));
    }
    for mut lazy in greedy {
        lazy.set_auto_close(false);
        let code = loop {
            let Ok(frame) = lazy.read_frame().await else { break None };
            if frame.opcode == fastwebsockets::OpCode::Close {
                break frame.payload.first_chunk::<2>().map(|code| u16::from_be_bytes(*code));
            }
        };
        expect_that!(code, some(eq(4001)));
    }
    let answer = bob.query(&Question::MyTimer).await;
    expect_that!(answer.is_ok(), eq(true));
}
