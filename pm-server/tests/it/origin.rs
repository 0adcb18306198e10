//! Upgrades as web pages and other programs ask for them: by whom, from where, with a token in which place.

use bytes::Bytes;
use fastwebsockets::{Frame, OpCode, Payload, handshake};
use googletest::prelude::*;
use http_body_util::Empty;
use hyper::Request;
use hyper_util::rt::TokioExecutor;
use pm_proto as pb;
use pm_server::ServerConfig;
use pm_server::auth::{Claims, Role};
use prost::Message as _;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::TestServer;

/// An answer to a raw request.
struct Raw {
    status: u16,
    head: String,
    body: String,
}

impl Raw {
    /// The value of a header of the answer.
    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    fn code(&self) -> String {
        let problem: Value = serde_json::from_str(&self.body).unwrap_or_default();
        problem["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Asks for an upgrade as `host`, with more headers.
async fn ask(server: &TestServer, path: &str, host: &str, headers: &[(&str, &str)]) -> Raw {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let mut request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    );
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{request}\r\n").as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|four| four == b"\r\n\r\n") {
        assert!(stream.read_buf(&mut bytes).await.unwrap() > 0, "no answer");
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, begun) = text.split_once("\r\n\r\n").unwrap();
    let mut raw = Raw {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_owned(),
        body: begun.to_owned(),
    };
    let length = raw.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut rest = vec![0; length - raw.body.len().min(length)];
    stream.read_exact(&mut rest).await.unwrap();
    raw.body.push_str(&String::from_utf8_lossy(&rest));
    raw
}

/// Upgrades, says hello and tells who is welcome; what the server says instead, where nobody is.
async fn welcome(server: &TestServer, path: &str, headers: &[(&str, &str)], token: &str) -> String {
    let mut request = Request::get(path)
        .header("Host", server.address.to_string())
        .header("Upgrade", "websocket")
        .header("Connection", "upgrade")
        .header("Sec-WebSocket-Key", handshake::generate_key())
        .header("Sec-WebSocket-Version", "13");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let stream = TcpStream::connect(server.address).await.unwrap();
    let request = request.body(Empty::<Bytes>::new()).unwrap();
    let (mut socket, _) = match handshake::client(&TokioExecutor::new(), request, stream).await {
        Ok(upgraded) => upgraded,
        Err(error) => return error.to_string(),
    };
    let hello = pb::Hello { protocol_version: 1, token: token.to_owned(), ..pb::Hello::default() };
    let hello = pb::ClientFrame { request_id: 1, body: Some(pb::client_frame::Body::Hello(hello)) };
    let payload = Payload::Owned(hello.encode_to_vec());
    socket.write_frame(Frame::new(true, OpCode::Binary, None, payload)).await.unwrap();
    let frame = socket.read_frame().await.unwrap();
    match pb::ServerFrame::decode(&*frame.payload).unwrap().body {
        Some(pb::server_frame::Body::Welcome(welcome)) => welcome.user,
        Some(pb::server_frame::Body::Failure(failure)) => failure.message,
        other => format!("{other:?}"),
    }
}

#[gtest]
#[tokio::test]
async fn given_a_page_of_another_site_when_it_asks_for_an_upgrade_then_it_is_refused_before_anything_else() {
    let server = TestServer::start().await;
    let host = server.address.to_string();
    let bearer = format!("Bearer {}", server.token("ann"));
    // What an attack needs: the same request without `Origin`, as no browser sends it, and from a page of this host.
    let own = format!("http://{host}");
    for headers in [&[("Authorization", &*bearer)][..], &[("Authorization", &bearer), ("Origin", &own)]] {
        expect_that!(ask(&server, "/ws", &host, headers).await.status, eq(101));
    }
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost", "file://", ""] {
        // With a good token, with a bad one, and with none: the origin decides.
        for more in [&[("Authorization", &*bearer)][..], &[("Authorization", "Bearer x")], &[]] {
            let headers = [more, &[("Origin", origin)]].concat();
            let refused = ask(&server, "/ws", &host, &headers).await;
            expect_that!(refused.status, eq(403), "{origin}");
            expect_that!(refused.code(), eq("forbidden"));
            expect_that!(refused.header("content-type"), some(eq("application/problem+json")));
        }
    }
    let twice = [("Origin", &*own), ("Origin", "https://evil.example")];
    expect_that!(ask(&server, "/ws", &host, &twice).await.status, eq(403));
}

