//! How a server ends: with commands in flight, with clients, with a second signal.

use std::path::Path;
use std::time::Duration;

use googletest::prelude::*;
use http_body_util::{BodyExt, Empty};
use pm_engine::command::{Change, Command, NewItem, NewProject};
use pm_engine::model::ItemKind;
use pm_engine::wire;
use pm_examples::client::{Client, Hello};
use pm_proto::client_frame::Body as Ask;

use crate::cli::Serving;
use crate::rest_support::{Rest, piecewise, send};
use crate::support::{close_code, plain};

const PARTS: i64 = 3;
const COMMANDS: usize = 400;

async fn client(serving: &Serving) -> Client {
    let mut client = Client::connect(&serving.url, Hello::new(&serving.token)).await.unwrap();
    client.snapshot().await.unwrap();
    client
}

/// Makes so many items at once, or none.
fn several(client: &Client, name: &str) -> Command {
    let item = || Change::CreateItem(Box::new(NewItem::new("PM", ItemKind::Task, name)));
    let actor = client.command(item()).actor;
    Command::batch(actor, (0..PARTS).map(|_| item()).collect())
}

fn items_named(folder: &Path, name: &str) -> i64 {
    let file = folder.join("pm-data/tenants/main/tenant.db");
    let connection = rusqlite::Connection::open(file).unwrap();
    let sql = "SELECT count(*) FROM work_items WHERE title = ?1";
    connection.query_row(sql, [name], |row| row.get(0)).unwrap()
}

#[gtest]
#[tokio::test]
async fn given_commands_in_flight_when_terminated_then_each_is_answered_or_undone_and_the_files_are_tidy() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    let (mut ann, mut bob) = (client(&serving).await, client(&serving).await);
    ann.change(Change::CreateProject(NewProject::new("PM", "Project"))).await.unwrap();
    // Bob sends more than can be in flight at once, so that some are being decided when the signal comes.
    let first = several(&bob, "Item 0");
    bob.execute(&first).await.unwrap();
    let mut sent = Vec::new();
    for n in 1..COMMANDS {
        let command = several(&bob, &format!("Item {n}"));
        let body = Ask::Command(wire::command_to_wire(&command));
        match bob.connection().send(body).await {
            Ok(request_id) => sent.push((n, request_id)),
            Err(_) => break,
        }
        if n == COMMANDS / 4 {
            serving.signal("-TERM");
        }
    }
    let mut acknowledged = vec![0];
    for (n, request_id) in sent {
        match bob.outcome(request_id).await {
            Ok(_) => acknowledged.push(n),
            Err(error) if close_code(&error).is_some() => break,
            Err(_) => {}
        }
    }
    expect_that!(close_code(&ann.connection().closed().await), some(eq(4000)));
    let code = tokio::task::spawn_blocking(move || serving.ended()).await.unwrap();
    expect_that!(code, some(eq(0)));

    let log = folder.path().join("pm-data/tenants/main/tenant.db-wal");
    expect_that!(std::fs::metadata(log).map_or(0, |file| file.len()), eq(0));
    for n in 0..COMMANDS {
        let found = items_named(folder.path(), &format!("Item {n}"));
        if acknowledged.contains(&n) {
            expect_that!(found, eq(PARTS), "command {n} was acknowledged");
        } else {
            expect_that!(found, any![eq(0), eq(PARTS)], "command {n} is half done");
        }
    }
    let again = Serving::start(folder.path());
    let known = format!("{:?}", client_entities(&again).await);
    let newest = acknowledged.last().unwrap();
    expect_that!(known, contains_substring(format!("Item {newest}\"")));
}

