//! Pages over the wire: to the end, and never with a cursor or size that is not theirs.

use googletest::prelude::*;
use pm_engine::query::Question;
use pm_examples::client::{Client, ClientError};
use pm_proto as pb;
use serde_json::{Value, json};

use crate::query_world::{World, general, name, naming};
use crate::support::TestServer;

async fn filled(server: &TestServer) -> (Client, Client, Vec<Question>) {
    let (mut ann, mut bob) = (server.client("ann").await, server.client("bob").await);
    let world = World::fill(server, "PM", "Open", (&mut ann, &mut bob)).await;
    let mut asked = naming(&world);
    asked.extend(general("ann"));
    // A lane of the past has pages; a whole board then has none.
    for question in &mut asked {
        if let Question::BoardThen(query) = question {
            query.lane = Some(world.lane);
        }
    }
    asked.retain(|question| serde_json::to_value(question).unwrap().get("page").is_some());
    (ann, bob, asked)
}

fn at_page(question: &Question, cursor: Option<&str>, limit: i64) -> Question {
    let mut json = serde_json::to_value(question).unwrap();
    json["page"] = json!({ "cursor": cursor, "limit": limit });
    serde_json::from_value(json).unwrap()
}

/// The rows of an answer, and the cursor of the next page. A lane's are in the lane.
fn rows(mut answer: Value) -> (Vec<Value>, Option<String>) {
    if answer["type"] == "lane_page" {
        answer = answer["lane"].take();
    } else if answer["type"] == "board_then" {
        answer = answer["lanes"][0].take();
    }
    let next = answer["next"].as_str().map(str::to_owned);
    let lists = answer.as_object().unwrap().values().filter_map(|value| value.as_array());
    (lists.flatten().cloned().collect(), next)
}

async fn page(client: &mut Client, question: &Question) -> (Vec<Value>, Option<String>) {
    let answer = client.query(question).await.unwrap_or_else(|error| panic!("{question:?}: {error}"));
    rows(serde_json::to_value(answer).unwrap())
}

async fn refused(client: &mut Client, question: &Question) -> pb::Rejection {
    match client.query(question).await {
        Err(ClientError::Rejected(rejection)) => *rejection,
        other => panic!("{question:?} was not refused: {other:?}"),
    }
}

#[gtest]
#[tokio::test]
async fn given_every_list_when_read_in_pages_of_one_then_together_they_are_the_whole() {
    let server = TestServer::start().await;
    let (mut ann, mut bob, asked) = filled(&server).await;
    let mut turned = 0;
    for question in &asked {
        let (whole, end) = page(&mut ann, &at_page(question, None, 500)).await;
        expect_that!(end, none(), "{question:?}");
        let mut read = Vec::new();
        let mut cursor = None;
        loop {
            let (rows, next) = page(&mut bob, &at_page(question, cursor.as_deref(), 1)).await;
            expect_that!(rows.len(), le(1), "{question:?}");
            read.extend(rows);
            cursor = next;
            if cursor.is_none() || read.len() > whole.len() {
                break;
            }
            turned += 1;
        }
        // What the two may see is the same, but for what is their own.
        let is_own = matches!(question, Question::MyTimer | Question::TrashProjects { .. });
        expect_that!(is_own || read == whole, eq(true), "{question:?} {read:?} {whole:?}");
    }
    expect_that!(turned, ge(asked.len()), "too few lists are longer than a page");
}

#[gtest]
#[tokio::test]
async fn given_every_list_when_asked_with_a_cursor_of_another_or_of_none_then_the_cursor_is_refused() {
    let server = TestServer::start().await;
    let (mut ann, _bob, asked) = filled(&server).await;
    let mut cursors = Vec::new();
    for question in &asked {
        let (_, next) = page(&mut ann, &at_page(question, None, 1)).await;
        cursors.extend(next.map(|cursor| (name(question), cursor)));
    }
    let long = "A".repeat(2_000);
    for question in &asked {
        let name = name(question);
        let (_, foreign) = cursors.iter().find(|(of, _)| *of != name && of != "items").unwrap();
        for cursor in ["", "!", "not a cursor", "bnVsbA", &long, foreign] {
            let rejection = refused(&mut ann, &at_page(question, Some(cursor), 1)).await;
            expect_that!(rejection.code(), eq(pb::RejectionCode::Invalid), "{name} {cursor}");
            expect_that!(rejection.field.as_deref(), some(eq("cursor")), "{name} {cursor}");
        }
    }
}

#[gtest]
#[tokio::test]
async fn given_every_list_when_asked_for_a_page_of_a_size_there_is_not_then_the_limit_is_named() {
    let server = TestServer::start().await;
    let (mut ann, _bob, asked) = filled(&server).await;
    for question in &asked {
        for limit in [i64::MIN, -1, 0, 501, i64::MAX] {
            let rejection = refused(&mut ann, &at_page(question, None, limit)).await;
            expect_that!(rejection.code(), eq(pb::RejectionCode::Invalid), "{question:?}");
            expect_that!(rejection.field.as_deref(), some(eq("limit")), "{question:?}");
            expect_that!(rejection.limit, some(eq(500)), "{question:?}");
        }
    }
}

#[gtest]
#[tokio::test]
async fn given_a_snapshot_when_asked_for_chunk_by_chunk_then_it_is_the_one_the_stream_sends() {
    let server = TestServer::start().await;
    let (mut ann, mut bob) = (server.client("ann").await, server.client("bob").await);
    let _ = World::fill(&server, "PM", "Open", (&mut ann, &mut bob)).await;
    let many = (0..600).map(|n| crate::support::task(&format!("Task {n}"))).collect();
    crate::query_world::many(&server, many);
    let mut cursor = None;
    let mut asked = Vec::new();
    let mut chunks = 0;
    loop {
        let question = Question::Snapshot { projects: vec![], cursor };
        let Ok(pm_engine::query::Answer::Snapshot(chunk)) = ann.query(&question).await else {
            panic!("no chunk")
        };
        asked.extend(chunk.entities.iter().map(pm_engine::wire::entity_to_wire));
        chunks += 1;
        cursor = chunk.next;
        if cursor.is_none() {
            break;
        }
    }
    let hello = pm_examples::client::Hello::new(&server.token("cleo"));
    let mut cleo = Client::connect(&server.url(), hello).await.unwrap();
    expect_that!(cleo.snapshot().await.unwrap(), eq(&asked));
    expect_that!(chunks, ge(2));
}
