#![doc = include_str!("../../README.md")]
#![doc = ""]
//! # The way of a command
//!
//! ```text
//! form → queue → BEGIN → record? → decide → apply → append → COMMIT → publish → answer
//! ```
//!
//! Start with [`Engine`], [`Tenant`], [`command::Change`] and [`query::Reader`].

mod access;
mod apply;
mod broadcast;
mod callback;
mod clock;
pub mod command;
mod completion;
mod config;
mod decide;
mod engine;
pub mod error;
pub mod event;
pub mod export;
mod form;
mod graph;
mod handle;
pub mod import;
pub mod limits;
mod maintenance;
mod mentions;
pub mod model;
mod observe;
mod order_key;
pub mod outcome;
pub mod query;
pub mod rejection;
mod run;
mod sight;
mod store;
mod subscription;
mod tenant;
mod transact;
#[cfg(test)]
mod transact_tests;
pub mod wire;

pub use clock::{Clock, ManualClock, SystemClock};
pub use completion::{CommandResult, Pending};
pub use config::{Durability, EngineConfig, IdSource, SystemIds};
pub use engine::Engine;
pub use handle::{HeadListener, Tenant};
pub use maintenance::{CheckReport, TableDifference, backup, check};
pub use observe::{CommittedGroup, Observer, Statistics};
pub use sight::Sight;
pub use subscription::{AccessChange, Changed, EventBatch, InMemory, RawEvent, Resume, Subscription};
