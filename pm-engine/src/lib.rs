//! pm-engine
pub mod limits;
pub mod model;
pub mod command;
pub mod event;
pub mod outcome;
pub mod rejection;
pub mod error;
pub mod wire;
mod access;
mod apply;
mod clock;
mod decide;
mod form;
mod graph;
mod mentions;
mod order_key;
mod store;
