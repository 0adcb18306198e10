//! What a collector gets after two clients have worked.

use std::collections::BTreeMap;
use std::time::Duration;

use googletest::prelude::*;
use pm_engine::command::{Change, NewItem, NewProject};
use pm_engine::model::ItemKind;
use pm_engine::query::Question;
use pm_server::ServerConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::rest_support::Rest;
use crate::support::{Plain, TestServer, plain, task};

/// Reads Prometheus' text format as strictly as its page says; samples by name with labels.
fn parse(text: &str) -> BTreeMap<String, f64> {
    let mut kinds: BTreeMap<&str, &str> = BTreeMap::new();
    let mut samples = BTreeMap::new();
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert!(kinds.insert(name, kind).is_none(), "twice: {line}");
            continue;
        }
        if line.starts_with("# HELP ") {
            continue;
        }
        let (series, value) = line.rsplit_once(' ').unwrap();
        let name = series.split('{').next().unwrap();
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        assert!(name.chars().all(is_name), "{line}");
        let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
        let kind = kinds.get(name).or_else(|| kinds.get(base?)).unwrap_or_else(|| panic!("no type: {line}"));
        assert!(*kind != "counter" || name.ends_with("_total"), "{line}");
        if let Some(labels) = series.strip_prefix(name).filter(|labels| !labels.is_empty()) {
            let labels = labels.strip_prefix('{').unwrap().strip_suffix('}').unwrap();
            for label in labels.split(',') {
                let (_, value) = label.split_once('=').unwrap();
                assert!(value.len() >= 2 && value.starts_with('"') && value.ends_with('"'), "{line}");
            }
        }
        assert!(samples.insert(series.to_owned(), value.parse().unwrap()).is_none(), "twice: {line}");
    }
    samples
}

pub(crate) async fn scrape(server: &TestServer) -> BTreeMap<String, f64> {
    let Plain { status, head, body } = plain(server.metrics.unwrap(), "GET /metrics", "").await;
    assert_eq!(status, 200);
    assert!(head.contains("content-type: text/plain; version=0.0.4"), "{head}");
    parse(&body)
}

#[gtest]
#[tokio::test]
async fn given_two_clients_at_work_when_scraped_then_the_counts_are_what_they_did() {
    let mut config = ServerConfig::default();
    config.metrics.listen(Some(([127, 0, 0, 1], 0).into()));
    let server = TestServer::with(config).await;
    let before = scrape(&server).await;
    let (mut ann, mut bob) = (server.client("ann").await, server.client("bob").await);
    let first = ann.command(task("One"));
    ann.execute(&first).await.unwrap();
    ann.execute(&first).await.unwrap();
    let last = ann.change(task("Two")).await.unwrap().last_sequence.unwrap();
    let taken = Change::CreateProject(NewProject::new("PM", "Again"));
    expect_that!(bob.change(taken).await.is_err(), eq(true));
    bob.events_up_to(last).await.unwrap();
    expect_that!(plain(server.address, "GET /nowhere/of/interest?token=secret", "").await.status, eq(404));
    let after = scrape(&server).await;
    let more = |name: &str| after[name] - before.get(name).copied().unwrap_or(0.0);
    expect_that!(more("pm_commands_total{outcome=\"committed\"}"), eq(2.0));
    expect_that!(more("pm_commands_total{outcome=\"replayed\"}"), eq(1.0));
    expect_that!(more("pm_commands_total{outcome=\"rejected\"}"), eq(1.0));
    expect_that!(more("pm_rejections_total{code=\"already_exists\"}"), eq(1.0));
    expect_that!(more("pm_commit_batch_commands_sum"), eq(4.0));
    expect_that!(more("pm_commit_seconds_count"), all!(ge(1.0), le(4.0)));
    expect_that!(more("pm_http_requests_total{route=\"/ws\",status=\"101\"}"), eq(2.0));
    expect_that!(more("pm_http_requests_total{route=\"other\",status=\"404\"}"), eq(1.0));
    expect_that!(after["pm_websockets"], eq(2.0));
    expect_that!(after["pm_connections"], ge(2.0));
    expect_that!(after["pm_tenants_open"], eq(1.0));
    let head = f64::from(u32::try_from(server.tenant.head().unwrap()).unwrap());
    expect_that!(after["pm_ring_events"], eq(head));
    expect_that!(more("pm_received_bytes_total"), gt(500.0));
    expect_that!(more("pm_sent_bytes_total"), gt(500.0));
    expect_that!(after["pm_subscriber_lag_events"], le(head));
    // Nothing that a client said is a label.
    expect_that!(after.keys().any(|name| name.contains("acme") || name.contains("nowhere")), eq(false));
}

