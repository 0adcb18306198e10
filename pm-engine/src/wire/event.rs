//! Events on the wire and in the log.

use pm_proto as pb;
use prost::Message as _;

use super::convert::{Wire, message, required};
use super::error::WireError;
use crate::event::{Event, EventActor, FieldChange, Note, Origin};

/// The bytes of an event as they are stored and sent.
#[must_use]
pub(crate) fn encode_event(event: &Event) -> Vec<u8> {
    event_to_wire(event).encode_to_vec()
}

/// Reads the bytes of a stored event.
pub(crate) fn decode_event(bytes: &[u8]) -> Result<Event, WireError> {
    event_from_wire(pb::Event::decode(bytes)?)
}

/// An event as a message.
#[must_use]
pub fn event_to_wire(event: &Event) -> pb::Event {
    event.to_wire()
}

/// Reads an event.
///
/// # Errors
/// Where a field is missing or malformed, and where a kind, action or note is not known to this version.
pub fn event_from_wire(wire: pb::Event) -> Result<Event, WireError> {
    Wire::from_wire(wire)
}

message! {
    Event = pb::Event {
        sequence, group, actor, at, origin, project, entity_kind, entity_id, number, action, entity, changes, notes,
    }
    EventActor = pb::Actor { user, kind, on_behalf_of }
    Origin = pb::Origin { at, by, number, version }
    FieldChange = pb::FieldChange { field, old }
    Note = pb::Note { kind, id, count, limit }
}

required!(EventActor = pb::Actor);
