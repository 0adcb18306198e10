//! Who is there and what they look at: three clients in a room, and what each may know of the others.

use std::time::Duration;

use googletest::prelude::*;
use pm_engine::command::{Change, NewProject};
use pm_engine::model::{ProjectRole, Visibility};
use pm_examples::client::Client;
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body as Answer;
use pm_server::ServerConfig;

use crate::support::{TestServer, ask, failure_code, made, task, user};

/// Told at once, and not limited in what they say.
pub(crate) fn config() -> ServerConfig {
    let mut config = ServerConfig::default();
    config.websocket.presence_every(Duration::from_millis(10));
    config.rates.presence_per_second(0);
    config
}

pub(crate) fn at(project: &str) -> pb::PresenceUpdate {
    pb::PresenceUpdate { project: Some(project.to_owned()), ..pb::PresenceUpdate::default() }
}

async fn say_raw(client: &mut Client, update: pb::PresenceUpdate) -> Answer {
    ask(client.connection(), Ask::Presence(update)).await
}

pub(crate) async fn say(client: &mut Client, update: pb::PresenceUpdate) -> pb::Presence {
    match say_raw(client, update).await {
        Answer::Presence(presence) => presence,
        other => panic!("refused: {other:?}"),
    }
}

/// The next thing told by itself.
async fn told(client: &mut Client) -> pb::Presence {
    loop {
        if let pb::ServerFrame { request_id: 0, body: Some(Answer::Presence(presence)) } =
            client.connection().next().await.unwrap()
        {
            return presence;
        }
    }
}

/// Reads on until an entry is told that is as wanted.
pub(crate) async fn told_of(
    client: &mut Client,
    wanted: impl Fn(&pb::PresenceEntry) -> bool,
) -> pb::PresenceEntry {
    loop {
        if let Some(entry) = told(client).await.entries.into_iter().find(&wanted) {
            return entry;
        }
    }
}

pub(crate) async fn gone(client: &mut Client, connection: u64) {
    while !told(client).await.gone.contains(&connection) {}
}

/// What was told by itself before the server answers, in the order it came.
pub(crate) async fn told_so_far(client: &mut Client) -> Vec<pb::Presence> {
    ask(client.connection(), Ask::Ping(pb::Ping {})).await;
    let fence = client.connection().send(Ask::Ping(pb::Ping {})).await.unwrap();
    let mut all = Vec::new();
    loop {
        match client.connection().next().await.unwrap() {
            pb::ServerFrame { request_id: 0, body: Some(Answer::Presence(presence)) } => all.push(presence),
            pb::ServerFrame { request_id, .. } if request_id == fence => return all,
            _ => {}
        }
    }
}

fn project_id(server: &TestServer, key: &str) -> String {
    let actor = pm_engine::command::Actor::admin(user("root"));
    let reader = server.tenant.read(&actor).unwrap();
    reader.project(&key.into()).unwrap().project.id.to_string()
}

#[gtest]
#[tokio::test]
async fn given_three_clients_when_they_come_and_go_then_each_knows_who_is_there_and_the_log_does_not() {
    let server = TestServer::with(config()).await;
    let (mut ann, mut bob, mut cid) =
        (server.client("ann").await, server.client("bob").await, server.client("cid").await);
    let (pm, head) = (project_id(&server, "PM"), server.tenant.head().unwrap());
    let first = say(&mut ann, pb::PresenceUpdate::default()).await;
    expect_that!((first.complete, first.entries.len()), eq((true, 0)));
    let joined = say(&mut bob, at("PM")).await;
    expect_that!(joined.complete, eq(true));
    expect_that!(joined.entries.iter().map(|entry| &*entry.user).collect::<Vec<_>>(), eq(&["ann"]));
    expect_that!(joined.entries[0].connection, eq(first.you));
    let seen = told_of(&mut ann, |entry| entry.user == "bob").await;
    expect_that!(seen.connection, eq(joined.you));
    expect_that!(seen.project, some(eq(&pm)));
    expect_that!(seen.kind(), eq(pb::ActorKind::Human));

    // Two windows of one user are two entries.
    let mut window = server.client("bob").await;
    let second = say(&mut window, pb::PresenceUpdate::default()).await;
    expect_that!(second.entries.len(), eq(2));
    expect_that!(second.you, not(eq(joined.you)));
    told_of(&mut ann, |entry| entry.connection == second.you).await;

    // Leaving and breaking off are the same to the others.
    let left = say(&mut bob, pb::PresenceUpdate { leave: true, ..at("PM") }).await;
    expect_that!(left.you, eq(joined.you));
    gone(&mut ann, joined.you).await;
    drop(window);
    gone(&mut ann, second.you).await;

    // Who does not take part is neither shown nor told, and nothing of it is in the log.
    let cid_heard = told_so_far(&mut cid).await;
    expect_that!(cid_heard, is_empty());
    expect_that!(server.tenant.head().unwrap(), eq(head));
}

