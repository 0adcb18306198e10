//! What is on its way to one client, in order. Bounded: messages by their bytes, and whoever wants to send one waits for
//! room; answers to commands by how many may be in flight.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use pm_engine::CommandResult;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::close::Close;
use super::feed::{Copying, Follow};
use super::outgoing::{Done, Stream};
use crate::admission::Seat;
use crate::{current, limits};

/// Something for the client.
pub(crate) enum Out {
    /// A message; its bytes count until it is written.
    Message(Message),
    /// A command has come to its end.
    Answer(Done),
    /// The answer to the client's probe.
    Pong(Message),
    /// A probe, and where the log stands; it takes the place of a message.
    Beat { _room: OwnedSemaphorePermit },
    /// The client is welcome: what it is told by itself from here on.
    Begin(Box<Stream>),
    /// What it follows from here on; it is told so first.
    Follow(Box<Following>),
    /// The end, and the seat that was kept until then.
    Close(Close, Option<Seat>),
}

/// A message on its way.
pub(crate) struct Message {
    pub(crate) bytes: Bytes,
    _room: OwnedSemaphorePermit,
}

/// Another choice of projects.
pub(crate) struct Following {
    pub(crate) follow: Follow,
    pub(crate) answer: Message,
    /// Whose state is sent before anything newer.
    pub(crate) copy: Option<Copying>,
}

/// The connection has ended: nothing can be sent any more.
#[derive(Debug)]
pub(crate) struct Gone;

/// The sending end.
#[derive(Clone)]
pub(crate) struct Outbox {
    out: mpsc::UnboundedSender<Out>,
    bytes: Arc<Semaphore>,
    is_closing: Arc<AtomicBool>,
}

/// The end that is taken from.
pub(crate) struct Waiting {
    pub(crate) out: mpsc::UnboundedReceiver<Out>,
    is_closing: Arc<AtomicBool>,
}

impl Waiting {
    /// Whether the good-bye is among what waits: the client is told nothing more that it has not asked for.
    pub(crate) fn is_closing(&self) -> bool {
        self.is_closing.load(Ordering::Relaxed)
    }
}

/// Room for one message of the largest size.
pub(crate) struct Room {
    outbox: Outbox,
    bytes: OwnedSemaphorePermit,
}

impl Outbox {
    /// An empty outbox, and the end that is taken from.
    pub(crate) fn new() -> (Self, Waiting) {
        let (out, waiting) = mpsc::unbounded_channel();
        let (bytes, is_closing) = (Arc::new(Semaphore::new(limits::OUTBOX_BYTES_MAX)), Arc::default());
        let waiting = Waiting { out: waiting, is_closing: Arc::clone(&is_closing) };
        (Self { out, bytes, is_closing }, waiting)
    }

    /// Waits until a message of any size would fit. May be dropped at any time.
    pub(crate) async fn room(&self) -> Result<Room, Gone> {
        let bytes = self.claim(limits::MESSAGE_BYTES_MAX).await?;
        Ok(Room { outbox: self.clone(), bytes })
    }

    /// A message, once there is room for it.
    pub(crate) async fn message(&self, bytes: impl Into<Bytes>) -> Result<Message, Gone> {
        let bytes = bytes.into();
        Ok(Message { _room: self.claim(bytes.len()).await?, bytes })
    }

    /// Sends a message; waits for room.
    pub(crate) async fn send(&self, bytes: impl Into<Bytes>) -> Result<(), Gone> {
        self.put(Out::Message(self.message(bytes).await?))
    }

    /// Sends what has its room already, or is bounded by other means.
    pub(crate) fn put(&self, out: Out) -> Result<(), Gone> {
        self.out.send(out).map_err(|_| Gone)
    }

    /// What a command came to, as far as there is room for it.
    pub(crate) fn fit(&self, result: CommandResult) -> (CommandResult, Option<OwnedSemaphorePermit>) {
        current::fit(result, &self.bytes)
    }

    /// Sends a beat; left out where there is no room, since so much is on its way anyhow.
    pub(crate) fn beat(&self) -> Result<(), Gone> {
        let place = u32::try_from(taken(0)).unwrap_or(u32::MAX);
        match Arc::clone(&self.bytes).try_acquire_many_owned(place) {
            Ok(_room) => self.put(Out::Beat { _room }),
            Err(_) => Ok(()),
        }
    }

    /// Says good-bye, behind what waits already.
    pub(crate) fn close(&self, close: Close, seat: Option<Seat>) {
        self.is_closing.store(true, Ordering::Relaxed);
        // Where nothing is taken any more it was said.
        let _ = self.put(Out::Close(close, seat));
    }

    /// Resolves once nothing more is taken.
    pub(crate) async fn closed(&self) {
        self.out.closed().await;
    }

    /// Whether nothing more is taken.
    pub(crate) fn is_closed(&self) -> bool {
        self.out.is_closed()
    }

    /// Waits for room; for none that nobody would ever make.
    async fn claim(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Gone> {
        let bytes = u32::try_from(taken(bytes)).unwrap_or(u32::MAX);
        tokio::select! {
            biased;
            room = Arc::clone(&self.bytes).acquire_many_owned(bytes) => room.map_err(|_| Gone),
            () = self.closed() => Err(Gone),
        }
    }
}

impl Room {
    /// Sends a message into the room and gives back what it does not need.
    pub(crate) fn send(mut self, bytes: Bytes) {
        let kept = self.bytes.split(taken(bytes.len()).min(self.bytes.num_permits()));
        if let Some(_room) = kept {
            // A client that has left does not want it.
            let _ = self.outbox.put(Out::Message(Message { bytes, _room }));
        }
    }
}

/// What a message takes of the room: a small one its place, too.
fn taken(bytes: usize) -> usize {
    bytes.clamp(limits::OUTBOX_BYTES_MAX / limits::OUTBOX_FRAMES_MAX, limits::OUTBOX_BYTES_MAX)
}
