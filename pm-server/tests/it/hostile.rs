//! Attacks on the frames of a WebSocket, byte by byte: each is ended with its code, and nobody else notices.

use std::time::Duration;

use googletest::prelude::*;
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body as Answer;
use prost::Message as _;

use crate::raw::{BINARY, FIN, PING, Raw, TEXT, frame_of, header};
use crate::support::{TestServer, ask, short, task};

fn ping() -> Vec<u8> {
    pb::ClientFrame { request_id: 9, body: Some(Ask::Ping(pb::Ping {})) }.encode_to_vec()
}

fn impatient() -> pm_server::ServerConfig {
    let mut config = short();
    config.websocket.message_within(Duration::from_millis(500));
    config
}

#[gtest]
#[tokio::test]
async fn given_headers_that_a_client_may_not_send_when_received_then_it_is_a_protocol_error() {
    let server = TestServer::start().await;
    let mut ann = server.client("ann").await;
    let unmasked = [&[FIN | BINARY, u8::try_from(ping().len()).unwrap()][..], &ping()].concat();
    let spelt_long = [&[FIN | BINARY, 0x80 | 126, 0, 1, 1, 2, 3, 4][..], b"x"].concat();
    for (what, bytes) in [
        ("not masked", unmasked),
        ("reserved bit 1", frame_of(FIN | 0x40 | BINARY, &ping())),
        ("reserved bit 2", frame_of(FIN | 0x20 | BINARY, &ping())),
        ("reserved bit 3", frame_of(FIN | 0x10 | BINARY, &ping())),
        ("reserved opcode 3", frame_of(FIN | 3, b"")),
        ("reserved opcode 11", frame_of(FIN | 11, b"")),
        ("a ping in pieces", frame_of(PING, b"")),
        ("a length not in its shortest form", spelt_long),
        ("a ping that announces 2^62 bytes", header(FIN | PING, 1 << 62)),
        ("2^63 bytes announced", header(FIN | BINARY, 1 << 63)),
    ] {
        let mut eve = Raw::welcomed(&server, "eve").await;
        eve.send(&frame_of(FIN | PING, b"so far so good")).await;
        eve.send(&bytes).await;
        expect_that!(eve.close_code().await, some(eq(1002)), "{what}");
    }
    expect_that!(ann.change(task("Nobody else minds")).await.is_ok(), eq(true));
}

#[gtest]
#[tokio::test]
async fn given_a_header_that_announces_more_than_the_cap_when_received_then_nothing_of_it_is_waited_for() {
    let server = TestServer::start().await;
    for length in [1 << 62, u64::from(u32::MAX), 1024 * 1024 + 4 * 1024 + 1] {
        let mut eve = Raw::welcomed(&server, "eve").await;
        eve.send(&header(FIN | BINARY, length)).await;
        expect_that!(eve.close_code().await, some(eq(1009)), "{length}");
    }
}

#[gtest]
#[tokio::test]
async fn given_a_header_and_nothing_after_it_when_the_time_is_over_then_the_connection_is_closed() {
    let server = TestServer::with(impatient()).await;
    let mut ann = server.client("ann").await;
    let mut announced = Raw::welcomed(&server, "eve").await;
    announced.send(&header(FIN | BINARY, 1024 * 1024)).await;
    let mut half_a_header = Raw::welcomed(&server, "eve").await;
    half_a_header.send(&[FIN | BINARY]).await;
    let mut half_a_message = Raw::welcomed(&server, "eve").await;
    half_a_message.send(&frame_of(BINARY, &ping())).await;
    for eve in [&mut announced, &mut half_a_header, &mut half_a_message] {
        expect_that!(eve.close_code().await, some(eq(4102)));
    }
    expect_that!(ann.change(task("Nobody else minds")).await.is_ok(), eq(true));
}