#[gtest]
#[tokio::test]
async fn given_an_item_when_it_is_looked_at_and_edited_then_others_see_that_and_nonsense_is_refused() {
    let server = TestServer::with(config()).await;
    let (mut ann, mut bob, mut cid) =
        (server.client("ann").await, server.client("bob").await, server.client("cid").await);
    let item = made(&ann.change(task("Shared")).await.unwrap());
    server.run(Change::CreateProject(NewProject::new("QA", "Another")));
    for reader in [&mut ann, &mut cid] {
        say(reader, at("PM")).await;
    }
    let looks =
        pb::PresenceUpdate { item: Some(item.clone()), editing: true, ..pb::PresenceUpdate::default() };
    say(&mut bob, looks.clone()).await;
    for reader in [&mut ann, &mut cid] {
        let entry = told_of(reader, |entry| entry.user == "bob").await;
        expect_that!(entry.editing, eq(true));
        expect_that!(entry.item.is_some(), eq(true));
        expect_that!(entry.project, some(eq(&project_id(&server, "PM"))));
    }

    let refused = |answer: &Answer| match answer {
        Answer::Rejection(refused) => Some((refused.code(), refused.field().to_owned())),
        _ => None,
    };
    let invalid = pb::RejectionCode::Invalid;
    let elsewhere = say_raw(&mut bob, pb::PresenceUpdate { project: Some("QA".to_owned()), ..looks }).await;
    expect_that!(refused(&elsewhere), eq(&Some((invalid, "item".to_owned()))));
    let no_item = say_raw(&mut bob, pb::PresenceUpdate { editing: true, ..at("PM") }).await;
    expect_that!(refused(&no_item), eq(&Some((invalid, "editing".to_owned()))));
    let unknown = say_raw(&mut bob, at("NOPE")).await;
    expect_that!(refused(&unknown).unwrap().0, eq(pb::RejectionCode::NotFound));
    // What was refused has changed nothing.
    expect_that!(told_so_far(&mut ann).await, is_empty());
}

#[gtest]
#[tokio::test]
async fn given_a_private_project_when_it_is_looked_at_then_outsiders_do_not_learn_it_until_they_may() {
    let server = TestServer::with(config()).await;
    let hidden = NewProject { visibility: Visibility::Private, ..NewProject::new("SEC", "Secret") };
    let secret = server.run(Change::CreateProject(hidden)).results[0].id.clone();
    let member =
        |name: &str| Change::SetMember { project: "SEC".into(), user: user(name), role: ProjectRole::Viewer };
    server.run(member("bob"));
    let (mut ann, mut bob, mut cid) =
        (server.client("ann").await, server.client("bob").await, server.client("cid").await);
    server.run(member("cid"));
    say(&mut ann, pb::PresenceUpdate::default()).await;
    say(&mut cid, pb::PresenceUpdate::default()).await;
    say(&mut bob, at("SEC")).await;
    let bob_is = |shown: bool| {
        move |entry: &pb::PresenceEntry| entry.user == "bob" && entry.project.is_some() == shown
    };
    let to_cid = told_of(&mut cid, bob_is(true)).await;
    expect_that!(to_cid.project, some(eq(&secret)));
    told_of(&mut ann, bob_is(false)).await;
    // To ann the project does not exist.
    let Answer::Rejection(hidden) = say_raw(&mut ann, at("SEC")).await else { panic!("it was let in") };
    let Answer::Rejection(absent) = say_raw(&mut ann, at("NOPE")).await else { panic!("it was let in") };
    expect_that!(hidden, eq(&absent));

    // What she may see changes while bob stays where he is.
    server.run(member("ann"));
    let now = told_of(&mut ann, bob_is(true)).await;
    expect_that!(now.project, some(eq(&secret)));
    server.run(Change::RemoveMember { project: "SEC".into(), user: user("ann") });
    told_of(&mut ann, bob_is(false)).await;
}

