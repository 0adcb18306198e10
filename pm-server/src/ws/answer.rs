//! Frames of the server, encoded.

use std::time::Duration;

use bytes::Bytes;
use pm_engine::error::{ExecuteError, Failure, FailureKind};
use pm_engine::rejection::Rejection;
use pm_engine::{CommandResult, EventBatch, wire};
use pm_proto as pb;
use pm_proto::server_frame::Body;
use prost::Message as _;

use crate::limits;

/// A frame that answers a request, or with 0 none.
pub(crate) fn frame(request_id: u64, body: Body) -> Vec<u8> {
    pb::ServerFrame { request_id, body: Some(body) }.encode_to_vec()
}

/// A failure of the connection itself. The text must be safe to show to anybody.
pub(crate) fn refusal(request_id: u64, code: pb::FailureCode, message: &str) -> Vec<u8> {
    let failure = pb::Failure { code: code.into(), message: message.to_owned(), retry_after_ms: None };
    frame(request_id, Body::Failure(failure))
}

/// Too much is asked for: the same again after a while.
pub(crate) fn rate_limited(request_id: u64, wait: Duration, message: &str) -> Vec<u8> {
    // Rounded up: the same is not too much once this time is over.
    let wait = millis(wait).saturating_add(1);
    let code = pb::FailureCode::RateLimited.into();
    let failure = pb::Failure { code, message: message.to_owned(), retry_after_ms: Some(wait) };
    frame(request_id, Body::Failure(failure))
}

/// A time as it is written in messages.
pub(crate) fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// A request that says what cannot be.
pub(crate) fn invalid(request_id: u64, field: &str, message: &str) -> Vec<u8> {
    let refused = pb::Rejection {
        code: pb::RejectionCode::Invalid.into(),
        message: message.to_owned(),
        field: Some(field.to_owned()),
        ..pb::Rejection::default()
    };
    frame(request_id, Body::Rejection(refused))
}

/// A failure of the engine; its detail goes to the log, never to the client.
pub(crate) fn failure(request_id: u64, failure: &Failure) -> Vec<u8> {
    let busy = failure.kind() == FailureKind::Busy;
    if !busy {
        tracing::warn!(kind = failure.kind().as_str(), detail = failure.detail(), "a request failed");
    }
    let retry_after_ms = busy.then_some(millis(limits::RETRY_AFTER));
    frame(request_id, Body::Failure(wire::failure_to_wire(failure, retry_after_ms)))
}

/// A command refused.
pub(crate) fn rejection(request_id: u64, rejection: &Rejection) -> Vec<u8> {
    frame(request_id, Body::Rejection(wire::rejection_to_wire(rejection)))
}

/// What a command came to.
pub(crate) fn result(request_id: u64, result: &CommandResult) -> Vec<u8> {
    match result {
        Ok(outcome) => frame(request_id, Body::Outcome(wire::outcome_to_wire(outcome))),
        Err(stopped) => error(request_id, stopped),
    }
}

/// Why a command or query came to nothing.
pub(crate) fn error(request_id: u64, error: &ExecuteError) -> Vec<u8> {
    match error {
        ExecuteError::Rejected(refused) => rejection(request_id, refused),
        ExecuteError::Failed(failed) => failure(request_id, failed),
        _ => broken(request_id),
    }
}

/// A bug; what there is to know about it is in the log.
pub(crate) fn broken(request_id: u64) -> Vec<u8> {
    refusal(request_id, pb::FailureCode::Internal, "something went wrong inside")
}

/// More than the server takes or gives at once; as the engine would refuse it.
pub(crate) fn too_large(request_id: u64, field: &str, most: usize, message: String) -> Vec<u8> {
    let refused = pb::Rejection {
        code: pb::RejectionCode::TooLarge.into(),
        message,
        field: Some(field.to_owned()),
        limit: i64::try_from(most).ok(),
        ..pb::Rejection::default()
    };
    frame(request_id, Body::Rejection(refused))
}

/// A batch of events as frames that keep the cap: the stored bytes as they are. Nearly always one frame.
pub(crate) fn batch(batch: &EventBatch) -> Vec<Bytes> {
    let access = access(batch);
    let budget = limits::MESSAGE_BYTES_MAX.saturating_sub(access.len() + FRAME_OVERHEAD);
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut size = 0;
    for (index, event) in batch.events.iter().enumerate() {
        let bytes = event.bytes().len() + EVENT_OVERHEAD;
        if index > start && size + bytes > budget {
            pieces.push((start, index));
            (start, size) = (index, 0);
        }
        size += bytes;
    }
    let mut frames = Vec::with_capacity(pieces.len() + 1);
    for (from, to) in pieces {
        let events = batch.events.get(from..to).unwrap_or_default();
        let complete_to = events.last().map_or(0, pm_engine::RawEvent::sequence);
        let bytes = wire::splice_batch(events.iter().map(|event| event.bytes()), complete_to, true);
        frames.push(wire::frame_batch(&bytes).into());
    }
    let events = batch.events.get(start..).unwrap_or_default();
    let events = events.iter().map(|event| event.bytes());
    let mut bytes = wire::splice_batch(events, batch.complete_to, batch.group_split);
    bytes.extend_from_slice(&access);
    frames.push(wire::frame_batch(&bytes).into());
    frames
}

/// Key and length of a frame's body, `complete_to` and `group_split`.
const FRAME_OVERHEAD: usize = 64;
/// Key and length of an event.
const EVENT_OVERHEAD: usize = 6;

/// The markers of a batch, encoded so that they can be appended to it.
fn access(batch: &EventBatch) -> Vec<u8> {
    if batch.access.is_empty() {
        return Vec::new();
    }
    let marker = |change: &pm_engine::AccessChange| pb::AccessMarker {
        sequence: change.sequence,
        project: change.project.to_string(),
        change: if change.gained { pb::AccessChange::Gained } else { pb::AccessChange::Lost }.into(),
    };
    pb::EventBatch { access: batch.access.iter().map(marker).collect(), ..pb::EventBatch::default() }
        .encode_to_vec()
}
