//! Answers in their simplest forms.

use hyper::header::{CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use hyper::{Response, StatusCode};

use super::body::Body;
use crate::auth::AuthError;

/// What every route answers.
pub(crate) type Answer = Response<Body>;

pub(crate) fn unauthenticated(error: AuthError) -> Answer {
    let mut answer = text(StatusCode::UNAUTHORIZED, &error.to_string());
    answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    answer
}

pub(crate) fn text(status: StatusCode, text: &str) -> Answer {
    answer(status, "text/plain; charset=utf-8", format!("{text}\n"))
}

pub(crate) fn json(status: StatusCode, json: &'static str) -> Answer {
    answer(status, "application/json", json.to_owned())
}

fn answer(status: StatusCode, kind: &'static str, body: String) -> Answer {
    let mut answer = Response::new(Body::Whole(body.into()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}
