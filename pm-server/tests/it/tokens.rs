//! Tokens: what is not signed here, not in time or of another tenant does not come in.

use googletest::prelude::*;
use pm_examples::client::{Client, ClientError, Hello};
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body as Answer;
use pm_server::ServerConfig;
use pm_server::auth::{Claims, Keys, Role, now_seconds};

use crate::support::{TestServer, ask, closed_with, failure_code, say_hello, short, task};

#[gtest]
#[tokio::test]
async fn given_tokens_that_are_not_good_when_hello_is_said_then_each_is_refused_for_good() {
    let server = TestServer::start().await;
    let claims = TestServer::claims("ann", Role::Admin);
    let sign = |claims: &Claims| server.keys.sign(claims).unwrap();
    let signed = sign(&claims);
    let payload = signed.split('.').nth(1).unwrap();
    let other = Keys::new(b"another secret, which has 32 bytes too").unwrap();
    let bad = [
        String::new(),
        "nonsense".to_owned(),
        sign(&Claims { exp: now_seconds() - 3_600, ..claims.clone() }),
        sign(&Claims { tenant: "../acme".to_owned(), ..claims.clone() }),
        other.sign(&claims).unwrap(),
        // {"alg":"none","typ":"JWT"}
        format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}."),
        "x".repeat(20_000),
    ];
    for token in bad {
        let mut connection = server.connection().await;
        let answer = say_hello(&mut connection, &token).await;
        expect_that!(failure_code(&answer), some(eq(pb::FailureCode::Unauthenticated)));
        expect_that!(closed_with(&mut connection).await, some(eq(4200)));
    }
}

#[gtest]
#[tokio::test]
async fn given_a_token_of_another_tenant_when_it_comes_in_then_it_sees_that_tenant_only() {
    let mut config = ServerConfig::default();
    config.tenants.create(true);
    let server = TestServer::with(config).await;
    let claims = Claims { tenant: "other".to_owned(), ..TestServer::claims("ann", Role::Admin) };
    let token = server.keys.sign(&claims).unwrap();
    let mut stranger = Client::connect(&server.url(), Hello::new(&token)).await.unwrap();
    let known = stranger.snapshot().await.unwrap();
    expect_that!(known.len(), eq(1));
    expect_that!(stranger.welcome().tenant, eq("other"));

    let mut ann = server.client("ann").await;
    ann.change(task("Not for others")).await.unwrap();
    let Answer::Head(head) = ask(stranger.connection(), Ask::Ping(pb::Ping {})).await else { panic!() };
    expect_that!(head.sequence, eq(0));
    let refused = stranger.change(task("There is no such project")).await;
    expect_that!(matches!(refused, Err(ClientError::Rejected(_))), eq(true));
}

#[gtest]
#[tokio::test]
async fn given_a_token_of_no_tenant_when_hello_is_said_then_none_is_made() {
    let server = TestServer::start().await;
    let claims = Claims { tenant: "other".to_owned(), ..TestServer::claims("ann", Role::Admin) };
    let mut connection = server.connection().await;
    let answer = say_hello(&mut connection, &server.keys.sign(&claims).unwrap()).await;
    expect_that!(failure_code(&answer), some(eq(pb::FailureCode::Unauthenticated)));
    expect_that!(closed_with(&mut connection).await, some(eq(4203)));
}

#[gtest]
#[tokio::test]
async fn given_a_token_whose_time_runs_out_when_it_is_not_renewed_then_the_connection_ends() {
    let server = TestServer::with(short()).await;
    // Within the leeway of 30 s, but only for a moment.
    let exp = now_seconds() - 29;
    let brief = server.keys.sign(&Claims { exp, ..TestServer::claims("ann", Role::Member) }).unwrap();
    let mut ends = server.connection().await;
    say_hello(&mut ends, &brief).await;
    let mut goes_on = server.connection().await;
    say_hello(&mut goes_on, &brief).await;
    let renew = Ask::Renew(pb::Renew { token: server.token("ann") });
    expect_that!(matches!(ask(&mut goes_on, renew).await, Answer::Head(_)), eq(true));
    expect_that!(closed_with(&mut ends).await, some(eq(4201)));
    expect_that!(matches!(ask(&mut goes_on, Ask::Ping(pb::Ping {})).await, Answer::Head(_)), eq(true));
}

#[gtest]
#[tokio::test]
async fn given_a_token_of_somebody_else_when_renewing_then_the_old_one_stays() {
    let server = TestServer::start().await;
    let mut ann = server.client("ann").await;
    for token in [server.token("bob"), server.admin_token(), "nonsense".to_owned()] {
        let answer = ask(ann.connection(), Ask::Renew(pb::Renew { token })).await;
        expect_that!(failure_code(&answer), some(eq(pb::FailureCode::Unauthenticated)));
    }
    expect_that!(ann.change(task("Still ann")).await.is_ok(), eq(true));
}

#[gtest]
#[tokio::test]
async fn given_a_name_in_the_token_when_welcomed_then_others_see_it_in_the_profile() {
    let server = TestServer::start().await;
    let mut bob = server.client("bob").await;
    let claims = Claims { name: Some("Ann Lee".to_owned()), ..TestServer::claims("ann", Role::Member) };
    let token = server.keys.sign(&claims).unwrap();
    let ann = Client::connect(&server.url(), Hello::new(&token)).await.unwrap();
    let batch = bob.batch().await.unwrap();
    let named = batch
        .events
        .iter()
        .any(|event| event.entity_id == "ann" && format!("{:?}", event.entity).contains("Ann Lee"));
    expect_that!(named, eq(true));
    let head = server.tenant.head().unwrap();
    drop(ann);
    Client::connect(&server.url(), Hello::new(&token)).await.unwrap().snapshot().await.unwrap();
    expect_that!(server.tenant.head().unwrap(), eq(head));
}
