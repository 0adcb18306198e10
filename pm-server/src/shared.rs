//! What all connections share.

use tokio::sync::watch;

use crate::auth::Keys;
use crate::config::ServerConfig;
use crate::http::Load;
use crate::hub::Hub;
use crate::turns::Turns;

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) hub: Hub,
    pub(crate) turns: Turns,
    pub(crate) keys: Keys,
    pub(crate) load: Load,
    pub(crate) config: ServerConfig,
    pub(crate) stopping: watch::Receiver<bool>,
}
