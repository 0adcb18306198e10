//! The queries of one connection. Each is a task of its own that waits for room in the outbox, then for its turn, and
//! sends its answer itself: neither a slow query nor a slow client holds up commands and events.

use std::sync::Arc;
use std::time::Instant;

use pm_engine::command::Actor;
use pm_engine::error::QueryError;
use pm_engine::query::{Answer, Question};
use pm_engine::{Tenant, wire};
use pm_proto as pb;
use pm_proto::server_frame::Body;
use prost::Message as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use super::answer;
use super::outbox::{Gone, Outbox, Room};
use super::session::Place;
use crate::hub::LiveTenant;
use crate::limits;
use crate::shared::Shared;

/// The queries of one connection; dropping it gives up those that wait.
pub(crate) struct Queries {
    asker: Asker,
    /// How many more of this connection may run now.
    running: Arc<Semaphore>,
    tasks: JoinSet<()>,
}

/// What a query needs.
#[derive(Clone)]
struct Asker {
    shared: Arc<Shared>,
    tenant: Arc<LiveTenant>,
    outbox: Outbox,
}

/// An answer, encoded.
enum Encoded {
    /// As a frame.
    Frame(Vec<u8>),
    /// Larger than a frame: the bytes of the `Answer`, and the room they take until the client has them.
    Parts(Vec<u8>, OwnedSemaphorePermit),
}

impl Queries {
    pub(crate) fn new(shared: Arc<Shared>, tenant: Arc<LiveTenant>, outbox: Outbox) -> Self {
        Self {
            asker: Asker { shared, tenant, outbox },
            running: Arc::new(Semaphore::new(limits::CONNECTION_QUERIES_MAX)),
            tasks: JoinSet::new(),
        }
    }

    /// Sees to it that the question is answered; it is in flight until `place` is dropped.
    pub(crate) fn run(&mut self, request_id: u64, actor: Actor, question: Question, place: Place) {
        while self.tasks.try_join_next().is_some() {}
        let (asker, running) = (self.asker.clone(), Arc::clone(&self.running));
        self.tasks.spawn(async move {
            let _place = place;
            // Closed never; and who cannot be answered need not be.
            if let Ok(_running) = running.acquire_owned().await {
                let _ = asker.ask(request_id, actor, question).await;
            }
        });
    }
}

impl Asker {
    async fn ask(&self, request_id: u64, actor: Actor, question: Question) -> Result<(), Gone> {
        // Room first: who waits for a slow client must not keep a turn from others.
        let room = self.outbox.room().await?;
        let shared = Arc::clone(&self.shared);
        let work = move |tenant: &Tenant| {
            let began = Instant::now();
            let answered = tenant.read(&actor).map_err(QueryError::from);
            let answered = answered.and_then(|reader| reader.answer(&question));
            shared.metrics.query(question.kind(), began.elapsed());
            encode(&shared, request_id, answered)
        };
        match self.shared.turns.run(&self.tenant, work).await {
            Some(Encoded::Frame(frame)) => room.send(frame.into()),
            Some(Encoded::Parts(bytes, waits)) => self.send_parts(request_id, room, &bytes, waits).await?,
            None => room.send(answer::broken(request_id).into()),
        }
        Ok(())
    }

    /// Sends the pieces one by one, each when there is room for it.
    async fn send_parts(
        &self,
        request_id: u64,
        room: Room,
        bytes: &[u8],
        _waits: OwnedSemaphorePermit,
    ) -> Result<(), Gone> {
        let mut room = Some(room);
        let mut parts = bytes.chunks(limits::ANSWER_PART_BYTES).peekable();
        while let Some(part) = parts.next() {
            let part = pb::AnswerPart { part: part.to_vec(), last: parts.peek().is_none() };
            let room = match room.take() {
                Some(room) => room,
                None => self.outbox.room().await?,
            };
            room.send(answer::frame(request_id, Body::AnswerPart(part)).into());
        }
        Ok(())
    }
}

/// Off the threads that serve connections: an answer may be large.
fn encode(shared: &Shared, request_id: u64, answered: Result<Answer, QueryError>) -> Encoded {
    let answer = match answered {
        Ok(answer) => wire::answer_to_wire(&answer),
        Err(error) => return Encoded::Frame(answer::error(request_id, &error)),
    };
    let bytes = answer.encoded_len();
    if bytes <= limits::ANSWER_PART_BYTES {
        return Encoded::Frame(answer::frame(request_id, Body::Answer(answer)));
    }
    if bytes > limits::ANSWER_BYTES_MAX {
        let most = limits::ANSWER_BYTES_MAX;
        let text = format!("the answer has {bytes} bytes, more than {most}: ask for less at once");
        return Encoded::Frame(answer::too_large(request_id, "answer", most, text));
    }
    match shared.turns.room_to_wait(bytes) {
        Some(waits) => Encoded::Parts(answer.encode_to_vec(), waits),
        None => {
            let text = "too many large answers wait for their clients";
            Encoded::Frame(answer::rate_limited(request_id, limits::RETRY_AFTER, text))
        }
    }
}
