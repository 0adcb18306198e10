//! Proofs: what the engine promises under load, in races, after crashes and failures.
//!
//! Short form: `cargo test -p pm-engine --test proof`. Long form, in a release build:
//! `PM_PROOF_LONG=1 cargo test --release -p pm-engine --test proof -- --test-threads=2`.
//! What was measured stands in `docs/proofs.md`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that fails has nothing to clean up"
)]

mod callbacks;
mod eviction;
mod failures;
mod kill;
mod load;
mod races;
mod scale;
mod subscribers;
mod support;
