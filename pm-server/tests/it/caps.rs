//! How many may be connected: who says nothing locks nobody out, and nobody takes more than his share.

use googletest::prelude::*;
use pm_engine::command::{Actor, Change, Command, NewProject};
use pm_examples::client::{ClientError, Connection};
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body as Answer;
use pm_server::ServerConfig;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::raw::Raw;
use crate::support::{TestServer, ask, closed_with, failure_code, say_hello, task, user};

/// Says hello; the code it is turned away with, if it is.
pub(crate) async fn turned_away(server: &TestServer, user: &str) -> (Connection, Option<u16>) {
    let mut connection = server.connection().await;
    let answer = say_hello(&mut connection, &server.token(user)).await;
    if matches!(answer, Answer::Welcome(_)) {
        return (connection, None);
    }
    assert_that!(failure_code(&answer), some(eq(pb::FailureCode::RateLimited)));
    let code = closed_with(&mut connection).await;
    (connection, code)
}

#[gtest]
#[tokio::test]
async fn given_a_thousand_that_say_nothing_when_others_come_then_they_get_in_and_the_oldest_have_to_leave() {
    let mut config = ServerConfig::default();
    config.general.connections_unknown_max(20);
    config.general.connections_max(5);
    let server = TestServer::with(config).await;
    let mut early = server.client("ann").await;
    let mut first = Raw::connect(server.address).await;
    let mut silent = Vec::new();
    for _ in 0..1_000 {
        silent.push(TcpStream::connect(server.address).await.unwrap());
        // Whoever says hello at once gets in, however many say nothing.
        if silent.len() % 250 == 0 {
            let mut late = server.client("bob").await;
            expect_that!(late.change(task("Nobody else minds")).await.is_ok(), eq(true));
        }
    }
    expect_that!(first.close_code().await, some(eq(4103)));
    let mut dropped = 0;
    for stream in silent.iter_mut().take(900) {
        dropped += usize::from(matches!(stream.read(&mut [0; 1]).await, Ok(0) | Err(_)));
    }
    expect_that!(dropped, eq(900));
    // Whoever is known makes room for nobody.
    expect_that!(early.change(task("Still here")).await.is_ok(), eq(true));
}

#[gtest]
#[tokio::test]
async fn given_as_many_connections_as_a_user_and_a_tenant_may_have_when_more_come_then_they_come_later() {
    let mut config = ServerConfig::default();
    config.websocket.connections_per_user_max(2);
    config.websocket.connections_per_tenant_max(3);
    let server = TestServer::with(config).await;
    let (mut one, two) = (server.client("ann").await, server.client("ann").await);
    expect_that!(turned_away(&server, "ann").await.1, some(eq(4106)));
    let _bob = server.client("bob").await;
    expect_that!(turned_away(&server, "eve").await.1, some(eq(4105)));
    expect_that!(one.change(task("Those who are here stay")).await.is_ok(), eq(true));

    // A place that was left can be taken.
    two.leave().await.unwrap();
    loop {
        let (_connection, code) = turned_away(&server, "ann").await;
        if code.is_none() {
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[gtest]
#[tokio::test]
async fn given_a_full_server_when_another_comes_then_it_is_told_to_come_later_by_whatever_it_understands() {
    let mut config = ServerConfig::default();
    config.general.connections_max(2);
    let server = TestServer::with(config).await;
    let (_ann, _bob) = (server.client("ann").await, server.client("bob").await);
    expect_that!(turned_away(&server, "eve").await.1, some(eq(4104)));
    let by_header = Connection::open(&server.url(), Some(&server.token("eve"))).await;
    let Err(ClientError::Connection(text)) = by_header else { panic!("it was let in") };
    expect_that!(text, contains_substring("503"));
}

#[gtest]
#[tokio::test]
async fn given_more_projects_than_can_be_followed_when_subscribed_to_then_it_is_refused_with_the_limit() {
    let server = TestServer::start().await;
    let most = pm_server::limits::PROJECTS_FOLLOWED_MAX;
    let keys: Vec<String> = (0..=most).map(|n| format!("P{n}")).collect();
    for some in keys.chunks(250) {
        let parts = some.iter().map(|key| Change::CreateProject(NewProject::new(key, key)));
        server.tenant.execute(Command::batch(Actor::admin(user("root")), parts.collect())).unwrap();
    }
    let mut ann = server.client("ann").await;
    let unsubscribe = Ask::Unsubscribe(pb::Unsubscribe { projects: vec![] });
    let subscribe = |some: &[String]| Ask::Subscribe(pb::Subscribe { projects: some.to_vec() });
    let rejected = |answer: &Answer| match answer {
        Answer::Rejection(refused) => Some((refused.code(), refused.field().to_owned(), refused.limit())),
        _ => None,
    };
    let too_large = |limit: usize| {
        let limit = i64::try_from(limit).unwrap();
        Some((pb::RejectionCode::TooLarge, "projects".to_owned(), limit))
    };
    let in_one = ask(ann.connection(), subscribe(&keys[..501])).await;
    expect_that!(rejected(&in_one), eq(&too_large(500)));
    ask(ann.connection(), unsubscribe).await;
    for some in keys[..most].chunks(500) {
        let Answer::Subscribed(followed) = ask(ann.connection(), subscribe(some)).await else {
            panic!("refused")
        };
        expect_that!(followed.all, eq(false));
    }
    let answer = ask(ann.connection(), subscribe(&keys[most..])).await;
    expect_that!(rejected(&answer), eq(&too_large(most)));
}
