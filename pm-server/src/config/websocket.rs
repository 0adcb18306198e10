//! Settings of WebSocket connections.

use std::time::Duration;

use crate::limits;

/// Settings of WebSocket connections.
#[derive(Clone, PartialEq, Debug)]
pub struct WebSocketConfig {
    /// How long a client may take to say hello.
    pub hello_within: Duration,
    /// How long a client may take to complete a message that it has begun.
    pub message_within: Duration,
    /// How long a client may take nothing of what is written to it.
    pub write_within: Duration,
    /// How long the other side may take to end a connection that is being closed.
    pub close_within: Duration,
    /// How often a heartbeat is sent, give or take a tenth.
    pub ping_every: Duration,
    /// Without a sign of life for this long a connection is given up.
    pub idle_max: Duration,
    /// Most connections of one tenant.
    pub connections_per_tenant_max: usize,
    /// Most connections of one user of a tenant.
    pub connections_per_user_max: usize,
    /// A connection is told of changes in others' presence at most once in this time.
    pub presence_every: Duration,
    /// How long what a client said of its presence lasts.
    pub presence_expires: Duration,
}

impl Default for WebSocketConfig {
    fn default() -> Self {
        Self {
            hello_within: limits::HELLO_WITHIN,
            message_within: limits::MESSAGE_WITHIN,
            write_within: limits::WRITE_WITHIN,
            close_within: limits::CLOSE_WITHIN,
            ping_every: limits::PING_EVERY,
            idle_max: limits::IDLE_MAX,
            connections_per_tenant_max: limits::CONNECTIONS_PER_TENANT_MAX,
            connections_per_user_max: limits::CONNECTIONS_PER_USER_MAX,
            presence_every: limits::PRESENCE_EVERY,
            presence_expires: limits::PRESENCE_EXPIRES,
        }
    }
}
