//! The tenant's file: opening, migrating, reading rows.

pub(crate) mod readers;
pub(crate) mod rows;
