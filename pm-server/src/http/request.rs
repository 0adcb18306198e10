//! What every request has, whatever its path: an id in log and answer, and its place in the counts.

use std::sync::Arc;
use std::time::Instant;

use hyper::Request;
use hyper::body::Incoming;
use tracing::Instrument as _;

use super::reply::Answer;
use super::{request_id, rest, route};
use crate::admission::Place;
use crate::shared::Shared;

/// Answers one request.
pub(crate) async fn answer(shared: Arc<Shared>, place: Arc<Place>, mut request: Request<Incoming>) -> Answer {
    let began = Instant::now();
    let name = name(request.uri().path());
    let id = request_id::settle(request.headers_mut());
    let span = tracing::info_span!("request", id = id.to_str().unwrap_or_default(), route = name);
    async move {
        let mut answer = route(Arc::clone(&shared), place, request).await;
        let status = answer.status();
        request_id::say(answer.headers_mut(), id);
        shared.metrics.request(name, status, began.elapsed());
        tracing::debug!(status = status.as_u16(), "answered");
        answer
    }
    .instrument(span)
    .await
}

/// The name a path has in counts and in the log: a path itself may say anything.
fn name(path: &str) -> &'static str {
    match path {
        "/ws" => "/ws",
        "/live" => "/live",
        "/ready" => "/ready",
        "/health" => "/health",
        path if rest::serves(path) => rest::name(path),
        _ => "other",
    }
}
