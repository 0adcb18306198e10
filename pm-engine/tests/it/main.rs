//! The engine from outside: one binary for all integration tests.

mod flow;
mod llm_context;
mod maintenance;
mod support;
