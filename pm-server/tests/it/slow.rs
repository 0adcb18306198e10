//! A subscriber that takes nothing costs nobody else anything, and is closed so that it can come back.

use std::time::Duration;

use bytes::Bytes;
use fastwebsockets::{Frame, OpCode, WebSocket, handshake};
use googletest::prelude::*;
use http_body_util::Empty;
use hyper::upgrade::Upgraded;
use hyper_util::rt::{TokioExecutor, TokioIo};
use pm_engine::command::{Change, NewItem, NewProject};
use pm_engine::model::ItemKind;
use pm_examples::client::{Client, Hello, Position};
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body as Answer;
use pm_server::ServerConfig;
use pm_server::auth::{Claims, Role, now_seconds};
use prost::Message as _;

use crate::cli::{Serving, output, text};
use crate::raw::{CLOSE, FIN, Raw, frame_of};
use crate::support::{TestServer, plain, short};

/// A client that reads only when it is told to.
pub(crate) async fn lazy(server: &TestServer, position: &Position) -> WebSocket<TokioIo<Upgraded>> {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(8 * 1024).unwrap();
    let stream = socket.connect(server.address).await.unwrap();
    let request = hyper::Request::get("/ws")
        .header("Host", "pm")
        .header("Upgrade", "websocket")
        .header("Connection", "upgrade")
        .header("Sec-WebSocket-Key", handshake::generate_key())
        .header("Sec-WebSocket-Version", "13")
        .body(Empty::<Bytes>::new())
        .unwrap();
    let (mut socket, _) = handshake::client(&TokioExecutor::new(), request, stream).await.unwrap();
    let hello = pb::Hello {
        protocol_version: 1,
        token: server.token("lazy"),
        epoch: Some(position.epoch.clone()),
        sequence: Some(position.sequence),
        projects: vec![],
    };
    let frame = pb::ClientFrame { request_id: 1, body: Some(Ask::Hello(hello)) };
    socket.write_frame(Frame::binary(frame.encode_to_vec().into())).await.unwrap();
    socket
}

pub(crate) fn large(n: usize) -> Change {
    let item =
        NewItem { description: "x".repeat(90_000), ..NewItem::new("PM", ItemKind::Task, n.to_string()) };
    Change::CreateItem(Box::new(item))
}

#[gtest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_a_subscriber_that_never_reads_when_much_is_written_then_others_go_on_and_it_is_told_to_resume()
{
    let server = TestServer::with(short()).await;
    let (mut ann, mut bob) = (server.client("ann").await, server.client("bob").await);
    let here = server.here();
    let mut lazy = lazy(&server, &here).await;
    let mut end = 0;
    for n in 0..200 {
        end = ann.change(large(n)).await.unwrap().last_sequence.unwrap();
    }
    // The others have everything, whatever the lazy one does.
    let seen = bob.events_up_to(end).await.unwrap();
    expect_that!(seen.last().unwrap().sequence, eq(end));
    tokio::time::sleep(Duration::from_millis(1_500)).await;

    // Now it reads: what was on its way, and then the reason.
    lazy.set_auto_close(false);
    let mut complete_to = here.sequence;
    let mut code = None;
    let patience = tokio::time::Instant::now() + pm_examples::client::PATIENCE;
    // Where it is not closed, it is probed for ever.
    while let Ok(Ok(frame)) = tokio::time::timeout_at(patience, lazy.read_frame()).await {
        match frame.opcode {
            OpCode::Binary => {
                let frame = pb::ServerFrame::decode(&*frame.payload).unwrap();
                if let Some(Answer::EventBatch(batch)) = frame.body {
                    complete_to = batch.complete_to;
                }
            }
            OpCode::Close => {
                code = frame.payload.first_chunk::<2>().map(|code| u16::from_be_bytes(*code));
                break;
            }
            _ => {}
        }
    }
    expect_that!(code, some(eq(4001)));
    expect_that!(complete_to, lt(end));

    // It comes back and misses nothing.
    let position = Position { sequence: complete_to, ..here };
    let back = Hello::back(&server.token("lazy"), &position);
    let mut back = pm_examples::client::Client::connect(&server.url(), back).await.unwrap();
    let rest: Vec<_> = back.events_up_to(end).await.unwrap().iter().map(|event| event.sequence).collect();
    expect_that!(rest, eq(&(complete_to + 1..=end).collect::<Vec<_>>()));
}

#[gtest]
#[tokio::test]
async fn given_a_client_that_never_gives_a_sign_of_life_when_the_time_is_over_then_it_is_closed() {
    let mut config = short();
    config.websocket.idle_max(Duration::from_millis(400));
    let server = TestServer::with(config).await;
    let here = server.here();
    let mut silent = lazy(&server, &here).await;
    silent.set_auto_close(false);
    silent.set_auto_pong(false);
    let end = async {
        loop {
            let frame = silent.read_frame().await.unwrap();
            if frame.opcode == OpCode::Close {
                break frame.payload.first_chunk::<2>().map(|code| u16::from_be_bytes(*code));
            }
        }
    };
    // It is probed for ever where it is not closed.
    let code = tokio::time::timeout(pm_examples::client::PATIENCE, end).await;
    expect_that!(code.ok().flatten(), some(eq(4002)));
}

