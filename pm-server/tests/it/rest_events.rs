//! Server-sent events: nothing lost, nothing twice, beside a client on a WebSocket.

use std::time::Duration;

use bytes::Bytes;
use googletest::prelude::*;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use pm_engine::command::{Change, NewItem};
use pm_engine::model::{ItemKind, ProjectRole};
use pm_examples::client::PATIENCE;
use pm_server::ServerConfig;
use pm_server::auth::{Role, now_seconds};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::rest_support::{Rest, World, judge, send, world, world_with};
use crate::signers::{Signer, claims, provider, write_set};
use crate::support::{TestServer, task, user};

/// One event of a stream.
#[derive(Debug, Clone)]
struct Event {
    name: String,
    id: Option<String>,
    data: Value,
}

/// A stream as a browser reads it.
struct Source {
    body: Incoming,
    text: String,
    last_id: Option<String>,
    beats: usize,
}

impl Source {
    async fn open(rest: &Rest, path: &str, last_id: Option<&str>) -> Self {
        let headers: Vec<_> = last_id.map(|id| ("last-event-id", id)).into_iter().collect();
        let request = rest.request("GET", path, &headers).body(Full::<Bytes>::default()).unwrap();
        let response = send(rest.address, request).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            body: response.into_body(),
            text: String::new(),
            last_id: last_id.map(str::to_owned),
            beats: 0,
        }
    }

    /// The next event; none at the end.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((message, rest)) = self.text.split_once("\n\n") {
                let (message, rest) = (message.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    message.lines().find_map(|l| l.strip_prefix(name)).map(|v| v.trim().to_owned())
                };
                let Some(data) = field("data:") else {
                    self.beats += 1;
                    continue;
                };
                let id = field("id:");
                self.last_id = id.clone().or(self.last_id.take());
                let data = serde_json::from_str(&data).unwrap();
                return Some(Event { name: field("event:").unwrap(), id, data });
            }
            let piece = tokio::time::timeout(PATIENCE, self.body.frame()).await.unwrap()?;
            self.text.push_str(std::str::from_utf8(&piece.ok()?.into_data().unwrap()).unwrap());
        }
    }

    /// Sequences of changes up to one.
    async fn changes_to(&mut self, end: i64) -> Vec<i64> {
        let changes = async {
            let mut seen = Vec::new();
            while seen.last() != Some(&end) {
                let event = self.next().await.unwrap();
                if event.name == "change" {
                    seen.push(event.data["sequence"].as_i64().unwrap());
                }
            }
            seen
        };
        // A quiet stream gives signs of life for ever.
        tokio::time::timeout(PATIENCE, changes).await.unwrap()
    }
}

#[gtest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_two_clients_when_one_is_cut_off_again_and_again_then_it_has_everything_once() {
    let World { server, .. } = world().await;
    let mut ann = server.client("ann").await;
    let rest = Rest::of(&server, "bob");
    let mut source = Source::open(&rest, "/api/v1/events", None).await;
    let hello = source.next().await.unwrap();
    expect_that!(hello.name, eq("hello"));
    expect_that!(hello.data["resume"], eq("up_to_date"));
    let start = server.tenant.head().unwrap();
    expect_that!(
        hello.id.as_deref(),
        some(eq(format!("{}:{start}", hello.data["epoch"].as_str().unwrap()).as_str()))
    );
    let mut seen = Vec::new();
    let mut end = start;
    for round in 0..12 {
        for n in 0..3 {
            end = ann.change(task(&format!("{round} {n}"))).await.unwrap().last_sequence.unwrap();
        }
        // Reads none, some or all of it, and goes.
        for _ in 0..round % 4 {
            let event = source.next().await.unwrap();
            if event.name == "change" {
                seen.push(event.data["sequence"].as_i64().unwrap());
            }
        }
        let last_id = source.last_id.clone().unwrap();
        drop(source);
        source = Source::open(&rest, "/api/v1/events", Some(&last_id)).await;
    }
    seen.extend(source.changes_to(end).await);
    expect_that!(seen, eq(&(start + 1..=end).collect::<Vec<_>>()));
    // And the other way round.
    let posted =
        rest.post(&[], &serde_json::json!({ "parts": [{ "change": task("By REST") }] })).await.json();
    let sequence = posted["last_sequence"].as_i64().unwrap();
    let events = ann.events_up_to(sequence).await.unwrap();
    expect_that!(events.last().unwrap().sequence, eq(sequence));
}

