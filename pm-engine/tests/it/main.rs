//! The engine from outside: one binary for all integration tests.

mod flow;
mod import_beads;
mod import_datasets;
mod import_pm;
mod import_support;
mod import_trello;
mod support;
