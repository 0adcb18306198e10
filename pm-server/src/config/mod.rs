//! What a host of the server may set, a section per file. The defaults are the named limits.

mod auth;
mod http;
mod tenants;
mod websocket;

pub use auth::{AuthConfig, Secret};
pub use http::HttpConfig;
pub use tenants::TenantsConfig;
pub use websocket::WebSocketConfig;

use std::time::Duration;

use crate::limits;

/// Configuration of a server.
#[derive(Clone, PartialEq, Debug)]
pub struct ServerConfig {
    /// Most connections at once; further ones are closed at once.
    pub connections_max: usize,
    /// How long [`Server::run`](crate::Server::run) waits for its connections to end when it stops.
    pub stop_within: Duration,
    /// Who may connect.
    pub auth: AuthConfig,
    /// Tenants.
    pub tenants: TenantsConfig,
    /// HTTP requests other than WebSockets.
    pub http: HttpConfig,
    /// WebSocket connections.
    pub websocket: WebSocketConfig,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            connections_max: limits::CONNECTIONS_MAX,
            stop_within: limits::STOP_WITHIN,
            auth: AuthConfig::default(),
            tenants: TenantsConfig::default(),
            http: HttpConfig::default(),
            websocket: WebSocketConfig::default(),
        }
    }
}
