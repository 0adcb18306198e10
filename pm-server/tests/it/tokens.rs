//! Tokens: what is not signed here, not in time or of another tenant does not come in.

use std::path::{Path, PathBuf};
use std::time::Duration;

use googletest::prelude::*;
use pm_engine::command::{Actor, Command};
use pm_engine::model::CommandId;
use pm_engine::wire;
use pm_examples::client::{Client, ClientError, Hello};
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body as Answer;
use pm_server::ServerConfig;
use pm_server::auth::{Claims, Keys, Kind, Role, now_seconds};

use crate::support::{TestServer, ask, close_code, closed_with, failure_code, say_hello, short, task, user};

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
    let claims = TestServer::claims("ann", Role::Member);
    let sign = |claims: Claims| server.keys.sign(&claims).unwrap();
    for token in [
        server.token("bob"),
        server.admin_token(),
        sign(Claims { role: Role::Admin, ..claims.clone() }),
        sign(Claims { kind: Some(Kind::Agent), ..claims.clone() }),
        sign(Claims { tenant: "other".to_owned(), ..claims.clone() }),
        sign(Claims { exp: now_seconds() - 3_600, ..claims }),
        "nonsense".to_owned(),
        String::new(),
    ] {
        let answer = ask(ann.connection(), Ask::Renew(pb::Renew { token })).await;
        expect_that!(failure_code(&answer), some(eq(pb::FailureCode::Unauthenticated)));
    }
    expect_that!(ann.change(task("Still ann")).await.is_ok(), eq(true));
}

/// A server without leeway, and a token that is over in a moment.
async fn moment() -> (TestServer, String, u64) {
    let mut config = ServerConfig::default();
    config.auth.leeway(Duration::ZERO);
    // A fast machine does more in a moment than a client may.
    config.rates.commands_per_second(0);
    config.rates.user_commands_per_second(0);
    config.rates.messages_per_second(0);
    let server = TestServer::with(config).await;
    let exp = now_seconds() + 2;
    let token = server.keys.sign(&Claims { exp, ..TestServer::claims("ann", Role::Member) }).unwrap();
    (server, token, exp)
}

async fn past(instant: u64) {
    while now_seconds() <= instant {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[gtest]
#[tokio::test]
async fn given_a_token_that_is_over_when_a_command_comes_after_it_then_nothing_is_done() {
    let (server, token, exp) = moment().await;
    let mut ann = Client::connect(&server.url(), Hello::new(&token)).await.unwrap();
    ann.snapshot().await.unwrap();
    ann.change(task("In time")).await.unwrap();
    let head = server.tenant.head().unwrap();
    past(exp).await;
    // The server looks at the clock on its own only every few seconds: the command is what it hears first.
    let late = ann.change(task("Too late")).await.unwrap_err();
    expect_that!(close_code(&late), some(eq(4201)));
    expect_that!(server.tenant.head().unwrap(), eq(head));
    let mut again = server.connection().await;
    expect_that!(
        failure_code(&say_hello(&mut again, &token).await),
        some(eq(pb::FailureCode::Unauthenticated))
    );
}

#[gtest]
#[tokio::test]
async fn given_a_token_that_is_over_when_commands_are_in_flight_then_each_was_done_once_or_can_be_sent_again()
{
    let (server, token, _) = moment().await;
    let mut bob = server.client("bob").await;
    let mut ann = Client::connect(&server.url(), Hello::new(&token)).await.unwrap();
    ann.snapshot().await.unwrap();
    let command = |n: usize| {
        let id = CommandId::new(format!("flight-{n}")).unwrap();
        Command::new(Actor::member(user("ann")), task(&format!("Flight {n}"))).with_id(id)
    };
    let mut answered = Vec::new();
    // Sixteen at a time, until the connection ends.
    let mut sent = 0;
    let ended = 'flight: loop {
        let mut asked = Vec::new();
        for _ in 0..16 {
            let wired = wire::command_to_wire(&command(sent));
            match ann.connection().send(Ask::Command(wired)).await {
                Ok(id) => asked.push(id),
                Err(_) => break 'flight ann.connection().closed().await,
            }
            sent += 1;
        }
        for id in asked {
            match ann.outcome(id).await {
                Ok(_) => answered.push(id),
                Err(error) => break 'flight error,
            }
        }
    };
    expect_that!(close_code(&ended), some(eq(4201)), "{ended:?}");
    expect_that!(answered.len(), gt(0));
    // Nobody knows which of the others were done: all are sent again.
    let mut back = server.back("ann", &server.here()).await;
    let mut end = 0;
    for n in 0..=sent {
        let outcome = back.execute(&command(n)).await.unwrap();
        end = end.max(outcome.last_sequence.unwrap());
    }
    let seen = bob.events_up_to(end).await.unwrap();
    let made = seen.iter().filter(|event| event.kind() == "work_item.created").count();
    expect_that!(made, eq(sent + 1));
}

#[gtest]
#[tokio::test]
async fn given_a_token_renewed_a_moment_before_its_end_when_it_is_over_then_the_connection_goes_on() {
    let (server, token, exp) = moment().await;
    let mut ann = Client::connect(&server.url(), Hello::new(&token)).await.unwrap();
    ann.snapshot().await.unwrap();
    past(exp - 1).await;
    let renew = Ask::Renew(pb::Renew { token: server.token("ann") });
    expect_that!(matches!(ask(ann.connection(), renew).await, Answer::Head(_)), eq(true));
    past(exp).await;
    expect_that!(ann.change(task("Still here")).await.is_ok(), eq(true));

    // A moment after is too late: the old one has ended the connection.
    let exp = now_seconds() + 1;
    let brief = server.keys.sign(&Claims { exp, ..TestServer::claims("bob", Role::Member) }).unwrap();
    let mut bob = Client::connect(&server.url(), Hello::new(&brief)).await.unwrap();
    past(exp).await;
    let renew = Ask::Renew(pb::Renew { token: server.token("bob") });
    bob.connection().send(renew).await.unwrap();
    expect_that!(closed_with(bob.connection()).await, some(eq(4201)));
}

/// Every file and folder below, by name.
fn names(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(names(&path));
        }
        all.push(path);
    }
    all.sort();
    all
}

