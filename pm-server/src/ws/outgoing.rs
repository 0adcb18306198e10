//! All that goes to a client, by one task: what others put into the outbox, the answers to its commands, the log, and the
//! probes. Whoever commits wakes it once; it looks for what is new and writes it. It waits for nobody but the client.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use pm_engine::CommandResult;
use pm_proto as pb;
use pm_proto::server_frame::Body;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::task::JoinHandle;

use super::answer;
use super::close::Close;
use super::feed::Feed;
use super::frames::Writer;
use super::outbox::{Out, Waiting};
use super::session::Place;
use crate::limits;
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
    /// What the entity in a refusal takes of the outbox.
    pub(crate) _current: Option<OwnedSemaphorePermit>,
}

/// The task, and why it ended; it ends with this.
pub(super) struct Outgoing {
    task: JoinHandle<()>,
    reason: Arc<OnceLock<Close>>,
}

impl Outgoing {
    pub(super) fn start(writer: Writer, waiting: Waiting) -> Self {
        let reason = Arc::new(OnceLock::new());
        let sender = Sender { writer, waiting, stream: None, owes_head: false };
        let task = tokio::spawn(sender.run(Arc::clone(&reason)));
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
    waiting: Waiting,
    stream: Option<Stream>,
    /// The client is to be told where the log stands, once it has everything.
    owes_head: bool,
}

impl Sender {
    async fn run(mut self, reason: Arc<OnceLock<Close>>) {
        let Err(close) = self.work().await;
        let _ = reason.set(close);
        // Tenant and room are let go before the client has taken its time to say good-bye.
        self.stream = None;
        self.waiting.out.close();
        self.writer.close(close).await;
    }

    async fn work(&mut self) -> Result<Infallible, Close> {
        loop {
            let out = tokio::select! {
                biased;
                // Most often it is this; what else waits has its turn at once.
                () = next_head(&mut self.stream) => None,
                out = self.waiting.out.recv() => Some(out.unwrap_or(Out::Close(Close::Normal, None))),
            };
            match out {
                Some(out) => self.out(out).await?,
                None => self.wake(),
            }
            self.gather().await?;
            // Also where there is always something more that waits.
            self.look();
            // Something of both in turn, so that neither waits for all of the other.
            while self.is_pending() {
                self.pull().await?;
                if self.is_pending()
                    && let Ok(out) = self.waiting.out.try_recv()
                {
                    self.out(out).await?;
                }
            }
            self.writer.flush().await?;
        }
    }

    /// What waits as well goes with it, some of it: the log has its turn, too.
    async fn gather(&mut self) -> Result<(), Close> {
        for _ in 0..limits::GATHERED_MAX {
            let Ok(out) = self.waiting.out.try_recv() else { break };
            self.out(out).await?;
        }
        Ok(())
    }

    fn is_pending(&self) -> bool {
        !self.waiting.is_closing() && self.stream.as_ref().is_some_and(|stream| stream.feed.is_pending())
    }

    async fn out(&mut self, out: Out) -> Result<(), Close> {
        match out {
            Out::Message(message) => self.writer.binary(&message.bytes).await,
            Out::Answer(Done { request_id, result, .. }) => {
                self.writer.binary(&answer::result(request_id, &result)).await
            }
            Out::Pong(message) => self.writer.pong(&message.bytes).await,
            Out::Beat { .. } => self.beat().await,
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
            Out::Close(close, _seat) => Err(close),
        }
    }

    /// Sends what there is in the log for the client, a piece of it; or at last that it has everything.
    async fn pull(&mut self) -> Result<(), Close> {
        let Some(stream) = &mut self.stream else { return Ok(()) };
        let frames = match stream.feed.next()? {
            Some(frames) => frames,
            None => {
                // What there is need not wait for the disk.
                self.writer.flush().await?;
                stream.feed.read().await?
            }
        };
        for frame in frames.iter() {
            self.writer.binary(frame).await?;
        }
        let Some(sequence) = stream.feed.complete_to() else { return Ok(()) };
        stream.follower.is_at(sequence);
        if !stream.feed.is_pending() && self.owes_head {
            self.owes_head = false;
            let head = pb::Head { epoch: stream.epoch.clone(), sequence };
            self.writer.binary(&answer::frame(0, Body::Head(head))).await?;
        }
        Ok(())
    }

    /// Wakes the feed where there is a new head.
    fn look(&mut self) {
        if let Some(stream) = &mut self.stream
            && stream.heads.has_changed().unwrap_or(false)
        {
            stream.heads.mark_unchanged();
            stream.feed.wake();
        }
    }

    fn wake(&mut self) {
        if let Some(stream) = &mut self.stream {
            stream.feed.wake();
        }
    }

