//! The tenant's file: opening, migrating, reading rows.

pub(crate) mod rows;
