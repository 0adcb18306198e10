//! What a host of the server may set, a section per file. The defaults are the named limits.

mod http;
mod rates;
mod tenants;
mod websocket;

pub use http::HttpConfig;
pub use rates::RatesConfig;
pub use tenants::TenantsConfig;
pub use websocket::WebSocketConfig;

use std::time::Duration;

use crate::limits;

/// Configuration of a server.
#[derive(Clone, PartialEq, Debug)]
pub struct ServerConfig {
    /// Most connections that somebody vouches for; further ones are told to come later.
    pub connections_max: usize,
    /// Most connections that nobody vouches for; the oldest of them makes room for a new one.
    pub connections_unknown_max: usize,
    /// How long [`Server::run`](crate::Server::run) waits for its connections to end when it stops.
    pub stop_within: Duration,
    /// Tenants.
    pub tenants: TenantsConfig,
    /// HTTP requests other than WebSockets.
    pub http: HttpConfig,
    /// WebSocket connections.
    pub websocket: WebSocketConfig,
    /// Rates of WebSocket connections and users.
    pub rates: RatesConfig,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            connections_max: limits::CONNECTIONS_MAX,
            connections_unknown_max: limits::CONNECTIONS_UNKNOWN_MAX,
            stop_within: limits::STOP_WITHIN,
            tenants: TenantsConfig::default(),
            http: HttpConfig::default(),
            websocket: WebSocketConfig::default(),
            rates: RatesConfig::default(),
        }
    }
}
