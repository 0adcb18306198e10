//! Settings of WebSocket connections.

use std::time::Duration;

use crate::limits;

/// Settings of WebSocket connections.
#[derive(Clone, PartialEq, Debug)]
pub struct WebSocketConfig {
    /// How long a client may take to say hello.
    pub hello_within: Duration,
    /// How long a client may take nothing of what is written to it.
    pub write_within: Duration,
    /// How long the other side may take to end a connection that is being closed.
    pub close_within: Duration,
    /// How often an idle connection is probed.
    pub ping_every: Duration,
    /// Without a sign of life for this long a connection is given up.
    pub idle_max: Duration,
}

impl Default for WebSocketConfig {
    fn default() -> Self {
        Self {
            hello_within: limits::HELLO_WITHIN,
            write_within: limits::WRITE_WITHIN,
            close_within: limits::CLOSE_WITHIN,
            ping_every: limits::PING_EVERY,
            idle_max: limits::IDLE_MAX,
        }
    }
}
