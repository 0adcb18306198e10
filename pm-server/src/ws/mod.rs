//! A WebSocket connection: `frames` moves bytes, `session` decides what a message means, `connection` takes what comes,
//! `outgoing` writes what goes: answers, those of `queries` included, and the log, which `feed` brings.

pub(crate) mod answer;
pub(crate) mod close;
pub(crate) mod connection;
pub(crate) mod echo;
pub(crate) mod feed;
pub(crate) mod frames;
mod heartbeat;
pub(crate) mod last_batch;
mod opening;
pub(crate) mod outbox;
mod outgoing;
mod presence;
pub(crate) mod queries;
mod requests;
pub(crate) mod scan;
pub(crate) mod session;
