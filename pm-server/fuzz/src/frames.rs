//! A WebSocket to the server's frames, and what RFC 6455 says of the bytes that were sent: read anew, as plainly as it
//! can be, so that it shares no mistake with what is tested.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

const MESSAGE_MAX: usize = 32 * 1024 * 1024;
const MASK: [u8; 4] = [0x5a, 0xa5, 0x0f, 0x01];

/// An echo over the frames of the server.
pub struct Echo {
    runtime: Runtime,
    address: SocketAddr,
}

/// What is said back.
#[derive(PartialEq, Eq, Debug)]
pub enum Said {
    /// A message.
    Message {
        /// Text, or bytes.
        text: bool,
        /// All of it.
        bytes: Vec<u8>,
    },
    /// The answer to a ping.
    Pong(Vec<u8>),
}

/// What bytes of a client come to.
#[derive(Debug)]
pub struct Expected {
    /// What is said back before the end.
    pub said: Vec<Said>,
    /// Codes one of which it is closed with.
    pub codes: Vec<u16>,
}

impl Echo {
    /// Listens on a port of its own.
    pub fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(pm_server::echo(listener));
        Self { runtime, address }
    }

    /// Sends bytes in pieces of a size, then nothing more; what came back after the upgrade.
    pub fn talk(&self, bytes: &[u8], size: usize) -> Vec<u8> {
        self.runtime.block_on(async {
            let mut stream = TcpStream::connect(self.address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let upgrade = b"GET / HTTP/1.1\r\nhost: pm\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
                            sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            stream.write_all(upgrade).await.unwrap();
            let (mut reads, mut writes) = stream.split();
            let write = async {
                for piece in bytes.chunks(size) {
                    // Who has closed reads no further.
                    if writes.write_all(piece).await.is_err() {
                        return;
                    }
                    tokio::task::yield_now().await;
                }
                let _ = writes.shutdown().await;
            };
            let mut answer = Vec::new();
            let read = async { while reads.read_buf(&mut answer).await.is_ok_and(|bytes| bytes > 0) {} };
            tokio::join!(write, read);
            let head = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
            assert!(answer.starts_with(b"HTTP/1.1 101 "));
            answer.split_off(head + 4)
        })
    }
}

impl Default for Echo {
    fn default() -> Self {
        Self::new()
    }
}

