//! What all connections share.

use std::sync::Arc;

use tokio::sync::watch;

use crate::auth::Keys;
use crate::config::ServerConfig;
use crate::health::Health;
use crate::hub::Hub;
use crate::metrics::Metrics;
use crate::turns::Turns;

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) hub: Hub,
    pub(crate) turns: Turns,
    pub(crate) keys: Keys,
    pub(crate) config: ServerConfig,
    pub(crate) health: Health,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) stopping: watch::Receiver<bool>,
}
