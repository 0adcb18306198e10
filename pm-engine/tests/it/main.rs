//! The engine from outside: one binary for all integration tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that fails has nothing to clean up"
)]

mod config;
mod flow;
mod group;
mod import_beads;
mod import_datasets;
mod import_pm;
mod import_support;
mod import_trello;
mod limits_page;
mod llm_context;
mod maintenance;
mod memory;
mod observe;
mod old_files;
mod remembered;
mod support;
