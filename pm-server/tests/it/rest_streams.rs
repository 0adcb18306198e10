//! Streams of commands by HTTP: cut anywhere, open for long, past a rate, more of them than there may be.

use std::time::Duration;

use bytes::Bytes;
use googletest::prelude::*;
use http_body_util::BodyExt;
use pm_server::auth::{Role, now_seconds};
use serde_json::{Value, json};

use crate::rest_commands::create;
use crate::rest_support::{Rest, World, piecewise, send, world, world_with};
use crate::support::TestServer;

/// Headers of a stream of commands.
pub(crate) const STREAM: [(&str, &str); 2] =
    [("content-type", "application/x-ndjson"), ("idempotency-key", "load")];

#[gtest]
#[tokio::test]
async fn given_a_stream_of_commands_when_it_is_cut_anywhere_then_each_line_is_answered_in_its_order() {
    let World { server, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    let mut text = Vec::new();
    for n in 1..=3_000 {
        match n % 1_000 {
            0 => text.extend_from_slice(b"this is no command"),
            500 => text.extend_from_slice(&vec![b'x'; 2 * 1024 * 1024 + 1]),
            _ => text.extend_from_slice(create(&format!("Item {n}")).to_string().as_bytes()),
        }
        text.extend_from_slice(if n == 3_000 { b"" } else { b"\n" });
    }
    let (sender, body) = piecewise();
    let request = rest.request("POST", "/api/v1/commands", &STREAM).body(body).unwrap();
    let feed = tokio::spawn(async move {
        for piece in text.chunks(7_777) {
            sender.send(Bytes::copy_from_slice(piece)).await.unwrap();
        }
    });
    let response = send(rest.address, request).await;
    expect_that!(response.headers()["content-type"], eq("application/x-ndjson"));
    let body = response.into_body().collect().await.unwrap().to_bytes();
    feed.await.unwrap();
    let lines: Vec<Value> = body
        .split(|b| *b == b'\n')
        .filter(|l| !l.is_empty())
        .map(|l| serde_json::from_slice(l).unwrap())
        .collect();
    expect_that!(lines.len(), eq(3_000));
    let mut number = 3;
    for (index, line) in lines.iter().enumerate() {
        let n = index + 1;
        expect_that!(line["line"], eq(n));
        match n % 1_000 {
            0 => expect_that!(line["problem"]["code"], eq("invalid")),
            500 => expect_that!(line["problem"]["code"], eq("too_large")),
            _ => {
                number += 1;
                expect_that!(line["outcome"]["results"][0]["key"], eq(format!("PM-{number}").as_str()));
                expect_that!(line["outcome"]["command"], eq(format!("load-{n}").as_str()));
            }
        }
    }
}

#[gtest]
#[tokio::test]
async fn given_a_stream_that_is_still_open_when_lines_are_in_then_their_answers_come_already() {
    let World { server, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    let (sender, body) = piecewise();
    let request = rest.request("POST", "/api/v1/commands", &STREAM).body(body).unwrap();
    sender.send(format!("{}\n", create("One")).into()).await.unwrap();
    let mut answers = send(rest.address, request).await.into_body();
    let first = answers.frame().await.unwrap().unwrap().into_data().unwrap();
    expect_that!(std::str::from_utf8(&first).unwrap(), contains_substring("PM-4"));
    sender.send(format!("\r\n\n{}\r\n", create("Two")).into()).await.unwrap();
    let second = answers.frame().await.unwrap().unwrap().into_data().unwrap();
    expect_that!(std::str::from_utf8(&second).unwrap(), contains_substring("\"line\":4"));
    // One that is read elsewhere, because it is long, keeps its place.
    let mut long = create("Three");
    long["parts"][0]["change"]["description"] = "x".repeat(50_000).into();
    sender.send(format!("{long}\n{}\n", create("Four")).into()).await.unwrap();
    let mut both = String::new();
    while both.lines().count() < 2 {
        let piece = answers.frame().await.unwrap().unwrap().into_data().unwrap();
        both.push_str(std::str::from_utf8(&piece).unwrap());
    }
    let keys: Vec<_> = both
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["outcome"]["results"][0]["key"].clone())
        .collect();
    expect_that!(keys, eq(&[json!("PM-6"), json!("PM-7")]));
    // Cut off: what was sent stands, and can be asked for again.
    drop((sender, answers));
    let again =
        rest.ask("POST", "/api/v1/commands", &STREAM, format!("{}\n", create("One")).as_bytes()).await;
    expect_that!(again.json()["outcome"]["replayed"], eq(true));
}

#[gtest]
#[tokio::test]
async fn given_a_user_past_his_rate_when_he_sends_documents_then_429_and_when_he_streams_then_he_waits() {
    let mut config = pm_server::ServerConfig::default();
    config.rates.user_commands_per_second(1);
    let World { server, .. } = world_with(config).await;
    let rest = Rest::of(&server, "ann");
    let refused = loop {
        let reply = rest.post(&[], &create("Again")).await;
        if reply.status != 200 {
            break reply;
        }
    };
    expect_that!((refused.status.as_u16(), refused.code().as_str()), eq((429, "rate_limited")));
    expect_that!(refused.json()["retry_after_ms"].as_i64(), some(gt(0)));
    expect_that!(refused.header("retry-after").unwrap().parse::<i64>().unwrap(), gt(0));
    let several =
        rest.post(&[], &json!({ "commands": [create("A"), create("B"), create("C")] })).await.json();
    expect_that!(several["results"][2]["problem"]["code"], eq("rate_limited"));
    // Another user has a rate of his own.
    expect_that!(Rest::of(&server, "bob").post(&[], &create("Mine")).await.status.as_u16(), eq(200));
    let lines = format!("{}\n{}\n", create("D"), create("E"));
    let streamed = rest.ask("POST", "/api/v1/commands", &STREAM, lines.as_bytes()).await.text();
    expect_that!(streamed.matches("\"outcome\"").count(), eq(2), "{streamed}");
}

#[gtest]
#[tokio::test]
async fn given_as_many_streams_of_commands_as_a_tenant_may_have_when_one_more_comes_then_it_is_told_to_come_back()
 {
    let World { server, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    let mut open = Vec::new();
    for _ in 0..8 {
        let (sender, body) = piecewise();
        let request = rest.request("POST", "/api/v1/commands", &STREAM[..1]).body(body).unwrap();
        open.push((sender, send(rest.address, request).await));
    }
    let refused = rest.ask("POST", "/api/v1/commands", &STREAM, b"").await;
    expect_that!((refused.status.as_u16(), refused.code().as_str()), eq((503, "busy")));
    // Documents go through all the same.
    expect_that!(rest.post(&[], &create("Document")).await.status.as_u16(), eq(200));
    expect_that!(open.iter().filter(|(_, response)| response.status() == 200).count(), eq(8));
}

#[gtest]
#[tokio::test]
async fn given_a_stream_of_commands_when_its_token_ends_then_no_further_line_is_run() {
    let World { server, .. } = world().await;
    let mut claims = TestServer::claims("ann", Role::Member);
    // The leeway is half a minute.
    claims.exp = now_seconds() - 28;
    let rest = Rest { token: server.keys.sign(&claims).unwrap(), ..Rest::of(&server, "ann") };
    let (sender, body) = piecewise();
    let request = rest.request("POST", "/api/v1/commands", &STREAM).body(body).unwrap();
    sender.send(format!("{}\n", create("In time")).into()).await.unwrap();
    let mut answers = send(rest.address, request).await.into_body();
    let first = answers.frame().await.unwrap().unwrap().into_data().unwrap();
    expect_that!(std::str::from_utf8(&first).unwrap(), contains_substring("outcome"));
    while now_seconds() <= claims.exp + 30 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let head = server.tenant.head().unwrap();
    sender.send(format!("{}\n{0}\n", create("Too late")).into()).await.unwrap();
    let rest = answers.collect().await.unwrap().to_bytes();
    let last: Value = serde_json::from_slice(&rest).unwrap();
    expect_that!(
        (last["line"].as_i64(), last["problem"]["code"].as_str()),
        eq((Some(2), Some("unauthenticated")))
    );
    expect_that!(server.tenant.head().unwrap(), eq(head));
}
