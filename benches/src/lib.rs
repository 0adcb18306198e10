//! Measurements of pm-engine, each beside its floor: the same rows written, or the same rows read, by the barest code
//! on the same machine in the same run. Absolute figures depend on the machine and on what else runs there; the ratio
//! to the floor does not, as long as both are measured in turns.
//!
//! `cargo run --release -p pm-benches --bin sizes` measures every row and prints the table of `README.md`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement that fails has nothing to clean up"
)]

pub mod bare;
pub mod context;
pub mod fixture;
/// The engine's own dependency graph, which has no door of its own: its source is compiled in here.
#[path = "../../pm-engine/src/graph/mod.rs"]
#[allow(dead_code, reason = "only what is measured is used")]
mod graph;
pub mod growth;
pub mod lists;
pub mod load;
mod model {
    pub(crate) use pm_engine::model::ItemId;
}
pub mod measure;
pub mod memory;
pub mod million;
pub mod read;
pub mod resume;
pub mod write;
