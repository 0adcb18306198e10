//! The engine's types as uniffi is told of them; see `bindgen/src/lib.rs`.

mod asked;
mod changes;
mod commands;
mod context;
mod details;
mod entities;
mod events;
mod lists;
mod read_items;
mod read_lists;
mod read_reports;
mod reports;
mod transfer;
mod words;
