//! Hostile and clumsy frames: what can survive does, what cannot is closed with the right code.

use fastwebsockets::OpCode;
use googletest::prelude::*;
use pm_examples::client::Connection;
use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body as Answer;
use prost::Message as _;

use crate::support::{TestServer, ask, closed_with, failure_code, say_hello, task};

const MIB: usize = 1024 * 1024;

async fn welcome(server: &TestServer) -> Connection {
    let mut connection = server.connection().await;
    say_hello(&mut connection, &server.token("eve")).await;
    connection
}

/// The next failure, and that the connection goes on after it.
async fn survives(connection: &mut Connection) -> Option<pb::FailureCode> {
    let code = loop {
        if let Some(code) = connection.next().await.unwrap().body.as_ref().and_then(failure_code) {
            break code;
        }
    };
    let answer = ask(connection, Ask::Ping(pb::Ping {})).await;
    expect_that!(matches!(answer, Answer::Head(_)), eq(true));
    Some(code)
}

#[gtest]
#[tokio::test]
async fn given_text_garbage_or_an_unknown_request_when_received_then_each_gets_a_failure_and_survives() {
    let server = TestServer::start().await;
    let mut eve = welcome(&server).await;
    let mut ann = server.client("ann").await;
    let unknown_field = [0x08, 0x07, 0x22, 0x00];
    for (opcode, bytes) in [
        (OpCode::Text, b"hello".to_vec()),
        (OpCode::Binary, vec![0xff; 64]),
        (OpCode::Binary, Vec::new()),
        (OpCode::Binary, unknown_field.to_vec()),
    ] {
        eve.send_raw(opcode, bytes).await.unwrap();
        expect_that!(survives(&mut eve).await, some(eq(pb::FailureCode::Unsupported)));
    }
    expect_that!(ann.change(task("Nobody else minds")).await.is_ok(), eq(true));
}

#[gtest]
#[tokio::test]
async fn given_a_message_in_pieces_when_it_is_within_the_caps_then_it_is_one_message() {
    let server = TestServer::start().await;
    let mut eve = welcome(&server).await;
    let frame = pb::ClientFrame { request_id: 99, body: Some(Ask::Ping(pb::Ping {})) }.encode_to_vec();
    for (index, byte) in frame.iter().enumerate() {
        let opcode = if index == 0 { OpCode::Binary } else { OpCode::Continuation };
        eve.send_fragment(index + 1 == frame.len(), opcode, vec![*byte]).await.unwrap();
        eve.send_raw(OpCode::Ping, b"between".to_vec()).await.unwrap();
    }
    expect_that!(matches!(eve.answer(99).await.unwrap(), Answer::Head(_)), eq(true));
}

#[gtest]
#[tokio::test]
async fn given_a_message_past_the_cap_when_received_then_it_is_too_big_in_one_piece_or_many() {
    let server = TestServer::start().await;
    let mut whole = welcome(&server).await;
    // The server may have closed before all of it is sent.
    let _ = whole.send_raw(OpCode::Binary, vec![0; MIB + 5_000]).await;
    expect_that!(closed_with(&mut whole).await, some(eq(1009)));

    let mut pieces = welcome(&server).await;
    for index in 0..40 {
        let opcode = if index == 0 { OpCode::Binary } else { OpCode::Continuation };
        if pieces.send_fragment(false, opcode, vec![0; 64 * 1024]).await.is_err() {
            break;
        }
    }
    expect_that!(closed_with(&mut pieces).await, some(eq(1009)));
}

#[gtest]
#[tokio::test]
async fn given_a_flood_of_empty_fragments_when_received_then_it_is_too_big() {
    let server = TestServer::start().await;
    let mut eve = welcome(&server).await;
    for index in 0..5_000 {
        let opcode = if index == 0 { OpCode::Binary } else { OpCode::Continuation };
        if eve.send_fragment(false, opcode, Vec::new()).await.is_err() {
            break;
        }
    }
    expect_that!(closed_with(&mut eve).await, some(eq(1009)));
}

#[gtest]
#[tokio::test]
async fn given_a_large_message_before_hello_when_received_then_it_is_too_big() {
    let server = TestServer::start().await;
    let mut eve = server.connection().await;
    let _ = eve.send_raw(OpCode::Binary, vec![0; 128 * 1024]).await;
    expect_that!(closed_with(&mut eve).await, some(eq(1009)));
}

#[gtest]
#[tokio::test]
async fn given_frames_that_break_the_websocket_rules_when_received_then_it_is_a_protocol_error() {
    let server = TestServer::start().await;
    let broken: [(&str, bool, OpCode, Vec<u8>); 5] = [
        ("a continuation of nothing", true, OpCode::Continuation, vec![1]),
        ("a long ping", true, OpCode::Ping, vec![0; 200]),
        ("a long pong", true, OpCode::Pong, vec![0; 200]),
        ("a long close", true, OpCode::Close, [vec![0x03, 0xe8], vec![b'x'; 200]].concat()),
        ("a close with a code nobody may send", true, OpCode::Close, 1005_u16.to_be_bytes().to_vec()),
    ];
    for (what, fin, opcode, bytes) in broken {
        let mut eve = welcome(&server).await;
        eve.send_fragment(fin, opcode, bytes).await.unwrap();
        expect_that!(closed_with(&mut eve).await, some(eq(1002)), "{what}");
    }
    let mut eve = welcome(&server).await;
    eve.send_fragment(false, OpCode::Binary, vec![1]).await.unwrap();
    eve.send_fragment(true, OpCode::Binary, vec![1]).await.unwrap();
    expect_that!(closed_with(&mut eve).await, some(eq(1002)), "a message inside a message");
}

#[gtest]
#[tokio::test]
async fn given_a_good_bye_when_received_then_it_is_answered_with_the_same() {
    let server = TestServer::start().await;
    let mut eve = welcome(&server).await;
    eve.send_raw(OpCode::Close, 1000_u16.to_be_bytes().to_vec()).await.unwrap();
    expect_that!(closed_with(&mut eve).await, some(eq(1000)));
}