#[gtest]
#[tokio::test]
async fn given_positions_that_cannot_be_gone_on_from_when_opened_then_a_snapshot_is_needed_and_joins_the_log()
{
    let World { server, open, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    let epoch = server.tenant.epoch().unwrap();
    for from in [
        "01900000-0000-7000-8000-000000000000:1".to_owned(),
        format!("{epoch}:999999"),
        format!("{epoch}:-1"),
        "x:y".to_owned(),
    ] {
        let mut source = Source::open(&rest, "/api/v1/events?from=nonsense", Some(&from)).await;
        expect_that!(source.next().await.unwrap().data["resume"], eq("snapshot"));
        let needed = source.next().await.unwrap();
        expect_that!((needed.name.as_str(), needed.id), eq(&("snapshot_needed", None)), "{from}");
        expect_that!(source.next().await.is_none(), eq(true));
    }
    // The snapshot says where to go on; what happens meanwhile is in the stream.
    let first = rest.get("/api/v1/snapshot").await.json();
    server.run(task("Meanwhile"));
    let from = format!("{}:{}", first["epoch"].as_str().unwrap(), first["sequence"]);
    let mut source =
        Source::open(&rest, &format!("/api/v1/events?from={from}&projects={}", open.key), None).await;
    expect_that!(source.next().await.unwrap().data["resume"], eq("tail"));
    let change = source.next().await.unwrap();
    expect_that!(change.data["entity"]["title"], eq("Meanwhile"));
    expect_that!(change.data["sequence"].as_i64().unwrap(), eq(first["sequence"].as_i64().unwrap() + 1));
}

#[gtest]
#[tokio::test]
async fn given_events_of_every_sort_when_followed_then_each_has_the_documented_form() {
    let World { server, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    let document = rest.get("/api/v1/openapi.json").await.json();
    let schema = serde_json::json!({ "$ref": "#/components/schemas/Event" });
    let from = format!("{}:0", server.tenant.epoch().unwrap());
    let mut source = Source::open(&rest, &format!("/api/v1/events?from={from}"), None).await;
    let head = server.tenant.head().unwrap();
    let mut kinds = std::collections::BTreeSet::new();
    let mut last = 0;
    while last < head {
        let event = source.next().await.unwrap();
        match event.name.as_str() {
            "change" => {
                expect_that!(judge(&document, &schema, &event.data, "event"), ok(anything()));
                kinds.insert(event.data["entity_kind"].as_str().unwrap().to_owned());
                last = event.data["sequence"].as_i64().unwrap();
            }
            "complete" => last = event.data["sequence"].as_i64().unwrap(),
            "hello" => {}
            other => panic!("{other}"),
        }
        expect_that!(event.data.to_string().contains("SEC"), eq(false));
    }
    expect_that!(kinds.len(), ge(8));
}

#[gtest]
#[tokio::test]
async fn given_a_member_who_is_added_and_removed_when_following_then_markers_say_so_at_their_place() {
    let World { server, hidden, .. } = world().await;
    let rest = Rest::of(&server, "ann");
    let mut source = Source::open(&rest, "/api/v1/events", None).await;
    source.next().await.unwrap();
    let secret = |n: &str| Change::CreateItem(Box::new(NewItem::new("SEC", ItemKind::Task, n)));
    let unseen = server.run(secret("unseen")).last_sequence.unwrap();
    let complete = source.next().await.unwrap();
    expect_that!(
        (complete.name.as_str(), complete.data["sequence"].as_i64()),
        eq(("complete", Some(unseen)))
    );
    server.run(Change::SetMember { project: "SEC".into(), user: user("ann"), role: ProjectRole::Viewer });
    server.run(secret("seen"));
    let gained = loop {
        let event = source.next().await.unwrap();
        if event.name == "access" {
            break event;
        }
        expect_that!(event.data.to_string().contains("unseen"), eq(false));
    };
    expect_that!(gained.data["change"], eq("gained"));
    expect_that!(gained.data["project"], eq(hidden.project.as_str()));
    expect_that!(gained.id, none());
    // Cut off right behind the marker: it is told again, and what follows once.
    let before = source.last_id.clone().unwrap();
    drop(source);
    let mut source = Source::open(&rest, "/api/v1/events", Some(&before)).await;
    let mut names = Vec::new();
    loop {
        let event = source.next().await.unwrap();
        names.push(event.name.clone());
        if event.data["entity"]["title"] == "seen" {
            break;
        }
    }
    expect_that!(names.iter().filter(|name| *name == "access").count(), eq(1));
    server.run(Change::RemoveMember { project: "SEC".into(), user: user("ann") });
    server.run(secret("unseen again"));
    let open_to_all = server.run(task("For all")).last_sequence.unwrap();
    let mut lost = 0;
    loop {
        let event = source.next().await.unwrap();
        lost += usize::from(event.name == "access" && event.data["change"] == "lost");
        expect_that!(event.data.to_string().contains("unseen"), eq(false));
        if event.data["sequence"].as_i64() >= Some(open_to_all) {
            break;
        }
    }
    expect_that!(lost, eq(1));
}

#[gtest]
#[tokio::test]
async fn given_a_quiet_tenant_when_following_then_there_are_signs_of_life_until_the_token_ends() {
    let mut config = ServerConfig::default();
    config.http.heartbeat_every(Duration::from_millis(100));
    let world = world_with(config).await;
    let mut claims = TestServer::claims("ann", Role::Member);
    // The leeway is half a minute.
    claims.exp = now_seconds() - 28;
    let rest = Rest { token: world.server.keys.sign(&claims).unwrap(), ..Rest::of(&world.server, "ann") };
    let mut source = Source::open(&rest, "/api/v1/events", None).await;
    source.next().await.unwrap();
    let end = source.next().await.unwrap();
    expect_that!((end.name.as_str(), end.data["reason"].as_str()), eq(("end", Some("unauthenticated"))));
    expect_that!(source.beats, ge(3));
    expect_that!(source.next().await.is_none(), eq(true));
}

#[gtest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_a_tenant_that_is_never_quiet_when_a_token_ends_then_so_does_its_stream() {
    let world = world().await;
    let mut claims = TestServer::claims("ann", Role::Member);
    // The leeway is half a minute.
    claims.exp = now_seconds() - 28;
    let rest = Rest { token: world.server.keys.sign(&claims).unwrap(), ..Rest::of(&world.server, "ann") };
    let mut source = Source::open(&rest, "/api/v1/events", None).await;
    let tenant = world.server.tenant.clone();
    let busy = tokio::task::spawn_blocking(move || {
        for n in 1..=500 {
            std::thread::sleep(Duration::from_millis(10));
            let root = pm_engine::command::Actor::admin(user("root"));
            tenant.execute(pm_engine::command::Command::new(root, task(&n.to_string()))).unwrap();
        }
    });
    let mut end = None;
    // Long before the heartbeat that a quiet stream would have.
    while let Some(event) = source.next().await {
        let is_last = event.data["entity"]["title"] == "500";
        end = Some(event);
        if is_last {
            break;
        }
    }
    let end = end.unwrap();
    expect_that!((end.name.as_str(), end.data["reason"].as_str()), eq(("end", Some("unauthenticated"))));
    busy.await.unwrap();
}

#[gtest]
#[tokio::test]
async fn given_a_key_that_is_taken_away_when_following_then_the_stream_ends() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    let (old, new) = (Signer::rsa(), Signer::ec());
    write_set(&file, &[old.jwk("old"), new.jwk("new")]);
    let mut config = ServerConfig { auth: provider(), ..ServerConfig::default() };
    config.auth.key_set(Some(file.clone())).reload_every(Duration::from_millis(50));
    config.http.heartbeat_every(Duration::from_millis(100));
    let server = TestServer::with(config).await;
    let token = old.sign_as("old", &claims(&json!({})));
    let rest = Rest { address: server.address, token };
    let mut source = Source::open(&rest, "/api/v1/events", None).await;
    source.next().await.unwrap();
    write_set(&file, &[new.jwk("new")]);
    let end = source.next().await.unwrap();
    expect_that!((end.name.as_str(), end.data["reason"].as_str()), eq(("end", Some("unauthenticated"))));
    expect_that!(rest.get("/api/v1/projects").await.status.as_u16(), eq(401));
}

