//! A project one may not see might as well not exist, for a stream too.

use googletest::prelude::*;
use pm_engine::command::{Change, NewItem, NewProject};
use pm_engine::model::{ItemKind, ProjectId, ProjectRole, Visibility};
use pm_examples::client::{Client, Hello};
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body as Answer;

use crate::support::{TestServer, ask, task, user};

/// Makes a project of nobody but the admin; its id.
fn private(server: &TestServer, key: &str) -> String {
    let new = NewProject { visibility: Visibility::Private, ..NewProject::new(key, "Secret") };
    server.run(Change::CreateProject(new)).results[0].id.clone()
}

fn item(project: &str, title: &str) -> Change {
    Change::CreateItem(Box::new(NewItem::new(project, ItemKind::Task, title)))
}

async fn subscribe(client: &mut Client, projects: &[&str]) -> pb::Subscribed {
    let projects = projects.iter().map(ToString::to_string).collect();
    match ask(client.connection(), Ask::Subscribe(pb::Subscribe { projects })).await {
        Answer::Subscribed(subscribed) => subscribed,
        other => panic!("not subscribed: {other:?}"),
    }
}

async fn unsubscribe(client: &mut Client, projects: &[&str]) -> pb::Subscribed {
    let projects = projects.iter().map(ToString::to_string).collect();
    match ask(client.connection(), Ask::Unsubscribe(pb::Unsubscribe { projects })).await {
        Answer::Subscribed(subscribed) => subscribed,
        other => panic!("not subscribed: {other:?}"),
    }
}

#[gtest]
#[tokio::test]
async fn given_a_private_project_when_an_outsider_names_it_then_it_is_like_one_that_does_not_exist() {
    let server = TestServer::start().await;
    let secret = private(&server, "SEC");
    let missing = ProjectId::generate().to_string();
    let mut ann = server.client("ann").await;
    unsubscribe(&mut ann, &[]).await;
    let hidden = subscribe(&mut ann, &["SEC", &secret]).await;
    let absent = subscribe(&mut ann, &["NOPE", &missing, "not a project"]).await;
    expect_that!(hidden, eq(&absent));
    expect_that!(hidden, eq(&pb::Subscribed { projects: vec![], all: false }));

    let hello =
        Hello { projects: vec!["SEC".to_owned(), "PM".to_owned()], ..Hello::new(&server.token("bob")) };
    let mut bob = Client::connect(&server.url(), hello).await.unwrap();
    let Some(Answer::Subscribed(followed)) = bob.connection().next().await.unwrap().body else { panic!() };
    expect_that!(followed.projects.len(), eq(1));
    let known = bob.snapshot().await.unwrap();
    expect_that!(format!("{known:?}").contains(&secret), eq(false));
}

#[gtest]
#[tokio::test]
async fn given_events_one_may_not_see_when_they_happen_then_the_batch_says_only_how_far_it_goes() {
    let server = TestServer::start().await;
    let secret = private(&server, "SEC");
    let mut ann = server.client("ann").await;
    let mut root = Client::connect(&server.url(), Hello::new(&server.admin_token())).await.unwrap();
    root.snapshot().await.unwrap();
    let end = server.run(item("SEC", "Nobody knows")).last_sequence.unwrap();
    let seen = root.events_up_to(end).await.unwrap();
    expect_that!(seen.iter().filter(|event| event.number.is_some()).count(), eq(1));
    let batch = ann.batch().await.unwrap();
    expect_that!(batch, eq(&pb::EventBatch { complete_to: end, ..pb::EventBatch::default() }));
    expect_that!(ann.change(item(&secret, "Not mine")).await.is_err(), eq(true));
}

#[gtest]
#[tokio::test]
async fn given_clients_that_come_back_when_events_they_may_not_see_happen_then_they_are_told_only_how_far_it_goes()
 {
    let server = TestServer::start().await;
    private(&server, "SEC");
    let (before, end) = (server.here(), server.run(item("SEC", "Nobody knows")).last_sequence.unwrap());
    // One missed it, one has everything; an admin, who comes back likewise, is told all of it.
    let (mut ann, mut bob) = (server.back("ann", &before).await, server.back("bob", &server.here()).await);
    let hello = Hello::back(&server.admin_token(), &before);
    let mut root = Client::connect(&server.url(), hello).await.unwrap();
    expect_that!(ann.welcome().resume(), eq(pb::ResumeKind::Tail));
    expect_that!(bob.welcome().resume(), eq(pb::ResumeKind::UpToDate));
    let nothing_to = |end| pb::EventBatch { complete_to: end, ..pb::EventBatch::default() };
    expect_that!(ann.batch().await.unwrap(), eq(&nothing_to(end)));
    let later = server.run(item("SEC", "Nor later")).last_sequence.unwrap();
    for client in [&mut ann, &mut bob] {
        expect_that!(client.batch().await.unwrap(), eq(&nothing_to(later)));
    }
    let seen = format!("{:?}", root.events_up_to(later).await.unwrap());
    expect_that!(seen.contains("Nobody knows") && seen.contains("Nor later"), eq(true));
}

