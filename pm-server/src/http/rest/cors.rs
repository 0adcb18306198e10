//! Pages of other origins: which of them a browser lets use the API.

use hyper::HeaderMap;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderValue,
    ORIGIN,
};

use crate::config::HttpConfig;

/// The origin of a request, where its pages may use the API.
#[derive(Debug)]
pub(crate) struct Cors {
    allowed: Option<HeaderValue>,
    is_preflight: bool,
}

impl Cors {
    pub(crate) fn of(config: &HttpConfig, headers: &HeaderMap) -> Self {
        let is_allowed = |origin: &&HeaderValue| {
            config.cors_origins.iter().any(|known| known == "*" || known.as_bytes() == origin.as_bytes())
        };
        let allowed = headers.get(ORIGIN).filter(is_allowed).cloned();
        Self { allowed, is_preflight: headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD) }
    }

    /// Says so in an answer. Without it the browser keeps the answer from the page.
    pub(crate) fn apply(self, methods: &'static str, headers: &mut HeaderMap) {
        let Some(origin) = self.allowed else { return };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if self.is_preflight {
            let asked =
                "authorization, content-type, idempotency-key, if-none-match, last-event-id, x-request-id";
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(asked));
            headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        } else {
            let shown = "etag, retry-after, x-request-id, allow";
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(shown));
        }
    }
}
