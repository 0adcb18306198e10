//! Commands as JSON: one, several with an outcome each, or a stream of them. Whatever the form, each goes to the
//! engine like any other; the actor is who the token says.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::HeaderMap;
use hyper::body::{Body as _, Incoming};
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, EXPECT, HeaderName};
use hyper::http::request::Parts;
use pm_engine::CommandResult;
use pm_engine::command::{Actor, Command, Part};
use pm_engine::model::{CommandId, UserId};
use pm_engine::outcome::Outcome;
use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::blame::{self, Blame};
use super::content::{self, Coding, Content, JSON, LINES};
use super::form::{self, Document};
use super::problem::{Problem, Shown};
use super::{Asking, bulk, written};
use crate::http::reply::Answer;
use crate::hub::LiveTenant;
use crate::rates::Limiter;
use crate::{current, limits, profile};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Most characters of a client's own name for a field that come back to it.
const SHOWN_CHARS: usize = 40;

/// A command; its actor is who the token says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Single {
    id: Option<CommandId>,
    on_behalf_of: Option<UserId>,
    parts: Vec<Part>,
}

/// Several commands, each for itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Several {
    commands: Vec<Single>,
}

/// What a command of several came to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OneResult {
    Outcome(Outcome),
    Problem(Box<Shown>),
}

#[derive(Debug, Serialize)]
struct Results {
    results: Vec<OneResult>,
}

/// Answers a request that brings commands.
pub(super) async fn run(asking: Asking, head: &Parts, body: Incoming) -> Result<Answer, Problem> {
    let key = key(&head.headers)?;
    if let Some(coding) = head.headers.get(CONTENT_ENCODING)
        && !coding.as_bytes().eq_ignore_ascii_case(b"identity")
    {
        return Err(Problem::new(
            "unsupported_media_type",
            "a body is read as it is: send it without Content-Encoding",
        ));
    }
    match media(&head.headers) {
        Some(JSON) => document(asking, head, body, key).await,
        Some(LINES) => {
            content::accepts(&head.headers, LINES)?;
            content::accepts_plain(&head.headers)?;
            bulk::run(asking, body, key).await
        }
        _ => Err(Problem::new(
            "unsupported_media_type",
            format!(
                "the body is {JSON} with a command, or {LINES} with one per line: say so in Content-Type"
            ),
        )),
    }
}

fn media(headers: &HeaderMap) -> Option<&'static str> {
    let text = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    [JSON, LINES].into_iter().find(|known| *known == essence)
}

/// The key that makes a request safe to send again, with or without the quotes of a header's string.
fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut keys = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(key) = keys.next() else { return Ok(None) };
    let text = key.to_str().unwrap_or_default().trim();
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    match CommandId::new(text) {
        Ok(id) if keys.next().is_none() => Ok(Some(id.into())),
        Ok(_) => Err(Problem::invalid("Idempotency-Key", "one Idempotency-Key can be given")),
        Err(error) => Err(Problem::invalid("Idempotency-Key", error.to_string())),
    }
}

async fn document(
    asking: Asking,
    head: &Parts,
    body: Incoming,
    key: Option<String>,
) -> Result<Answer, Problem> {
    content::accepts(&head.headers, JSON)?;
    let coding = content::coding(&head.headers)?;
    let (live, _places) = asking.enter().await?;
    let (bytes, share) = whole(&asking, head, body).await?;
    profile::take_over(&live.tenant, &asking.identity);
    let actor = asking.identity.actor.clone();
    let rate = asking.rate();
    // Reading a large document takes its time, and so does the check of forms on the way to the writer.
    let sent = tokio::task::spawn_blocking(move || {
        let _share = share;
        read(&bytes, key.as_deref(), &actor).map(|asked| asked.send(&live, &rate))
    });
    let sent = sent.await.map_err(|_| Problem::internal())??;
    let (content, _current) = match sent {
        Sent::One(pending) => {
            let (result, current) = outcome(pending?).await;
            (json(&result?)?, vec![current])
        }
        Sent::Many(all) => {
            let (mut results, mut current) = (Vec::with_capacity(all.len()), Vec::new());
            for pending in all {
                let (came, held) = match pending {
                    Ok(pending) => outcome(pending).await,
                    Err(problem) => (Err(problem), None),
                };
                results.push(shown(came, &asking.request_id));
                current.push(held);
            }
            (json(&Results { results })?, current)
        }
    };
    let content = coded(content, coding).await?;
    // It is done already: who asked waits for room to hear of it, and is not sent away.
    let share = asking.shared.load.wait_for_share(content.bytes.len()).await?;
    let (media, is_gzip) = (content.media, content.is_gzip);
    Ok(written(media, is_gzip, content.into_bytes(share), None))
}

