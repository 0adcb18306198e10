//! Settings of HTTP requests other than WebSockets.

use std::time::Duration;

use super::section::section;
use crate::limits;

section! {
    /// HTTP requests other than WebSockets.
    pub struct HttpConfig {
        /// Origins whose pages may use the API, such as `https://board.example.com`; `*` for any. Empty: none.
        cors_origins: Vec<String> = Vec::new();
        /// How long the rest of a request's body may take to come, counted anew for each piece of a streamed one.
        body_within: Duration = limits::HTTP_BODY_WITHIN, limits::DEADLINE_MIN..=limits::DEADLINE_MAX;
        /// How long a client may take nothing of what is written to it.
        write_within: Duration = limits::HTTP_WRITE_WITHIN, limits::DEADLINE_MIN..=limits::DEADLINE_MAX;
        /// How often a stream of events gives a sign of life.
        heartbeat_every: Duration = limits::HTTP_HEARTBEAT_EVERY, limits::DEADLINE_MIN..=limits::DEADLINE_MAX;
        /// Most streams of events at once.
        streams_max: usize = limits::HTTP_STREAMS_MAX, 0..=1_000_000;
        /// Most requests answered at once, about one tenant a quarter of them; further ones are told to come back.
        requests_max: usize = limits::HTTP_REQUESTS_MAX, 1..=1_000_000;
    }
}
