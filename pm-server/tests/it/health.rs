//! Whether a server is ready, as those ask who send clients to it.

use std::time::Duration;

use googletest::prelude::*;

use crate::cli::{Serving, output, text};
use crate::support::{Plain, TestServer, plain};

#[gtest]
#[tokio::test]
async fn given_a_server_when_its_folder_goes_away_then_it_lives_and_is_not_ready_and_says_no_path() {
    let server = TestServer::start().await;
    let ask = async |line: &str| plain(server.address, line, "").await;
    expect_that!(ask("GET /live").await.body, eq("{\"status\":\"live\"}"));
    expect_that!(ask("GET /ready").await.body, eq("{\"status\":\"ready\"}"));
    expect_that!(ask("GET /health").await.body, contains_substring("\"ready\":true"));
    let refused = ask("POST /ready").await;
    expect_that!(refused.status, eq(405));
    expect_that!(refused.head, contains_substring("allow: get, head"));
    // A WebSocket has no head to ask for alone.
    expect_that!(ask("HEAD /ws").await.head, contains_substring("allow: get\r\n"));
    std::fs::remove_dir_all(server.folder()).unwrap();
    // The last answer holds for a while.
    let Plain { status, body, .. } = loop {
        let answer = ask("GET /ready").await;
        if answer.status != 200 {
            break answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    expect_that!(status, eq(503));
    expect_that!(body, eq("{\"status\":\"not_ready\",\"reason\":\"storage\"}"));
    expect_that!(ask("GET /live").await.status, eq(200));
    let Plain { status, body, .. } = ask("GET /health").await;
    expect_that!(status, eq(503));
    expect_that!(body, eq("{\"status\":\"not_ready\",\"live\":true,\"ready\":false}"));
}

#[gtest]
fn given_a_server_when_its_health_is_asked_for_by_the_program_then_the_exit_status_tells() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    let address = serving.address().to_string();
    let asked = output(folder.path(), &["health", "--address", &address]);
    expect_that!(asked.status.code(), some(eq(0)));
    expect_that!(text(&asked.stdout), eq("{\"status\":\"ready\"}\n"));
    expect_that!(serving.terminate(), some(eq(0)));
    let asked = output(folder.path(), &["health", "--address", &address]);
    expect_that!(asked.status.code(), some(eq(1)));
    expect_that!(text(&asked.stderr), contains_substring("is a server running?"));
}