#[gtest]
#[tokio::test]
async fn given_much_that_changes_within_an_interval_when_it_is_told_then_it_is_told_once_as_it_is_then() {
    let mut config = config();
    config.websocket.presence_every(Duration::from_secs(3_600));
    let server = TestServer::with(config).await;
    let (mut ann, mut bob, mut cid) =
        (server.client("ann").await, server.client("bob").await, server.client("cid").await);
    let item = made(&ann.change(task("Busy")).await.unwrap());
    say(&mut ann, at("PM")).await;
    say(&mut bob, at("PM")).await;
    told_of(&mut ann, |entry| entry.user == "bob").await;
    for n in 0..20 {
        let editing = n % 2 == 0;
        say(&mut bob, pb::PresenceUpdate { item: Some(item.clone()), editing, ..at("PM") }).await;
    }
    // The interval has not passed: nothing more was told to who was told, and who comes now gets what is now.
    expect_that!(told_so_far(&mut ann).await, is_empty());
    let room = say(&mut cid, pb::PresenceUpdate::default()).await;
    let bob_now = room.entries.iter().find(|entry| entry.user == "bob").unwrap();
    expect_that!(bob_now.editing, eq(false));
}

#[gtest]
#[tokio::test]
async fn given_presence_that_is_not_repeated_when_its_time_is_over_then_it_is_gone_and_can_come_back() {
    let mut config = config();
    config.websocket.presence_expires(Duration::from_millis(600));
    let server = TestServer::with(config).await;
    let (mut ann, mut bob, mut cid) =
        (server.client("ann").await, server.client("bob").await, server.client("cid").await);
    expect_that!(ann.welcome().limits.as_ref().unwrap().presence_expires_ms, eq(600));
    say(&mut ann, at("PM")).await;
    let you = say(&mut bob, at("PM")).await.you;
    gone(&mut ann, you).await;
    // He still listens, and is there again as soon as he says so.
    let again = say(&mut bob, at("PM")).await;
    expect_that!((again.complete, again.you), eq((false, you)));
    told_of(&mut ann, |entry| entry.connection == you).await;
    say(&mut cid, at("PM")).await;
    told_of(&mut bob, |entry| entry.user == "cid").await;
}

#[gtest]
#[tokio::test]
async fn given_a_client_that_comes_back_when_it_joins_again_then_it_gets_the_whole_room_once() {
    let server = TestServer::with(config()).await;
    let (mut ann, mut bob, mut cid) =
        (server.client("ann").await, server.client("bob").await, server.client("cid").await);
    say(&mut ann, at("PM")).await;
    say(&mut bob, at("PM")).await;
    let before = say(&mut cid, at("PM")).await;
    told_of(&mut ann, |entry| entry.connection == before.you).await;
    told_of(&mut bob, |entry| entry.connection == before.you).await;
    let position = cid.position().clone();
    drop(cid);
    gone(&mut ann, before.you).await;
    gone(&mut bob, before.you).await;
    let mut back = server.back("cid", &position).await;
    let room = say(&mut back, at("PM")).await;
    expect_that!(room.complete, eq(true));
    expect_that!(room.entries.len(), eq(2));
    expect_that!(told_so_far(&mut back).await, is_empty());
}

#[gtest]
#[tokio::test]
async fn given_a_chatterer_when_he_says_too_much_then_he_is_told_to_wait_and_the_others_hear_no_more() {
    let mut config = config();
    config.rates.presence_per_second(1);
    let server = TestServer::with(config).await;
    let mut eve = server.client("eve").await;
    let mut refused = 0;
    for _ in 0..50 {
        let answer = say_raw(&mut eve, pb::PresenceUpdate::default()).await;
        refused += usize::from(failure_code(&answer) == Some(pb::FailureCode::RateLimited));
    }
    expect_that!(refused, gt(0));
}
