//! The engine from outside: one binary for all integration tests.

mod flow;
mod maintenance;
mod support;
