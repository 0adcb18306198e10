//! Requests by their path: `/ws` becomes a WebSocket, `/health` tells that the server lives.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use fastwebsockets::upgrade;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use hyper::{Method, Request, Response, StatusCode};

use crate::auth::{AuthError, Identity};
use crate::server::Place;
use crate::ws::connection::{self, Shared};
use crate::ws::frames::{Deadlines, Frames};

type Answer = Response<Full<Bytes>>;

/// Answers one request.
pub(crate) async fn route(
    shared: Arc<Shared>,
    place: Place,
    request: Request<Incoming>,
) -> Result<Answer, Infallible> {
    let answer = match (request.method(), request.uri().path()) {
        (&Method::GET, "/ws") => web_socket(shared, place, request),
        (&Method::GET | &Method::HEAD, "/health") => json(StatusCode::OK, r#"{"status":"ok"}"#),
        (_, "/ws" | "/health") => text(StatusCode::METHOD_NOT_ALLOWED, "only GET is answered here"),
        _ => text(StatusCode::NOT_FOUND, "nothing is here: the WebSocket is at /ws"),
    };
    Ok(answer)
}

fn web_socket(shared: Arc<Shared>, place: Place, mut request: Request<Incoming>) -> Answer {
    if !upgrade::is_upgrade_request(&request) {
        return text(StatusCode::UPGRADE_REQUIRED, "this is a WebSocket: send an upgrade request");
    }
    let vouched = match bearer(&shared, &request) {
        Ok(vouched) => vouched,
        Err(error) => return unauthenticated(error),
    };
    let Ok((response, upgraded)) = upgrade::upgrade(&mut request) else {
        return text(StatusCode::BAD_REQUEST, "the upgrade needs Sec-WebSocket-Key and version 13");
    };
    tokio::spawn(async move {
        let Ok(socket) = upgraded.await else { return };
        let deadlines = Deadlines { write: shared.config.write_within, close: shared.config.close_within };
        connection::serve(shared, Frames::start(socket, deadlines), vouched).await;
        drop(place);
    });
    response.map(|_| Full::default())
}

/// Who the request's token vouches for; a request without one says it in its hello.
fn bearer(shared: &Shared, request: &Request<Incoming>) -> Result<Option<Identity>, AuthError> {
    let Some(header) = request.headers().get(AUTHORIZATION) else { return Ok(None) };
    let text = header.to_str().map_err(|_| AuthError::Invalid)?;
    let (scheme, token) = text.split_once(' ').ok_or(AuthError::Invalid)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(AuthError::Invalid);
    }
    shared.keys.verify(token.trim()).map(Some)
}

fn unauthenticated(error: AuthError) -> Answer {
    let mut answer = text(StatusCode::UNAUTHORIZED, &error.to_string());
    answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    answer
}

fn text(status: StatusCode, text: &str) -> Answer {
    answer(status, "text/plain; charset=utf-8", format!("{text}\n"))
}

fn json(status: StatusCode, json: &'static str) -> Answer {
    answer(status, "application/json", json.to_owned())
}

fn answer(status: StatusCode, kind: &'static str, body: String) -> Answer {
    let mut answer = Response::new(Full::from(body));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}
