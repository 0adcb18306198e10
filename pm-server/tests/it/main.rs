//! The server from outside: real sockets on loopback, one binary for all integration tests.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod access;
mod cli;
mod commands;
mod config;
mod frames;
mod hello;
mod resume;
mod slow;
mod story;
mod support;
mod tokens;
mod tools;