#[gtest]
#[tokio::test]
async fn given_tenant_ids_that_are_paths_when_tenants_may_be_made_then_nothing_is_made_anywhere() {
    let mut config = ServerConfig::default();
    config.tenants.create(true);
    let server = TestServer::with(config).await;
    let before = names(server.folder());
    let mut tricks: Vec<String> = [
        "../x",
        "..",
        ".",
        "a/b",
        "/tmp/pm-x",
        "a\\b",
        "%2e%2e",
        "%2e",
        "..%2fx",
        "a\0b",
        "\0",
        "ACME",
        "Acme",
        "acme ",
        " acme",
        "acme\n",
        "-acme",
        "_acme",
        "acme.db",
        "a:b",
        "C:",
        "~",
        "ａｃｍｅ",
        "äcme",
        "a*",
        "\u{202e}a",
        "",
    ]
    .map(str::to_owned)
    .to_vec();
    tricks.push("a".repeat(64));
    tricks.push("../".repeat(100));
    for tenant in tricks {
        let claims = Claims { tenant: tenant.clone(), ..TestServer::claims("ann", Role::Admin) };
        let mut connection = server.connection().await;
        let answer = say_hello(&mut connection, &server.keys.sign(&claims).unwrap()).await;
        expect_that!(failure_code(&answer), some(eq(pb::FailureCode::Unauthenticated)), "{tenant:?}");
        expect_that!(closed_with(&mut connection).await, some(eq(4200)));
    }
    expect_that!(names(server.folder()), eq(&before));
    // What the attack would have looked like.
    let claims = Claims { tenant: "a".repeat(63), ..TestServer::claims("ann", Role::Admin) };
    let mut connection = server.connection().await;
    let answer = say_hello(&mut connection, &server.keys.sign(&claims).unwrap()).await;
    expect_that!(matches!(answer, Answer::Welcome(_)), eq(true));
    expect_that!(names(server.folder()), not(eq(&before)));
}

#[gtest]
#[tokio::test]
async fn given_name_and_email_in_the_token_when_welcomed_then_others_see_it_in_the_profile() {
    let server = TestServer::start().await;
    let mut bob = server.client("bob").await;
    let name = Some("Ann Lee".to_owned());
    let email = Some("ann@example.com".to_owned());
    let claims = Claims { name, email, ..TestServer::claims("ann", Role::Member) };
    let token = server.keys.sign(&claims).unwrap();
    let ann = Client::connect(&server.url(), Hello::new(&token)).await.unwrap();
    let batch = bob.batch().await.unwrap();
    let named = batch
        .events
        .iter()
        .map(|event| format!("{:?}", (&event.entity_id, &event.entity)))
        .any(|event| ["ann", "Ann Lee", "ann@example.com"].iter().all(|text| event.contains(text)));
    expect_that!(named, eq(true));
    let head = server.tenant.head().unwrap();
    drop(ann);
    Client::connect(&server.url(), Hello::new(&token)).await.unwrap().snapshot().await.unwrap();
    expect_that!(server.tenant.head().unwrap(), eq(head));
}
