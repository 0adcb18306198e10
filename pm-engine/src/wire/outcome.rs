//! Outcomes, rejections and failures on the wire.

use pm_proto as pb;
use prost::Message as _;

use super::convert::{Wire, message};
use super::error::WireError;
use crate::error::Failure;
use crate::outcome::{Outcome, PartResult};
use crate::rejection::{PathStep, Rejection};

/// The bytes of an outcome as they are stored with its command.
#[must_use]
pub(crate) fn encode_outcome(outcome: &Outcome) -> Vec<u8> {
    outcome_to_wire(outcome).encode_to_vec()
}

/// Reads the bytes of a stored outcome.
pub(crate) fn decode_outcome(bytes: &[u8]) -> Result<Outcome, WireError> {
    outcome_from_wire(pb::Outcome::decode(bytes)?)
}

/// An outcome as a message.
#[must_use]
pub fn outcome_to_wire(outcome: &Outcome) -> pb::Outcome {
    outcome.to_wire()
}

/// Reads an outcome.
///
/// # Errors
/// Where a field is missing or malformed.
pub fn outcome_from_wire(wire: pb::Outcome) -> Result<Outcome, WireError> {
    Wire::from_wire(wire)
}

/// A rejection as a message.
#[must_use]
pub fn rejection_to_wire(rejection: &Rejection) -> pb::Rejection {
    rejection.to_wire()
}

/// Reads a rejection.
///
/// # Errors
/// Where a field is missing or malformed.
pub fn rejection_from_wire(wire: pb::Rejection) -> Result<Rejection, WireError> {
    Wire::from_wire(wire)
}

/// A failure as a message: its kind and the sentence that is safe to show, never its detail.
#[must_use]
pub fn failure_to_wire(failure: &Failure, retry_after_ms: Option<i64>) -> pb::Failure {
    pb::Failure {
        code: pb::FailureCode::from(failure.kind()).into(),
        message: failure.to_string(),
        retry_after_ms,
    }
}

message! {
    Outcome = pb::Outcome { command, at, first_sequence, last_sequence, results, notes, replayed }
    PartResult = pb::PartResult { entity_kind, id, key, version, changed }
    Rejection = pb::Rejection { code, message, part, field, limit, current, path, path_length }
}

impl Wire<pb::PathStep> for PathStep {
    fn to_wire(&self) -> pb::PathStep {
        match self {
            Self::Item { id, key } => pb::PathStep { id: Some(id.to_wire()), key: Some(key.to_wire()) },
            Self::Hidden => pb::PathStep { id: None, key: None },
        }
    }

    fn from_wire(wire: pb::PathStep) -> Result<Self, WireError> {
        match (wire.id, wire.key) {
            (None, None) => Ok(Self::Hidden),
            (Some(id), Some(key)) => Ok(Self::Item { id: Wire::from_wire(id).map_err(|e| e.at("id"))?, key }),
            (None, Some(_)) => Err(WireError::missing().at("id")),
            (Some(_), None) => Err(WireError::missing().at("key")),
        }
    }
}