#[gtest]
#[tokio::test]
async fn given_as_many_streams_as_may_be_when_one_more_is_opened_then_it_waits_for_an_end() {
    let mut config = ServerConfig::default();
    config.http.streams_max(2);
    let world = world_with(config).await;
    let rest = Rest::of(&world.server, "ann");
    let first = Source::open(&rest, "/api/v1/events", None).await;
    let _second = Source::open(&rest, "/api/v1/events", None).await;
    let refused = rest.get("/api/v1/events").await;
    expect_that!((refused.status.as_u16(), refused.header("retry-after")), eq(&(503, Some("1".to_owned()))));
    let mut one_each = ServerConfig::default();
    one_each.websocket.connections_per_user_max(1);
    let other = world_with(one_each).await;
    let (ann, bob) = (Rest::of(&other.server, "ann"), Rest::of(&other.server, "bob"));
    let _hers = Source::open(&ann, "/api/v1/events", None).await;
    expect_that!(ann.get("/api/v1/events").await.code(), eq("busy"));
    let _his = Source::open(&bob, "/api/v1/events", None).await;
    drop(first);
    // The server notices the end by itself.
    for _ in 0..200 {
        let request = rest.request("GET", "/api/v1/events", &[]).body(Full::<Bytes>::default()).unwrap();
        if send(rest.address, request).await.status() == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the place of a stream that has ended was not given back");
}

#[gtest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_a_stream_nobody_reads_when_much_happens_then_others_go_on_and_it_ends() {
    let mut config = ServerConfig::default();
    config.http.write_within(Duration::from_secs(2));
    let world = world_with(config).await;
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(8 * 1024).unwrap();
    let mut lazy = socket.connect(world.server.address).await.unwrap();
    let from = format!("{}:{}", world.server.tenant.epoch().unwrap(), world.server.tenant.head().unwrap());
    let head = format!(
        "GET /api/v1/events?from={from} HTTP/1.1\r\nhost: pm\r\nauthorization: Bearer {}\r\n\r\n",
        world.server.token("lazy")
    );
    lazy.write_all(head.as_bytes()).await.unwrap();
    let rest = Rest::of(&world.server, "ann");
    let mut source = Source::open(&rest, "/api/v1/events", None).await;
    let start = world.server.tenant.head().unwrap();
    let reads = tokio::spawn(async move {
        let mut seen = Vec::new();
        while seen.len() < 150 {
            let event = source.next().await.unwrap();
            if event.name == "change" {
                seen.push(event.data["sequence"].as_i64().unwrap());
            }
        }
        seen
    });
    let mut end = start;
    for n in 0..150 {
        let item =
            NewItem { description: "x".repeat(90_000), ..NewItem::new("PM", ItemKind::Task, n.to_string()) };
        end = world.server.run(Change::CreateItem(Box::new(item))).last_sequence.unwrap();
    }
    expect_that!(reads.await.unwrap(), eq(&(start + 1..=end).collect::<Vec<_>>()));
    tokio::time::sleep(Duration::from_millis(3_500)).await;
    let mut taken = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(20), lazy.read_to_end(&mut taken)).await.unwrap();
    let text = String::from_utf8_lossy(&taken);
    // It may be cut; what it names then is earlier, and that is fine.
    let last =
        text.rsplit("\nid: ").next().filter(|_| text.contains("\nid: ")).and_then(|rest| rest.lines().next());
    let last = last.map(str::to_owned);
    let whole = text.matches("\nid: ").count();
    expect_that!(whole, lt(150));
    // It comes back with the last id it has whole.
    let last = last.filter(|id| id.len() > 37).unwrap_or(from);
    let sequence: i64 = last.rsplit(':').next().unwrap().parse().unwrap();
    let mut back = Source::open(
        &rest,
        "/api/v1/events",
        Some(&format!("{}:{}", world.server.tenant.epoch().unwrap(), sequence - 1)),
    )
    .await;
    expect_that!(back.changes_to(end).await, eq(&(sequence..=end).collect::<Vec<_>>()));
}