#[gtest]
#[tokio::test]
async fn given_questions_by_two_transports_when_scraped_then_each_is_timed_under_its_own() {
    let mut config = ServerConfig::default();
    config.metrics.listen(Some(([127, 0, 0, 1], 0).into()));
    let server = TestServer::with(config).await;
    let mut ann = server.client("ann").await;
    let rest = Rest::of(&server, "bob");
    ann.query(&Question::Lanes { project: "PM".into() }).await.unwrap();
    let tag = rest.get("/api/v1/projects/PM/board").await.header("etag").unwrap();
    expect_that!(rest.get("/api/v1/projects/NONE/board").await.status.as_u16(), eq(404));
    // What has not changed is not asked.
    let known = [("if-none-match", tag.as_str())];
    let same = rest.ask("GET", "/api/v1/projects/PM/board", &known, b"").await;
    expect_that!(same.status.as_u16(), eq(304));
    let after = scrape(&server).await;
    let count = |labels: &str| after.get(&format!("pm_query_seconds_count{{{labels}}}")).copied();
    expect_that!(count("kind=\"lanes\",transport=\"websocket\""), some(eq(1.0)));
    expect_that!(count("kind=\"getBoard\",transport=\"rest\""), some(eq(2.0)));
    expect_that!(count("kind=\"lanes\",transport=\"rest\""), none());
}

#[gtest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_a_stream_of_events_nobody_reads_when_scraped_then_it_is_the_slowest_until_it_has_gone() {
    let mut config = ServerConfig::default();
    config.metrics.listen(Some(([127, 0, 0, 1], 0).into()));
    let server = TestServer::with(config).await;
    let mut ann = server.client("ann").await;
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(8 * 1024).unwrap();
    let mut lazy = socket.connect(server.address).await.unwrap();
    let token = server.token("lazy");
    let head = format!("GET /api/v1/events HTTP/1.1\r\nhost: pm\r\nauthorization: Bearer {token}\r\n\r\n");
    lazy.write_all(head.as_bytes()).await.unwrap();
    // It follows from here on.
    let mut answer = [0; 12];
    lazy.read_exact(&mut answer).await.unwrap();
    expect_that!(&answer, eq(b"HTTP/1.1 200"));
    let mut last = 0;
    for n in 0..150 {
        let item =
            NewItem { description: "x".repeat(90_000), ..NewItem::new("PM", ItemKind::Task, n.to_string()) };
        last = server.run(Change::CreateItem(Box::new(item))).last_sequence.unwrap();
    }
    ann.events_up_to(last).await.unwrap();
    expect_that!(scrape(&server).await["pm_subscriber_lag_events"], gt(0.0));
    drop(lazy);
    for _ in 0..400 {
        if scrape(&server).await["pm_subscriber_lag_events"] == 0.0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("a stream that has gone still counts");
}

#[gtest]
#[tokio::test]
async fn given_no_address_for_metrics_when_the_public_port_is_asked_then_there_is_nothing() {
    let server = TestServer::start().await;
    expect_that!(server.metrics, none());
    expect_that!(plain(server.address, "GET /metrics", "").await.status, eq(404));
}
