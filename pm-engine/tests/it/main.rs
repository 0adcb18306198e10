//! The engine from outside: one binary for all integration tests.

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
mod support;
