//! The one file that knows fastwebsockets. It adds what that crate leaves to its user: a cap on a message over all of
//! its fragments, the rules of control frames, a task that owns reading for the life of the connection (its reads
//! must not be dropped in the middle), and a deadline for a client that takes nothing.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use fastwebsockets::{Frame, OpCode, Payload, WebSocket, WebSocketError, WebSocketRead, WebSocketWrite};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncWrite, BufWriter, ReadHalf, WriteHalf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use super::close::Close;
use super::outbox::{Out, Outbox};
use crate::limits;

type Socket = TokioIo<Upgraded>;

/// What the reader found.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// A complete binary message within the caps; its bytes count until it is dropped.
    Message(Bytes, OwnedSemaphorePermit),
    /// A text message.
    Text,
    /// A probe to be answered with the same bytes.
    Ping(Vec<u8>),
    /// The answer to a probe.
    Pong,
    /// Nothing more comes, for this reason.
    End(Close),
}

/// How long the other side may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadlines {
    /// To take anything of what is written.
    pub(crate) write: Duration,
    /// To take the close frame.
    pub(crate) close: Duration,
}

/// The two tasks of a connection and the ends to talk to them.
#[derive(Debug)]
pub(crate) struct Frames {
    pub(crate) incoming: mpsc::Receiver<Incoming>,
    pub(crate) outbox: Outbox,
    message_max: Arc<AtomicUsize>,
    reader: JoinHandle<()>,
    writer: JoinHandle<()>,
}

impl Frames {
    /// Splits an upgraded connection and starts its two tasks. Until [`Frames::welcome`] messages must be short.
    pub(crate) fn start(socket: WebSocket<Socket>, deadlines: Deadlines) -> Self {
        let written = Arc::new(AtomicU64::new(0));
        let (mut read, write) = socket.split(|stream| {
            let (read, inner) = tokio::io::split(stream);
            let progress = Progress { inner, written: Arc::clone(&written) };
            (read, BufWriter::with_capacity(limits::WRITE_BUFFER_BYTES, progress))
        });
        read.set_auto_close(false);
        read.set_auto_pong(false);
        let (outbox, waiting) = Outbox::new();
        let (inbox, incoming) = mpsc::channel(limits::INBOX_MESSAGES_MAX);
        let message_max = Arc::new(AtomicUsize::new(limits::HELLO_BYTES_MAX));
        let reader = Reader {
            socket: read,
            inbox,
            room: Arc::new(Semaphore::new(limits::INBOX_BYTES_MAX)),
            message_max: Arc::clone(&message_max),
            partial: None,
        };
        let writer = Writer { socket: write, written, waiting, deadlines };
        Self {
            incoming,
            outbox,
            message_max,
            reader: tokio::spawn(reader.run().in_current_span()),
            writer: tokio::spawn(writer.run().in_current_span()),
        }
    }

    /// The client has said who it is: messages may have their full size.
    pub(crate) fn welcome(&self) {
        self.message_max.store(limits::MESSAGE_BYTES_MAX, Ordering::Relaxed);
    }

