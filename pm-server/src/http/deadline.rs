//! A socket that gives up on a reader who takes nothing: what is written to it waits for memory of the system, and
//! behind that for the other side. Nobody's answer may wait there for ever.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use crate::limits;

/// A stream with a deadline for writing.
#[derive(Debug)]
pub(crate) struct WriteDeadline<S> {
    stream: S,
    within: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
    /// Since when there has always been something more to write.
    behind: Option<Instant>,
}

impl<S> WriteDeadline<S> {
    /// Over a stream.
    pub(crate) const fn new(stream: S, within: Duration) -> Self {
        Self { stream, within, waiting: None, behind: None }
    }

    /// Takes the deadline away: the connection has become something with deadlines of its own.
    pub(crate) fn into_inner(self) -> S {
        self.stream
    }

    /// Passes on what the stream says; one that has been pending for too long fails instead, and so does one whose
    /// reader takes a little now and then.
    fn judge<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        let whole = self.within.saturating_mul(limits::HTTP_WRITE_WHOLE_TIMES);
        if self.behind.is_some_and(|since| since.elapsed() > whole) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        if written.is_ready() {
            self.waiting = None;
            return written;
        }
        self.behind.get_or_insert_with(Instant::now);
        let within = self.within;
        let sleep =
            self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(Instant::now() + within)));
        match std::future::Future::poll(sleep.as_mut(), context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WriteDeadline<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WriteDeadline<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.judge(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Asked for once everything has been written.
        self.behind = None;
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.judge(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

    use super::*;

    const WITHIN: Duration = Duration::from_millis(100);

    /// Writes so many bytes to a reader who is slow in some way.
    async fn write<F: Future<Output = ()>>(
        bytes: usize,
        read: impl FnOnce(DuplexStream) -> F,
    ) -> io::Result<()> {
        let (near, far) = tokio::io::duplex(1_024);
        let mut stream = WriteDeadline::new(near, WITHIN);
        let write = async {
            stream.write_all(&vec![0; bytes]).await?;
            stream.flush().await
        };
        let read = read(far);
        tokio::select! {
            written = write => written,
            () = async { read.await; std::future::pending().await } => Ok(()),
        }
    }

    async fn takes(mut from: DuplexStream, piece: usize, pause: Duration) {
        let mut bytes = vec![0; piece];
        while from.read_exact(&mut bytes).await.is_ok() {
            tokio::time::sleep(pause).await;
        }
    }

    #[gtest]
    #[tokio::test]
    async fn given_readers_who_are_slow_when_written_to_then_only_those_who_never_catch_up_are_given_up() {
        let kind = |written: io::Result<()>| written.map_err(|error| error.kind());
        let nothing = write(4_096, |far| async move {
            tokio::time::sleep(WITHIN * 20).await;
            drop(far);
        });
        expect_that!(kind(nothing.await), err(eq(io::ErrorKind::TimedOut)));
        // 128 bytes each 20 ms: far more often than the deadline, and a megabyte would take minutes.
        let little = write(1 << 20, |far| takes(far, 128, Duration::from_millis(20)));
        expect_that!(kind(little.await), err(eq(io::ErrorKind::TimedOut)));
        let steady = write(16 * 1_024, |far| takes(far, 1_024, Duration::from_millis(5)));
        expect_that!(kind(steady.await), ok(eq(())));
    }
}
