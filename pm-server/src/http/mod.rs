//! Requests by their path: `/ws` becomes a WebSocket, `/live`, `/ready` and `/health` tell how the server is, `/api/v1`
//! and `/llms.txt` are REST.

mod body;
mod counted;
mod deadline;
mod probes;
mod reply;
pub(crate) mod request;
mod request_id;
mod rest;
mod upgrade;

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::HOST;
use hyper::{Method, Request, StatusCode, Version};
use tokio::net::TcpStream;

pub(crate) use self::body::Body;
pub(crate) use self::counted::Counted;
pub(crate) use self::deadline::WriteDeadline;
pub(crate) use self::reply::{Answer, only, text};
pub(crate) use self::rest::Load;
use crate::admission::Place;
use crate::auth::bearer;
use crate::shared::Shared;

/// What a connection is until it becomes a WebSocket.
pub(crate) type Wire = WriteDeadline<Counted<TcpStream>>;

/// Answers one request.
async fn route(shared: Arc<Shared>, place: Arc<Place>, request: Request<Incoming>) -> Answer {
    let is_vouched_for = || matches!(bearer(&shared, request.headers()), Ok(Some(_)));
    if !place.is_known() && is_vouched_for() && place.vouch().is_err() {
        return reply::no_room();
    }
    if request.version() == Version::HTTP_11 && request.headers().get_all(HOST).iter().count() != 1 {
        // Which of them a proxy has looked at is not known (RFC 9112).
        return reply::refused(StatusCode::BAD_REQUEST, "invalid", "a request has one Host header");
    }
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/ws") => upgrade::web_socket(shared, place, request),
        (&Method::GET | &Method::HEAD, "/live") => probes::live(),
        (&Method::GET | &Method::HEAD, "/ready") => probes::ready(&shared).await,
        (&Method::GET | &Method::HEAD, "/health") => probes::health(&shared).await,
        (_, "/ws") => only("GET"),
        (_, "/live" | "/ready" | "/health") => only("GET, HEAD"),
        (_, path) if rest::serves(path) => rest::answer(shared, request).await,
        _ => text(StatusCode::NOT_FOUND, "nothing is here: the WebSocket is at /ws, REST below /api/v1"),
    }
}
