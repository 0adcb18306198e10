//! The id that a request has in the log and in its answer. A client's own is taken over where it is harmless.

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use crate::limits;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: the client's, or a new one, which is put in its place.
pub(crate) fn settle(headers: &mut HeaderMap) -> HeaderValue {
    let given = headers.get(&REQUEST_ID).filter(|value| is_sound(value.as_bytes())).cloned();
    let id = given.unwrap_or_else(|| {
        let id = uuid::Uuid::now_v7().to_string();
        HeaderValue::try_from(id).unwrap_or_else(|_| HeaderValue::from_static("-"))
    });
    headers.insert(REQUEST_ID, id.clone());
    id
}

/// The id of a request that has been settled.
pub(crate) fn of(headers: &HeaderMap) -> String {
    headers.get(&REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned()
}

/// Says it in an answer.
pub(crate) fn say(headers: &mut HeaderMap, id: HeaderValue) {
    headers.insert(REQUEST_ID, id);
}

fn is_sound(id: &[u8]) -> bool {
    (1..=limits::REQUEST_ID_BYTES_MAX).contains(&id.len())
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::*;

    fn settled(given: Option<&[u8]>) -> String {
        let mut headers = HeaderMap::new();
        if let Some(given) = given {
            headers.insert(REQUEST_ID, HeaderValue::from_bytes(given).unwrap());
        }
        let id = settle(&mut headers);
        assert_eq!(headers.get(&REQUEST_ID), Some(&id));
        id.to_str().unwrap().to_owned()
    }

    #[gtest]
    fn given_an_id_of_the_client_when_it_is_harmless_then_it_is_taken_over_else_a_new_one_stands_for_it() {
        expect_that!(settled(Some(b"Abc_1-2")), eq("Abc_1-2"));
        let longest = "a".repeat(64);
        expect_that!(settled(Some(longest.as_bytes())), eq(&longest));
        for bad in [&b""[..], b"a b", b"a\xff", "a".repeat(65).as_bytes(), b"a\"} ok"] {
            let id = settled(Some(bad));
            expect_that!(id.len(), eq(36));
        }
        expect_that!(settled(None), not(eq(&settled(None))));
    }
}
