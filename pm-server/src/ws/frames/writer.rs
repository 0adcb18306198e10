//! The task that writes, with a deadline for a client that takes nothing.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use fastwebsockets::{Frame, OpCode, Payload, WebSocketError, WebSocketWrite};
use tokio::io::{AsyncWrite, BufWriter, WriteHalf};
use tokio::sync::mpsc;

use super::{Bounds, Socket};
use crate::ws::close::Close;
use crate::ws::outbox::Out;

pub(super) struct Writer {
    pub(super) socket: WebSocketWrite<BufWriter<Progress>>,
    pub(super) written: Arc<AtomicU64>,
    pub(super) waiting: mpsc::Receiver<Out>,
    pub(super) bounds: Bounds,
}

/// The writer has nothing more to do: the close frame is written, or the socket is of no use.
struct Done;

impl Writer {
    pub(super) async fn run(mut self) {
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
            match while_it_moves(writing.as_mut(), &self.written, self.bounds.write_within).await {
                Some(Ok(())) if !last => return Ok(()),
                Some(_) => return Err(Done),
                None => self.waiting.close(),
            }
            tracing::info!(code = Close::Slow.code(), "a client takes nothing of what is written");
            // In the middle of a frame nothing else can be said: a last chance to take the rest of it.
            tokio::time::timeout(self.bounds.close_within, writing).await
        };
        if matches!(rest, Ok(Ok(()))) {
            let good_bye = send(&mut self.socket, close_frame(Close::Slow), true);
            let _ = tokio::time::timeout(self.bounds.close_within, good_bye).await;
        }
        Err(Done)
    }
}

fn frame_of(out: &Out) -> Frame<'_> {
    match out {
        Out::Message { text: false, bytes, .. } => Frame::binary(Payload::Borrowed(bytes)),
        Out::Message { text: true, bytes, .. } => Frame::text(Payload::Borrowed(bytes)),
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
pub(super) struct Progress {
    pub(super) inner: WriteHalf<Socket>,
    pub(super) written: Arc<AtomicU64>,
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
