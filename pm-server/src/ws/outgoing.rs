//! All that goes to a client, by one task: what others put into the outbox, the answers to its commands, the log, and the
//! probes. Whoever commits wakes it once; it looks for what is new and writes it. It waits for nobody but the client.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use pm_engine::CommandResult;
use pm_proto as pb;
use pm_proto::server_frame::Body;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use super::answer;
use super::close::Close;
use super::feed::Feed;
use super::frames::Writer;
use super::heartbeat::Heartbeat;
use super::outbox::Out;
use super::session::Place;
use crate::metrics::Follower;

/// What a welcomed client is told by itself.
pub(crate) struct Stream {
    pub(crate) feed: Feed,
    pub(crate) heads: watch::Receiver<i64>,
    /// Where it is in the log, for the count of who is behind.
    pub(crate) follower: Arc<Follower>,
    pub(crate) epoch: String,
}

/// A command that has come to its end.
pub(crate) struct Done {
    pub(crate) request_id: u64,
    pub(crate) result: CommandResult,
    /// Its bytes waited until now.
    pub(crate) _room: OwnedSemaphorePermit,
    /// It was in flight until now.
    pub(crate) _place: Place,
}

/// The task, and why it ended; it ends with this.
pub(super) struct Outgoing {
    task: JoinHandle<()>,
    reason: Arc<OnceLock<Close>>,
}

impl Outgoing {
    pub(super) fn start(
        writer: Writer,
        waiting: mpsc::Receiver<Out>,
        answers: mpsc::UnboundedReceiver<Done>,
        beat_every: Duration,
    ) -> Self {
        let reason = Arc::new(OnceLock::new());
        let sender = Sender { writer, waiting, answers, heartbeat: Heartbeat::new(beat_every), stream: None };
        let task = tokio::spawn(sender.run(Arc::clone(&reason)).in_current_span());
        Self { task, reason }
    }

    /// Why nothing more is taken; known as soon as that is so.
    pub(super) fn reason(&self) -> Close {
        self.reason.get().copied().unwrap_or(Close::Normal)
    }

    /// Waits until everything is written, good-bye included; the client has a deadline for each.
    pub(super) async fn ended(mut self) {
        let _ = (&mut self.task).await;
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Sender {
    writer: Writer,
    waiting: mpsc::Receiver<Out>,
    /// As many as may be in flight, at most.
    answers: mpsc::UnboundedReceiver<Done>,
    heartbeat: Heartbeat,
    stream: Option<Stream>,
}

/// What there is to do after a wait.
enum Woken {
    Answer(Done),
    Out(Out),
    Head,
    Beat,
}

impl Sender {
    async fn run(mut self, reason: Arc<OnceLock<Close>>) {
        let Err(close) = self.work().await;
        let _ = reason.set(close);
        // Tenant and room are let go before the client has taken its time to say good-bye.
        self.stream = None;
        self.waiting.close();
        self.writer.close(close).await;
    }

    async fn work(&mut self) -> Result<Infallible, Close> {
        loop {
            while self.turn().await? {}
            self.writer.flush().await?;
            match self.wait().await {
                Woken::Answer(done) => self.answer(done).await?,
                Woken::Out(out) => self.out(out).await?,
                Woken::Head => self.wake(),
                Woken::Beat => self.beat().await?,
            }
        }
    }

    /// Writes one thing of each kind, so that none waits for all of another; whether there was any.
    async fn turn(&mut self) -> Result<bool, Close> {
        let mut any = false;
        if let Ok(done) = self.answers.try_recv() {
            self.answer(done).await?;
            any = true;
        }
        match self.waiting.try_recv() {
            Ok(out) => {
                self.out(out).await?;
                any = true;
            }
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => return Err(Close::Normal),
        }
        if self.stream.as_ref().is_some_and(|stream| stream.feed.is_pending()) {
            self.pull().await?;
            any = true;
        }
        Ok(any)
    }

    /// Waits for whatever comes first.
    async fn wait(&mut self) -> Woken {
        tokio::select! {
            biased;
            Some(done) = self.answers.recv() => Woken::Answer(done),
            out = self.waiting.recv() => Woken::Out(out.unwrap_or(Out::Close(Close::Normal))),
            () = next_head(&mut self.stream) => Woken::Head,
            () = self.heartbeat.due() => Woken::Beat,
        }
    }

    async fn answer(&mut self, done: Done) -> Result<(), Close> {
        let Done { request_id, result, _room, _place } = done;
        self.writer.binary(&answer::result(request_id, &result)).await
    }

    async fn out(&mut self, out: Out) -> Result<(), Close> {
        match out {
            Out::Message(message) => self.writer.binary(&message.bytes).await,
            Out::Pong(bytes) => self.writer.pong(&bytes).await,
            Out::Begin(stream) => {
                self.stream = Some(*stream);
                Ok(())
            }
            Out::Follow(following) => {
                self.writer.binary(&following.answer.bytes).await?;
                if let Some(stream) = &mut self.stream {
                    stream.feed.follow(following.follow, following.copy);
                }
                Ok(())
            }
            Out::Close(close) => Err(close),
        }
    }

    /// Sends what there is in the log for the client, a piece of it; or at last that it has everything.
    async fn pull(&mut self) -> Result<(), Close> {
        let Some(stream) = &mut self.stream else { return Ok(()) };
        if stream.feed.reads_file() {
            // What there is need not wait for the disk.
            self.writer.flush().await?;
        }
        for frame in stream.feed.next().await? {
            self.writer.binary(&frame).await?;
        }
        let Some(sequence) = stream.feed.complete_to() else { return Ok(()) };
        stream.follower.is_at(sequence);
        if !stream.feed.is_pending() && self.heartbeat.take_owed() {
            let head = pb::Head { epoch: stream.epoch.clone(), sequence };
            self.writer.binary(&answer::frame(0, Body::Head(head))).await?;
        }
        Ok(())
    }

    fn wake(&mut self) {
        if let Some(stream) = &mut self.stream {
            stream.feed.wake();
        }
    }

    /// Probes the other side; where the log stands follows once it has been sent up to there.
    async fn beat(&mut self) -> Result<(), Close> {
        self.heartbeat.beat();
        if let Some(stream) = &mut self.stream {
            stream.feed.tell();
        }
        self.writer.ping().await
    }
}

/// Waits for a new head; for ever where there is no stream.
async fn next_head(stream: &mut Option<Stream>) {
    let is_open = match stream {
        Some(stream) => stream.heads.changed().await.is_ok(),
        None => false,
    };
    if !is_open {
        std::future::pending::<()>().await;
    }
}
