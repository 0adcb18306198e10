//! A WebSocket connection: `frames` moves bytes, `session` decides what a message means, `feed` brings the log,
//! `queries` the answers, `connection` ties them together.

pub(crate) mod answer;
pub(crate) mod close;
pub(crate) mod connection;
pub(crate) mod feed;
pub(crate) mod frames;
pub(crate) mod last_batch;
pub(crate) mod outbox;
pub(crate) mod queries;
pub(crate) mod scan;
pub(crate) mod session;
