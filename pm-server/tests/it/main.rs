//! The server from outside: real sockets on loopback, one binary for all integration tests.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod access;
mod caps;
mod claims;
mod cli;
mod commands;
mod config;
mod frames;
mod heartbeat;
mod hello;
mod hostile;
mod key_files;
mod keys;
mod origin;
mod presence;
mod queries;
mod query_flow;
mod query_pages;
mod query_world;
mod rates;
mod raw;
mod rest_commands;
mod rest_context;
mod rest_events;
mod rest_http;
mod rest_routes;
mod rest_support;
mod resume;
mod signers;
mod slow;
mod soak;
mod story;
mod support;
mod token_command;
mod tokens;
mod tools;
