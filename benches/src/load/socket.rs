//! A WebSocket client that does as little as one can, so that it is the server that is measured: frames of a server are
//! neither masked nor, here, fragmented, and its own are masked with zeros.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;

use bytes::{Buf as _, Bytes, BytesMut};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The longest head of the upgrade's answer, and of a frame's.
const HEAD_BYTES_MAX: usize = 8 * 1024;
/// Read at once, and kept for each connection.
const READ_BYTES: usize = 4 * 1024;

const BINARY: u8 = 0x82;
const PONG: u8 = 0x8A;
const MASKED: u8 = 0x80;

/// A connection.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    buffer: BytesMut,
    received: u64,
}

fn broken(text: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidData, text.into())
}

impl Socket {
    pub(crate) async fn open(address: SocketAddr, path: &str) -> Result<Self> {
        let mut stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut socket = Self { stream, buffer: BytesMut::new(), received: 0 };
        let head = loop {
            if let Some(end) = socket.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break socket.buffer.split_to(end + 4);
            }
            if socket.buffer.len() > HEAD_BYTES_MAX {
                return Err(broken("the answer to the upgrade does not end"));
            }
            socket.fill(READ_BYTES).await?;
        };
        if head.starts_with(b"HTTP/1.1 101 ") {
            Ok(socket)
        } else {
            Err(broken(format!("no WebSocket: {}", String::from_utf8_lossy(&head))))
        }
    }

    /// Bytes received so far.
    pub(crate) const fn received(&self) -> u64 {
        self.received
    }

    /// Sends a binary message.
    pub(crate) async fn send(&mut self, payload: &[u8]) -> Result<()> {
        self.write(BINARY, payload).await
    }

    /// The next binary message; probes are answered on the way. May be dropped at any time.
    pub(crate) async fn next(&mut self) -> Result<Bytes> {
        loop {
            let (opcode, payload) = self.frame().await?;
            match opcode {
                0x2 => return Ok(payload),
                0x8 => return Err(closed(&payload)),
                0x9 => self.write(PONG, &payload).await?,
                _ => {}
            }
        }
    }

    async fn write(&mut self, first: u8, payload: &[u8]) -> Result<()> {
        let mut frame = Vec::with_capacity(payload.len() + 14);
        frame.push(first);
        match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
            (Ok(length @ 0..=125), _) => frame.push(MASKED | length),
            (_, Ok(length)) => {
                frame.push(MASKED | 126);
                frame.extend_from_slice(&length.to_be_bytes());
            }
            _ => {
                frame.push(MASKED | 127);
                frame.extend_from_slice(&(payload.len() as u64).to_be_bytes());
            }
        }
        frame.extend_from_slice(&[0; 4]);
        frame.extend_from_slice(payload);
        self.stream.write_all(&frame).await
    }

    async fn frame(&mut self) -> Result<(u8, Bytes)> {
        loop {
            let needed = match head(&self.buffer)? {
                Head::Needs(bytes) => bytes,
                Head::Is { opcode, skip, length } if self.buffer.len() >= skip + length => {
                    self.buffer.advance(skip);
                    return Ok((opcode, self.buffer.split_to(length).freeze()));
                }
                Head::Is { skip, length, .. } => skip + length,
            };
            self.fill(needed - self.buffer.len()).await?;
        }
    }

    async fn fill(&mut self, more: usize) -> Result<()> {
        self.buffer.reserve(more.max(READ_BYTES));
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(Error::new(ErrorKind::UnexpectedEof, "the server has gone")),
            bytes => {
                self.received += bytes as u64;
                Ok(())
            }
        }
    }
}

enum Head {
    Needs(usize),
    Is { opcode: u8, skip: usize, length: usize },
}

fn head(bytes: &[u8]) -> Result<Head> {
    let [first, second, rest @ ..] = bytes else { return Ok(Head::Needs(2)) };
    if first & 0xF0 != 0x80 || second & MASKED != 0 {
        return Err(broken("a fragment or a masked frame from a server"));
    }
    let opcode = first & 0x0F;
    let (skip, length) = match (second, rest) {
        (126, [a, b, ..]) => (4, u64::from(u16::from_be_bytes([*a, *b]))),
        (126, _) => return Ok(Head::Needs(4)),
        (127, _) => match rest.first_chunk::<8>() {
            Some(length) => (10, u64::from_be_bytes(*length)),
            None => return Ok(Head::Needs(10)),
        },
        (short, _) => (2, u64::from(*short)),
    };
    Ok(Head::Is { opcode, skip, length: usize::try_from(length).map_err(|_| broken("too long"))? })
}

fn closed(payload: &[u8]) -> Error {
    let text = match payload.split_first_chunk::<2>() {
        Some((code, reason)) => {
            format!("closed with {}: {}", u16::from_be_bytes(*code), String::from_utf8_lossy(reason))
        }
        None => "closed without a reason".to_owned(),
    };
    Error::new(ErrorKind::ConnectionAborted, text)
}
