//! Work on a tenant's file that needs no engine, also beside a process that has it open: it only reads.
#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use std::path::Path;

use crate::engine::{CheckReport, CommandId, ExportSummary, ItemId};
use crate::error::PmError;
use crate::transfer::into_new_file;

/// Checks a tenant's file: SQLite's own checks, gaps in the log, and whether the tables are what the log says.
///
/// # Errors
/// `not_found` and what keeps the file from being read at all; what is wrong inside is in the report.
#[uniffi::export]
pub fn check_tenant(root: String, tenant: String) -> Result<CheckReport, PmError> {
    Ok(pm_engine::check(Path::new(&root), &tenant)?)
}

/// Copies a tenant as it is now into a new file.
///
/// # Errors
/// `not_found`, `already_exists` where the target exists, `corrupt`, `newer`, `storage`.
#[uniffi::export]
pub fn backup_tenant(root: String, tenant: String, target: String) -> Result<(), PmError> {
    Ok(pm_engine::backup(Path::new(&root), &tenant, Path::new(&target))?)
}

/// Exports a tenant into a new file. Whoever can read the tenant's file is asked for no role.
///
/// # Errors
/// `not_found`, `already_exists` where the target exists, `file`.
#[uniffi::export]
pub fn export_tenant(root: String, tenant: String, target: String) -> Result<ExportSummary, PmError> {
    into_new_file(Path::new(&target), None, |out| pm_engine::export::export(Path::new(&root), &tenant, out))
}

/// A fresh, time-ordered id for an entity.
#[uniffi::export]
#[must_use]
pub fn new_id() -> String {
    ItemId::generate().to_string()
}

/// A fresh, time-ordered id for a command.
#[uniffi::export]
#[must_use]
pub fn new_command_id() -> CommandId {
    CommandId::generate()
}