fn json(value: &impl Serialize) -> Result<Content, Problem> {
    Content::json_within(value, limits::HTTP_RESULTS_BYTES_MAX)
}

/// Off the threads that serve connections where it takes long.
async fn coded(content: Content, coding: Coding) -> Result<Content, Problem> {
    if content.bytes.len() <= limits::HTTP_LINE_BYTES_AT_ONCE {
        return Ok(content.coded(coding));
    }
    tokio::task::spawn_blocking(move || content.coded(coding)).await.map_err(|_| Problem::internal())
}

/// The whole body, within its bound and its time, with room for it in memory.
async fn whole(
    asking: &Asking,
    head: &Parts,
    body: Incoming,
) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Problem> {
    let most = limits::HTTP_REQUEST_BYTES_MAX;
    let too_large = || {
        Problem::too_large("body", most, format!("a body has at most {most} bytes; stream more as {LINES}"))
    };
    let announced =
        body.size_hint().upper().map_or(most, |upper| usize::try_from(upper).unwrap_or(usize::MAX));
    // Who asks before sending is told at once.
    let in_vain = announced > most;
    if in_vain && (announced > limits::HTTP_DISCARDED_BYTES_MAX || head.headers.contains_key(EXPECT)) {
        return Err(too_large());
    }
    let share = if in_vain { None } else { Some(asking.shared.load.share(announced)?) };
    let room = if in_vain { 0 } else { announced };
    match tokio::time::timeout(asking.shared.config.http.body_within, collect(body, room)).await {
        Ok(Ok(Some(bytes))) => Ok((bytes, share)),
        Ok(Ok(None)) => Err(too_large()),
        Ok(Err(_)) => Err(Problem::invalid("body", "the body broke off")),
        Err(_) => Err(Problem::new("timeout", "the body did not come in time")),
    }
}

/// A body of at most so many bytes. What is larger is read and thrown away, within a bound of its own: a client that is
/// still sending would find its connection broken instead of an answer.
async fn collect(mut body: Incoming, room: usize) -> hyper::Result<Option<Bytes>> {
    let (mut bytes, mut length) = (BytesMut::with_capacity(room), 0_usize);
    while let Some(frame) = body.frame().await {
        let Ok(piece) = frame?.into_data() else { continue };
        length = length.saturating_add(piece.len());
        if length <= room {
            bytes.extend_from_slice(&piece);
        } else if length > limits::HTTP_DISCARDED_BYTES_MAX {
            break;
        } else {
            bytes = BytesMut::new();
        }
    }
    Ok((length <= room).then(|| bytes.freeze()))
}

/// What a document asks for.
enum Asked {
    One(Command),
    Many(Vec<Command>),
}

/// What is on its way.
enum Sent {
    One(Result<Pending, Problem>),
    Many(Vec<Result<Pending, Problem>>),
}

pub(super) type Pending = oneshot::Receiver<(CommandResult, Option<OwnedSemaphorePermit>)>;

impl Asked {
    /// Sends each on its way, as far as the user's rate allows.
    fn send(self, live: &Arc<LiveTenant>, rate: &Limiter) -> Sent {
        let current = Arc::new(Semaphore::new(limits::HTTP_CURRENT_BYTES_MAX));
        let send = |command: Command| {
            rate.take(command.parts.len().max(1)).map_err(Problem::rate_limited)?;
            Ok(send(live, command, &current))
        };
        match self {
            Self::One(command) => Sent::One(send(command)),
            Self::Many(commands) => Sent::Many(commands.into_iter().map(send).collect()),
        }
    }
}

