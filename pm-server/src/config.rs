//! What a host of the server may set. The defaults are the named limits.

use std::time::Duration;

use crate::limits;

/// Configuration of a server.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// A token for a tenant that does not exist makes it.
    pub create_tenants: bool,
    /// Most connections at once; further ones are answered with 503.
    pub connections_max: usize,
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
    /// How long [`Server::run`](crate::Server::run) waits for its connections to end when it stops.
    pub stop_within: Duration,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            create_tenants: false,
            connections_max: limits::CONNECTIONS_MAX,
            hello_within: limits::HELLO_WITHIN,
            write_within: limits::WRITE_WITHIN,
            close_within: limits::CLOSE_WITHIN,
            ping_every: limits::PING_EVERY,
            idle_max: limits::IDLE_MAX,
            stop_within: limits::STOP_WITHIN,
        }
    }
}
