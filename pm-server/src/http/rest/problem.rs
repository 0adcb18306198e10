//! Errors as `application/problem+json` (RFC 9457): a stable code, a sentence, and data a program can act on. Nothing
//! of what went wrong inside is told; it goes to the log.

use std::time::Duration;

use hyper::StatusCode;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use pm_engine::error::{ExecuteError, Failure, FailureKind, OpenError};
use pm_engine::model::Entity;
use pm_engine::rejection::{PathStep, Rejection, RejectionCode};
use serde::Serialize;

use super::super::body::Body;
use super::super::reply::{Answer, challenge};
use crate::auth::AuthError;
use crate::limits;

pub(crate) const MEDIA: &str = "application/problem+json";

/// Why a request is not answered as asked.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    field: Option<String>,
    limit: Option<i64>,
    retry_after_ms: Option<i64>,
    part: Option<u32>,
    header: Option<(HeaderName, HeaderValue)>,
    /// What only rules of the engine tell.
    more: Option<Box<Rejection>>,
}

/// A problem as it is shown.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    r#type: String,
    title: &'static str,
    status: u16,
    code: &'static str,
    detail: String,
    request_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<Box<Entity>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    path: Vec<PathStep>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_length: Option<i64>,
}

/// Every code with its status and what it means, but for those of rules, which the engine names.
pub(crate) const CODES: &[(&str, u16, &str)] = &[
    ("unauthenticated", 401, "A valid token is needed"),
    ("no_route", 404, "There is no such resource"),
    ("method_not_allowed", 405, "The resource does not take this method"),
    ("not_acceptable", 406, "The resource has no form that is accepted"),
    ("uri_too_long", 414, "The query of the URL is too long"),
    ("unsupported_media_type", 415, "The body is not of a form that is read here"),
    ("timeout", 408, "The body did not come in time"),
    ("answer_too_large", 413, "The answer is larger than one document may be"),
    ("rate_limited", 429, "Too many requests"),
    ("busy", 503, "Too much is waiting"),
    ("storage", 503, "The storage failed"),
    ("closed", 503, "The tenant or the server is closed"),
    ("internal", 500, "Something went wrong inside"),
];

impl Problem {
    /// One of [`CODES`].
    pub(crate) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        let known = CODES.iter().find(|(known, ..)| *known == code);
        let status = known.map_or(500, |(_, status, _)| *status);
        Self::of(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), code, detail)
    }

    fn of(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            field: None,
            limit: None,
            retry_after_ms: None,
            part: None,
            header: None,
            more: None,
        }
    }

    /// A bug; what there is to know about it is in the log.
    pub(crate) fn internal() -> Self {
        Self::new("internal", "something went wrong inside")
    }

    /// A part of the request that breaks its form.
    pub(crate) fn invalid(field: &str, detail: impl Into<String>) -> Self {
        let code = RejectionCode::Invalid;
        Self { field: Some(field.to_owned()), ..Self::of(status(code), code.as_str(), detail) }
    }

    /// The same, within a part of a command.
    pub(crate) fn of_part(mut self, part: Option<u32>) -> Self {
        self.part = part;
        self
    }

    /// A body or line past a limit.
    pub(crate) fn too_large(field: &str, limit: usize, detail: impl Into<String>) -> Self {
        let code = RejectionCode::TooLarge;
        Self { field: Some(field.to_owned()), ..Self::of(status(code), code.as_str(), detail) }
            .with_limit(limit)
    }

    pub(crate) fn method_not_allowed(allowed: &'static str) -> Self {
        let detail = format!("this resource takes {allowed}");
        let header = Some((ALLOW, HeaderValue::from_static(allowed)));
        Self { header, ..Self::new("method_not_allowed", detail) }
    }

    pub(crate) fn unauthenticated(error: AuthError) -> Self {
        let header = Some((WWW_AUTHENTICATE, challenge(error)));
        Self { header, ..Self::new("unauthenticated", error.to_string()) }
    }

    /// Too much is being done already.
    pub(crate) fn busy(detail: &str) -> Self {
        Self::new("busy", detail).after(limits::RETRY_AFTER)
    }

    /// Faster than the rate of the user.
    pub(crate) fn rate_limited(wait: Duration) -> Self {
        Self::new("rate_limited", "you send commands faster than you may").after(wait)
    }

    /// Says when to come back; the header counts in whole seconds.
    fn after(mut self, wait: Duration) -> Self {
        let ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX).max(1);
        self.retry_after_ms = Some(ms);
        self.header = Some((RETRY_AFTER, HeaderValue::from(ms.div_euclid(1_000).saturating_add(1))));
        self
    }

    pub(crate) fn with_limit(mut self, limit: impl TryInto<i64>) -> Self {
        self.limit = limit.try_into().ok();
        self
    }

    pub(crate) const fn status(&self) -> StatusCode {
        self.status
    }

    /// Its form in JSON.
    pub(crate) fn shown(self, request_id: &str) -> Shown {
        let (current, path, path_length) = match self.more {
            Some(more) => (more.current, more.path, more.path_length),
            None => (None, Vec::new(), None),
        };
        Shown {
            r#type: format!("urn:pm:problem:{}", self.code),
            title: title(self.code),
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail,
            request_id: request_id.to_owned(),
            field: self.field,
            limit: self.limit,
            retry_after_ms: self.retry_after_ms,
            part: self.part,
            current,
            path,
            path_length,
        }
    }

    /// As an answer.
    pub(crate) fn answer(mut self, request_id: &str) -> Answer {
        let (status, header) = (self.status, self.header.take());
        // Nothing in it can fail to be written.
        let json = serde_json::to_vec(&self.shown(request_id)).unwrap_or_default();
        let mut answer = Answer::new(Body::Whole(json.into()));
        *answer.status_mut() = status;
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some((name, value)) = header {
            headers.insert(name, value);
        }
        answer
    }
}

