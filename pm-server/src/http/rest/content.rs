//! What an answer holds, before it becomes one: bytes of a media type, within a bound.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::HeaderMap;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, HeaderName};
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;

use super::problem::{self, Problem};
use crate::limits;

pub(crate) const JSON: &str = "application/json";
pub(crate) const LINES: &str = "application/x-ndjson";
pub(crate) const MARKDOWN: &str = "text/markdown; charset=utf-8";
pub(crate) const EVENTS: &str = "text/event-stream";

/// An answer's bytes.
#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) media: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) is_gzip: bool,
}

impl Content {
    pub(crate) const fn new(media: &'static str, bytes: Vec<u8>) -> Self {
        Self { media, bytes, is_gzip: false }
    }

    /// As JSON, if it fits.
    pub(crate) fn json(value: &impl Serialize) -> Result<Self, Problem> {
        Self::json_within(value, limits::HTTP_ANSWER_BYTES_MAX)
    }

    /// As JSON within so many bytes.
    pub(crate) fn json_within(value: &impl Serialize, most: usize) -> Result<Self, Problem> {
        let mut room = Room { bytes: Vec::new(), most };
        match serde_json::to_writer(&mut room, value) {
            Ok(()) => Ok(Self::new(JSON, room.bytes)),
            Err(error) if error.is_io() => {
                let text = format!(
                    "the answer has more than {most} bytes: ask for less of it, by a smaller `limit` or by filters"
                );
                Err(Problem::new("answer_too_large", text).with_limit(most))
            }
            Err(error) => {
                tracing::error!(%error, "an answer cannot be written as JSON");
                Err(Problem::internal())
            }
        }
    }

    /// Compressed, where that saves anything.
    pub(crate) fn compressed(self) -> Self {
        if self.bytes.len() < limits::HTTP_COMPRESSED_FROM_BYTES {
            return self;
        }
        let mut encoder = GzEncoder::new(Vec::with_capacity(self.bytes.len() / 4), Compression::fast());
        match encoder.write_all(&self.bytes).and_then(|()| encoder.finish()) {
            Ok(bytes) if bytes.len() < self.bytes.len() => Self { bytes, is_gzip: true, ..self },
            _ => self,
        }
    }

    /// The bytes, which give their share of the memory back once the last of them is written.
    pub(crate) fn into_bytes(self, share: OwnedSemaphorePermit) -> Bytes {
        Bytes::from_owner(Shared { bytes: self.bytes, _share: share })
    }
}

/// A text that is the same for everybody as long as the program is: made, compressed and tagged once, since nobody
/// needs a token to ask for it.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) media: &'static str,
    plain: Bytes,
    gzip: Bytes,
    /// Made of the bytes.
    pub(crate) tag: String,
}

impl Page {
    pub(crate) fn new(media: &'static str, bytes: Vec<u8>) -> Self {
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        let tag = format!("W/\"{:016x}\"", hasher.finish());
        let gzip = Content::new(media, bytes.clone()).compressed().bytes.into();
        Self { media, plain: bytes.into(), gzip, tag }
    }

    /// Its bytes, and whether they are compressed.
    pub(crate) fn bytes(&self, takes_gzip: bool) -> (Bytes, bool) {
        let is_gzip = takes_gzip && self.gzip != self.plain;
        (if is_gzip { &self.gzip } else { &self.plain }.clone(), is_gzip)
    }
}

