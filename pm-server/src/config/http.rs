//! Settings of HTTP requests other than WebSockets.

use std::time::Duration;

use crate::limits;

/// Settings of HTTP requests other than WebSockets.
#[derive(Clone, PartialEq, Debug)]
pub struct HttpConfig {
    /// Origins whose pages may use the API, such as `https://board.example.com`; `*` for any. Empty: none.
    pub cors_origins: Vec<String>,
    /// How long the rest of a request's body may take to come, counted anew for each piece of a streamed one.
    pub body_within: Duration,
    /// How long a client may take nothing of what is written to it.
    pub write_within: Duration,
    /// How often a stream of events gives a sign of life.
    pub heartbeat_every: Duration,
    /// Most streams of events at once.
    pub streams_max: usize,
    /// Most requests answered at once; further ones are told to come back.
    pub requests_max: usize,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            cors_origins: Vec::new(),
            body_within: limits::HTTP_BODY_WITHIN,
            write_within: limits::HTTP_WRITE_WITHIN,
            heartbeat_every: limits::HTTP_HEARTBEAT_EVERY,
            streams_max: limits::HTTP_STREAMS_MAX,
            requests_max: limits::HTTP_REQUESTS_MAX,
        }
    }
}