/// The status a rule's code is answered with.
pub(crate) const fn status(code: RejectionCode) -> StatusCode {
    match code {
        RejectionCode::Invalid => StatusCode::BAD_REQUEST,
        RejectionCode::NotFound => StatusCode::NOT_FOUND,
        RejectionCode::Forbidden => StatusCode::FORBIDDEN,
        RejectionCode::CommandReused => StatusCode::UNPROCESSABLE_ENTITY,
        RejectionCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::CONFLICT,
    }
}

/// What a code means, in a few words.
pub(crate) fn title(code: &str) -> &'static str {
    if let Some((_, _, title)) = CODES.iter().find(|(known, ..)| *known == code) {
        return title;
    }
    match code {
        "invalid" => "A part of the request breaks its form",
        "not_found" => "It does not exist, or not for you",
        "already_exists" => "The id, key, name or reference is taken",
        "conflict" => "It has changed since",
        "cycle" => "It would close a cycle",
        "forbidden" => "Your role does not allow it",
        "archived" => "The project is archived",
        "frozen" => "The sprint has ended",
        "wrong_state" => "Not in this state",
        "in_use" => "Something still needs it",
        "has_children" => "The item has children",
        "wip_limit" => "The lane is full",
        "overlap" => "The time overlaps another entry",
        "not_running" => "The timer is not running",
        "command_reused" => "The id was used for another command",
        "too_large" => "Too much at once",
        _ => "Refused",
    }
}

impl From<Rejection> for Problem {
    fn from(mut rejection: Rejection) -> Self {
        let code = rejection.code;
        let detail = std::mem::take(&mut rejection.message);
        Self {
            field: rejection.field.take(),
            limit: rejection.limit,
            part: rejection.part,
            more: Some(Box::new(rejection)),
            ..Self::of(status(code), code.as_str(), detail)
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        if failure.kind() == FailureKind::Busy {
            return Self::busy(&failure.to_string());
        }
        tracing::warn!(kind = failure.kind().as_str(), detail = failure.detail(), "a request failed");
        Self::new(failure.kind().as_str(), failure.to_string())
    }
}

impl From<ExecuteError> for Problem {
    fn from(error: ExecuteError) -> Self {
        match error {
            ExecuteError::Rejected(rejection) => (*rejection).into(),
            ExecuteError::Failed(failure) => failure.into(),
            _ => Self::internal(),
        }
    }
}

impl From<OpenError> for Problem {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::NotFound | OpenError::InvalidName => {
                Self::unauthenticated(AuthError::Invalid).saying("there is no such tenant")
            }
            OpenError::Closed => Self::new("closed", "the server stops"),
            other => {
                tracing::error!(error = %other, detail = ?other, "a tenant cannot be opened");
                Self::new("storage", "the tenant is not available")
            }
        }
    }
}

impl Problem {
    fn saying(mut self, detail: &str) -> Self {
        detail.clone_into(&mut self.detail);
        self
    }
}