struct Shared {
    bytes: Vec<u8>,
    _share: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Bytes up to a bound.
struct Room {
    bytes: Vec<u8>,
    most: usize,
}

impl Write for Room {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + more.len() > self.most {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether the request takes an answer of this type.
pub(crate) fn accepts(headers: &HeaderMap, media: &str) -> Result<(), Problem> {
    let essence = media.split(';').next().unwrap_or(media);
    let kind = essence.split('/').next().unwrap_or_default();
    let ranges = [(essence.to_owned(), 3), (format!("{kind}/*"), 2), ("*/*".to_owned(), 1)];
    if !headers.contains_key(ACCEPT) || wanted(headers, ACCEPT, &ranges) || is_blank(headers) {
        return Ok(());
    }
    Err(Problem::new("not_acceptable", format!("the answer is {essence} (errors are {})", problem::MEDIA)))
}

fn is_blank(headers: &HeaderMap) -> bool {
    headers.get_all(ACCEPT).iter().all(|value| value.as_bytes().trim_ascii().is_empty())
}

/// Whether the request takes an answer compressed by gzip.
pub(crate) fn accepts_gzip(headers: &HeaderMap) -> bool {
    wanted(headers, ACCEPT_ENCODING, &[("gzip".to_owned(), 2), ("*".to_owned(), 1)])
}

/// Whether the most exact of these names that is in the list is wanted at all.
fn wanted(headers: &HeaderMap, list: HeaderName, names: &[(String, u8)]) -> bool {
    let mut best = (0, false);
    for item in
        headers.get_all(list).iter().filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(','))
    {
        let mut pieces = item.split(';').map(str::trim);
        let name = pieces.next().unwrap_or_default();
        let Some((_, rank)) = names.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) else {
            continue;
        };
        let weight = pieces.find_map(|piece| piece.strip_prefix("q=").or_else(|| piece.strip_prefix("Q=")));
        let is_wanted = weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0));
        if *rank > best.0 {
            best = (*rank, is_wanted);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;
    use hyper::header::HeaderValue;

    use super::*;

    fn with(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[gtest]
    fn given_encodings_when_read_then_the_most_exact_one_counts_and_zero_means_no() {
        for (value, takes) in [
            ("gzip", true),
            ("br, gzip;q=0.1", true),
            ("*", true),
            ("", false),
            ("br", false),
            ("gzip;q=0", false),
            ("*, gzip;q=0", false),
            ("gzip; q=nonsense", false),
            ("identity", false),
        ] {
            expect_that!(accepts_gzip(&with(ACCEPT_ENCODING, value)), eq(takes), "{value}");
        }
    }

    #[gtest]
    fn given_accepted_types_when_compared_then_ranges_count_and_zero_means_no() {
        for (value, takes) in [
            ("application/json", true),
            ("text/html, */*;q=0.1", true),
            ("application/*", true),
            ("APPLICATION/JSON", true),
            ("", true),
            ("text/html", false),
            ("application/json;q=0, */*", false),
        ] {
            expect_that!(accepts(&with(ACCEPT, value), JSON).is_ok(), eq(takes), "{value}");
        }
        expect_that!(accepts(&HeaderMap::new(), JSON).is_ok(), eq(true));
        expect_that!(accepts(&with(ACCEPT, "text/markdown"), MARKDOWN).is_ok(), eq(true));
    }

    #[gtest]
    fn given_a_page_when_asked_for_again_then_it_is_not_made_again() {
        let page = Page::new(JSON, vec![b'a'; 5_000]);
        for takes_gzip in [true, false] {
            let ((first, is_gzip), (again, _)) = (page.bytes(takes_gzip), page.bytes(takes_gzip));
            expect_that!(is_gzip, eq(takes_gzip));
            expect_that!(first.as_ptr(), eq(again.as_ptr()));
        }
        let (openapi, again) = (super::super::openapi::page(), super::super::openapi::page());
        expect_that!(std::ptr::eq(openapi, again), eq(true));
        let small = Page::new(JSON, b"{}".to_vec());
        expect_that!(small.bytes(true), eq(&(Bytes::from_static(b"{}"), false)));
    }

    #[gtest]
    fn given_an_answer_past_its_bound_when_written_then_it_is_refused() {
        expect_that!(Content::json_within(&"12345678", 10).is_ok(), eq(true));
        expect_that!(Content::json_within(&"123456789", 10).is_err(), eq(true));
    }
}
