//! What HTTP itself promises: tags, methods, forms, origins, compression, sizes, tokens.

use std::io::Read as _;
use std::time::Duration;

use bytes::Bytes;
use flate2::read::GzDecoder;
use googletest::prelude::*;
use http_body_util::Full;
use pm_engine::command::{Change, NewItem};
use pm_engine::model::ItemKind;
use pm_server::ServerConfig;
use pm_server::auth::Role;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::rest_support::{Rest, World, piecewise, send, whole, world, world_with};
use crate::support::{TestServer, task};

const ITEMS: &str = "/api/v1/projects/PM/work-items";

#[gtest]
#[tokio::test]
async fn given_a_tag_when_nothing_has_changed_then_304_and_when_something_has_then_the_new_state() {
    let world = world().await;
    let rest = Rest::of(&world.server, "ann");
    let first = rest.get(ITEMS).await;
    let tag = first.header("etag").unwrap();
    expect_that!(first.header("cache-control"), some(eq("private, no-cache")));
    for known in [tag.clone(), format!("\"other\", {tag}"), tag.trim_start_matches("W/").to_owned()] {
        let same = rest.ask("GET", ITEMS, &[("if-none-match", &known)], b"").await;
        expect_that!(same.status.as_u16(), eq(304), "{known}");
        expect_that!(same.header("etag"), some(eq(tag.as_str())));
        expect_that!(same.body.is_empty(), eq(true));
    }
    world.server.run(task("New"));
    let newer = rest.ask("GET", ITEMS, &[("if-none-match", &tag)], b"").await;
    expect_that!(newer.status.as_u16(), eq(200));
    expect_that!(newer.text().contains("New"), eq(true));
    expect_that!(newer.header("etag"), not(some(eq(tag.as_str()))));
}

#[gtest]
#[tokio::test]
async fn given_a_client_that_has_any_state_when_it_asks_then_304_only_for_what_there_is() {
    let world = world().await;
    let rest = Rest::of(&world.server, "ann");
    let any = [("if-none-match", "*")];
    for method in ["GET", "HEAD"] {
        let same = rest.ask(method, ITEMS, &any, b"").await;
        expect_that!(same.status.as_u16(), eq(304), "{method}");
        expect_that!(same.header("etag"), eq(&rest.get(ITEMS).await.header("etag")));
        expect_that!(same.body.is_empty(), eq(true));
    }
    expect_that!(rest.ask("GET", "/llms.txt", &any, b"").await.status.as_u16(), eq(304));
    for path in ["/api/v1/projects/SEC", "/api/v1/projects/NONE", "/api/v1/work-items/PM-999"] {
        expect_that!(rest.ask("GET", path, &any, b"").await.status.as_u16(), eq(404), "{path}");
    }
    // In a list it is no tag of anything.
    let listed = [("if-none-match", "*, \"other\"")];
    expect_that!(rest.ask("GET", ITEMS, &listed, b"").await.status.as_u16(), eq(200));
}

#[gtest]
#[tokio::test]
async fn given_a_tag_when_another_user_role_or_question_sends_it_then_it_counts_for_nothing() {
    let world = world().await;
    let rest = Rest::of(&world.server, "ann");
    let tag = rest.get(ITEMS).await.header("etag").unwrap();
    let with = [("if-none-match", tag.as_str())];
    expect_that!(rest.ask("GET", ITEMS, &with, b"").await.status.as_u16(), eq(304));
    for (rest, path) in [
        (Rest::of(&world.server, "bob"), ITEMS.to_owned()),
        (
            Rest {
                token: world.server.keys.sign(&TestServer::claims("ann", Role::Admin)).unwrap(),
                ..rest.clone()
            },
            ITEMS.to_owned(),
        ),
        (rest.clone(), format!("{ITEMS}?limit=2")),
        (rest.clone(), "/api/v1/projects/PM/ready".to_owned()),
    ] {
        expect_that!(rest.ask("GET", &path, &with, b"").await.status.as_u16(), eq(200), "{path}");
    }
    // A project one has lost: never 304.
    let hidden = rest.ask("GET", "/api/v1/projects/SEC", &with, b"").await;
    expect_that!(hidden.status.as_u16(), eq(404));
}

