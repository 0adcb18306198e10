//! Answers in their simplest forms.

use hyper::header::{ALLOW, CONNECTION, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use hyper::{Response, StatusCode};
use serde_json::json;

use super::body::Body;
use crate::auth::AuthError;

/// What every route answers.
pub(crate) type Answer = Response<Body>;

/// 401, for each reason in words.
pub(crate) fn unauthenticated(error: AuthError) -> Answer {
    let mut answer = refused(StatusCode::UNAUTHORIZED, "unauthenticated", &error.to_string());
    answer.headers_mut().insert(WWW_AUTHENTICATE, challenge(error));
    answer
}

/// What `WWW-Authenticate` says (RFC 6750): who sent no token did nothing wrong yet.
pub(crate) fn challenge(error: AuthError) -> HeaderValue {
    HeaderValue::from_static(if error == AuthError::Missing {
        "Bearer"
    } else {
        "Bearer error=\"invalid_token\""
    })
}

/// 405, where nothing is changed.
pub(crate) fn only(methods: &'static str) -> Answer {
    let mut answer = text(StatusCode::METHOD_NOT_ALLOWED, "only GET is answered here");
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    answer
}

/// The server has as many connections as it may have.
pub(crate) fn no_room() -> Answer {
    let detail = "too many connections: come back later";
    let mut answer = refused(StatusCode::SERVICE_UNAVAILABLE, "rate_limited", detail);
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}

/// A refusal that a program can act on (RFC 9457).
pub(crate) fn refused(status: StatusCode, code: &str, detail: &str) -> Answer {
    let title = status.canonical_reason().unwrap_or_default();
    let problem = json!({ "status": status.as_u16(), "title": title, "code": code, "detail": detail });
    answer(status, "application/problem+json", problem.to_string())
}

pub(crate) fn text(status: StatusCode, text: &str) -> Answer {
    answer(status, "text/plain; charset=utf-8", format!("{text}\n"))
}

pub(crate) fn json(status: StatusCode, text: &'static str) -> Answer {
    answer(status, "application/json", text.to_owned())
}

fn answer(status: StatusCode, kind: &'static str, body: String) -> Answer {
    let mut answer = Response::new(Body::Whole(body.into()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}
