//! Requests by their path: `/ws` becomes a WebSocket, `/health` tells that the server lives.

mod reply;
mod upgrade;

use std::convert::Infallible;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};

use self::reply::{Answer, json, text};
use crate::server::Place;
use crate::shared::Shared;

/// Answers one request.
pub(crate) async fn route(
    shared: Arc<Shared>,
    place: Place,
    request: Request<Incoming>,
) -> Result<Answer, Infallible> {
    let answer = match (request.method(), request.uri().path()) {
        (&Method::GET, "/ws") => upgrade::web_socket(shared, place, request),
        (&Method::GET | &Method::HEAD, "/health") => json(StatusCode::OK, r#"{"status":"ok"}"#),
        (_, "/ws" | "/health") => text(StatusCode::METHOD_NOT_ALLOWED, "only GET is answered here"),
        _ => text(StatusCode::NOT_FOUND, "nothing is here: the WebSocket is at /ws"),
    };
    Ok(answer)
}