/// A frame as a client sends it; `odd` spells its length longer than need be, or leaves the mask out.
pub fn frame(first: u8, odd: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    let masked = if odd & 1 == 0 { 0x80 } else { 0 };
    match (payload.len(), odd & 6) {
        (0..126, 0 | 6) => bytes.push(masked | payload.len() as u8),
        (0..65_536, 0 | 2 | 6) => {
            bytes.push(masked | 126);
            bytes.extend_from_slice(&(payload.len() as u16).to_be_bytes());
        }
        _ => {
            bytes.push(masked | 127);
            bytes.extend_from_slice(&(payload.len() as u64).to_be_bytes());
        }
    }
    if masked == 0 {
        bytes.extend_from_slice(payload);
        return bytes;
    }
    bytes.extend_from_slice(&MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

/// What was said by a server: each frame whole, and of the form a server's frames have; and the code it closed with.
pub fn heard(mut bytes: &[u8]) -> (Vec<Said>, Option<u16>) {
    let mut said = Vec::new();
    while let [first, length, rest @ ..] = bytes {
        let (length, rest) = match length {
            0..=125 => (usize::from(*length), rest),
            126 => {
                let (length, rest) = rest.split_first_chunk::<2>().expect("a length");
                let length = usize::from(u16::from_be_bytes(*length));
                assert!(length > 125, "spelt too long");
                (length, rest)
            }
            127 => {
                let (length, rest) = rest.split_first_chunk::<8>().expect("a length");
                let length = u64::from_be_bytes(*length) as usize;
                assert!(length > 65_535, "spelt too long");
                (length, rest)
            }
            _ => panic!("a server does not mask"),
        };
        let (payload, rest) = rest.split_at_checked(length).expect("a whole frame");
        match first {
            0x81 | 0x82 => said.push(Said::Message { text: *first == 0x81, bytes: payload.to_vec() }),
            0x8a => said.push(Said::Pong(payload.to_vec())),
            0x88 => {
                let (code, reason) = payload.split_first_chunk::<2>().expect("a code");
                assert!(length <= 125 && std::str::from_utf8(reason).is_ok());
                assert!(rest.is_empty(), "something after the close frame");
                return (said, Some(u16::from_be_bytes(*code)));
            }
            other => panic!("a frame {other:#x}"),
        }
        bytes = rest;
    }
    assert!(bytes.is_empty(), "half a frame");
    (said, None)
}

/// What the bytes of a client come to.
pub fn expected(mut bytes: &[u8]) -> Expected {
    let mut said = Vec::new();
    let mut partial: Option<(bool, Vec<u8>)> = None;
    loop {
        let (frame, rest) = match next(bytes) {
            Next::Frame(frame, rest) => (frame, rest),
            // The client has gone: that is no mistake, but for what can be seen of the next frame.
            Next::End(mut codes) => {
                codes.push(1000);
                return Expected { said, codes };
            }
            Next::Wrong(codes) => return Expected { said, codes },
        };
        bytes = rest;
        let Frame { fin, opcode, payload } = frame;
        let wrong = |code| vec![code];
        match (opcode, partial.as_mut()) {
            (8, _) => return Expected { said, codes: closed(&payload) },
            (9, _) => said.push(Said::Pong(payload)),
            (10, _) => {}
            // It may be text that is none, too.
            (1, Some(_)) => return Expected { said, codes: vec![1002, 1007] },
            (0, None) | (2, Some(_)) => return Expected { said, codes: wrong(1002) },
            (0, Some((_, whole))) => whole.extend_from_slice(&payload),
            _ => partial = Some((opcode == 1, payload)),
        }
        if opcode > 2 {
            continue;
        }
        let Some((text, whole)) = &partial else { continue };
        if let (true, Err(error)) = (text, std::str::from_utf8(whole))
            && (fin || error.error_len().is_some())
        {
            return Expected { said, codes: wrong(1007) };
        }
        if fin && let Some((text, bytes)) = partial.take() {
            said.push(Said::Message { text, bytes });
        }
    }
}

struct Frame {
    fin: bool,
    opcode: u8,
    payload: Vec<u8>,
}

enum Next<'a> {
    Frame(Frame, &'a [u8]),
    /// Nothing more, or not all of it; what may be found wrong with what there is.
    End(Vec<u16>),
    /// It breaks the rules, one way or several.
    Wrong(Vec<u16>),
}

fn next(bytes: &[u8]) -> Next<'_> {
    let [first, second, rest @ ..] = bytes else { return Next::End(Vec::new()) };
    let (opcode, is_control) = (first & 0x0f, first & 0x08 != 0);
    let short = usize::from(second & 0x7f);
    let mut wrong = Vec::new();
    if first & 0x70 != 0
        || !matches!(opcode, 0 | 1 | 2 | 8 | 9 | 10)
        || second & 0x80 == 0
        || (is_control && (short > 125 || first & 0x80 == 0))
    {
        wrong.push(1002);
    }
    let (length, rest) = match short {
        126 => match rest.split_first_chunk::<2>() {
            Some((length, rest)) => (u64::from(u16::from_be_bytes(*length)), rest),
            None => return Next::End(wrong),
        },
        127 => match rest.split_first_chunk::<8>() {
            Some((length, rest)) => (u64::from_be_bytes(*length), rest),
            None => return Next::End(wrong),
        },
        _ => (short as u64, rest),
    };
    let least = match short {
        126 => 126,
        127 => 65_536,
        _ => 0,
    };
    if length < least || length > i64::MAX as u64 {
        wrong.push(1002);
    }
    if length > MESSAGE_MAX as u64 {
        wrong.push(1009);
    }
    if !wrong.is_empty() {
        // Where the mask has not come yet the header is not whole, and need not have been looked at.
        return if rest.len() < 4 { Next::End(wrong) } else { Next::Wrong(wrong) };
    }
    let Some((mask, rest)) = rest.split_first_chunk::<4>() else { return Next::End(wrong) };
    let Some((payload, rest)) = rest.split_at_checked(length as usize) else { return Next::End(wrong) };
    let payload = payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
    Next::Frame(Frame { fin: first & 0x80 != 0, opcode, payload }, rest)
}

/// What a close frame is answered with.
fn closed(payload: &[u8]) -> Vec<u16> {
    let Some((code, reason)) = payload.split_first_chunk::<2>() else {
        return vec![if payload.is_empty() { 1000 } else { 1002 }];
    };
    if std::str::from_utf8(reason).is_err() {
        return vec![1002, 1007];
    }
    match u16::from_be_bytes(*code) {
        1000..=1003 | 1007..=1011 | 3000..=4999 => vec![1000],
        // Given out since, or not yet: it is no mistake to take them, nor to refuse them.
        1012..=1014 | 1016..=2999 | 5000.. => vec![1000, 1002],
        _ => vec![1002],
    }
}
