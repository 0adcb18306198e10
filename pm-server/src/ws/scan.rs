//! A look at a frame before it is decoded: a part takes two bytes on the wire and some hundred in memory, so a frame
//! of empty parts would be blown up a hundredfold only to be refused.

use prost::bytes::Buf as _;
use prost::encoding::{WireType, decode_key, decode_varint};

/// Number of `request_id` in `ClientFrame`.
const REQUEST_ID: u32 = 1;
/// Number of `command` in `ClientFrame`.
const COMMAND: u32 = 3;
/// Number of `query` in `ClientFrame`.
const QUERY: u32 = 4;
/// Number of `parts` in `Command`.
const PARTS: u32 = 3;

/// What a frame holds, as far as it can be read.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Scan {
    pub(crate) request_id: u64,
    pub(crate) parts: usize,
    /// Bytes of the query.
    pub(crate) query_bytes: usize,
}

/// Walks a `ClientFrame` without taking memory. What cannot be read ends the walk; decoding will say so.
pub(crate) fn scan(frame: &[u8]) -> Scan {
    let mut found = Scan::default();
    walk(frame, &mut |field, value| match (field, value) {
        (REQUEST_ID, Value::Number(id)) => found.request_id = id,
        (COMMAND, Value::Bytes(command)) => {
            walk(command, &mut |field, _| found.parts += usize::from(field == PARTS));
        }
        (QUERY, Value::Bytes(query)) => found.query_bytes += query.len(),
        _ => {}
    });
    found
}

enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Other,
}

fn walk<'a>(mut bytes: &'a [u8], see: &mut dyn FnMut(u32, Value<'a>)) {
    while bytes.has_remaining() {
        let Some((field, value)) = next(&mut bytes) else { return };
        see(field, value);
    }
}

fn next<'a>(bytes: &mut &'a [u8]) -> Option<(u32, Value<'a>)> {
    let (field, wire_type) = decode_key(bytes).ok()?;
    let value = match wire_type {
        WireType::Varint => Value::Number(decode_varint(bytes).ok()?),
        WireType::LengthDelimited => {
            let length = usize::try_from(decode_varint(bytes).ok()?).ok()?;
            Value::Bytes(take(bytes, length)?)
        }
        WireType::ThirtyTwoBit => take(bytes, 4).map(|_| Value::Other)?,
        WireType::SixtyFourBit => take(bytes, 8).map(|_| Value::Other)?,
        WireType::StartGroup | WireType::EndGroup => return None,
    };
    Some((field, value))
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;
    use pm_proto as pb;
    use prost::Message as _;

    use super::*;

    #[gtest]
    fn given_a_command_when_scanned_then_its_request_and_parts_are_counted() {
        let command =
            pb::Command { id: "c1".to_owned(), parts: vec![pb::Part::default(); 7], on_behalf_of: None };
        let body = Some(pb::client_frame::Body::Command(command));
        let bytes = pb::ClientFrame { request_id: 42, body }.encode_to_vec();
        expect_that!(scan(&bytes), eq(Scan { request_id: 42, parts: 7, query_bytes: 0 }));
    }

    #[gtest]
    fn given_a_query_in_two_pieces_when_scanned_then_all_its_bytes_are_counted() {
        let ids = vec!["PM-1".to_owned(); 10];
        let filter = Some(pb::ItemFilter { ids, ..pb::ItemFilter::default() });
        let items = pb::ItemsQuestion { filter, ..pb::ItemsQuestion::default() };
        let query = pb::Question { question: Some(pb::question::Question::Items(items)) };
        let bytes_of_one = query.encoded_len();
        let body = Some(pb::client_frame::Body::Query(query));
        let frame = pb::ClientFrame { request_id: 42, body }.encode_to_vec();
        let found = scan(&[frame.clone(), frame].concat());
        expect_that!(found, eq(Scan { request_id: 42, parts: 0, query_bytes: 2 * bytes_of_one }));
    }

    #[gtest]
    fn given_garbage_when_scanned_then_nothing_is_found_and_nothing_breaks() {
        for bytes in [&b"\xff\xff\xff"[..], b"\x1a\xff\xff\xff\xff\x0f", b"", b"\x0b"] {
            expect_that!(scan(bytes).parts, eq(0));
        }
    }

    #[gtest]
    fn given_a_part_when_measured_then_a_frame_of_empty_ones_would_be_blown_up() {
        expect_that!(size_of::<pb::Part>(), gt(100));
    }
}
