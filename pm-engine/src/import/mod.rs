//! Importing: a file of another system, or an export of this engine, becomes ordinary commands of a tenant admin,
//! many in flight, with the original times and authors as their origin. Nothing here bypasses a rule.
//!
//! The way of an import: `lines` reads within bounds, `spool` keeps what later passes need on disk, a mapper
//! (`beads`, `trello`) turns each record into neutral facts (`facts`), and the passes (`passes`, `links`)
//! compare them with what is there and send what differs. An export of this engine (`pm`) needs no mapping: its
//! entities are taken over as they are, in their order.

mod beads;
mod beads_edges;
mod beads_import;
mod beads_lanes;
mod beads_words;
mod existing;
mod facts;
mod fields;
mod index;
mod lanes;
mod lines;
mod links;
mod options;
mod passes;
mod pipe;
mod pm;
mod report;
mod session;
pub(crate) mod spool;
mod tree;
mod trello;
mod trello_card;
mod trello_import;
mod trello_lanes;
mod users;

use std::io::BufRead;
use std::ops::ControlFlow;

use crate::command::Actor;
use crate::error::Failure;
use crate::handle::Tenant;
use crate::model::TenantRole;
use crate::rejection::{Rejection, RejectionCode};

pub use options::{ImportFormat, ImportOptions, OnGone};
pub use report::{
    DroppedField, ImportPhase, ImportProgress, ImportRemark, ImportReport, RefusedRecord, RemarkKind,
};

/// Why an import ended without a report. What had been sent stays; the same import again goes on from there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The import as a whole is refused: the actor is no tenant admin, the project cannot be made or is archived.
    #[error(transparent)]
    Refused(Box<Rejection>),
    /// The input as a whole is not of this format; nothing was sent.
    #[error("the input is not of this format: {message}")]
    Format {
        /// Where, counted from 1, where it is known.
        line: Option<i64>,
        /// What is wrong.
        message: String,
    },
    /// The input could not be read, or its spool not be written.
    #[error("the input could not be read or spooled")]
    Input(#[source] std::io::Error),
    /// Not the caller's fault.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<std::io::Error> for ImportError {
    fn from(error: std::io::Error) -> Self {
        Self::Input(error)
    }
}

impl From<Rejection> for ImportError {
    fn from(rejection: Rejection) -> Self {
        Self::Refused(Box::new(rejection))
    }
}

impl Tenant {
    /// Imports a file: each record becomes ordinary commands of `actor`, who is an admin of the tenant, with the
    /// record's own times and authors as their origin. Records are known again by their external reference, so that
    /// the same file twice changes nothing and a newer one updates what differs. A bad line never stops the good
    /// ones: the report names it. Blocks the calling thread.
    ///
    /// `progress` is told now and then how far the import is; `Break` ends it after what is in flight, with the
    /// report so far.
    ///
    /// ```no_run
    /// # use std::ops::ControlFlow;
    /// # use pm_engine::{Tenant, command::Actor, import::{ImportFormat, ImportOptions}};
    /// # fn load(tenant: &Tenant, actor: &Actor) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut file = std::io::BufReader::new(std::fs::File::open("issues.jsonl")?);
    /// let options = ImportOptions::new(ImportFormat::Beads, "PM");
    /// let report = tenant.import(actor, &options, &mut file, &mut |_| ControlFlow::Continue(()))?;
    /// println!("{}", serde_json::to_string_pretty(&report)?);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ImportError`]: where the import as a whole cannot be done or go on. What was sent before stays.
    pub fn import(
        &self,
        actor: &Actor,
        options: &ImportOptions,
        reader: &mut dyn BufRead,
        progress: &mut dyn FnMut(&ImportProgress) -> ControlFlow<()>,
    ) -> Result<ImportReport, ImportError> {
        if actor.role != TenantRole::Admin {
            return Err(
                Rejection::new(RejectionCode::Forbidden, "only an admin of the tenant imports").into()
            );
        }
        let mut session = session::Session::new(self, actor, options, progress)?;
        match options.format {
            ImportFormat::Beads => beads_import::run(&mut session, reader)?,
            ImportFormat::Trello => trello_import::run(&mut session, reader)?,
            ImportFormat::Pm => pm::run(&mut session, reader)?,
        }
        Ok(session.finish())
    }
}