    /// Probes the other side; where the log stands follows once it has been sent up to there.
    async fn beat(&mut self) -> Result<(), Close> {
        self.owes_head = true;
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

#[cfg(test)]
mod tests {
    use fastwebsockets::{OpCode, WebSocket};
    use googletest::prelude::*;
    use pm_engine::command::{Actor, Change, Command, NewItem, NewProject};
    use pm_engine::model::{ItemKind, TenantId, UserId};
    use pm_engine::{Engine, EngineConfig, Resume};
    use prost::Message as _;
    use tokio::net::TcpStream;

    use super::*;
    use crate::config::ServerConfig;
    use crate::health::Commits;
    use crate::hub::{Hub, LiveTenant};
    use crate::metrics::Metrics;
    use crate::ws::frames::Frames;
    use crate::ws::outbox::Outbox;

    /// A client that is welcome, and what it is written from.
    struct Bench {
        live: Arc<LiveTenant>,
        heads: watch::Sender<i64>,
        outbox: Outbox,
        client: WebSocket<TcpStream>,
        _task: Outgoing,
        _folder: tempfile::TempDir,
    }

    impl Bench {
        /// It has the log up to some sequence; `before` is done before it comes.
        async fn at(sequence: i64, before: impl FnOnce(&LiveTenant)) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let mut config = ServerConfig::default();
            config.tenants.create(true);
            let hub = Hub::new(Engine::open(EngineConfig::new(folder.path())).unwrap(), &config);
            let live = hub.attach(&TenantId::new("acme").unwrap()).await.unwrap();
            change(&live, vec![Change::CreateProject(NewProject::new("PM", "Project"))]);
            before(&live);
            let head = live.tenant.head().unwrap();
            let from = sequence.min(head);
            let feed = Feed::new(&live, actor(), None, Resume::Tail { from, head }).unwrap();
            let (heads, receiver) = watch::channel(head);
            let follower = Metrics::new(Arc::<Commits>::default()).unwrap().follower(receiver.clone(), from);
            let (frames, mut client) = Frames::and_client().await;
            client.set_max_message_size(2 * limits::MESSAGE_BYTES_MAX);
            let (outbox, waiting) = Outbox::new();
            let task = Outgoing::start(frames.writer, waiting);
            let stream = Stream { feed, heads: receiver, follower, epoch: live.epoch.to_string() };
            outbox.put(Out::Begin(Box::new(stream))).unwrap();
            Self { live, heads, outbox, client, _task: task, _folder: folder }
        }

        async fn answer(&self) {
            self.outbox.send(answer::frame(1, Body::Head(pb::Head::default()))).await.unwrap();
        }

        /// Up to where the log is told by the next frame; `None` where that is an answer.
        async fn told(&mut self) -> Option<i64> {
            let frame = self.client.read_frame().await.unwrap();
            assert_eq!(frame.opcode, OpCode::Binary);
            match pb::ServerFrame::decode(&*frame.payload).unwrap().body {
                Some(Body::EventBatch(batch)) => Some(batch.complete_to),
                _ => None,
            }
        }
    }

    fn actor() -> Actor {
        Actor::admin(UserId::new("root").unwrap())
    }

    fn change(live: &LiveTenant, parts: Vec<Change>) {
        live.tenant.execute(Command::batch(actor(), parts)).unwrap();
    }

    fn task(description: String) -> Change {
        Change::CreateItem(Box::new(NewItem { description, ..NewItem::new("PM", ItemKind::Task, "Task") }))
    }

    #[gtest]
    #[tokio::test]
    async fn given_answers_without_end_when_something_is_committed_then_the_log_has_its_turn_among_them() {
        let mut bench = Bench::at(i64::MAX, |_| {}).await;
        bench.answer().await;
        // Nothing of the log was to be told before it.
        expect_that!(bench.told().await, none());
        change(&bench.live, vec![task(String::new())]);
        bench.heads.send_replace(bench.live.tenant.head().unwrap());
        // As many as there is room for: one more would wait for the first to be written.
        for _ in 0..limits::OUTBOX_FRAMES_MAX {
            bench.answer().await;
        }
        let mut answers = 0;
        while bench.told().await.is_none() {
            answers += 1;
        }
        expect_that!(answers, le(limits::GATHERED_MAX + 1));
    }

    #[gtest]
    #[tokio::test]
    async fn given_a_client_far_behind_in_the_log_when_there_is_an_answer_then_it_does_not_wait_for_all_of_the_log()
     {
        // More than the system takes of what nobody reads.
        let long = |live: &LiveTenant| {
            for _ in 0..24 {
                change(live, (0..10).map(|_| task("x".repeat(90_000))).collect());
            }
        };
        let mut bench = Bench::at(0, long).await;
        // It is in the middle of it.
        let mut told = bench.told().await;
        bench.answer().await;
        let mut complete_to = 0;
        while let Some(sequence) = told {
            complete_to = sequence;
            told = bench.told().await;
        }
        expect_that!(complete_to, lt(bench.live.tenant.head().unwrap()));
    }
}
