//! Settings of WebSocket connections.

use std::time::Duration;

use super::section::section;
use crate::limits;

section! {
    /// WebSocket connections.
    pub struct WebSocketConfig {
        /// How long a client may take to say hello.
        hello_within: Duration = limits::HELLO_WITHIN, limits::DEADLINE_MIN..=limits::DEADLINE_MAX;
        /// How long a client may take to complete a message that it has begun.
        message_within: Duration = limits::MESSAGE_WITHIN, limits::DEADLINE_MIN..=limits::DEADLINE_MAX;
        /// How long a client may take nothing of what is written to it.
        write_within: Duration = limits::WRITE_WITHIN, limits::DEADLINE_MIN..=limits::DEADLINE_MAX;
        /// How long the other side may take to end a connection that is being closed.
        close_within: Duration = limits::CLOSE_WITHIN, limits::DEADLINE_MIN..=limits::DEADLINE_MAX;
        /// How often a heartbeat is sent, give or take a tenth.
        ping_every: Duration = limits::PING_EVERY, limits::DEADLINE_MIN..=limits::DEADLINE_MAX;
        /// Without a sign of life for this long a connection is given up; longer than `ping_every`.
        idle_max: Duration = limits::IDLE_MAX, limits::DEADLINE_MIN..=limits::DEADLINE_MAX;
        /// Most connections of one tenant; further ones are told to come later.
        connections_per_tenant_max: usize = limits::CONNECTIONS_PER_TENANT_MAX, 1..=1_000_000;
        /// Most connections of one user of a tenant; further ones are told to come later.
        connections_per_user_max: usize = limits::CONNECTIONS_PER_USER_MAX, 1..=1_000_000;
        /// A connection is told of changes in others' presence at most once in this time.
        presence_every: Duration = limits::PRESENCE_EVERY, limits::DEADLINE_MIN..=limits::DEADLINE_MAX;
        /// How long what a client said of its user's presence lasts.
        presence_expires: Duration = limits::PRESENCE_EXPIRES, limits::DEADLINE_MIN..=limits::DEADLINE_MAX;
    }
}
