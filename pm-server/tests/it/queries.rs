//! Every question over the wire, and what it says of what one may not see.

use std::collections::BTreeSet;

use googletest::prelude::*;
use pm_engine::command::Actor;
use pm_engine::query::{Answer, Question, TimeScope};
use pm_examples::client::{Client, ClientError, Hello};
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;

use crate::query_world::{World, all_names, delete_a_project, general, name, naming, narrowed, private};
use crate::support::{TestServer, ask, failure_code, user};

/// An open project filled by ann and bob.
async fn open(server: &TestServer) -> (Client, Client, World) {
    let (mut ann, mut bob) = (server.client("ann").await, server.client("bob").await);
    let world = World::fill(server, "PM", "Open", (&mut ann, &mut bob)).await;
    (ann, bob, world)
}

/// A private project filled by eve and fay.
async fn hidden(server: &TestServer) -> (Client, Client, World) {
    private(server, "QUAG", "Quagga", &["eve", "fay"]);
    let (mut eve, mut fay) = (server.client("eve").await, server.client("fay").await);
    let world = World::fill(server, "QUAG", "Quagga", (&mut eve, &mut fay)).await;
    (eve, fay, world)
}

async fn refused(client: &mut Client, question: &Question) -> pb::Rejection {
    match client.query(question).await {
        Err(ClientError::Rejected(rejection)) => *rejection,
        other => panic!("{question:?} was not refused: {other:?}"),
    }
}

/// Some list of the answer has something in it, where it has lists at all.
fn says_something(answer: &Answer) -> bool {
    let json = serde_json::to_value(answer).unwrap();
    let lists: Vec<_> = json.as_object().unwrap().values().filter_map(|value| value.as_array()).collect();
    lists.is_empty() || lists.iter().any(|list| !list.is_empty())
}

/// An item at the root has no ancestors, and a sprint of a moment no time.
fn says_nothing(question: &Question) -> bool {
    match question {
        Question::Ancestors { .. } => true,
        Question::TimeTotals(query) => matches!(query.scope, TimeScope::Sprint(_)),
        _ => false,
    }
}

#[gtest]
#[tokio::test]
async fn given_what_two_users_have_done_when_every_question_is_asked_then_the_answers_are_the_engines() {
    let server = TestServer::start().await;
    let (mut ann, mut bob, world) = open(&server).await;
    delete_a_project(&mut ann, "GONE").await;
    delete_a_project(&mut bob, "OVER").await;
    let mut asked = BTreeSet::new();
    for question in naming(&world).into_iter().chain(narrowed(&world)).chain(general("ann")) {
        for (who, client) in [("ann", &mut ann), ("bob", &mut bob)] {
            let answer =
                client.query(&question).await.unwrap_or_else(|error| panic!("{question:?}: {error}"));
            let reader = server.tenant.read(&Actor::member(user(who))).unwrap();
            expect_that!(answer, eq(&reader.answer(&question).unwrap()));
            expect_that!(name(&answer), eq(&name(&question)));
            expect_that!(says_something(&answer), eq(!says_nothing(&question)), "{question:?} {answer:?}");
        }
        asked.insert(name(&question));
    }
    expect_that!(asked, eq(&all_names()));
}

#[gtest]
#[tokio::test]
async fn given_a_private_project_when_an_outsider_asks_by_any_id_of_it_then_it_is_as_if_it_did_not_exist() {
    let server = TestServer::start().await;
    let (mut eve, _fay, hidden) = hidden(&server).await;
    let mut ann = server.client("ann").await;
    let by_key = naming(&hidden).into_iter().zip(naming(&World::absent())).collect::<Vec<_>>();
    let beside = narrowed(&hidden).into_iter().zip(narrowed(&World::absent())).collect::<Vec<_>>();
    let hidden = hidden.by_id();
    let by_id = naming(&hidden).into_iter().zip(naming(&World::absent().by_id()));
    for (question, of_nothing) in by_key.into_iter().chain(by_id) {
        let known = eve.query(&question).await;
        expect_that!(known.is_ok(), eq(true), "{question:?} {known:?}");
        let secret = refused(&mut ann, &question).await;
        expect_that!(secret.code(), eq(pb::RejectionCode::NotFound), "{question:?}");
        expect_that!(secret, eq(&refused(&mut ann, &of_nothing).await), "{question:?}");
    }
    for (question, of_nothing) in beside {
        expect_that!(says_something(&eve.query(&question).await.unwrap()), eq(true), "{question:?}");
        let secret = ann.query(&question).await.unwrap();
        expect_that!(secret, eq(&ann.query(&of_nothing).await.unwrap()), "{question:?}");
    }
}

