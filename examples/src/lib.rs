//! What to copy from: [`client`] is a small client of the server's WebSocket that sends commands, asks and follows;
//! `bin/embed.rs` uses the engine without any server, `bin/two_clients.rs` shows two clients of one tenant, one of which
//! is cut off and misses nothing.

pub mod client;
mod query;
