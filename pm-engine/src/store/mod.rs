//! The tenant's file: opening, migrating, log, rows.

pub(crate) mod event_log;
pub(crate) mod open;
pub(crate) mod readers;
pub(crate) mod rows;
