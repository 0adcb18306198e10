//! REST: what a language model or a script asks by plain HTTP, and the way in where WebSockets do not pass. Every
//! answer is a question to the engine, every change a command; nothing is decided here. `route` is the table, `reads`
//! has its rows. See `docs/rest.md`.

mod blame;
mod bulk;
mod commands;
mod content;
mod context;
mod cors;
mod events;
mod form;
mod input;
mod llms;
mod markdown;
mod openapi;
mod problem;
mod reading;
mod reads;
mod route;
mod schema;

use std::sync::Arc;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderValue, VARY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Request, StatusCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::content::Content;
use self::cors::Cors;
use self::input::Input;
use self::problem::Problem;
use self::route::{Route, Work};
use super::body::Body;
use super::reply::Answer;
use super::request_id;
use crate::auth::{AuthError, Identity, bearer};
use crate::config::HttpConfig;
use crate::hub::LiveTenant;
use crate::limits;
use crate::rates::Limiter;
use crate::shared::Shared;

/// What all requests share: how much may be done at once.
#[derive(Debug)]
pub(crate) struct Load {
    requests: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    /// Streams of commands.
    loads: Arc<Semaphore>,
    /// A permit is a KiB of bodies and answers in memory.
    memory: Arc<Semaphore>,
}

impl Load {
    pub(crate) fn new(config: &HttpConfig) -> Self {
        let semaphore = |count: usize| Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)));
        Self {
            requests: semaphore(config.requests_max),
            streams: semaphore(config.streams_max),
            loads: semaphore(limits::HTTP_LOADS_MAX),
            memory: semaphore(limits::HTTP_BYTES_IN_MEMORY_MAX / 1024),
        }
    }

    /// A share of the memory for so many bytes.
    fn share(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Problem> {
        let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        let share = Arc::clone(&self.memory).try_acquire_many_owned(kib);
        share.map_err(|_| Problem::busy("too many answers are being read at the moment"))
    }

    /// The same, once there is as much.
    async fn wait_for_share(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Problem> {
        let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        let share = Arc::clone(&self.memory).acquire_many_owned(kib).await;
        share.map_err(|_| Problem::internal())
    }
}

/// Whether a path is answered here.
pub(crate) fn serves(path: &str) -> bool {
    path == "/llms.txt" || path == "/api" || path.starts_with("/api/")
}

/// The route that a path is of, as a pattern.
pub(crate) fn name(path: &str) -> &'static str {
    route::find(path).map_or("/api", |(route, _)| route.path)
}

/// Answers one request.
pub(crate) async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Answer {
    let (head, body) = request.into_parts();
    let request_id = request_id::of(&head.headers);
    let cors = Cors::of(&shared.config.http, &head.headers);
    let found = route::find(head.uri.path());
    let methods = found.as_ref().map_or("GET, HEAD, OPTIONS", |(route, _)| methods(route));
    let answered = match found {
        None => {
            Err(Problem::new("no_route", "there is no such resource: see /llms.txt and /api/v1/openapi.json"))
        }
        Some(_) if head.method == Method::OPTIONS => Ok(options(methods)),
        Some((route, path)) => dispatch(shared, &head, body, route, path, &request_id).await,
    };
    let mut answer = answered.unwrap_or_else(|problem| {
        tracing::debug!(request_id, status = problem.status().as_u16(), "a request was refused");
        problem.answer(&request_id)
    });
    finish(&mut answer, cors, methods);
    if head.method == Method::HEAD {
        without_body(&mut answer);
    }
    answer
}

