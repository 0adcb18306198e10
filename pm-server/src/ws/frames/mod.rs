//! The one module that knows fastwebsockets. It adds what that crate leaves to its user: the checks of a client's
//! headers (`inspect`), caps on a message over all of its fragments and a read that is never dropped in the middle
//! (`reader`), and a deadline for a client that takes nothing (`writer`).

mod inspect;
mod reader;
mod writer;

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use bytes::Bytes;
use fastwebsockets::{Role, WebSocket, after_handshake_split};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use prometheus::IntCounter;
use tokio::io::{AsyncReadExt as _, BufWriter, Chain};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;

use self::inspect::Inspect;
pub(crate) use self::reader::{Incoming, Reading};
use self::writer::Progress;
pub(crate) use self::writer::Writer;
use crate::config::WebSocketConfig;
use crate::http::{Counted, Wire};
use crate::limits;

/// What a client's frames are read from.
type Source = Inspect<Chain<Cursor<Bytes>, Counted<OwnedReadHalf>>>;

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
    /// Splits an upgraded connection; `None` where it is not one of this server's. Until [`Reading::welcome`] messages
    /// must be short.
    pub(crate) fn new(socket: WebSocket<TokioIo<Upgraded>>, bounds: Bounds) -> Option<Self> {
        // The socket itself, from under what was between: each layer costs with each event.
        let upgraded = socket.into_inner().into_inner().downcast::<TokioIo<Wire>>().ok()?;
        let (stream, counts) = upgraded.io.into_inner().into_inner().into_parts();
        // What the client said at once with its request has been read already.
        Some(Self::over(stream, upgraded.read_buf, counts, bounds))
    }

    fn over(stream: TcpStream, said: Bytes, counts: (IntCounter, IntCounter), bounds: Bounds) -> Self {
        let (reader, writer) = stream.into_split();
        let reader = Cursor::new(said).chain(Counted::new(reader, counts.clone()));
        let moved = Arc::new(AtomicU64::new(0));
        let progress = Progress { inner: Counted::new(writer, counts), written: Arc::clone(&moved) };
        let (mut reader, mut writer) = after_handshake_split(
            Inspect::new(reader, bounds.message_within),
            BufWriter::with_capacity(limits::WRITE_BUFFER_BYTES, progress),
            Role::Server,
        );
        reader.set_auto_close(false);
        reader.set_auto_pong(false);
        // Head and payload go to the buffer as they are: gathered first, each byte would be copied twice.
        writer.set_writev_threshold(0);
        Self { reading: Reading::new(reader, bounds), writer: Writer::new(writer, moved, bounds) }
    }

    /// A connection after its upgrade, and the client's end of it.
    #[cfg(test)]
    pub(crate) async fn and_client() -> (Self, WebSocket<TcpStream>) {
        let counts =
            (IntCounter::new("read", "Bytes").unwrap(), IntCounter::new("written", "Bytes").unwrap());
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let frames = Self::over(stream, Bytes::new(), counts, Bounds::of(&WebSocketConfig::default()));
        (frames, WebSocket::after_handshake(client, Role::Client))
    }
}
