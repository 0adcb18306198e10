//! Settings of the engine behind the server.

use std::path::PathBuf;
use std::time::Duration;

use pm_engine::{Durability, EngineConfig, limits};

use super::section::section;
use crate::limits::{DEADLINE_MAX, DEADLINE_MIN};

section! {
    /// The engine. All but `durability` trade memory and threads for speed.
    pub struct EngineSettings {
        /// When an acknowledged command is safe: `full`, on disk; `relaxed`, a power cut may take the last ones.
        durability: Durability = Durability::Full;
        /// Threads that commit, shared by all tenants; they mostly wait for the disk.
        workers: usize = limits::WORKERS_DEFAULT, 1..=256;
        /// Tenants kept open at once; past it the one idle for longest is closed.
        tenants_open_max: usize = limits::TENANTS_OPEN_DEFAULT, 1..=100_000;
        /// Most recent events that an open tenant keeps in memory for those who listen.
        ring_events_max: usize = limits::RING_EVENTS_MAX, 1..=1_000_000;
        /// Most bytes of these events.
        ring_bytes_max: usize = limits::RING_BYTES_MAX, 1_024..=1_073_741_824;
        /// Most connections on which an open tenant reads; one less questions are answered at once.
        readers_max: usize = limits::READERS_MAX, 1..=64;
        /// Longest a question may work on the file; past it the answer is `busy`.
        query_within: Duration = Duration::from_millis(limits::QUERY_WITHIN_MS), DEADLINE_MIN..=DEADLINE_MAX;
    }
}

impl EngineSettings {
    /// The engine's configuration, over tenants in this folder.
    #[must_use]
    pub fn over(&self, root: PathBuf) -> EngineConfig {
        EngineConfig {
            durability: self.durability,
            workers: self.workers,
            tenants_open_max: self.tenants_open_max,
            ring_events_max: self.ring_events_max,
            ring_bytes_max: self.ring_bytes_max,
            readers_max: self.readers_max,
            query_within: self.query_within,
            ..EngineConfig::new(root)
        }
    }
}