#[gtest]
#[tokio::test]
async fn given_head_when_asked_then_the_headers_are_those_of_get_and_there_is_no_body() {
    let world = world().await;
    let rest = Rest::of(&world.server, "ann");
    for path in [ITEMS, "/api/v1/projects/NONE", "/llms.txt", "/api/v1/openapi.json"] {
        let (get, head) = (rest.get(path).await, rest.ask("HEAD", path, &[], b"").await);
        expect_that!(head.status, eq(get.status), "{path}");
        expect_that!(head.body.is_empty(), eq(true), "{path}");
        for name in ["content-type", "content-length", "etag", "cache-control"] {
            expect_that!(head.header(name), eq(&get.header(name)), "{path} {name}");
        }
    }
    let events = rest.ask("HEAD", "/api/v1/events", &[], b"").await;
    expect_that!(events.header("content-type"), some(eq("text/event-stream")));
}

#[gtest]
#[tokio::test]
async fn given_other_methods_and_forms_when_asked_then_each_is_refused_with_what_is_allowed() {
    let world = world().await;
    let rest = Rest::of(&world.server, "ann");
    let options = rest.ask("OPTIONS", ITEMS, &[], b"").await;
    expect_that!(
        (options.status.as_u16(), options.header("allow")),
        eq(&(204, Some("GET, HEAD, OPTIONS".to_owned())))
    );
    for (method, path, headers, status, code) in [
        ("DELETE", ITEMS, vec![], 405, "method_not_allowed"),
        ("POST", ITEMS, vec![], 405, "method_not_allowed"),
        ("GET", "/api/v1/commands", vec![], 405, "method_not_allowed"),
        ("BREW", "/llms.txt", vec![], 405, "method_not_allowed"),
        ("GET", ITEMS, vec![("accept", "text/html")], 406, "not_acceptable"),
        ("GET", "/api/v1/events", vec![("accept", "application/json")], 406, "not_acceptable"),
        (
            "GET",
            "/api/v1/projects/PM/context?format=markdown",
            vec![("accept", "application/json")],
            406,
            "not_acceptable",
        ),
        ("POST", "/api/v1/commands", vec![], 415, "unsupported_media_type"),
        ("POST", "/api/v1/commands", vec![("content-type", "text/plain")], 415, "unsupported_media_type"),
        ("GET", "/api/v1/nothing", vec![], 404, "no_route"),
        ("GET", "/api/v1/projects/", vec![], 404, "no_route"),
        ("GET", "/api/v1/projects//board", vec![], 404, "no_route"),
        ("GET", "/api/v2/projects", vec![], 404, "no_route"),
        ("GET", "/api/v1/projects/%ff", vec![], 404, "no_route"),
        ("GET", "/api/v1/projects/..%2f..", vec![], 400, "invalid"),
    ] {
        let reply = rest.ask(method, path, &headers, b"{}").await;
        expect_that!((reply.status.as_u16(), reply.code().as_str()), eq((status, code)), "{method} {path}");
        expect_that!(reply.header("content-type"), some(eq("application/problem+json")));
        expect_that!(reply.header("allow").is_some(), eq(status == 405), "{method} {path}");
    }
    let commands = rest.get("/api/v1/commands").await;
    expect_that!(commands.header("allow"), some(eq("POST, OPTIONS")));
}

#[gtest]
#[tokio::test]
async fn given_no_good_token_when_asked_then_401_and_only_what_is_for_everybody_is_answered() {
    let world = world().await;
    let good = world.server.token("ann");
    let mut expired = TestServer::claims("ann", Role::Member);
    expired.exp = 1_000;
    let expired = world.server.keys.sign(&expired).unwrap();
    let mut nowhere = TestServer::claims("ann", Role::Member);
    nowhere.tenant = "nowhere".to_owned();
    let nowhere = world.server.keys.sign(&nowhere).unwrap();
    for token in ["", "nonsense", &expired, &nowhere] {
        let rest = Rest { address: world.server.address, token: token.to_owned() };
        for path in [ITEMS, "/api/v1/events", "/api/v1/projects/SEC", "/api/v1/snapshot"] {
            // A token in the URL is not looked at.
            let path = if path == ITEMS { format!("{path}?access_token={good}") } else { path.to_owned() };
            let reply = rest.get(&path).await;
            let refused = matches!((reply.status.as_u16(), reply.code().as_str()), (401, "unauthenticated"))
                || (token == nowhere && path.contains('?') && reply.code() == "invalid");
            expect_that!(refused, eq(true), "{path} {reply:?}");
        }
        let posted = rest.post(&[], &json!({ "parts": [] })).await;
        let challenge = if token.is_empty() { "Bearer" } else { "Bearer error=\"invalid_token\"" };
        expect_that!(posted.header("www-authenticate").as_deref(), some(eq(challenge)));
        expect_that!(rest.get("/llms.txt").await.status.as_u16(), eq(200));
        expect_that!(rest.get("/api/v1/openapi.json").await.status.as_u16(), eq(200));
    }
    expect_that!(world.server.tenant.id().as_str(), eq("acme"));
}

