//! The tenant's file: opening, migrating, log, rows.

pub(crate) mod check;
pub(crate) mod copy;
pub(crate) mod event_log;
pub(crate) mod known;
pub(crate) mod open;
pub(crate) mod readers;
pub(crate) mod rebuild;
pub(crate) mod rows;
pub(crate) mod statements;
mod time_limit;
