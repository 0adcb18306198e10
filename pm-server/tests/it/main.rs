//! The server from outside: real sockets on loopback, one binary for all integration tests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that fails has nothing to clean up"
)]

mod access;
mod cli;
mod commands;
mod frames;
mod hello;
mod resume;
mod slow;
mod story;
mod support;
mod tokens;
mod tools;
