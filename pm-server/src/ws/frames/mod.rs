//! The one module that knows fastwebsockets. It adds what that crate leaves to its user: the checks of a client's
//! headers (`inspect`), caps on a message over all of its fragments and a task that owns reading for the life of the
//! connection (`reader`), and a deadline for a client that takes nothing (`writer`).

mod inspect;
mod reader;
mod writer;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use fastwebsockets::WebSocket;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::BufWriter;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use self::inspect::Inspect;
pub(crate) use self::reader::Incoming;
use self::reader::Reader;
use self::writer::{Progress, Writer};
use super::close::Close;
use super::outbox::{Out, Outbox};
use crate::config::WebSocketConfig;
use crate::limits;

/// A connection after its upgrade.
pub(crate) type Socket = TokioIo<Upgraded>;

/// What the other side may send, and how long it may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Largest message until [`Frames::welcome`].
    pub(crate) hello_bytes: usize,
    /// Largest message.
    pub(crate) message_bytes: usize,
    /// Most fragments of a message.
    pub(crate) fragments: usize,
    /// To complete a message that was begun.
    pub(crate) message_within: Duration,
    /// To take anything of what is written.
    pub(crate) write_within: Duration,
    /// To take the close frame.
    pub(crate) close_within: Duration,
}

impl Bounds {
    /// Those of a client's connection.
    pub(crate) const fn of(config: &WebSocketConfig) -> Self {
        Self {
            hello_bytes: limits::HELLO_BYTES_MAX,
            message_bytes: limits::MESSAGE_BYTES_MAX,
            fragments: limits::FRAGMENTS_MAX,
            message_within: config.message_within,
            write_within: config.write_within,
            close_within: config.close_within,
        }
    }
}

/// The two tasks of a connection and the ends to talk to them.
#[derive(Debug)]
pub(crate) struct Frames {
    pub(crate) incoming: mpsc::Receiver<Incoming>,
    pub(crate) outbox: Outbox,
    message_max: Arc<AtomicUsize>,
    bounds: Bounds,
    reader: JoinHandle<()>,
    writer: JoinHandle<()>,
}

impl Frames {
    /// Splits an upgraded connection and starts its two tasks. Until [`Frames::welcome`] messages must be short.
    pub(crate) fn start(socket: WebSocket<Socket>, bounds: Bounds) -> Self {
        let written = Arc::new(AtomicU64::new(0));
        let (mut read, write) = socket.split(|stream| {
            let (read, inner) = tokio::io::split(stream);
            let progress = Progress { inner, written: Arc::clone(&written) };
            let write = BufWriter::with_capacity(limits::WRITE_BUFFER_BYTES, progress);
            (Inspect::new(read, bounds.message_within), write)
        });
        read.set_auto_close(false);
        read.set_auto_pong(false);
        let (outbox, waiting) = Outbox::new();
        let (inbox, incoming) = mpsc::channel(limits::INBOX_MESSAGES_MAX);
        let message_max = Arc::new(AtomicUsize::new(bounds.hello_bytes));
        let reader = Reader {
            socket: read,
            inbox,
            room: Arc::new(Semaphore::new(limits::INBOX_BYTES_MAX)),
            message_max: Arc::clone(&message_max),
            bounds,
            partial: None,
        };
        let writer = Writer { socket: write, written, waiting, bounds };
        let reader = tokio::spawn(reader.run().in_current_span());
        let writer = tokio::spawn(writer.run().in_current_span());
        Self { incoming, outbox, message_max, bounds, reader, writer }
    }

    /// The client has said who it is: messages may have their full size.
    pub(crate) fn welcome(&self) {
        self.message_max.store(self.bounds.message_bytes, Ordering::Relaxed);
    }

    /// Closes: what is on its way is still written, then the close frame; then waits a while for the other side's.
    pub(crate) async fn close(mut self, close: Close) {
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
        let _ = tokio::time::timeout(self.bounds.close_within, ending).await;
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        self.reader.abort();
        self.writer.abort();
    }
}
