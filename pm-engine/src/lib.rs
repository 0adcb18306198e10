//! pm-engine
pub mod limits;
pub mod model;
pub mod command;
pub mod event;
pub mod outcome;
pub mod rejection;
pub mod error;
mod access;
mod store;
pub mod query;
