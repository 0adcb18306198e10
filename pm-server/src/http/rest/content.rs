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

    /// In the coding that is wanted; compressed where it may be either only if that saves anything.
    pub(crate) fn coded(self, coding: Coding) -> Self {
        let is_small = self.bytes.len() < limits::HTTP_COMPRESSED_FROM_BYTES;
        if coding == Coding::Plain || (coding == Coding::Either && is_small) {
            return self;
        }
        let mut encoder = GzEncoder::new(Vec::with_capacity(self.bytes.len() / 4), Compression::fast());
        match encoder.write_all(&self.bytes).and_then(|()| encoder.finish()) {
            Ok(bytes) if coding == Coding::Gzip || bytes.len() < self.bytes.len() => {
                Self { bytes, is_gzip: true, ..self }
            }
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
        let gzip = Content::new(media, bytes.clone()).coded(Coding::Gzip).bytes.into();
        Self { media, plain: bytes.into(), gzip, tag }
    }

    /// Its bytes, and whether they are compressed.
    pub(crate) fn bytes(&self, coding: Coding) -> (Bytes, bool) {
        let is_gzip = match coding {
            Coding::Plain => false,
            Coding::Either => self.gzip.len() < self.plain.len(),
            Coding::Gzip => true,
        };
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

/// How an answer may be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Coding {
    /// As it is.
    Plain,
    /// Compressed where that is worth it.
    Either,
    /// Compressed, whatever it is.
    Gzip,
}

/// What the request takes (RFC 9110, 12.5.3): gzip where it is named or meant by `*`, and what is not coded unless that
/// is excluded; the one with more weight, and of equal ones the smaller answer.
pub(crate) fn coding(headers: &HeaderMap) -> Result<Coding, Problem> {
    let gzip = weight(headers, "gzip").unwrap_or(0.0);
    let plain = weight(headers, "identity");
    match (gzip > 0.0, plain) {
        (true, Some(0.0)) => Ok(Coding::Gzip),
        (true, Some(plain)) if plain > gzip => Ok(Coding::Plain),
        (true, _) => Ok(Coding::Either),
        (false, Some(0.0)) => {
            Err(Problem::new("not_acceptable", "answers are coded by gzip, or not at all (errors never are)"))
        }
        (false, _) => Ok(Coding::Plain),
    }
}

/// Whether the request takes an answer that is not coded: streams never are.
pub(crate) fn accepts_plain(headers: &HeaderMap) -> Result<(), Problem> {
    if weight(headers, "identity") == Some(0.0) {
        return Err(Problem::new("not_acceptable", "streams are not coded (errors neither)"));
    }
    Ok(())
}

/// The weight of a coding, by its name or else by `*`; what has no weight that can be read is passed over.
fn weight(headers: &HeaderMap, coding: &str) -> Option<f32> {
    let texts = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let (mut named, mut any) = (None, None);
    for item in texts.flat_map(|text| text.split(',')) {
        let mut pieces = item.split(';').map(str::trim);
        let name = pieces.next().unwrap_or_default();
        let weight = pieces.find_map(|piece| piece.strip_prefix("q=").or_else(|| piece.strip_prefix("Q=")));
        let weight = weight.map_or(Some(1.0), |text| text.parse().ok());
        let weight = weight.filter(|weight: &f32| (0.0..=1.0).contains(weight));
        if name.eq_ignore_ascii_case(coding) {
            named = named.or(weight);
        } else if name == "*" {
            any = any.or(weight);
        }
    }
    named.or(any)
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
        use Coding::{Either, Gzip, Plain};
        for (value, expected) in [
            ("gzip", Some(Either)),
            ("br, gzip;q=0.1", Some(Either)),
            ("*", Some(Either)),
            ("zstd, GZIP;q=0.5, identity;q=0.1", Some(Either)),
            ("", Some(Plain)),
            ("br", Some(Plain)),
            ("zstd", Some(Plain)),
            ("gzip;q=0", Some(Plain)),
            ("*, gzip;q=0", Some(Plain)),
            ("gzip; q=nonsense", Some(Plain)),
            ("gzip;q=nan", Some(Plain)),
            ("gzip;q=7", Some(Plain)),
            ("identity", Some(Plain)),
            ("gzip;q=0.5, identity", Some(Plain)),
            ("*;q=0, identity;q=0.1", Some(Plain)),
            ("identity;q=nonsense", Some(Plain)),
            ("identity;q=0, gzip", Some(Gzip)),
            ("identity;q=0, *", Some(Gzip)),
            ("*;q=0, gzip;q=0.001", Some(Gzip)),
            ("identity;q=0", None),
            ("identity;q=0.000, br, zstd", None),
            ("*;q=0", None),
            ("gzip;q=0, identity;q=0", None),
        ] {
            expect_that!(coding(&with(ACCEPT_ENCODING, value)).ok(), eq(expected), "{value}");
        }
        expect_that!(coding(&HeaderMap::new()).ok(), some(eq(Plain)));
        for (value, is_taken) in [("gzip", true), ("*;q=0, identity", true), ("*;q=0, gzip", false)] {
            expect_that!(accepts_plain(&with(ACCEPT_ENCODING, value)).is_ok(), eq(is_taken), "{value}");
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
        for coding in [Coding::Plain, Coding::Either, Coding::Gzip] {
            let ((first, is_gzip), (again, _)) = (page.bytes(coding), page.bytes(coding));
            expect_that!(is_gzip, eq(coding != Coding::Plain));
            expect_that!(first.as_ptr(), eq(again.as_ptr()));
        }
        let (openapi, again) = (super::super::openapi::page(), super::super::openapi::page());
        expect_that!(std::ptr::eq(openapi, again), eq(true));
        let small = Page::new(JSON, b"{}".to_vec());
        expect_that!(small.bytes(Coding::Either), eq(&(Bytes::from_static(b"{}"), false)));
        expect_that!(small.bytes(Coding::Gzip).1, eq(true));
    }

    #[gtest]
    fn given_an_answer_past_its_bound_when_written_then_it_is_refused() {
        expect_that!(Content::json_within(&"12345678", 10).is_ok(), eq(true));
        expect_that!(Content::json_within(&"123456789", 10).is_err(), eq(true));
    }
}
