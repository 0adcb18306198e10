//! What the log says of a request, and what it never says.

use googletest::prelude::*;
use pm_engine::command::{Change, NewProject};
use pm_examples::client::{Client, Connection, Hello};

use crate::cli::{Serving, output, text};
use crate::support::{TestServer, plain};

#[gtest]
#[tokio::test]
async fn given_requests_when_answered_then_each_has_an_id_its_own_where_that_is_harmless() {
    let server = TestServer::start().await;
    let id = async |headers: &str| {
        let head = plain(server.address, "GET /live", headers).await.head;
        let line = head.lines().find_map(|line| line.strip_prefix("x-request-id: ")).unwrap();
        line.to_owned()
    };
    expect_that!(id("x-request-id: mine-1\r\n").await, eq("mine-1"));
    expect_that!(id("x-request-id: two words\r\n").await.len(), eq(36));
    expect_that!(id("").await, not(eq(&id("").await)));
}

#[gtest]
#[tokio::test]
async fn given_the_most_talkative_log_when_tokens_come_in_every_way_then_none_of_them_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::with(folder.path(), &["--set", "log.filter=trace"]);
    let address = serving.address();
    let made = output(folder.path(), &["token", "--tenant", "main", "--user", "marked"]);
    let marked = text(&made.stdout).lines().last().unwrap().to_owned();
    // In hello, in the upgrade, where it does not belong, and one that is not good.
    let mut ann = Client::connect(&serving.url, Hello::new(&serving.token)).await.unwrap();
    ann.snapshot().await.unwrap();
    ann.change(Change::CreateProject(NewProject::new("PM", "Project"))).await.unwrap();
    let bob = Connection::open(&serving.url, Some(&marked)).await.unwrap();
    let mut bob = bob.hello(Hello::new("")).await.unwrap();
    bob.snapshot().await.unwrap();
    let broken = marked.to_ascii_uppercase();
    expect_that!(Connection::open(&serving.url, Some(&broken)).await.is_err(), eq(true));
    for path in ["ws", "live", "nowhere", "api/v1/projects"] {
        let line = format!("GET /{path}?access_token={marked}");
        plain(address, &line, &format!("Authorization: Bearer {marked}\r\nCookie: token={marked}\r\n")).await;
    }
    plain(address, "GET /live", "x-request-id: asked-for-this\r\n").await;
    let secret = std::fs::read_to_string(folder.path().join("pm-data/secret")).unwrap();
    let token = serving.token.clone();
    let code = tokio::task::spawn_blocking(move || serving.terminate()).await.unwrap();
    expect_that!(code, some(eq(0)));
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    // It does talk, with the ids of requests.
    expect_that!(log, contains_substring("welcome"));
    expect_that!(log, contains_substring("asked-for-this"));
    for unsaid in [&marked, &broken, &token, &secret.trim().to_owned()] {
        for part in unsaid.split('.').filter(|part| part.len() > 20) {
            // The first part of every token is the same and tells nothing.
            let tells = !part.starts_with("eyJ0eXAiOiJKV1Qi");
            expect_that!(tells && log.contains(part), eq(false), "{part} is in the log");
        }
    }
}