#[gtest]
#[tokio::test]
async fn given_a_byte_now_and_then_when_it_goes_on_for_ever_then_the_connection_is_closed() {
    let server = TestServer::with(impatient()).await;
    let message = frame_of(FIN | BINARY, &[0; 60_000]);
    let mut eve = Raw::welcomed(&server, "eve").await;
    // Far longer than its time, were it not closed.
    for byte in message.chunks(1).take(2_000) {
        if !eve.send(byte).await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    expect_that!(eve.close_code().await, any![some(eq(4102)), none()]);
}

#[gtest]
#[tokio::test]
async fn given_fragments_now_and_then_with_pings_between_when_it_goes_on_for_ever_then_it_is_closed() {
    let server = TestServer::with(impatient()).await;
    let mut eve = Raw::welcomed(&server, "eve").await;
    let mut code = None;
    for n in 0..1_000 {
        eve.send(&frame_of(if n == 0 { BINARY } else { 0 }, b"x")).await;
        eve.send(&frame_of(FIN | PING, b"")).await;
        // Each ping is answered, so there is something to read until the end.
        let Some((opcode, payload)) = eve.frame().await else { break };
        if opcode == crate::raw::CLOSE {
            code = payload.first_chunk::<2>().map(|code| u16::from_be_bytes(*code));
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    expect_that!(code, some(eq(4102)));
}

#[gtest]
#[tokio::test]
async fn given_single_bytes_while_events_flow_when_they_are_a_message_then_it_is_understood() {
    let server = TestServer::start().await;
    let mut ann = server.client("ann").await;
    let mut eve = Raw::welcomed(&server, "eve").await;
    for (n, byte) in frame_of(FIN | BINARY, &ping()).iter().enumerate() {
        eve.send(&[*byte]).await;
        // Whatever else the connection is woken for must not tear the read apart.
        ann.change(task(&format!("Meanwhile {n}"))).await.unwrap();
    }
    loop {
        match eve.message().await {
            Some(Answer::Head(_)) => break,
            Some(_) => {}
            None => panic!("it was closed"),
        }
    }
}

#[gtest]
#[tokio::test]
async fn given_text_that_is_not_utf8_when_received_whole_or_in_pieces_then_it_is_told_so() {
    let server = TestServer::start().await;
    let mut whole = Raw::welcomed(&server, "eve").await;
    whole.send(&frame_of(FIN | TEXT, b"\xff\xfe")).await;
    expect_that!(whole.close_code().await, some(eq(1007)));
    let mut pieces = Raw::welcomed(&server, "eve").await;
    pieces.send(&frame_of(TEXT, b"\xce")).await;
    pieces.send(&frame_of(FIN, b"\xce")).await;
    expect_that!(pieces.close_code().await, some(eq(1007)));
    // What cannot become right any more is not waited for.
    let mut hopeless = Raw::welcomed(&server, "eve").await;
    hopeless.send(&frame_of(TEXT, b"so far so good \xff")).await;
    expect_that!(hopeless.close_code().await, some(eq(1007)));
    // A character in two pieces is one.
    let mut good = Raw::welcomed(&server, "eve").await;
    good.send(&frame_of(TEXT, b"\xce")).await;
    good.send(&frame_of(FIN, b"\xba")).await;
    loop {
        if let Answer::Failure(failure) = good.message().await.unwrap() {
            expect_that!(failure.code(), eq(pb::FailureCode::Unsupported));
            break;
        }
    }
}

#[gtest]
#[tokio::test]
async fn given_a_message_that_pauses_less_than_its_time_when_complete_then_it_is_answered() {
    let server = TestServer::with(impatient()).await;
    let mut client = server.client("ann").await;
    let mut eve = Raw::welcomed(&server, "eve").await;
    // Two messages, each within its time, together longer: the second one's begins anew.
    for _ in 0..2 {
        let message = frame_of(FIN | BINARY, &ping());
        let (first, second) = message.split_at(5);
        eve.send(first).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        eve.send(second).await;
        while !matches!(eve.message().await.unwrap(), Answer::Head(_)) {}
    }
    let answer = ask(client.connection(), Ask::Ping(pb::Ping {})).await;
    expect_that!(matches!(answer, Answer::Head(_)), eq(true));
}
