//! One run of an import: who asks, what is counted, how it is told.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use rusqlite::Connection;

use super::report::{
    self, DroppedField, ImportPhase, ImportProgress, ImportRemark, ImportReport, Origin, RefusedRecord,
    RemarkKind,
};
use super::{ImportError, ImportOptions};
use crate::command::{Actor, Command, Part};
use crate::error::{ExecuteError, Stop};
use crate::handle::Tenant;
use crate::limits::IMPORT_REPORT_ENTRIES_MAX;
use crate::model::CommandId;
use crate::outcome::Outcome;
use crate::rejection::Rejection;
use crate::tenant::TenantCore;

pub(super) struct Session<'a> {
    pub(super) tenant: &'a Tenant,
    pub(super) core: Arc<TenantCore>,
    pub(super) options: &'a ImportOptions,
    pub(super) report: ImportReport,
    actor: &'a Actor,
    dropped: BTreeMap<String, i64>,
    progress: &'a mut dyn FnMut(&ImportProgress) -> ControlFlow<()>,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        tenant: &'a Tenant,
        actor: &'a Actor,
        options: &'a ImportOptions,
        progress: &'a mut dyn FnMut(&ImportProgress) -> ControlFlow<()>,
    ) -> Result<Self, ImportError> {
        Ok(Self {
            tenant,
            core: tenant.core()?,
            options,
            report: ImportReport::new(options.format),
            actor,
            dropped: BTreeMap::new(),
            progress,
        })
    }

    pub(super) fn finish(mut self) -> ImportReport {
        let fields = std::mem::take(&mut self.dropped);
        self.report.dropped_fields =
            fields.into_iter().map(|(field, count)| DroppedField { field, count }).collect();
        self.report
    }

    /// Tells how far it is; answers whether to go on.
    pub(super) fn tick(&mut self, phase: ImportPhase, done: i64, total: Option<i64>) -> bool {
        if !self.report.cancelled {
            let told = (self.progress)(&ImportProgress { phase, done, total });
            self.report.cancelled = told.is_break();
        }
        !self.report.cancelled
    }

    /// Reads the file in one short transaction.
    pub(super) fn read<T>(&self, f: impl FnOnce(&Connection) -> Result<T, Stop>) -> Result<T, ImportError> {
        match self.core.readers.read(|connection, _| f(connection)) {
            Ok(value) => Ok(value),
            Err(Stop::Rejected(rejection)) => Err(ImportError::Refused(rejection)),
            Err(Stop::Failed(error)) => Err(ImportError::Failed(error.into())),
        }
    }

    /// A command of the importing actor under a fresh id.
    pub(super) fn command(&self, parts: Vec<Part>) -> Command {
        Command { id: CommandId::generate(), actor: self.actor.clone(), parts }
    }

    /// Sends one command and waits for it.
    pub(super) fn commit(
        &mut self,
        parts: Vec<Part>,
    ) -> Result<Result<Outcome, Box<Rejection>>, ImportError> {
        let command = self.command(parts);
        match self.tenant.execute(command) {
            Ok(outcome) => {
                self.note(&outcome);
                Ok(Ok(outcome))
            }
            Err(ExecuteError::Rejected(rejection)) => Ok(Err(rejection)),
            Err(ExecuteError::Failed(failure)) => Err(failure.into()),
        }
    }

    /// Counts the events of an outcome.
    pub(super) fn note(&mut self, outcome: &Outcome) {
        self.report.committed(outcome.first_sequence, outcome.last_sequence);
    }

    pub(super) fn refuse(&mut self, table: &str, origin: Origin, rejection: &Rejection) {
        self.report.refuse(RefusedRecord::by_rule(table, origin, rejection));
    }

    pub(super) fn refuse_with(
        &mut self,
        table: &str,
        origin: Origin,
        code: &str,
        message: impl Into<String>,
    ) {
        self.report.refuse(RefusedRecord::new(table, origin, code, message));
    }

    pub(super) fn remark(
        &mut self,
        kind: RemarkKind,
        origin: Origin,
        other: Option<String>,
        message: impl Into<String>,
    ) {
        self.report.remark(ImportRemark {
            kind,
            line: origin.line,
            source_id: origin.id,
            other,
            message: message.into(),
        });
    }

    /// A field that has no place here. Names come from the input: only so many are told apart.
    pub(super) fn drop_field(&mut self, field: &str) {
        let known = self.dropped.contains_key(field) || self.dropped.len() < IMPORT_REPORT_ENTRIES_MAX;
        report::add(&mut self.dropped, if known { field } else { "…" }, 1);
    }

    pub(super) fn count_read(&mut self, table: &str, count: i64) {
        report::add(&mut self.report.read, table, count);
    }
    pub(super) fn count_created(&mut self, table: &str) {
        report::add(&mut self.report.created, table, 1);
    }
    pub(super) fn count_changed(&mut self, table: &str) {
        report::add(&mut self.report.changed, table, 1);
    }
    pub(super) fn count_unchanged(&mut self, table: &str) {
        report::add(&mut self.report.unchanged, table, 1);
    }
    pub(super) fn count_repeated(&mut self, table: &str) {
        report::add(&mut self.report.repeated, table, 1);
    }
}
