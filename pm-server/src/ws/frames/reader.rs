//! Reads messages. A read of fastwebsockets must not be dropped in the middle, so it is kept from one call to the next.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::{Bytes, BytesMut};
use fastwebsockets::{OpCode, Payload, WebSocketError, WebSocketRead};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::inspect::Refused;
use super::{Bounds, Source};
use crate::limits;
use crate::ws::close::Close;

/// What the reader found.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// A complete message within the bounds; its bytes count as long as the room is held.
    Message { text: bool, bytes: Bytes, room: OwnedSemaphorePermit },
    /// A probe to be answered with the same bytes.
    Ping(Vec<u8>),
    /// The answer to a probe.
    Pong,
    /// Nothing more comes, for this reason.
    End(Close),
}

/// A message whose end has not come yet.
struct Partial {
    text: bool,
    bytes: BytesMut,
    fragments: usize,
    /// How many of the bytes are whole characters.
    checked: usize,
}

impl Partial {
    /// Whether text is UTF-8 so far, but for a character whose end has not come: what cannot become right any more is
    /// refused at once.
    fn may_become_text(&mut self) -> bool {
        match std::str::from_utf8(self.bytes.get(self.checked..).unwrap_or_default()) {
            Ok(text) => {
                self.checked += text.len();
                true
            }
            Err(error) => {
                self.checked += error.valid_up_to();
                error.error_len().is_none()
            }
        }
    }
}

/// What comes from the other side, one message after the other.
pub(crate) struct Reading {
    /// The read that is under way: it owns the reader until something has come.
    read: Pin<Box<dyn Future<Output = (Box<Reader>, Incoming)> + Send>>,
    message_max: Arc<AtomicUsize>,
    bounds: Bounds,
    ended: bool,
}

impl Reading {
    pub(super) fn new(socket: WebSocketRead<Source>, bounds: Bounds) -> Self {
        let message_max = Arc::new(AtomicUsize::new(bounds.hello_bytes));
        let reader = Reader {
            socket,
            room: Arc::new(Semaphore::new(limits::INBOX_BYTES_MAX)),
            message_max: Arc::clone(&message_max),
            bounds,
            partial: None,
        };
        Self { read: Box::pin(Box::new(reader).next()), message_max, bounds, ended: false }
    }

    /// The next message. May be dropped at any time and called again; nothing is read between two calls.
    pub(crate) async fn next(&mut self) -> Incoming {
        if self.ended {
            return Incoming::End(Close::Normal);
        }
        let (reader, incoming) = self.read.as_mut().await;
        self.ended = matches!(incoming, Incoming::End(_));
        self.read = Box::pin(reader.next());
        incoming
    }

    /// The client has said who it is: messages may have their full size.
    pub(crate) fn welcome(&self) {
        self.message_max.store(self.bounds.message_bytes, Ordering::Relaxed);
    }

    /// Waits a while for the other side's end: a socket dropped with unread bytes in it is reset, and the close frame
    /// may be lost with it.
    pub(crate) async fn drain(mut self) {
        let within = self.bounds.close_within;
        let ending = async { while !matches!(self.next().await, Incoming::End(_)) {} };
        let _ = tokio::time::timeout(within, ending).await;
    }
}

struct Reader {
    socket: WebSocketRead<Source>,
    room: Arc<Semaphore>,
    message_max: Arc<AtomicUsize>,
    bounds: Bounds,
    partial: Option<Partial>,
}

/// What came of a frame.
type Step = Result<Option<Incoming>, Close>;