/// Checks what all routes have in common, and hands the request to its kind of work.
async fn dispatch(
    shared: Arc<Shared>,
    head: &Parts,
    body: Incoming,
    route: &'static Route,
    path: Vec<(&'static str, String)>,
    request_id: &str,
) -> Result<Answer, Problem> {
    let method = if head.method == Method::HEAD { &Method::GET } else { &head.method };
    if *method != route.method() {
        return Err(Problem::method_not_allowed(methods(route)));
    }
    let query = head.uri.query().unwrap_or_default();
    if query.len() > limits::HTTP_QUERY_BYTES_MAX {
        let text = format!("the query of a URL has at most {} bytes", limits::HTTP_QUERY_BYTES_MAX);
        return Err(Problem::new("uri_too_long", text).with_limit(limits::HTTP_QUERY_BYTES_MAX));
    }
    if let Work::Page(page) = route.work {
        Input::read(route, path, query)?;
        let page = page();
        content::accepts(&head.headers, page.media)?;
        return reading::page(head, page);
    }
    let identity = identity(&shared, &head.headers)?;
    let input = Input::read(route, path, query)?;
    let asking = Asking { shared, identity, request_id: request_id.to_owned() };
    match route.work {
        Work::Commands => commands::run(asking, head, body).await,
        Work::Events => events::open(asking, head, &input).await,
        _ => reading::read(asking, head, route, input).await,
    }
}

/// Who asks, and where.
struct Asking {
    shared: Arc<Shared>,
    identity: Identity,
    request_id: String,
}

impl Asking {
    /// The tenant, with a place among the requests that are answered at once.
    async fn enter(&self) -> Result<(Arc<LiveTenant>, Places), Problem> {
        let full = |_| Problem::busy("too many requests are being answered");
        // First: those who wait for a tenant that opens slowly take no places from others.
        let live = self.shared.hub.attach(&self.identity.tenant).await?;
        let of_server = Arc::clone(&self.shared.load.requests).try_acquire_owned().map_err(full)?;
        let of_tenant = Arc::clone(&live.http_places).try_acquire_owned().map_err(full)?;
        Ok((live, (of_server, of_tenant)))
    }

    /// How many commands the user may send, by whichever way.
    fn rate(&self) -> Arc<Limiter> {
        self.shared.rates.user(&self.identity.tenant, &self.identity.actor.user)
    }
}

/// Places of a request, in the server and in its tenant.
type Places = (OwnedSemaphorePermit, OwnedSemaphorePermit);

fn identity(shared: &Shared, headers: &HeaderMap) -> Result<Identity, Problem> {
    let vouched = bearer(shared, headers).map_err(Problem::unauthenticated)?;
    vouched.ok_or_else(|| Problem::unauthenticated(AuthError::Missing))
}

const fn methods(route: &Route) -> &'static str {
    match route.work {
        Work::Commands => "POST, OPTIONS",
        _ => "GET, HEAD, OPTIONS",
    }
}

fn options(methods: &'static str) -> Answer {
    let mut answer = Answer::new(Body::Empty);
    *answer.status_mut() = StatusCode::NO_CONTENT;
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    answer
}

/// Headers every answer has.
fn finish(answer: &mut Answer, cors: Cors, methods: &'static str) {
    let headers = answer.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(VARY, HeaderValue::from_static("authorization, accept-encoding, origin"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    cors.apply(methods, headers);
}

/// Keeps what is said about the body, and drops it.
fn without_body(answer: &mut Answer) {
    let body = std::mem::replace(answer.body_mut(), Body::Empty);
    if let Some(len) = body.len() {
        answer.headers_mut().insert(hyper::header::CONTENT_LENGTH, len.into());
    }
}

/// An answer of these bytes, which hold their share of the memory until they are written.
fn reply(load: &Load, content: Content, etag: Option<HeaderValue>) -> Result<Answer, Problem> {
    let share = load.share(content.bytes.len())?;
    let (media, is_gzip) = (content.media, content.is_gzip);
    Ok(written(media, is_gzip, content.into_bytes(share), etag))
}

fn written(media: &'static str, is_gzip: bool, bytes: Bytes, etag: Option<HeaderValue>) -> Answer {
    let mut answer = Answer::new(Body::Whole(bytes));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    if is_gzip {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if let Some(etag) = etag {
        headers.insert(ETAG, etag);
        // It may be kept, by the one who asked, and must be asked for again each time.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
    answer
}
