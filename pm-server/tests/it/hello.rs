//! Who may come in, and how; what is answered before and after.

use googletest::prelude::*;
use pm_examples::client::{ClientError, Connection, Hello};
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body as Answer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{TestServer, ask, closed_with, failure_code, say_hello, short};

#[gtest]
#[tokio::test]
async fn given_a_new_client_when_it_says_hello_then_it_learns_who_it_is_and_what_it_follows() {
    let server = TestServer::start().await;
    let mut connection = server.connection().await;
    let Answer::Welcome(welcome) = say_hello(&mut connection, &server.token("ann")).await else {
        panic!("no welcome")
    };
    expect_that!(welcome.protocol_version, eq(1));
    expect_that!((&*welcome.tenant, &*welcome.user), eq(("acme", "ann")));
    expect_that!(welcome.role(), eq(pb::TenantRole::Member));
    expect_that!(welcome.resume(), eq(pb::ResumeKind::Snapshot));
    expect_that!(welcome.head_sequence, eq(server.tenant.head().unwrap()));
    expect_that!(welcome.epoch, eq(&server.here().epoch));
    expect_that!(welcome.limits.unwrap().frame_bytes_max, eq(1024 * 1024 + 4 * 1024));
    let next = connection.next().await.unwrap();
    let all = Answer::Subscribed(pb::Subscribed { projects: vec![], all: true });
    expect_that!(next, eq(&pb::ServerFrame { request_id: 0, body: Some(all) }));
}

#[gtest]
#[tokio::test]
async fn given_a_request_before_hello_when_answered_then_it_is_unauthenticated_and_hello_still_works() {
    let server = TestServer::start().await;
    let mut connection = server.connection().await;
    let early = ask(&mut connection, Ask::Ping(pb::Ping {})).await;
    expect_that!(failure_code(&early), some(eq(pb::FailureCode::Unauthenticated)));
    let welcome = say_hello(&mut connection, &server.token("ann")).await;
    expect_that!(matches!(welcome, Answer::Welcome(_)), eq(true));
    let again = say_hello(&mut connection, &server.token("ann")).await;
    expect_that!(failure_code(&again), some(eq(pb::FailureCode::Unsupported)));
}

#[gtest]
#[tokio::test]
async fn given_another_version_of_the_protocol_when_hello_is_said_then_it_is_refused_for_good() {
    let server = TestServer::start().await;
    let mut connection = server.connection().await;
    let hello = pb::Hello { protocol_version: 2, token: server.token("ann"), ..pb::Hello::default() };
    let answer = ask(&mut connection, Ask::Hello(hello)).await;
    expect_that!(failure_code(&answer), some(eq(pb::FailureCode::Unsupported)));
    expect_that!(closed_with(&mut connection).await, some(eq(4202)));
}

#[gtest]
#[tokio::test]
async fn given_a_silent_client_when_its_time_is_over_then_it_is_closed() {
    let server = TestServer::with(short()).await;
    let mut connection = server.connection().await;
    expect_that!(closed_with(&mut connection).await, some(eq(4101)));
}

#[gtest]
#[tokio::test]
async fn given_a_token_in_the_upgrade_when_hello_has_none_then_the_client_is_welcome() {
    let server = TestServer::start().await;
    let token = server.token("ann");
    let connection = Connection::open(&server.url(), Some(&token)).await.unwrap();
    let client = connection.hello(Hello::default()).await.unwrap();
    expect_that!(client.welcome().user, eq("ann"));
}

#[gtest]
#[tokio::test]
async fn given_a_bad_token_in_the_upgrade_when_connecting_then_http_says_401() {
    let server = TestServer::start().await;
    let refused = Connection::open(&server.url(), Some("nonsense")).await;
    let Err(ClientError::Connection(text)) = refused else { panic!("it was let in") };
    expect_that!(text, contains_substring("401"));
}

#[gtest]
#[tokio::test]
async fn given_two_clients_when_one_asks_for_a_sign_of_life_then_it_gets_the_head() {
    let server = TestServer::start().await;
    let (mut ann, _bob) = (server.client("ann").await, server.client("bob").await);
    let Answer::Head(head) = ask(ann.connection(), Ask::Ping(pb::Ping {})).await else { panic!("no head") };
    expect_that!(head.sequence, eq(server.tenant.head().unwrap()));
    expect_that!(head.epoch, eq(&ann.welcome().epoch.clone()));
}

#[gtest]
#[tokio::test]
async fn given_plain_http_when_asked_then_health_answers_and_the_rest_is_not_found() {
    let server = TestServer::start().await;
    let answer = async |line: &str| {
        let mut stream = tokio::net::TcpStream::connect(server.address).await.unwrap();
        let request = format!("{line} HTTP/1.1\r\nHost: pm\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    };
    let status = async |line: &str| answer(line).await.lines().next().unwrap_or_default().to_owned();
    expect_that!(status("GET /health").await, eq("HTTP/1.1 200 OK"));
    expect_that!(status("POST /health").await, eq("HTTP/1.1 405 Method Not Allowed"));
    expect_that!(status("GET /ws").await, eq("HTTP/1.1 426 Upgrade Required"));
    expect_that!(answer("GET /ws").await, contains_substring("upgrade: websocket"));
    expect_that!(status("GET /").await, eq("HTTP/1.1 404 Not Found"));
}
