//! REST: `/api/v1` and `/llms.txt`.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::{Request, StatusCode};

use super::reply::{Answer, text};
use crate::shared::Shared;

/// Whether a path is answered here.
pub(crate) fn serves(path: &str) -> bool {
    path == "/llms.txt" || path == "/api" || path.starts_with("/api/")
}

/// Answers one request.
pub(crate) async fn answer(_shared: Arc<Shared>, _request: Request<Incoming>) -> Answer {
    text(StatusCode::NOT_FOUND, "nothing is here")
}