#[gtest]
#[tokio::test]
async fn given_a_list_of_origins_when_pages_ask_for_an_upgrade_then_only_those_in_it_may() {
    let mut config = ServerConfig::default();
    config.auth.origins(vec!["https://board.example.com".to_owned(), "http://localhost:5173".to_owned()]);
    let server = TestServer::with(config).await;
    let host = server.address.to_string();
    let own = format!("http://{host}");
    for (origin, status) in [
        ("https://board.example.com", 101),
        ("http://localhost:5173", 101),
        ("http://board.example.com", 403),
        ("https://board.example.com:8443", 403),
        ("https://board.example.com.evil.example", 403),
        ("http://localhost:5174", 403),
        (&own, 403),
        ("null", 403),
    ] {
        expect_that!(ask(&server, "/ws", &host, &[("Origin", origin)]).await.status, eq(status), "{origin}");
    }
    expect_that!(ask(&server, "/ws", &host, &[]).await.status, eq(101));
}

#[gtest]
#[tokio::test]
async fn given_a_browser_when_it_brings_its_token_as_a_sub_protocol_then_it_is_welcome_and_pm_v1_is_answered()
{
    let server = TestServer::start().await;
    let host = server.address.to_string();
    let token = server.token("ann");
    let offered = format!("pm.v1, pm.bearer.{token}");
    let answer = ask(&server, "/ws", &host, &[("Sec-WebSocket-Protocol", &offered)]).await;
    expect_that!(answer.status, eq(101));
    expect_that!(answer.header("sec-websocket-protocol"), some(eq("pm.v1")));
    expect_that!(answer.head.contains(&token), eq(false));
    let plain = ask(&server, "/ws", &host, &[("Sec-WebSocket-Protocol", "pm.v1")]).await;
    expect_that!(plain.header("sec-websocket-protocol"), some(eq("pm.v1")));
    let silent = ask(&server, "/ws", &host, &[]).await;
    expect_that!((silent.status, silent.header("sec-websocket-protocol")), eq((101, None)));

    let headers = [("Sec-WebSocket-Protocol", &*offered)];
    expect_that!(welcome(&server, "/ws", &headers, "").await, eq("ann"));
    // Two lines are one list; hello may still name somebody.
    let bearer = format!("pm.bearer.{token}");
    let lines = [("Sec-WebSocket-Protocol", &*bearer), ("Sec-WebSocket-Protocol", "pm.v1")];
    expect_that!(welcome(&server, "/ws", &lines, "").await, eq("ann"));
    expect_that!(welcome(&server, "/ws", &[("Sec-WebSocket-Protocol", "pm.v1")], &token).await, eq("ann"));
}

#[gtest]
#[tokio::test]
async fn given_tokens_in_two_places_or_malformed_when_upgrading_then_http_refuses_with_a_code() {
    let server = TestServer::start().await;
    let host = server.address.to_string();
    let token = server.token("ann");
    let (header, offer) = (format!("Bearer {token}"), format!("pm.v1, pm.bearer.{token}"));
    let protocol = "Sec-WebSocket-Protocol";
    let expired = Claims { exp: 1, ..TestServer::claims("ann", Role::Member) };
    let expired = format!("pm.v1, pm.bearer.{}", server.keys.sign(&expired).unwrap());
    for (headers, status, code) in [
        (&[("Authorization", &*header), (protocol, &*offer)][..], 401, "unauthenticated"),
        (&[("Authorization", &header), ("Authorization", &header)], 401, "unauthenticated"),
        (&[("Authorization", "Basic YW5uOmFubg==")], 401, "unauthenticated"),
        (&[("Authorization", &token)], 401, "unauthenticated"),
        (&[("Authorization", "Bearer ")], 401, "unauthenticated"),
        (&[(protocol, "pm.v1, pm.bearer.nonsense")], 401, "unauthenticated"),
        (&[(protocol, &expired)], 401, "unauthenticated"),
        (&[(protocol, &format!("pm.bearer.{token}"))], 400, "unsupported"),
        (&[(protocol, &format!("{offer}, pm.bearer.{token}"))], 400, "unsupported"),
        (&[(protocol, "pm.v1, pm.bearer.")], 400, "unsupported"),
        (&[(protocol, "graphql-transport-ws")], 400, "unsupported"),
        (&[(protocol, "")], 400, "unsupported"),
    ] {
        let refused = ask(&server, "/ws", &host, headers).await;
        expect_that!((refused.status, &*refused.code()), eq((status, code)), "{headers:?}");
        expect_that!(refused.header("www-authenticate").is_some(), eq(status == 401));
        expect_that!(refused.body.contains(&token), eq(false));
    }
}

#[gtest]
#[tokio::test]
async fn given_a_token_in_the_query_when_upgrading_then_it_is_not_looked_at() {
    let server = TestServer::start().await;
    let token = server.token("ann");
    for name in ["token", "access_token", "bearer", "jwt", "authorization"] {
        let path = format!("/ws?{name}={token}");
        expect_that!(welcome(&server, &path, &[], "").await, eq("a token is needed"));
        expect_that!(welcome(&server, &path, &[], &server.token("bob")).await, eq("bob"));
    }
}
