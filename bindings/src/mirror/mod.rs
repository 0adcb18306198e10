//! The engine's types as uniffi is told of them; see `bindgen/src/lib.rs`.

mod commands;
mod entities;
mod events;
mod lists;
mod questions;
mod reports;
mod transfer;
mod words;
