//! Writes frames, with a deadline for a client that takes nothing.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use fastwebsockets::{Frame, OpCode, Payload, WebSocketError, WebSocketWrite};
use tokio::io::{AsyncWrite, BufWriter};
use tokio::net::tcp::OwnedWriteHalf;

use super::Bounds;
use crate::http::Counted;
use crate::ws::close::Close;

/// The half that writes. What is written is gathered until [`Writer::flush`]. Nothing here may be dropped in the middle
/// but to end the connection.
pub(crate) struct Writer {
    socket: WebSocketWrite<BufWriter<Progress>>,
    written: Arc<AtomicU64>,
    bounds: Bounds,
    /// Nothing can be written any more.
    ended: bool,
}

/// Why nothing can be written any more.
pub(crate) type Written = Result<(), Close>;

impl Writer {
    pub(super) const fn new(
        socket: WebSocketWrite<BufWriter<Progress>>,
        written: Arc<AtomicU64>,
        bounds: Bounds,
    ) -> Self {
        Self { socket, written, bounds, ended: false }
    }

    pub(crate) async fn binary(&mut self, bytes: &[u8]) -> Written {
        self.write(Frame::binary(Payload::Borrowed(bytes))).await
    }

    pub(crate) async fn text(&mut self, bytes: &[u8]) -> Written {
        self.write(Frame::text(Payload::Borrowed(bytes))).await
    }

    pub(crate) async fn ping(&mut self) -> Written {
        self.write(Frame::new(true, OpCode::Ping, None, Payload::Borrowed(&[]))).await
    }

    pub(crate) async fn pong(&mut self, bytes: &[u8]) -> Written {
        self.write(Frame::pong(Payload::Borrowed(bytes))).await
    }

    /// Hands what was gathered to the system.
    pub(crate) async fn flush(&mut self) -> Written {
        self.send(None).await
    }

    /// Says good-bye, where anything can be said.
    pub(crate) async fn close(mut self, close: Close) {
        if !self.ended && self.write(close_frame(close)).await.is_ok() {
            let _ = self.flush().await;
        }
    }

    async fn write(&mut self, frame: Frame<'_>) -> Written {
        self.send(Some(frame)).await
    }

    /// Writes a frame into the buffer, or without one empties it.
    async fn send(&mut self, frame: Option<Frame<'_>>) -> Written {
        let Bounds { write_within, close_within, .. } = self.bounds;
        let rest = {
            let mut writing = pin!(put(&mut self.socket, frame));
            match while_it_moves(writing.as_mut(), &self.written, write_within).await {
                Some(Ok(())) => return Ok(()),
                Some(Err(_)) => {
                    self.ended = true;
                    return Err(Close::Normal);
                }
                None => {}
            }
            // In the middle of a frame nothing else can be said: a last chance to take the rest of it.
            tokio::time::timeout(close_within, writing).await
        };
        self.ended = true;
        if matches!(rest, Ok(Ok(()))) {
            let good_bye = async {
                put(&mut self.socket, Some(close_frame(Close::Slow))).await?;
                put(&mut self.socket, None).await
            };
            let _ = tokio::time::timeout(close_within, good_bye).await;
        }
        Err(Close::Slow)
    }
}

fn close_frame(close: Close) -> Frame<'static> {
    Frame::close(close.code(), close.reason().as_bytes())
}

async fn put(
    socket: &mut WebSocketWrite<BufWriter<Progress>>,
    frame: Option<Frame<'_>>,
) -> Result<(), WebSocketError> {
    match frame {
        Some(frame) => socket.write_frame(frame).await,
        None => socket.flush().await,
    }
}

/// Waits for a write, nearly always done at once, as long as the other side goes on taking something; `None` once it took nothing for this long.
async fn while_it_moves<F: Future>(
    mut writing: Pin<&mut F>,
    written: &AtomicU64,
    within: Duration,
) -> Option<F::Output> {
    // Without a timer first.
    let at_once = poll_fn(|context| Poll::Ready(writing.as_mut().poll(context)));
    if let Poll::Ready(result) = at_once.await {
        return Some(result);
    }
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
    pub(super) inner: Counted<OwnedWriteHalf>,
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