#[gtest]
#[tokio::test]
async fn given_a_command_that_waits_for_its_commit_when_terminated_then_its_answer_comes_before_the_good_bye()
{
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    let (mut ann, mut bob) = (client(&serving).await, client(&serving).await);
    ann.change(Change::CreateProject(NewProject::new("PM", "Project"))).await.unwrap();
    // Another program holds the file: the writer waits for it.
    let foreign = rusqlite::Connection::open(folder.path().join("pm-data/tenants/main/tenant.db")).unwrap();
    foreign.execute_batch("BEGIN IMMEDIATE").unwrap();
    let command = several(&ann, "In flight");
    let asked = ann.connection().send(Ask::Command(wire::command_to_wire(&command))).await.unwrap();
    // Requests are read in order: what answers this one has the command.
    let ping = ann.connection().send(Ask::Ping(pm_proto::Ping {})).await.unwrap();
    ann.connection().answer(ping).await.unwrap();
    serving.signal("-TERM");
    // Bob has nothing in flight, and so is told at once.
    expect_that!(close_code(&bob.connection().closed().await), some(eq(4000)));
    foreign.execute_batch("ROLLBACK").unwrap();
    let outcome = ann.outcome(asked).await.unwrap();
    expect_that!(outcome.results.len(), eq(usize::try_from(PARTS).unwrap()));
    expect_that!(close_code(&ann.connection().closed().await), some(eq(4000)));
    let code = tokio::task::spawn_blocking(move || serving.ended()).await.unwrap();
    expect_that!(code, some(eq(0)));
    expect_that!(items_named(folder.path(), "In flight"), eq(PARTS));
}

async fn client_entities(serving: &Serving) -> Vec<pm_proto::Entity> {
    let mut client = Client::connect(&serving.url, Hello::new(&serving.token)).await.unwrap();
    client.snapshot().await.unwrap()
}

#[gtest]
#[tokio::test]
async fn given_a_time_for_load_balancers_when_terminated_then_not_ready_comes_first_and_all_is_served_meanwhile()
 {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::with(folder.path(), &["--set", "stop_after=1h"]);
    let (mut ann, mut bob) = (client(&serving).await, client(&serving).await);
    serving.signal("-TERM");
    let address = serving.address();
    let body = loop {
        let answer = plain(address, "GET /ready", "").await;
        if answer.status != 200 {
            break answer.body;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    expect_that!(body, eq("{\"status\":\"not_ready\",\"reason\":\"stopping\"}"));
    let made = ann.change(Change::CreateProject(NewProject::new("PM", "Late"))).await.unwrap();
    let events = bob.events_up_to(made.last_sequence.unwrap()).await.unwrap();
    expect_that!(events.len(), gt(1));

    // Nobody waits an hour: the second signal ends it at once, and what was acknowledged is there.
    serving.signal("-INT");
    let code = tokio::task::spawn_blocking(move || serving.ended()).await.unwrap();
    expect_that!(code, some(eq(130)));
    let again = Serving::start(folder.path());
    expect_that!(format!("{:?}", client_entities(&again).await), contains_substring("Late"));
}

#[gtest]
#[tokio::test]
async fn given_streams_of_commands_and_of_events_when_terminated_then_each_is_told_why_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    let mut ann = client(&serving).await;
    ann.change(Change::CreateProject(NewProject::new("PM", "Project"))).await.unwrap();
    let rest = Rest { address: serving.address(), token: serving.token.clone() };
    let events = rest.request("GET", "/api/v1/events", &[]).body(Empty::<bytes::Bytes>::new()).unwrap();
    let mut events = send(rest.address, events).await.into_body();
    let (lines, body) = piecewise();
    let stream = [("content-type", "application/x-ndjson")];
    let request = rest.request("POST", "/api/v1/commands", &stream).body(body).unwrap();
    let change = r#"{"type":"create_item","project":"PM","kind":"task","title":"Streamed"}"#;
    lines.send(format!("{{\"parts\":[{{\"change\":{change}}}]}}\n").into()).await.unwrap();
    let mut answers = send(rest.address, request).await.into_body();
    let first = answers.frame().await.unwrap().unwrap().into_data().unwrap();
    expect_that!(std::str::from_utf8(&first).unwrap(), contains_substring("\"outcome\""));

    // Neither has an end of its own: the client of the one goes on sending, that of the other listening.
    serving.signal("-TERM");
    let mut text = String::new();
    while let Some(Ok(piece)) = answers.frame().await {
        text.push_str(std::str::from_utf8(&piece.into_data().unwrap()).unwrap());
    }
    expect_that!(text, contains_substring("\"code\":\"closed\""));
    let mut text = String::new();
    while let Some(Ok(piece)) = events.frame().await {
        text.push_str(std::str::from_utf8(&piece.into_data().unwrap()).unwrap());
    }
    expect_that!(text, contains_substring("\"reason\":\"restart\""));
    drop(lines);
    let code = tokio::task::spawn_blocking(move || serving.ended()).await.unwrap();
    expect_that!(code, some(eq(0)));
    expect_that!(items_named(folder.path(), "Streamed"), eq(1));
}
