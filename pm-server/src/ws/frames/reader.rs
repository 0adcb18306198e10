//! The task that reads, for the life of the connection: a read of fastwebsockets must not be dropped in the middle.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::{Bytes, BytesMut};
use fastwebsockets::{OpCode, Payload, WebSocketError, WebSocketRead};
use tokio::io::ReadHalf;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::inspect::{Inspect, Refused};
use super::{Bounds, Socket};
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
pub(super) struct Partial {
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

pub(super) struct Reader {
    pub(super) socket: WebSocketRead<Inspect<ReadHalf<Socket>>>,
    pub(super) inbox: mpsc::Sender<Incoming>,
    pub(super) room: Arc<Semaphore>,
    pub(super) message_max: Arc<AtomicUsize>,
    pub(super) bounds: Bounds,
    pub(super) partial: Option<Partial>,
}

/// What came of a frame.
type Step = Result<Option<Incoming>, Close>;

impl Reader {
    pub(super) async fn run(mut self) {
        let end = loop {
            let max = self.next_max().await;
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
                Ok(Some(incoming)) => {
                    if self.inbox.send(incoming).await.is_err() {
                        return;
                    }
                }
                Err(close) => break close,
            }
        };
        let _ = self.inbox.send(Incoming::End(end)).await;
    }

    /// How large the next frame may be. Before the client is welcome each message is seen to before the next one is
    /// read: it decides.
    async fn next_max(&mut self) -> usize {
        let max = self.message_max.load(Ordering::Relaxed);
        if max == self.bounds.message_bytes {
            return max;
        }
        drop(self.room.acquire_many(claim(limits::INBOX_BYTES_MAX)).await);
        self.message_max.load(Ordering::Relaxed)
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
