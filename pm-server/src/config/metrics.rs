//! Settings of what is counted.

use std::net::SocketAddr;

use super::section::section;

section! {
    /// Counts for Prometheus.
    pub struct MetricsConfig {
        /// Address where `/metrics` is answered, without a token: one that only the collector reaches. Empty: nowhere.
        listen: Option<SocketAddr> = None;
    }
}