#[gtest]
#[tokio::test]
async fn given_a_private_project_when_an_outsider_asks_about_everything_then_nothing_of_it_is_in_any_answer()
{
    let server = TestServer::start().await;
    let (mut eve, _fay, world) = hidden(&server).await;
    let (mut ann, _bob, _open) = open(&server).await;
    // The project's own words, and how it or its items are named.
    let tells = |answer: &Answer| {
        let text = format!("{answer:?}");
        ["Quagga", "QUAG", &world.project_id.to_string()].iter().any(|word| text.contains(word))
    };
    let mut told = BTreeSet::new();
    for question in general("eve").into_iter().chain(general("ann")) {
        if tells(&eve.query(&question).await.unwrap()) {
            told.insert(name(&question));
        }
        let answer = ann.query(&question).await.unwrap();
        expect_that!(tells(&answer), eq(false), "{question:?} {answer:?}");
    }
    // That the attack would show: who may see it is told.
    expect_that!(told.len(), ge(8), "{told:?}");
    // A cursor that skips the first chunk's check brings no more.
    let forged = "WyJzbmFwc2hvdCIseyJzdGFnZSI6MiwiYWZ0ZXIiOm51bGx9XQ"; // ["snapshot",{"stage":2,"after":null}]
    let question = Question::Snapshot { projects: vec![world.project_id], cursor: Some(forged.to_owned()) };
    expect_that!(tells(&eve.query(&question).await.unwrap()), eq(true));
    let answer = ann.query(&question).await.unwrap();
    expect_that!(tells(&answer) || says_something(&answer), eq(false), "{answer:?}");
}

#[gtest]
#[tokio::test]
async fn given_a_member_who_is_removed_when_he_asks_again_then_nothing_is_left_to_him() {
    let server = TestServer::start().await;
    let (mut eve, mut fay, world) = hidden(&server).await;
    let question = Question::ItemOnly { item: world.item_id.into() };
    expect_that!(fay.query(&question).await.is_ok(), eq(true));
    server.run(pm_engine::command::Change::RemoveMember { project: "QUAG".into(), user: user("fay") });
    expect_that!(refused(&mut fay, &question).await.code(), eq(pb::RejectionCode::NotFound));
    expect_that!(eve.query(&question).await.is_ok(), eq(true));
}

#[gtest]
#[tokio::test]
async fn given_a_question_that_is_malformed_or_unknown_when_asked_then_it_is_told_apart_and_the_connection_goes_on()
 {
    let server = TestServer::start().await;
    let mut ann = server.client("ann").await;
    let malformed = pb::question::Question::User(pb::UserQuestion { user: String::new() });
    let malformed = pb::Question { question: Some(malformed) };
    let pb::server_frame::Body::Rejection(rejection) = ask(ann.connection(), Ask::Query(malformed)).await
    else {
        panic!("not refused")
    };
    expect_that!(rejection.code(), eq(pb::RejectionCode::Invalid));
    expect_that!(rejection.field.as_deref(), some(eq("user.user")));
    let unknown = ask(ann.connection(), Ask::Query(pb::Question { question: None })).await;
    expect_that!(failure_code(&unknown), some(eq(pb::FailureCode::Unsupported)));
    let ids = vec![String::new(); 100_000];
    let filter = Some(pb::ItemFilter { ids, ..pb::ItemFilter::default() });
    let items = pb::question::Question::Items(pb::ItemsQuestion { filter, ..pb::ItemsQuestion::default() });
    let large = ask(ann.connection(), Ask::Query(pb::Question { question: Some(items) })).await;
    let pb::server_frame::Body::Rejection(rejection) = large else { panic!("not refused") };
    expect_that!(rejection.code(), eq(pb::RejectionCode::TooLarge));
    expect_that!(rejection.field.as_deref(), some(eq("query")));
    expect_that!(rejection.limit, some(eq(128 * 1024)));
    expect_that!(ann.query(&Question::MyTimer).await.is_ok(), eq(true));
}

#[gtest]
#[tokio::test]
async fn given_a_connection_without_hello_when_it_asks_then_it_is_unauthenticated() {
    let server = TestServer::start().await;
    let mut connection = server.connection().await;
    let question = pb::question::Question::MyTimer(pb::MyTimerQuestion {});
    let answer = ask(&mut connection, Ask::Query(pb::Question { question: Some(question) })).await;
    expect_that!(failure_code(&answer), some(eq(pb::FailureCode::Unauthenticated)));
    let mut root = Client::connect(&server.url(), Hello::new(&server.admin_token())).await.unwrap();
    expect_that!(root.query(&Question::MyTimer).await.is_ok(), eq(true));
}
