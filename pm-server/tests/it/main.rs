//! The server from outside: real sockets on loopback, one binary for all integration tests.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod access;
mod claims;
mod cli;
mod commands;
mod config;
mod deploy;
mod frames;
mod health;
mod hello;
mod key_files;
mod keys;
mod logging;
mod metrics;
mod origin;
mod resume;
mod signers;
mod slow;
mod stopping;
mod story;
mod support;
mod token_command;
mod tokens;
mod tools;
mod upgrade;
