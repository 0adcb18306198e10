//! What an embedding host may set. Nothing is global: two engines in one process do not know of each other.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::limits;
use crate::model::Epoch;
pub use crate::store::open::Durability;

/// A source of the few random ids the engine needs by itself.
pub trait IdSource: Send + Sync + std::fmt::Debug {
    /// A fresh epoch for a new or restored tenant.
    fn epoch(&self) -> Epoch;
}

/// Random ids from the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl IdSource for SystemIds {
    fn epoch(&self) -> Epoch {
        Epoch::from_uuid(uuid::Uuid::new_v4())
    }
}

/// Configuration of an engine.
///
/// ```
/// use pm_engine::EngineConfig;
/// let config = EngineConfig { workers: 0, ..EngineConfig::new("/tmp/pm") };
/// assert_eq!(config.tenants_open_max, 256);
/// ```
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// Folder that holds one folder per tenant.
    pub root: PathBuf,
    /// Threads that commit, shared by all tenants; they mostly wait for the disk. With 0 a command is committed on
    /// the thread that sends it.
    pub workers: usize,
    /// When an acknowledged command is safe.
    pub durability: Durability,
    /// Tenants kept open at once; past it the one idle for longest is closed.
    pub tenants_open_max: usize,
    /// Most recent events of a tenant that are kept in memory for those who listen; older ones are read from the file.
    pub ring_events_max: usize,
    /// Most bytes of these events.
    pub ring_bytes_max: usize,
    /// Most questions a tenant answers at once, each on a connection of its own; the others wait.
    pub readers_max: usize,
    /// Longest a question may work on the file; past it the failure is `busy`. What waits for its turn, and the making
    /// of a search index, do not count.
    pub query_within: Duration,
    /// Where instants come from.
    pub clock: Arc<dyn Clock>,
    /// Where random ids come from.
    pub ids: Arc<dyn IdSource>,
}

impl EngineConfig {
    /// Tenants under this folder; 4 workers, full durability, at most 256 tenants open.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            workers: limits::WORKERS_DEFAULT,
            durability: Durability::Full,
            tenants_open_max: limits::TENANTS_OPEN_DEFAULT,
            ring_events_max: limits::RING_EVENTS_MAX,
            ring_bytes_max: limits::RING_BYTES_MAX,
            readers_max: limits::READERS_MAX,
            query_within: Duration::from_millis(limits::QUERY_WITHIN_MS),
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
        }
    }
}
