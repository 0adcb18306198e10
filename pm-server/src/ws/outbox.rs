//! What is on its way to one client: bounded in frames and in bytes. Whoever wants to send waits for room.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::close::Close;
use crate::limits;

/// Something to be written.
#[derive(Debug)]
pub(crate) enum Out {
    /// A message; its bytes count until it is written.
    Message { text: bool, bytes: Bytes, _room: OwnedSemaphorePermit },
    /// A probe.
    Ping,
    /// The answer to the client's probe.
    Pong(Vec<u8>),
    /// The end.
    Close(Close),
}

/// The connection has ended: nothing can be sent any more.
#[derive(Debug)]
pub(crate) struct Gone;

/// The sending end.
#[derive(Clone, Debug)]
pub(crate) struct Outbox {
    frames: mpsc::Sender<Out>,
    bytes: Arc<Semaphore>,
}

/// Room for one message of the largest size.
#[derive(Debug)]
pub(crate) struct Room {
    frame: mpsc::OwnedPermit<Out>,
    bytes: OwnedSemaphorePermit,
}

impl Outbox {
    /// An empty outbox, and the end the writer takes from.
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

    /// The same without waiting.
    pub(crate) fn room_now(&self) -> Option<Room> {
        let bytes = u32::try_from(limits::MESSAGE_BYTES_MAX).unwrap_or(u32::MAX);
        let bytes = Arc::clone(&self.bytes).try_acquire_many_owned(bytes).ok()?;
        let frame = self.frames.clone().try_reserve_owned().ok()?;
        Some(Room { frame, bytes })
    }

    /// Sends a binary message; waits for room.
    pub(crate) async fn send(&self, bytes: impl Into<Bytes>) -> Result<(), Gone> {
        self.send_as(false, bytes.into()).await
    }

    /// Sends a message as text, or as binary; waits for room.
    pub(crate) async fn send_as(&self, text: bool, bytes: Bytes) -> Result<(), Gone> {
        let _room = self.claim(bytes.len()).await?;
        self.put(Out::Message { text, bytes, _room }).await
    }

    /// Sends something small that is no message.
    pub(crate) async fn put(&self, out: Out) -> Result<(), Gone> {
        self.frames.send(out).await.map_err(|_| Gone)
    }

    /// Resolves once the writer has ended.
    pub(crate) async fn closed(&self) {
        self.frames.closed().await;
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
            self.frame.send(Out::Message { text: false, bytes, _room });
        }
    }
}
