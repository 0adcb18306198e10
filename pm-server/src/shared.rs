//! What all connections share.

use std::sync::Arc;

use pm_engine::Engine;
use tokio::sync::watch;

use crate::admission::Admission;
use crate::auth::Keys;
use crate::config::ServerConfig;
use crate::health::{Commits, Health};
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

impl Shared {
    /// Over an engine. `left` turns when the server is about to stop, `stopping` when it does.
    pub(crate) fn new(
        engine: &Engine,
        keys: Keys,
        config: ServerConfig,
        (metrics, commits): (Arc<Metrics>, Arc<Commits>),
        (left, stopping): (watch::Receiver<bool>, watch::Receiver<bool>),
    ) -> Self {
        Self {
            hub: Hub::new(engine.clone(), &config),
            turns: Turns::new(config.general.blocking_threads_max),
            keys,
            health: Health::new(engine.root().to_owned(), commits, left),
            metrics,
            load: Load::new(&config.http),
            admission: Arc::new(Admission::new(&config)),
            rates: Rates::new(config.rates.clone()),
            config,
            stopping,
        }
    }
}
