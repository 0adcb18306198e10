//! The bindings as a host uses them, without the code uniffi generates.

mod conformance;
mod errors;
mod listeners;
mod support;
mod transfer;
