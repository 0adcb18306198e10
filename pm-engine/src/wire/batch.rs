//! Batches of events put together from stored bytes, without reading or encoding an event.

use pm_proto as pb;
use prost::Message as _;
use prost::encoding::{WireType, encode_key, encode_varint, encoded_len_varint, key_len};

/// Field number of `events` in `EventBatch`.
const EVENTS: u32 = 1;
/// Field number of `event_batch` in `ServerFrame`.
const EVENT_BATCH: u32 = 8;

/// An encoded `EventBatch` of stored events, in the order given. Encoded `access` markers may be appended to it: the
/// bytes of two messages in a row are one message.
#[must_use]
pub fn splice_batch<'a>(
    events: impl Iterator<Item = &'a [u8]>,
    complete_to: i64,
    group_split: bool,
) -> Vec<u8> {
    let mut out = Vec::new();
    for event in events {
        put_bytes(EVENTS, event, &mut out);
    }
    let rest = pb::EventBatch { events: Vec::new(), complete_to, group_split, access: Vec::new() };
    out.extend_from_slice(&rest.encode_to_vec());
    out
}

/// An encoded `ServerFrame` that the server sends on its own (request id 0) around an encoded `EventBatch`.
#[must_use]
pub fn frame_batch(batch: &[u8]) -> Vec<u8> {
    let len = u64::try_from(batch.len()).unwrap_or(u64::MAX);
    let mut out = Vec::with_capacity(key_len(EVENT_BATCH) + encoded_len_varint(len) + batch.len());
    put_bytes(EVENT_BATCH, batch, &mut out);
    out
}

fn put_bytes(field: u32, bytes: &[u8], out: &mut Vec<u8>) {
    encode_key(field, WireType::LengthDelimited, out);
    encode_varint(u64::try_from(bytes.len()).unwrap_or(u64::MAX), out);
    out.extend_from_slice(bytes);
}
