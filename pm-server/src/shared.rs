//! What all connections share.

use std::sync::Arc;

use tokio::sync::watch;

use crate::admission::Admission;
use crate::auth::Keys;
use crate::config::ServerConfig;
use crate::health::Health;
use crate::http::Load;
use crate::hub::Hub;
use crate::metrics::Metrics;
use crate::rates::Rates;
use crate::turns::Turns;

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) hub: Hub,
    pub(crate) turns: Turns,
    pub(crate) keys: Keys,
    pub(crate) load: Load,
    pub(crate) config: ServerConfig,
    pub(crate) health: Health,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) admission: Arc<Admission>,
    pub(crate) rates: Rates,
    pub(crate) stopping: watch::Receiver<bool>,
}
