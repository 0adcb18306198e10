//! Frames of the server, read as far as a measurement needs: batches are walked, not decoded.

use bytes::{Buf as _, Bytes};
use pm_proto as pb;
use prost::Message as _;
use prost::encoding::{WireType, decode_key, decode_varint};

/// Number of `event_batch` in `ServerFrame`.
const EVENT_BATCH: u32 = 8;

/// A frame of the server.
#[derive(Debug)]
pub(crate) enum Seen {
    /// Events; see [`events`] and [`complete_to`].
    Batch(Bytes),
    /// Anything else.
    Frame(Box<pb::ServerFrame>),
}

/// What a listener looks at in an event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event<'a> {
    pub(crate) sequence: i64,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    /// Id of the command.
    pub(crate) group: &'a [u8],
}

/// Tells batches from other frames.
pub(crate) fn seen(message: &Bytes) -> Seen {
    for (number, value) in fields(message) {
        if let (EVENT_BATCH, Value::Bytes(batch)) = (number, value) {
            return Seen::Batch(message.slice_ref(batch));
        }
    }
    Seen::Frame(Box::new(pb::ServerFrame::decode(&**message).unwrap()))
}

/// The events of a batch.
pub(crate) fn events(batch: &[u8]) -> impl Iterator<Item = Event<'_>> {
    fields(batch).filter_map(|(number, value)| match (number, value) {
        (1, Value::Bytes(event)) => Some(event_of(event)),
        _ => None,
    })
}

/// Up to where a batch is complete.
pub(crate) fn complete_to(batch: &[u8]) -> i64 {
    let found = fields(batch).find_map(|(number, value)| match (number, value) {
        (2, Value::Number(sequence)) => Some(signed(sequence)),
        _ => None,
    });
    found.unwrap_or(0)
}

fn event_of(bytes: &[u8]) -> Event<'_> {
    let mut event = Event { sequence: 0, at: 0, group: b"" };
    // Later fields are the long ones, and of no interest.
    for (number, value) in fields(bytes).take_while(|(number, _)| *number <= 4) {
        match (number, value) {
            (1, Value::Number(sequence)) => event.sequence = signed(sequence),
            (2, Value::Bytes(group)) => event.group = group,
            (4, Value::Number(at)) => event.at = signed(at),
            _ => {}
        }
    }
    event
}

const fn signed(number: u64) -> i64 {
    number.cast_signed()
}

enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// Fields in order, as far as they can be read; fixed-width ones are not used by the protocol's envelopes.
fn fields(mut bytes: &[u8]) -> impl Iterator<Item = (u32, Value<'_>)> {
    std::iter::from_fn(move || {
        if !bytes.has_remaining() {
            return None;
        }
        let (number, wire_type) = decode_key(&mut bytes).ok()?;
        let first = decode_varint(&mut bytes).ok()?;
        match wire_type {
            WireType::Varint => Some((number, Value::Number(first))),
            WireType::LengthDelimited => {
                let (taken, rest) = bytes.split_at_checked(usize::try_from(first).ok()?)?;
                bytes = rest;
                Some((number, Value::Bytes(taken)))
            }
            _ => None,
        }
    })
}
