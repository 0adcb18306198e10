//! The bindings as a host uses them, without the code uniffi generates.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod conformance;
mod errors;
mod listeners;
mod support;
mod transfer;
