//! `/live`, `/ready` and `/health`: for who starts, restarts and sends clients to servers.

use hyper::StatusCode;

use super::reply::{Answer, json};
use crate::health::NotReady;
use crate::shared::Shared;

/// The process answers.
pub(super) fn live() -> Answer {
    json(StatusCode::OK, r#"{"status":"live"}"#)
}

/// A command sent now could be committed.
pub(super) async fn ready(shared: &Shared) -> Answer {
    let body = match shared.health.not_ready().await {
        None => return json(StatusCode::OK, r#"{"status":"ready"}"#),
        Some(NotReady::Stopping) => r#"{"status":"not_ready","reason":"stopping"}"#,
        Some(NotReady::Storage) => r#"{"status":"not_ready","reason":"storage"}"#,
        Some(NotReady::Commits) => r#"{"status":"not_ready","reason":"commits"}"#,
    };
    json(StatusCode::SERVICE_UNAVAILABLE, body)
}

/// Both in one.
pub(super) async fn health(shared: &Shared) -> Answer {
    match shared.health.not_ready().await {
        None => json(StatusCode::OK, r#"{"status":"ok","live":true,"ready":true}"#),
        Some(_) => {
            json(StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"not_ready","live":true,"ready":false}"#)
        }
    }
}