impl Reader {
    /// Reads until there is something to look at. Nothing more can be read after [`Incoming::End`].
    async fn next(mut self: Box<Self>) -> (Box<Self>, Incoming) {
        loop {
            let max = self.message_max.load(Ordering::Relaxed);
            // The cap is exclusive there, and reserved as soon as a header announces it.
            self.socket.set_max_message_size(max + 1);
            let mut owes_nothing = |_| std::future::ready(Ok::<(), WebSocketError>(()));
            let step = match self.socket.read_frame(&mut owes_nothing).await {
                Ok(frame) => {
                    let (fin, opcode) = (frame.fin, frame.opcode);
                    let bytes = payload(frame.payload);
                    self.frame(fin, opcode, bytes, max).await
                }
                Err(error) => Err(end_of(&error)),
            };
            match step {
                Ok(None) => {}
                Ok(Some(incoming)) => return (self, incoming),
                Err(close) => return (self, Incoming::End(close)),
            }
        }
    }

    async fn frame(&mut self, fin: bool, opcode: OpCode, bytes: BytesMut, max: usize) -> Step {
        match opcode {
            OpCode::Ping => Ok(Some(Incoming::Ping(bytes.to_vec()))),
            OpCode::Pong => Ok(Some(Incoming::Pong)),
            OpCode::Close => Err(answer_to_close(&bytes)),
            OpCode::Text | OpCode::Binary if self.partial.is_some() => Err(Close::Protocol),
            OpCode::Text | OpCode::Binary if fin => self.complete(opcode == OpCode::Text, bytes).await,
            OpCode::Text | OpCode::Binary => {
                self.begun(Partial { text: opcode == OpCode::Text, bytes, fragments: 1, checked: 0 })
            }
            OpCode::Continuation => self.more(fin, &bytes, max).await,
        }
    }

    async fn more(&mut self, fin: bool, bytes: &[u8], max: usize) -> Step {
        let Some(mut partial) = self.partial.take() else { return Err(Close::Protocol) };
        partial.fragments += 1;
        if partial.fragments > self.bounds.fragments || partial.bytes.len() + bytes.len() > max {
            return Err(Close::TooBig);
        }
        partial.bytes.extend_from_slice(bytes);
        if fin {
            return self.complete(partial.text, partial.bytes).await;
        }
        self.begun(partial)
    }

    fn begun(&mut self, mut partial: Partial) -> Step {
        if partial.text && !partial.may_become_text() {
            return Err(Close::NotUtf8);
        }
        self.partial = Some(partial);
        Ok(None)
    }

    async fn complete(&mut self, text: bool, bytes: BytesMut) -> Step {
        if text && std::str::from_utf8(&bytes).is_err() {
            return Err(Close::NotUtf8);
        }
        let size = claim(bytes.len().min(limits::INBOX_BYTES_MAX));
        // Closed never: it lives as long as this task.
        let room = Arc::clone(&self.room).acquire_many_owned(size).await.map_err(|_| Close::Protocol)?;
        Ok(Some(Incoming::Message { text, bytes: bytes.freeze(), room }))
    }
}

fn claim(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn payload(payload: Payload<'_>) -> BytesMut {
    match payload {
        Payload::Bytes(bytes) => bytes,
        other => BytesMut::from(&*other),
    }
}

fn end_of(error: &WebSocketError) -> Close {
    match error {
        WebSocketError::FrameTooLarge => Close::TooBig,
        WebSocketError::InvalidUTF8 => Close::NotUtf8,
        WebSocketError::IoError(error) => {
            let refused = error.get_ref().and_then(|inner| inner.downcast_ref::<Refused>());
            refused.map_or(Close::Normal, |refused| refused.0)
        }
        WebSocketError::UnexpectedEOF | WebSocketError::ConnectionClosed => Close::Normal,
        _ => Close::Protocol,
    }
}

/// RFC 6455, 7.4: the payload is empty, or a code that may be sent and UTF-8.
fn answer_to_close(payload: &[u8]) -> Close {
    let Some((code, reason)) = payload.split_first_chunk::<2>() else {
        return if payload.is_empty() { Close::Normal } else { Close::Protocol };
    };
    let code = fastwebsockets::CloseCode::from(u16::from_be_bytes(*code));
    let sound = code.is_allowed() && u16::from(code) >= 1000 && std::str::from_utf8(reason).is_ok();
    if sound { Close::Normal } else { Close::Protocol }
}
