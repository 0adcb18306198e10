//! Settings of WebSocket connections.

use std::time::Duration;

use super::section::section;
use crate::limits;

section! {
    /// WebSocket connections.
    pub struct WebSocketConfig {
        /// How long a client may take to say hello.
        hello_within: Duration = limits::HELLO_WITHIN, limits::DEADLINE_MIN..=limits::DEADLINE_MAX;
        /// How long a client may take nothing of what is written to it.
        write_within: Duration = limits::WRITE_WITHIN, limits::DEADLINE_MIN..=limits::DEADLINE_MAX;
        /// How long the other side may take to end a connection that is being closed.
        close_within: Duration = limits::CLOSE_WITHIN, limits::DEADLINE_MIN..=limits::DEADLINE_MAX;
        /// How often an idle connection is probed.
        ping_every: Duration = limits::PING_EVERY, limits::DEADLINE_MIN..=limits::DEADLINE_MAX;
        /// Without a sign of life for this long a connection is given up; longer than `ping_every`.
        idle_max: Duration = limits::IDLE_MAX, limits::DEADLINE_MIN..=limits::DEADLINE_MAX;
    }
}
