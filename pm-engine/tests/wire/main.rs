//! The wire form: everything survives the way there and back, nothing hostile ends the process, and a change of the
//! format shows.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod golden;
mod hostile;
mod queries;
mod query_samples;
mod round_trip;
mod samples;
mod strategies;
