//! The engine for other languages: objects for engine, tenant, questions and events, the engine's own types as
//! records and enums, and one error.
//!
//! One call does one thing: a command, a question, a batch of events. What crosses is plain data; the declarations in
//! `mirror/` are generated from the engine's own, so that a field added there cannot be forgotten here.
//!
//! Every function that takes something returns a [`PmError`], also where an id is malformed: host input reaches no
//! panic.

mod clock;
mod delivery;
mod engine_object;
mod error;
mod ids;
mod limits;
mod listener;
mod maintenance;
mod mirror;
mod owned;
mod reader;
mod signal;
mod stream;
mod subscription;
mod tenant;
mod transfer;

pub use clock::ManualClock;
pub use engine_object::{Engine, EngineOptions};
pub use error::PmError;
pub use listener::{EventBatch, EventListener, ExportListener, ImportListener, ListenerError, StreamEnd};
pub use maintenance::{backup_tenant, check_tenant, export_tenant, new_command_id, new_id};
pub use reader::Reader;
pub use stream::EventStream;
pub use subscription::Subscription;
pub use tenant::{KnownPosition, Tenant};
pub use transfer::ImportSource;

/// The engine's types, in scope of the mirrors.
pub(crate) mod engine {
    pub(crate) use pm_engine::command::*;
    pub(crate) use pm_engine::event::{Event, EventActor, FieldChange, Note, Origin};
    pub(crate) use pm_engine::export::ExportSummary;
    pub(crate) use pm_engine::import::{
        DroppedField, ImportFormat, ImportOptions, ImportPhase, ImportProgress, ImportRemark, ImportReport,
        OnGone, RefusedRecord, RemarkKind,
    };
    pub(crate) use pm_engine::model::*;
    pub(crate) use pm_engine::outcome::{Outcome, PartResult};
    pub(crate) use pm_engine::query::*;
    pub(crate) use pm_engine::rejection::PathStep;
    pub(crate) use pm_engine::{AccessChange, CheckReport, Durability, Resume, TableDifference};

    pub(crate) use crate::ids::{LaneCategories, TableCounts};
}

mod scaffolding {
    #![allow(unsafe_code, unreachable_pub, missing_docs, reason = "the code uniffi generates is unsafe")]
    uniffi::setup_scaffolding!();
}
use scaffolding::UniFfiTag;
