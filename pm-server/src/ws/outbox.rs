//! What is on its way to one client: bounded in frames and in bytes. Whoever wants to send waits for room.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::close::Close;
use super::feed::{Copying, Follow};
use super::outgoing::Stream;
use crate::limits;

/// Something for the client, in the order in which it is to come.
pub(crate) enum Out {
    /// A message; its bytes count until it is written.
    Message(Message),
    /// The answer to the client's probe.
    Pong(Vec<u8>),
    /// The client is welcome: what it is told by itself from here on.
    Begin(Box<Stream>),
    /// What it follows from here on; it is told so first.
    Follow(Box<Following>),
    /// The end.
    Close(Close),
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
    frames: mpsc::Sender<Out>,
    bytes: Arc<Semaphore>,
}

/// Room for one message of the largest size.
pub(crate) struct Room {
    frame: mpsc::OwnedPermit<Out>,
    bytes: OwnedSemaphorePermit,
}

impl Outbox {
    /// An empty outbox, and the end that is taken from.
    pub(crate) fn new() -> (Self, mpsc::Receiver<Out>) {
        let (frames, waiting) = mpsc::channel(limits::OUTBOX_FRAMES_MAX);
        (Self { frames, bytes: Arc::new(Semaphore::new(limits::OUTBOX_BYTES_MAX)) }, waiting)
    }

    /// Waits until a message of any size would fit. May be dropped at any time.
    pub(crate) async fn room(&self) -> Result<Room, Gone> {
        let bytes = self.claim(limits::MESSAGE_BYTES_MAX).await?;
        let frame = self.frames.clone().reserve_owned().await.map_err(|_| Gone)?;
        Ok(Room { frame, bytes })
    }

    /// A message, once there is room for it.
    pub(crate) async fn message(&self, bytes: impl Into<Bytes>) -> Result<Message, Gone> {
        let bytes = bytes.into();
        Ok(Message { _room: self.claim(bytes.len()).await?, bytes })
    }

    /// Sends a message; waits for room.
    pub(crate) async fn send(&self, bytes: impl Into<Bytes>) -> Result<(), Gone> {
        let message = self.message(bytes).await?;
        self.put(Out::Message(message)).await
    }

    /// Sends something small that is no message.
    pub(crate) async fn put(&self, out: Out) -> Result<(), Gone> {
        self.frames.send(out).await.map_err(|_| Gone)
    }

    /// Resolves once nothing more is taken.
    pub(crate) async fn closed(&self) {
        self.frames.closed().await;
    }

    /// Whether nothing more is taken.
    pub(crate) fn is_closed(&self) -> bool {
        self.frames.is_closed()
    }

    async fn claim(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Gone> {
        let bytes = u32::try_from(bytes.min(limits::OUTBOX_BYTES_MAX)).unwrap_or(u32::MAX);
        Arc::clone(&self.bytes).acquire_many_owned(bytes).await.map_err(|_| Gone)
    }
}

impl Room {
    /// Sends a message into the room and gives back what it does not need.
    pub(crate) fn send(mut self, bytes: Bytes) {
        let kept = self.bytes.split(bytes.len().min(self.bytes.num_permits()));
        if let Some(_room) = kept {
            self.frame.send(Out::Message(Message { bytes, _room }));
        }
    }
}
