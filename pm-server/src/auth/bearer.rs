//! The token in the `Authorization` header of a request.

use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;

use super::{AuthError, Identity};
use crate::shared::Shared;

/// Who the request's token vouches for; `None` for a request without the header. A token anywhere else in the request,
/// such as in its query string, which ends in logs and histories, is not looked at.
pub(crate) fn bearer(shared: &Shared, headers: &HeaderMap) -> Result<Option<Identity>, AuthError> {
    token(headers)?.map(|token| shared.keys.verify(token)).transpose()
}

/// The token of the header.
fn token(headers: &HeaderMap) -> Result<Option<&str>, AuthError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    // Of two headers a proxy may have looked at the other.
    if values.next().is_some() {
        return Err(AuthError::Twice);
    }
    let text = value.to_str().map_err(|_| AuthError::Invalid)?;
    let (scheme, token) = text.split_once(' ').ok_or(AuthError::Invalid)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(AuthError::Invalid);
    }
    Ok(Some(token.trim_matches(' ')))
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;
    use hyper::header::HeaderValue;

    use super::*;

    fn of(values: &[&[u8]]) -> Result<Option<String>, AuthError> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
        }
        token(&headers).map(|token| token.map(str::to_owned))
    }

    #[gtest]
    fn given_headers_when_read_then_only_one_bearer_token_is_taken() {
        expect_that!(of(&[]), eq(&Ok(None)));
        expect_that!(of(&[b"Bearer a.b.c"]), eq(&Ok(Some("a.b.c".to_owned()))));
        expect_that!(of(&[b"bEARER   a.b.c "]), eq(&Ok(Some("a.b.c".to_owned()))));
        for bad in [&[&b"a.b.c"[..]][..], &[b"Basic YTpi"], &[b"Bearer\xff x"], &[b"Bearer"], &[b""]] {
            expect_that!(of(bad), eq(&Err(AuthError::Invalid)), "{bad:?}");
        }
        expect_that!(of(&[b"Bearer a.b.c", b"Bearer a.b.c"]), eq(&Err(AuthError::Twice)));
        expect_that!(of(&[b"Bearer a.b.c", b"Basic YTpi"]), eq(&Err(AuthError::Twice)));
    }
}