fn read(bytes: &[u8], key: Option<&str>, actor: &Actor) -> Result<Asked, Problem> {
    let refused = |error| malformed(bytes, &error);
    let seen = form::look(bytes).map_err(refused)?;
    if !seen.is_several {
        few_parts(&seen)?;
        let single = serde_json::from_slice::<Single>(bytes).map_err(refused)?;
        return Ok(Asked::One(command(single, key.map(str::to_owned), actor)?));
    }
    if seen.parts > limits::HTTP_PARTS_DECODED_MAX {
        let most = limits::HTTP_PARTS_DECODED_MAX;
        let text = format!("the commands of one document have at most {most} parts; stream more as {LINES}");
        return Err(Problem::too_large("parts", most, text));
    }
    let several: Several = serde_json::from_slice(bytes).map_err(refused)?;
    if several.commands.len() > limits::HTTP_COMMANDS_MAX {
        let most = limits::HTTP_COMMANDS_MAX;
        return Err(Problem::too_large(
            "commands",
            most,
            format!("at most {most} commands; stream more as {LINES}"),
        ));
    }
    let commands = several.commands.into_iter().enumerate();
    let commands =
        commands.map(|(index, single)| command(single, key.map(|key| format!("{key}-{index}")), actor));
    Ok(Asked::Many(commands.collect::<Result<_, _>>()?))
}

/// One line of a stream as a command.
pub(super) fn line(bytes: &[u8], key: Option<String>, actor: &Actor) -> Result<Command, Problem> {
    let refused = |error| malformed(bytes, &error);
    few_parts(&form::look(bytes).map_err(refused)?)?;
    command(serde_json::from_slice(bytes).map_err(refused)?, key, actor)
}

/// As the engine would refuse it, were it decoded.
fn few_parts(seen: &Document) -> Result<(), Problem> {
    if seen.parts <= limits::PARTS_DECODED_MAX {
        return Ok(());
    }
    let most = pm_engine::limits::PARTS_MAX;
    Err(Problem::too_large("parts", most, format!("a command has at most {most} parts")))
}

fn command(single: Single, key: Option<String>, actor: &Actor) -> Result<Command, Problem> {
    let id = match (single.id, key) {
        (Some(id), _) => id,
        (None, Some(key)) => {
            CommandId::new(key).map_err(|error| Problem::invalid("Idempotency-Key", error.to_string()))?
        }
        (None, None) => CommandId::generate(),
    };
    let actor = Actor { on_behalf_of: single.on_behalf_of, ..actor.clone() };
    Ok(Command { id, actor, parts: single.parts })
}

fn malformed(bytes: &[u8], error: &serde_json::Error) -> Problem {
    let text: String = error.to_string().chars().take(300).collect();
    let Some(Blame { part, field }) = blame::of(bytes) else {
        return Problem::invalid("body", format!("this is no command: {text}"));
    };
    let field: String = field.chars().take(SHOWN_CHARS).collect();
    Problem::invalid(&field, format!("this is no command, for its `{field}`: {text}")).of_part(part)
}

/// Sends a command on its way; `room` is for entities in refusals.
pub(super) fn send(live: &Arc<LiveTenant>, command: Command, room: &Arc<Semaphore>) -> Pending {
    let (sender, pending) = oneshot::channel();
    let room = Arc::clone(room);
    live.tenant.submit(command, move |result| {
        // A client that has left does not want to know.
        let _ = sender.send(current::fit(result, &room));
    });
    pending
}

/// What a command came to, and the room that takes.
pub(super) async fn outcome(pending: Pending) -> (Result<Outcome, Problem>, Option<OwnedSemaphorePermit>) {
    match pending.await {
        Ok((result, held)) => (result.map_err(Problem::from), held),
        Err(_) => (Err(Problem::internal()), None),
    }
}

pub(super) fn shown(result: Result<Outcome, Problem>, request_id: &str) -> OneResult {
    match result {
        Ok(outcome) => OneResult::Outcome(outcome),
        Err(problem) => OneResult::Problem(Box::new(problem.shown(request_id))),
    }
}
