//! The one module that knows fastwebsockets. It adds what that crate leaves to its user: the checks of a client's
//! headers (`inspect`), caps on a message over all of its fragments and a read that is never dropped in the middle
//! (`reader`), and a deadline for a client that takes nothing (`writer`).

mod inspect;
mod reader;
mod writer;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use fastwebsockets::WebSocket;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::BufWriter;

use self::inspect::Inspect;
pub(crate) use self::reader::{Incoming, Reading};
use self::writer::Progress;
pub(crate) use self::writer::Writer;
use crate::config::WebSocketConfig;
use crate::limits;

/// A connection after its upgrade.
pub(crate) type Socket = TokioIo<Upgraded>;

/// What the other side may send, and how long it may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Largest message until [`Reading::welcome`].
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

/// The two halves of a connection.
pub(crate) struct Frames {
    pub(crate) reading: Reading,
    pub(crate) writer: Writer,
}

impl Frames {
    /// Splits an upgraded connection. Until [`Reading::welcome`] messages must be short.
    pub(crate) fn new(socket: WebSocket<Socket>, bounds: Bounds) -> Self {
        let written = Arc::new(AtomicU64::new(0));
        let (mut read, write) = socket.split(|stream| {
            let (read, inner) = tokio::io::split(stream);
            let progress = Progress { inner, written: Arc::clone(&written) };
            let write = BufWriter::with_capacity(limits::WRITE_BUFFER_BYTES, progress);
            (Inspect::new(read, bounds.message_within), write)
        });
        read.set_auto_close(false);
        read.set_auto_pong(false);
        Self { reading: Reading::new(read, bounds), writer: Writer::new(write, written, bounds) }
    }
}