#[gtest]
#[tokio::test]
async fn given_a_stream_when_access_comes_and_goes_then_it_is_marked_at_its_sequence() {
    let server = TestServer::start().await;
    let secret = private(&server, "SEC");
    let made = server.run(item("SEC", "Before ann")).last_sequence.unwrap();
    let mut ann = server.client("ann").await;
    let mut bob = server.client("bob").await;
    let role = ProjectRole::Viewer;
    let gained = server.run(Change::SetMember { project: "SEC".into(), user: user("ann"), role });
    let gained = gained.last_sequence.unwrap();
    let mut markers = Vec::new();
    while ann.position().sequence < gained {
        markers.extend(ann.batch().await.unwrap().access);
    }
    let marker = |sequence, change: pb::AccessChange| pb::AccessMarker {
        sequence,
        project: secret.clone(),
        change: change.into(),
    };
    expect_that!(markers, eq(&vec![marker(gained, pb::AccessChange::Gained)]));

    // What gained asks for: the project's snapshot.
    let subscribed = subscribe(&mut ann, &["SEC"]).await;
    expect_that!(subscribed.all, eq(true));
    let loaded = ann.snapshot().await.unwrap();
    expect_that!(format!("{loaded:?}"), contains_substring("Before ann"));
    expect_that!(ann.position().sequence, ge(made));

    let lost = server.run(Change::RemoveMember { project: "SEC".into(), user: user("ann") });
    let lost = lost.last_sequence.unwrap();
    let end = server.run(item("SEC", "After ann")).last_sequence.unwrap();
    let mut markers = Vec::new();
    let mut seen = String::new();
    while ann.position().sequence < end {
        let batch = ann.batch().await.unwrap();
        seen.push_str(&format!("{:?}", batch.events));
        markers.extend(batch.access);
    }
    expect_that!(markers, eq(&vec![marker(lost, pb::AccessChange::Lost)]));
    expect_that!(seen.contains("After ann"), eq(false));
    // Asked for too late: there is nothing to send, and that is said.
    subscribe(&mut ann, &["SEC"]).await;
    expect_that!(ann.snapshot().await.unwrap(), is_empty());
    while bob.position().sequence < end {
        expect_that!(bob.batch().await.unwrap().access, is_empty());
    }
}

#[gtest]
#[tokio::test]
async fn given_two_projects_when_following_one_then_the_other_is_left_out_until_it_is_followed_too() {
    let server = TestServer::start().await;
    server.run(Change::CreateProject(NewProject::new("TWO", "Second")));
    let mut all = server.client("bob").await;
    let hello = Hello { projects: vec!["PM".to_owned()], ..Hello::new(&server.token("ann")) };
    let mut ann = Client::connect(&server.url(), hello).await.unwrap();
    ann.snapshot().await.unwrap();
    server.run(item("TWO", "Left out"));
    let end = server.run(task("Seen")).last_sequence.unwrap();
    let titles = |events: &[pm_engine::event::Event]| {
        let numbered = events.iter().filter(|event| event.number.is_some());
        numbered.map(|event| format!("{:?}", event.entity)).collect::<Vec<_>>().join(" ")
    };
    let seen = titles(&ann.events_up_to(end).await.unwrap());
    expect_that!(seen.contains("Seen") && !seen.contains("Left out"), eq(true));
    let seen = titles(&all.events_up_to(end).await.unwrap());
    expect_that!(seen.contains("Seen") && seen.contains("Left out"), eq(true));

    let both = subscribe(&mut ann, &["TWO"]).await;
    expect_that!(both.projects.len(), eq(2));
    let loaded = format!("{:?}", ann.snapshot().await.unwrap());
    expect_that!(loaded.contains("Left out"), eq(true));
    let end = server.run(item("TWO", "Now too")).last_sequence.unwrap();
    let seen = titles(&ann.events_up_to(end).await.unwrap());
    expect_that!(seen.contains("Now too"), eq(true));

    let one = unsubscribe(&mut ann, &["PM"]).await;
    expect_that!(one.projects.len(), eq(1));
}
