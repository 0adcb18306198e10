//! The server from outside: real sockets on loopback, one binary for all integration tests.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod access;
mod cli;
mod commands;
mod config;
mod deploy;
mod frames;
mod health;
mod hello;
mod logging;
mod metrics;
mod resume;
mod slow;
mod stopping;
mod story;
mod support;
mod tokens;
mod tools;
