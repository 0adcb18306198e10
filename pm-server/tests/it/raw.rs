//! A client that sends whatever bytes it is told to, and reads only when it is told to.

use std::net::SocketAddr;
use std::time::Duration;

use pm_proto as pb;
use pm_proto::client_frame::Body as Ask;
use pm_proto::server_frame::Body as Answer;
use prost::Message as _;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::TestServer;

pub(crate) const FIN: u8 = 0x80;
pub(crate) const TEXT: u8 = 1;
pub(crate) const BINARY: u8 = 2;
pub(crate) const CLOSE: u8 = 8;
pub(crate) const PING: u8 = 9;
pub(crate) const PONG: u8 = 10;

const MASK: [u8; 4] = [0x12, 0x34, 0x56, 0x78];
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Raw {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Raw {
    /// Upgraded by hand, with a small window, so that what is not read soon fills it.
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(8 * 1024).unwrap();
        let mut stream = socket.connect(address).await.unwrap();
        let request = "GET /ws HTTP/1.1\r\nHost: pm\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                       Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut raw = Self { stream, read: Vec::new() };
        loop {
            if let Some(end) = raw.read.windows(4).position(|at| at == b"\r\n\r\n") {
                assert!(raw.read.starts_with(b"HTTP/1.1 101 "));
                raw.read.drain(..end + 4);
                return raw;
            }
            assert!(raw.more().await, "no answer to the upgrade");
        }
    }

    /// Has said hello and read the welcome.
    pub(crate) async fn welcomed(server: &TestServer, user: &str) -> Self {
        Self::welcomed_by(server, server.address, &server.token(user)).await
    }

    /// Has said hello at an address that leads to the server, and read the welcome.
    pub(crate) async fn welcomed_by(server: &TestServer, address: SocketAddr, token: &str) -> Self {
        let mut raw = Self::connect(address).await;
        let here = server.here();
        raw.say_hello(token, Some((here.epoch, here.sequence))).await;
        while !matches!(raw.message().await, Some(Answer::Welcome(_))) {}
        raw
    }

    /// Says what its user looks at; the number of its connection in the room.
    pub(crate) async fn enter_room(&mut self) -> u64 {
        self.ask(2, Ask::Presence(pb::PresenceUpdate::default())).await;
        loop {
            if let Answer::Presence(presence) = self.message().await.unwrap() {
                return presence.you;
            }
        }
    }

    /// Says hello and reads nothing.
    pub(crate) async fn say_hello(&mut self, token: &str, position: Option<(String, i64)>) {
        let (epoch, sequence) = position.unzip();
        let hello =
            pb::Hello { protocol_version: 1, token: token.to_owned(), epoch, sequence, projects: vec![] };
        self.ask(1, Ask::Hello(hello)).await;
    }

    pub(crate) async fn ask(&mut self, request_id: u64, body: Ask) {
        let frame = pb::ClientFrame { request_id, body: Some(body) };
        self.send(&frame_of(FIN | BINARY, &frame.encode_to_vec())).await;
    }

    /// Where the server has closed already, what is sent goes nowhere.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok()
    }

    async fn more(&mut self) -> bool {
        self.read.reserve(64 * 1024);
        let read = tokio::time::timeout(PATIENCE, self.stream.read_buf(&mut self.read)).await.unwrap();
        matches!(read, Ok(1..))
    }

    /// The next frame's opcode and payload; `None` at the end. The server's frames are whole and not masked.
    pub(crate) async fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let Some((first, from, to)) = bounds(&self.read)
                && self.read.len() >= to
            {
                let payload = self.read[from..to].to_vec();
                self.read.drain(..to);
                return Some((first & 0x0f, payload));
            }
            if !self.more().await {
                return None;
            }
        }
    }

    /// The next message, whatever it is; `None` at the end.
    pub(crate) async fn message(&mut self) -> Option<Answer> {
        loop {
            let (opcode, payload) = self.frame().await?;
            if opcode == BINARY {
                return pb::ServerFrame::decode(&*payload).unwrap().body;
            }
        }
    }

    /// Reads on to the end: the code of the close frame, if there was one.
    pub(crate) async fn close_code(&mut self) -> Option<u16> {
        while let Some((opcode, payload)) = self.frame().await {
            if opcode == CLOSE {
                return payload.first_chunk::<2>().map(|code| u16::from_be_bytes(*code));
            }
        }
        None
    }
}

fn bounds(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (first, second) = (*bytes.first()?, *bytes.get(1)?);
    let (from, length) = match second {
        126 => (4, u64::from(u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?))),
        127 => (10, u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?)),
        short => (2, u64::from(short)),
    };
    Some((first, from, from + usize::try_from(length).unwrap()))
}

/// A masked frame as it should be.
pub(crate) fn frame_of(first: u8, payload: &[u8]) -> Vec<u8> {
    let masked = payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask);
    let mut bytes = header(first, u64::try_from(payload.len()).unwrap());
    bytes.extend(masked);
    bytes
}

/// The header of a masked frame that announces so many bytes.
pub(crate) fn header(first: u8, length: u64) -> Vec<u8> {
    let mut bytes = vec![first];
    match length {
        0..126 => bytes.push(0x80 | u8::try_from(length).unwrap()),
        126..0x1_0000 => {
            bytes.push(0x80 | 126);
            bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        _ => {
            bytes.push(0x80 | 127);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes
}
