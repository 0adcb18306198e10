//! What a WebSocket client offers to speak, and the token a browser hides there: a page can set no header but this one.

use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};

use super::{AuthError, Identity, bearer};
use crate::shared::Shared;

/// The sub-protocol spoken here.
pub(crate) const SUBPROTOCOL: &str = "pm.v1";
/// Before a token among the sub-protocols.
const TOKEN_PREFIX: &str = "pm.bearer.";

/// What a client offers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Offer<'a> {
    /// Whether `pm.v1` was offered, and is to be answered.
    pub(crate) is_named: bool,
    token: Option<&'a str>,
}

/// An offer that cannot be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the sub-protocol here is pm.v1, offered once, with at most one pm.bearer.TOKEN beside it")]
pub(crate) struct BadOffer;

/// Reads the offer. Without the header there is none, and none is answered.
pub(crate) fn offer(headers: &HeaderMap) -> Result<Offer<'_>, BadOffer> {
    let mut offer = Offer::default();
    if !headers.contains_key(SEC_WEBSOCKET_PROTOCOL) {
        return Ok(offer);
    }
    for value in headers.get_all(SEC_WEBSOCKET_PROTOCOL) {
        for name in
            value.to_str().map_err(|_| BadOffer)?.split(',').map(|name| name.trim_matches([' ', '\t']))
        {
            match name.strip_prefix(TOKEN_PREFIX) {
                Some(token) if !token.is_empty() && offer.token.is_none() => offer.token = Some(token),
                None if name == SUBPROTOCOL && !offer.is_named => offer.is_named = true,
                None if !name.is_empty() && name != SUBPROTOCOL => {}
                _ => return Err(BadOffer),
            }
        }
    }
    // Another protocol alone is one we do not speak, and a token must not be answered as a protocol.
    if offer.is_named { Ok(offer) } else { Err(BadOffer) }
}

/// Who the request vouches for, by header or by sub-protocol; nobody yet, where it has neither.
pub(crate) fn vouched(
    shared: &Shared,
    headers: &HeaderMap,
    offer: &Offer<'_>,
) -> Result<Option<Identity>, AuthError> {
    match offer.token {
        None => bearer(shared, headers),
        // Which of the two a proxy has looked at is anybody's guess.
        Some(_) if headers.contains_key(AUTHORIZATION) => Err(AuthError::Twice),
        Some(token) => shared.keys.verify(token).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;
    use hyper::header::HeaderValue;

    use super::*;

    fn of(values: &[&str]) -> Result<(bool, Option<String>), BadOffer> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        offer(&headers).map(|offer| (offer.is_named, offer.token.map(str::to_owned)))
    }

    #[gtest]
    fn given_offers_when_read_then_one_protocol_and_one_token_are_taken() {
        let with = |token: &str| Ok((true, Some(token.to_owned())));
        expect_that!(of(&[]), eq(&Ok((false, None))));
        expect_that!(of(&["pm.v1"]), eq(&Ok((true, None))));
        expect_that!(of(&["pm.v1, pm.bearer.a.b-c_d.e"]), eq(&with("a.b-c_d.e")));
        expect_that!(of(&["pm.bearer.a.b.c,\tpm.v1"]), eq(&with("a.b.c")));
        expect_that!(of(&["pm.v1", "pm.bearer.a.b.c"]), eq(&with("a.b.c")));
        expect_that!(of(&["pm.v2, pm.v1"]), eq(&Ok((true, None))));
        for bad in [
            &[""][..],
            &["graphql-ws"],
            &["pm.bearer.a.b.c"],
            &["pm.v1, pm.v1"],
            &["pm.v1, pm.bearer."],
            &["pm.v1,, pm.bearer.a.b.c"],
            &["pm.v1, pm.bearer.a.b.c, pm.bearer.a.b.c"],
            &["pm.v1, pm.bearer.a", "pm.bearer.b"],
            &["pm.v1, pm.bearer.ä"],
        ] {
            expect_that!(of(bad), eq(&Err(BadOffer)), "{bad:?}");
        }
    }
}
