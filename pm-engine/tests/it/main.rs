//! The engine from outside: one binary for all integration tests.

mod flow;
mod group;
mod limits_page;
mod llm_context;
mod maintenance;
mod import_beads;
mod import_pm;
mod import_support;
mod import_trello;
mod support;