    /// Closes: what is on its way is still written, then the close frame; then waits a while for the other side's.
    pub(crate) async fn close(mut self, close: Close, within: Duration) {
        let _ = self.outbox.put(Out::Close(close)).await;
        // It has deadlines of its own.
        let _ = (&mut self.writer).await;
        // A socket dropped with unread bytes in it is reset, and the close frame may be lost with it.
        let ending = async {
            while let Some(incoming) = self.incoming.recv().await {
                if matches!(incoming, Incoming::End(_)) {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(within, ending).await;
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        self.reader.abort();
        self.writer.abort();
    }
}

/// A message whose end has not come yet.
struct Partial {
    text: bool,
    bytes: BytesMut,
    fragments: usize,
}

struct Reader {
    socket: WebSocketRead<ReadHalf<Socket>>,
    inbox: mpsc::Sender<Incoming>,
    room: Arc<Semaphore>,
    message_max: Arc<AtomicUsize>,
    partial: Option<Partial>,
}

/// What came of a frame.
type Step = Result<Option<Incoming>, Close>;

impl Reader {
    async fn run(mut self) {
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
        if max == limits::MESSAGE_BYTES_MAX {
            return max;
        }
        let all = u32::try_from(limits::INBOX_BYTES_MAX).unwrap_or(u32::MAX);
        drop(self.room.acquire_many(all).await);
        self.message_max.load(Ordering::Relaxed)
    }

    async fn frame(&mut self, fin: bool, opcode: OpCode, bytes: BytesMut, max: usize) -> Step {
        match opcode {
            OpCode::Ping | OpCode::Pong | OpCode::Close if bytes.len() > limits::CONTROL_BYTES_MAX => {
                Err(Close::Protocol)
            }
            OpCode::Ping => Ok(Some(Incoming::Ping(bytes.to_vec()))),
            OpCode::Pong => Ok(Some(Incoming::Pong)),
            OpCode::Close => Err(answer_to_close(&bytes)),
            OpCode::Text | OpCode::Binary if self.partial.is_some() => Err(Close::Protocol),
            OpCode::Text | OpCode::Binary if fin => self.complete(opcode == OpCode::Text, bytes).await,
            OpCode::Text | OpCode::Binary => {
                self.partial = Some(Partial { text: opcode == OpCode::Text, bytes, fragments: 1 });
                Ok(None)
            }
            OpCode::Continuation => self.more(fin, &bytes, max).await,
        }
    }

    async fn more(&mut self, fin: bool, bytes: &[u8], max: usize) -> Step {
        let Some(mut partial) = self.partial.take() else { return Err(Close::Protocol) };
        partial.fragments += 1;
        if partial.fragments > limits::FRAGMENTS_MAX || partial.bytes.len() + bytes.len() > max {
            return Err(Close::TooBig);
        }
        partial.bytes.extend_from_slice(bytes);
        if fin {
            return self.complete(partial.text, partial.bytes).await;
        }
        self.partial = Some(partial);
        Ok(None)
    }

    async fn complete(&mut self, text: bool, bytes: BytesMut) -> Step {
        if text {
            return Ok(Some(Incoming::Text));
        }
        let size = u32::try_from(bytes.len()).map_err(|_| Close::TooBig)?;
        // Closed never: it lives as long as this task.
        let room = Arc::clone(&self.room).acquire_many_owned(size).await.map_err(|_| Close::Protocol)?;
        Ok(Some(Incoming::Message(bytes.freeze(), room)))
    }
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
        WebSocketError::UnexpectedEOF | WebSocketError::IoError(_) | WebSocketError::ConnectionClosed => {
            Close::Normal
        }
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

struct Writer {
    socket: WebSocketWrite<BufWriter<Progress>>,
    written: Arc<AtomicU64>,
    waiting: mpsc::Receiver<Out>,
    deadlines: Deadlines,
}

/// The writer has nothing more to do: the close frame is written, or the socket is of no use.
struct Done;

impl Writer {
    async fn run(mut self) {
        while let Some(out) = self.waiting.recv().await {
            if self.write(out).await.is_err() {
                return;
            }
        }
    }

    async fn write(&mut self, out: Out) -> Result<(), Done> {
        let last = matches!(out, Out::Close(_));
        // Gathered in the buffer as long as more is waiting.
        let flush = last || self.waiting.is_empty();
        let rest = {
            // The room counts as taken until the bytes are written.
            let mut writing = pin!(send(&mut self.socket, frame_of(&out), flush));
            match while_it_moves(writing.as_mut(), &self.written, self.deadlines.write).await {
                Some(Ok(())) if !last => return Ok(()),
                Some(_) => return Err(Done),
                None => self.waiting.close(),
            }
            tracing::info!(code = Close::Slow.code(), "a client takes nothing of what is written");
            // In the middle of a frame nothing else can be said: a last chance to take the rest of it.
            tokio::time::timeout(self.deadlines.close, writing).await
        };
        if matches!(rest, Ok(Ok(()))) {
            let good_bye = send(&mut self.socket, close_frame(Close::Slow), true);
            let _ = tokio::time::timeout(self.deadlines.close, good_bye).await;
        }
        Err(Done)
    }
}

fn frame_of(out: &Out) -> Frame<'_> {
    match out {
        Out::Message(bytes, _room) => Frame::binary(Payload::Borrowed(bytes)),
        Out::Ping => Frame::new(true, OpCode::Ping, None, Payload::Borrowed(&[])),
        Out::Pong(bytes) => Frame::pong(Payload::Borrowed(bytes)),
        Out::Close(close) => close_frame(*close),
    }
}

fn close_frame(close: Close) -> Frame<'static> {
    Frame::close(close.code(), close.reason().as_bytes())
}

async fn send(
    socket: &mut WebSocketWrite<BufWriter<Progress>>,
    frame: Frame<'_>,
    flush: bool,
) -> Result<(), WebSocketError> {
    socket.write_frame(frame).await?;
    if flush { socket.flush().await } else { Ok(()) }
}

/// Waits for a write as long as the other side goes on taking something; `None` once it took nothing for this long.
async fn while_it_moves<F: Future>(
    mut writing: Pin<&mut F>,
    written: &AtomicU64,
    within: Duration,
) -> Option<F::Output> {
    loop {
        let before = written.load(Ordering::Relaxed);
        match tokio::time::timeout(within, writing.as_mut()).await {
            Ok(result) => return Some(result),
            Err(_) if written.load(Ordering::Relaxed) == before => return None,
            Err(_) => {}
        }
    }
}

/// Counts the bytes the system has taken.
struct Progress {
    inner: WriteHalf<Socket>,
    written: Arc<AtomicU64>,
}

impl Progress {
    fn count(&self, polled: &Poll<std::io::Result<usize>>) {
        if let Poll::Ready(Ok(bytes)) = polled {
            self.written.fetch_add(u64::try_from(*bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }
}

impl AsyncWrite for Progress {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.count(&polled);
        polled
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write_vectored(context, slices);
        self.count(&polled);
        polled
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