#[gtest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_a_slow_client_with_much_to_be_told_when_its_token_ends_then_the_log_ends_before_its_answers_do()
 {
    let mut config = ServerConfig::default();
    config.auth.leeway(Duration::ZERO);
    config.metrics.listen(Some(([127, 0, 0, 1], 0).into()));
    let server = TestServer::with(config).await;
    let here = server.here();
    let mut end = 0;
    for n in 0..200 {
        end = server.run(large(n)).last_sequence.unwrap();
    }
    let claims = Claims { exp: now_seconds() + 3, ..TestServer::claims("eve", Role::Member) };
    let mut eve = Raw::connect(server.address).await;
    eve.say_hello(&server.keys.sign(&claims).unwrap(), Some((here.epoch, here.sequence))).await;
    while !matches!(eve.message().await.unwrap(), Answer::Welcome(_)) {}
    // The answers to these wait behind what the client does not take, and the good-bye behind them.
    for id in 0..200 {
        eve.ask(id + 10, Ask::Ping(pb::Ping {})).await;
    }
    let closed = "pm_websocket_closes_total{code=\"4201\"} 1";
    while !plain(server.metrics.unwrap(), "GET /metrics", "").await.body.contains(closed) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (mut complete_to, mut heads, mut code) = (0, 0, None);
    while let Some((opcode, payload)) = eve.frame().await {
        if opcode == CLOSE {
            code = payload.first_chunk::<2>().map(|code| u16::from_be_bytes(*code));
            break;
        }
        match pb::ServerFrame::decode(&*payload).unwrap().body {
            Some(Answer::EventBatch(batch)) => complete_to = batch.complete_to,
            Some(Answer::Head(_)) => heads += 1,
            _ => {}
        }
    }
    expect_that!(code, some(eq(4201)));
    expect_that!(heads, ge(200));
    expect_that!(complete_to, lt(end));
}

#[gtest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_one_who_leaves_without_taking_what_is_on_its_way_when_he_comes_again_then_he_has_no_second_seat()
 {
    let mut config = ServerConfig::default();
    config.websocket.connections_per_user_max(1);
    config.metrics.listen(Some(([127, 0, 0, 1], 0).into()));
    let server = TestServer::with(config).await;
    let here = server.here();
    let mut eve = Raw::welcomed(&server, "eve").await;
    for n in 0..200 {
        server.run(large(n));
    }
    eve.send(&frame_of(FIN | CLOSE, &1000_u16.to_be_bytes())).await;
    let left = "pm_websocket_closes_total{code=\"1000\"} 1";
    while !plain(server.metrics.unwrap(), "GET /metrics", "").await.body.contains(left) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let again = async || {
        let mut again = Raw::connect(server.address).await;
        again.say_hello(&server.token("eve"), Some((here.epoch.clone(), here.sequence))).await;
        again.message().await
    };
    expect_that!(matches!(again().await, Some(Answer::Failure(_))), eq(true));
    // Once she has taken it she has left.
    expect_that!(eve.close_code().await, some(eq(1000)));
    expect_that!(matches!(again().await, Some(Answer::Welcome(_))), eq(true));
}

/// The most memory a process has ever had, in bytes.
#[cfg(target_os = "linux")]
fn peak(process: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

#[cfg(target_os = "linux")]
#[gtest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_two_hundred_that_stop_reading_when_much_is_written_then_the_server_keeps_within_their_bounds()
{
    const READERS: usize = 200;
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    let address = serving.url.trim_start_matches("ws://").trim_end_matches("/ws").parse().unwrap();
    let mut root = Client::connect(&serving.url, Hello::new(&serving.token)).await.unwrap();
    root.snapshot().await.unwrap();
    for key in ["PM", "QA"] {
        root.change(Change::CreateProject(NewProject::new(key, key))).await.unwrap();
    }
    let position = (root.position().epoch.clone(), root.position().sequence);
    for n in 0..200 {
        root.change(large(n)).await.unwrap();
        root.change(Change::CreateItem(Box::new(NewItem::new("QA", ItemKind::Task, n.to_string()))))
            .await
            .unwrap();
    }
    let before = peak(serving.id());
    let token = output(folder.path(), &["token", "--tenant", "main", "--user", "lazy"]).stdout;
    let hello = pb::Hello {
        protocol_version: 1,
        token: text(&token).lines().last().unwrap().to_owned(),
        epoch: Some(position.0),
        sequence: Some(position.1),
        // Something is left out between, so that no two are sent the same memory.
        projects: vec!["PM".to_owned()],
    };
    let mut stopped = Vec::new();
    for n in 0..READERS {
        let mut reader = Raw::connect(address).await;
        reader.ask(1, Ask::Hello(hello.clone())).await;
        stopped.push(reader);
        // Others are not held up by those who stand still.
        if n % 50 == 0 {
            let more = NewItem::new("QA", ItemKind::Task, "more");
            root.change(Change::CreateItem(Box::new(more))).await.unwrap();
        }
    }
    // What was sent so far, until nothing more is.
    let mut grown = 0;
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = peak(serving.id()) - before;
        if now == grown && grown > 0 {
            break;
        }
        grown = now;
    }
    // The batch in hand. All that waits for all of them would be many times as much.
    let each = pm_server::limits::MESSAGE_BYTES_MAX + pm_server::limits::WRITE_BUFFER_BYTES;
    expect_that!(grown, le(READERS * each + 64 * 1024 * 1024));
    expect_that!(grown, ge(READERS * 256 * 1024));
    drop(stopped);
}