#[gtest]
#[tokio::test]
async fn given_pages_for_everybody_when_asked_in_each_form_then_they_are_the_same_and_tagged() {
    let world = world().await;
    let nobody = Rest { address: world.server.address, token: String::new() };
    for path in ["/api/v1/openapi.json", "/llms.txt"] {
        let plain = nobody.get(path).await;
        let zipped = nobody.ask("GET", path, &[("accept-encoding", "gzip")], b"").await;
        expect_that!(zipped.header("content-encoding"), some(eq("gzip")));
        let mut text = String::new();
        GzDecoder::new(&zipped.body[..]).read_to_string(&mut text).unwrap();
        expect_that!(text, eq(&plain.text()));
        let tag = plain.header("etag").unwrap();
        let same = nobody.ask("GET", path, &[("if-none-match", &tag)], b"").await;
        expect_that!(same.status.as_u16(), eq(304));
    }
}

#[gtest]
#[tokio::test]
async fn given_a_request_with_no_host_or_two_when_sent_then_it_is_refused() {
    let world = world().await;
    for (version, hosts, status) in [
        ("1.1", "", "HTTP/1.1 400"),
        ("1.1", "host: pm\r\nhost: other\r\n", "HTTP/1.1 400"),
        ("1.1", "host: pm\r\n", "HTTP/1.1 200"),
        ("1.0", "", "HTTP/1.0 200"),
    ] {
        let mut stream = tokio::net::TcpStream::connect(world.server.address).await.unwrap();
        let request = format!("GET /live HTTP/{version}\r\nconnection: close\r\n{hosts}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        expect_that!(answer, starts_with(status), "{version} {hosts}");
    }
}

#[gtest]
#[tokio::test]
async fn given_a_page_of_another_origin_when_it_asks_then_only_configured_ones_may_read_the_answer() {
    let closed = world().await;
    let mut config = ServerConfig::default();
    config.http.cors_origins(vec!["https://board.example.com".to_owned()]);
    let open = world_with(config).await;
    let preflight = |origin| [("origin", origin), ("access-control-request-method", "POST")];
    let allowed = |reply: &crate::rest_support::Reply| reply.header("access-control-allow-origin");
    for (server, origin, expected) in [
        (&closed.server, "https://board.example.com", None),
        (&open.server, "https://board.example.com", Some("https://board.example.com")),
        (&open.server, "https://board.example.com.evil.example", None),
        (&open.server, "http://board.example.com", None),
        (&open.server, "null", None),
    ] {
        let rest = Rest::of(server, "ann");
        let asked = rest.ask("GET", ITEMS, &[("origin", origin)], b"").await;
        expect_that!(allowed(&asked).as_deref(), eq(expected), "{origin}");
        expect_that!(asked.header("access-control-expose-headers").is_some(), eq(expected.is_some()));
        let before = rest.ask("OPTIONS", "/api/v1/commands", &preflight(origin), b"").await;
        expect_that!(allowed(&before).as_deref(), eq(expected), "{origin}");
        let methods = before.header("access-control-allow-methods");
        expect_that!(methods.as_deref(), eq(expected.map(|_| "POST, OPTIONS")), "{origin}");
        expect_that!(asked.header("vary").unwrap(), contains_substring("origin"));
    }
    // Also errors, or the page would not learn why.
    let refused = Rest { token: String::new(), ..Rest::of(&open.server, "ann") };
    let refused = refused.ask("GET", ITEMS, &[("origin", "https://board.example.com")], b"").await;
    expect_that!((refused.status.as_u16(), allowed(&refused).is_some()), eq((401, true)));
}

#[gtest]
#[tokio::test]
async fn given_who_takes_gzip_when_an_answer_is_large_then_it_is_compressed_and_the_same() {
    let world = world().await;
    let rest = Rest::of(&world.server, "ann");
    let plain = rest.get(ITEMS).await;
    expect_that!(plain.header("content-encoding"), none());
    let small = rest.ask("GET", ITEMS, &[("accept-encoding", "br, gzip")], b"").await;
    expect_that!(small.header("content-encoding"), some(eq("gzip")));
    let mut text = Vec::new();
    GzDecoder::new(&small.body[..]).read_to_end(&mut text).unwrap();
    expect_that!(text.as_slice(), eq(&plain.body[..]));
    expect_that!(small.body.len(), lt(plain.body.len() / 2));
    expect_that!(small.header("etag"), eq(&plain.header("etag")));
    // Not worth it, not wanted.
    let tiny = rest.ask("GET", "/api/v1/time/mine", &[("accept-encoding", "gzip")], b"").await;
    expect_that!(tiny.header("content-encoding"), none());
    let unwanted = rest.ask("GET", ITEMS, &[("accept-encoding", "gzip;q=0")], b"").await;
    expect_that!(unwanted.header("content-encoding"), none());
}

#[gtest]
#[tokio::test]
async fn given_what_codings_a_client_takes_when_it_asks_then_the_answer_is_in_one_of_them_or_there_is_none() {
    let world = world().await;
    let rest = Rest::of(&world.server, "ann");
    const TINY: &str = "/api/v1/time/mine";
    let plain = rest.get(TINY).await;
    for (path, takes, coding) in [
        (ITEMS, "zstd", None),
        (ITEMS, "zstd, gzip;q=0.1", Some("gzip")),
        (ITEMS, "gzip;q=0.5, identity", None),
        // Small, but nothing else may come.
        (TINY, "identity;q=0, gzip", Some("gzip")),
        (TINY, "*;q=0, gzip;q=0.5", Some("gzip")),
        ("/llms.txt", "*;q=0, gzip", Some("gzip")),
    ] {
        let reply = rest.ask("GET", path, &[("accept-encoding", takes)], b"").await;
        expect_that!(reply.status.as_u16(), eq(200), "{takes}");
        expect_that!(reply.header("content-encoding").as_deref(), eq(coding), "{takes}");
        if path == TINY && coding.is_some() {
            let mut text = Vec::new();
            GzDecoder::new(&reply.body[..]).read_to_end(&mut text).unwrap();
            expect_that!(text.as_slice(), eq(&plain.body[..]));
        }
    }
    let head = world.server.tenant.head().unwrap();
    let command = serde_json::json!({ "parts": [{ "change": crate::support::task("Never made") }] });
    let command = serde_json::to_vec(&command).unwrap();
    let (json, lines) = (("content-type", "application/json"), ("content-type", "application/x-ndjson"));
    for (takes, is_refused) in [("identity;q=0", true), ("*;q=0", true), ("identity;q=0, gzip", false)] {
        let takes = ("accept-encoding", takes);
        for (method, path, headers, body, is_stream) in [
            ("GET", ITEMS, vec![takes], &b""[..], false),
            ("GET", "/api/v1/openapi.json", vec![takes], b"", false),
            ("GET", "/api/v1/events", vec![takes], b"", true),
            ("POST", "/api/v1/commands", vec![takes, lines], &command, true),
            ("POST", "/api/v1/commands", vec![takes, json], &command, false),
        ] {
            // A command that is not refused is done, which is shown elsewhere.
            if is_refused || is_stream {
                let reply = rest.ask(method, path, &headers, body).await;
                let got = (reply.status.as_u16(), reply.code(), reply.header("content-encoding"));
                expect_that!(got, eq(&(406, "not_acceptable".to_owned(), None)), "{path} {takes:?}");
            }
        }
    }
    // Refused before anything was done.
    expect_that!(world.server.tenant.head().unwrap(), eq(head));
}

#[gtest]
#[tokio::test]
async fn given_requests_past_a_bound_when_sent_then_each_is_refused_with_the_limit() {
    let world = world().await;
    let rest = Rest::of(&world.server, "ann");
    let query = rest.get(&format!("/api/v1/search?text={}", "x".repeat(20_000))).await;
    expect_that!((query.status.as_u16(), query.code().as_str()), eq((414, "uri_too_long")));
    expect_that!(query.json()["limit"], eq(16 * 1024));
    let many = rest.get(&format!("{ITEMS}?{}", "label=x&".repeat(601))).await;
    expect_that!((many.status.as_u16(), many.json()["limit"].as_i64()), eq((400, Some(600))));
    let body = vec![b' '; 4 * 1024 * 1024 + 1];
    let json = [("content-type", "application/json")];
    let large = rest.ask("POST", "/api/v1/commands", &json, &body).await;
    expect_that!((large.status.as_u16(), large.code().as_str()), eq((413, "too_large")));
    expect_that!(large.json()["limit"], eq(4 * 1024 * 1024));
    // The same without saying so beforehand.
    let (sender, pieces) = piecewise();
    tokio::spawn(async move { while sender.send(Bytes::from(vec![b' '; 1 << 20])).await.is_ok() {} });
    let request = rest.request("POST", "/api/v1/commands", &json).body(pieces).unwrap();
    let streamed = whole(send(rest.address, request).await).await;
    expect_that!(streamed.status.as_u16(), eq(413));
    let commands = vec![json!({ "parts": [] }); 1_001];
    let several = rest.post(&[], &json!({ "commands": commands })).await;
    expect_that!((several.status.as_u16(), several.json()["limit"].as_i64()), eq((413, Some(1_000))));
}

#[gtest]
#[tokio::test]
async fn given_a_client_that_sends_all_of_a_body_too_large_before_it_reads_when_done_then_it_hears_of_it() {
    let world = world().await;
    let send_first = async |headers: &str, length: usize, sent: usize| {
        let mut socket = tokio::net::TcpStream::connect(world.server.address).await.unwrap();
        let head = format!(
            "POST /api/v1/commands HTTP/1.1\r\nhost: pm\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\n{headers}content-length: {length}\r\n\r\n",
            world.server.token("ann")
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        socket.write_all(&vec![b' '; sent]).await.unwrap();
        let mut answer = vec![0; 64];
        let read = socket.read(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer[..read]).into_owned()
    };
    let large = 12 * 1024 * 1024;
    expect_that!(send_first("", large, large).await, starts_with("HTTP/1.1 413"));
    // Who asks first, and who would send without end, are told at once.
    expect_that!(send_first("expect: 100-continue\r\n", large, 0).await, starts_with("HTTP/1.1 413"));
    expect_that!(send_first("", 1 << 40, 0).await, starts_with("HTTP/1.1 413"));
}

#[gtest]
#[tokio::test]
async fn given_a_header_past_the_bound_when_sent_then_431() {
    let world = world().await;
    let mut socket = tokio::net::TcpStream::connect(world.server.address).await.unwrap();
    let header =
        format!("GET /api/v1/projects HTTP/1.1\r\nhost: pm\r\nx-large: {}\r\n\r\n", "x".repeat(200_000));
    // The server may have answered and closed before everything was taken.
    let _ = socket.write_all(header.as_bytes()).await;
    let mut answer = vec![0; 64];
    let read = socket.read(&mut answer).await.unwrap();
    expect_that!(String::from_utf8_lossy(&answer[..read]).as_ref(), starts_with("HTTP/1.1 431"));
}

#[gtest]
#[tokio::test]
async fn given_an_answer_past_the_bound_when_asked_then_it_is_refused_and_a_smaller_page_comes() {
    let world = world().await;
    let labels: Vec<String> = (0..50).map(|n| format!("{n:02}{}", "語".repeat(58))).collect();
    for _ in 0..5 {
        let items = (0..100).map(|n| {
            Change::CreateItem(Box::new(NewItem {
                labels: labels.clone(),
                ..NewItem::new("PM", ItemKind::Task, n.to_string())
            }))
        });
        let actor = pm_engine::command::Actor::admin(crate::support::user("root"));
        world.server.tenant.execute(pm_engine::command::Command::batch(actor, items.collect())).unwrap();
    }
    let rest = Rest::of(&world.server, "ann");
    let large = rest.get(&format!("{ITEMS}?limit=500")).await;
    expect_that!((large.status.as_u16(), large.code().as_str()), eq((413, "answer_too_large")));
    expect_that!(large.json()["detail"].as_str().unwrap(), contains_substring("limit"));
    expect_that!(rest.get(&format!("{ITEMS}?limit=100")).await.status.as_u16(), eq(200));
}

#[gtest]
#[tokio::test]
async fn given_as_many_requests_as_may_be_when_one_more_comes_then_it_is_told_to_come_back() {
    let mut config = ServerConfig::default();
    config.http.requests_max(0);
    let world = world_with(config).await;
    let rest = Rest::of(&world.server, "ann");
    let command = json!({ "parts": [{ "change": { "type": "start_timer", "item": "PM-1" } }] });
    for reply in [rest.get(ITEMS).await, rest.post(&[], &command).await] {
        expect_that!((reply.status.as_u16(), reply.code().as_str()), eq((503, "busy")));
        expect_that!(reply.header("retry-after"), some(eq("1")));
        expect_that!(reply.json()["retry_after_ms"].as_i64(), some(gt(0)));
    }
}

#[gtest]
#[tokio::test]
async fn given_a_request_id_when_it_can_be_logged_then_it_is_kept_else_replaced() {
    let world = world().await;
    let rest = Rest::of(&world.server, "ann");
    let kept = rest.ask("GET", "/api/v1/projects/NONE", &[("x-request-id", "mine_1-2")], b"").await;
    expect_that!(kept.header("x-request-id"), some(eq("mine_1-2")));
    expect_that!(kept.json()["request_id"], eq("mine_1-2"));
    for bad in ["", "a b", "x;y", &"x".repeat(65)] {
        let other = rest.ask("GET", ITEMS, &[("x-request-id", bad)], b"").await;
        expect_that!(other.header("x-request-id").unwrap().len(), eq(36), "{bad}");
    }
}

#[gtest]
#[tokio::test]
async fn given_a_body_that_does_not_come_when_its_time_is_over_then_408() {
    let mut config = ServerConfig::default();
    config.http.body_within(Duration::from_millis(200));
    let world = world_with(config).await;
    let mut socket = tokio::net::TcpStream::connect(world.server.address).await.unwrap();
    let head = format!(
        "POST /api/v1/commands HTTP/1.1\r\nhost: pm\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: 100\r\n\r\n{{",
        world.server.token("ann")
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 64];
    let read = socket.read(&mut answer).await.unwrap();
    expect_that!(String::from_utf8_lossy(&answer[..read]).as_ref(), starts_with("HTTP/1.1 408"));
}

/// Bytes of the large answer that the lazy readers ask for.
async fn whole_context(world: &World) -> usize {
    let whole =
        Rest::of(&world.server, "lazy").get("/api/v1/projects/PM/context?max_tokens=900000").await.body.len();
    assert!(whole > 3_000_000);
    whole
}

#[gtest]
#[tokio::test]
async fn given_a_reader_that_takes_nothing_when_its_time_is_over_then_its_connection_ends() {
    let mut config = ServerConfig::default();
    config.http.write_within(Duration::from_millis(300));
    let world = world_with(config).await;
    for n in 0..40 {
        let item =
            NewItem { description: "x".repeat(90_000), ..NewItem::new("PM", ItemKind::Task, n.to_string()) };
        world.server.run(Change::CreateItem(Box::new(item)));
    }
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(8 * 1024).unwrap();
    let mut socket = socket.connect(world.server.address).await.unwrap();
    let head = format!(
        "GET /api/v1/projects/PM/context?max_tokens=900000 HTTP/1.1\r\nhost: pm\r\nauthorization: Bearer {}\r\n\r\n",
        world.server.token("ann")
    );
    // Twice, so that there is more than the system's buffers hold.
    socket.write_all(head.repeat(2).as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let mut taken = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut taken)).await.unwrap();
    expect_that!(taken.len(), lt(2 * whole_context(&world).await));
    // Others are served all the while.
    let request =
        Rest::of(&world.server, "bob").request("GET", ITEMS, &[]).body(Full::new(Bytes::new())).unwrap();
    expect_that!(whole(send(world.server.address, request).await).await.status.as_u16(), eq(200));
}
