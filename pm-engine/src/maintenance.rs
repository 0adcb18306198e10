//! Whole-tenant work that is no command: copies, checks, rebuilding.

use std::path::Path;

use crate::engine::Engine;
use crate::error::{ExecuteError, OpenError};
use crate::handle::Tenant;
use crate::model::TenantId;
pub use crate::store::check::{CheckReport, TableDifference};
use crate::store::{check, copy, open, rebuild};

pub(crate) fn file_of(root: &Path, tenant: &str) -> Result<std::path::PathBuf, OpenError> {
    let id = TenantId::new(tenant).map_err(|_| OpenError::InvalidName)?;
    Ok(root.join(id.as_str()).join(open::TENANT_FILE))
}

/// Copies a tenant as it is now into a new file, also beside a running server: it only reads. The copy holds the log
/// and the record of commands; the search index is made again when it is needed.
///
/// # Errors
/// [`OpenError::NotFound`], [`OpenError::AlreadyExists`] where the target exists, [`OpenError::Corrupt`],
/// [`OpenError::Newer`], [`OpenError::Storage`].
pub fn backup(root: &Path, tenant: &str, target: &Path) -> Result<(), OpenError> {
    copy::backup(&file_of(root, tenant)?, target)
}

/// Checks a tenant's file, also beside a running server: it only reads, and makes copies in the system's folder for
/// temporary files.
///
/// # Errors
/// [`OpenError::NotFound`] and what keeps the file from being read at all; what is wrong inside is in the report.
pub fn check(root: &Path, tenant: &str) -> Result<CheckReport, OpenError> {
    check::check(&file_of(root, tenant)?, &std::env::temp_dir())
}

impl Engine {
    /// Puts a backup in the place of a tenant, which is made where it does not exist. It gets a new epoch, so that
    /// clients take a snapshot instead of going on in a history that is no longer this one's.
    ///
    /// # Errors
    /// [`OpenError::Locked`] by another process; [`OpenError::NotFound`] or [`OpenError::Corrupt`] for the backup;
    /// [`OpenError::Closed`]. The tenant is as before then, also where there was none.
    pub fn restore(&self, tenant: &str, from: &Path) -> Result<Tenant, OpenError> {
        let id = TenantId::new(tenant).map_err(|_| OpenError::InvalidName)?;
        let inner = self.inner();
        let copy = copy::prepare(from, &inner.config().root, inner.config().ids.epoch())?;
        inner.replace(&id, |folder| copy::put_in_place(&copy, folder))?;
        self.tenant(tenant)
    }
}

impl Tenant {
    /// Copies this tenant into a new file; see [`backup`].
    ///
    /// # Errors
    /// As [`backup`].
    pub fn backup(&self, target: &Path) -> Result<(), OpenError> {
        copy::backup(&self.file(), target)
    }

    /// Empties all tables and fills them again from the log. Answers how many events were applied. Commands wait
    /// meanwhile; readers see the old state until it is done.
    ///
    /// # Errors
    /// When the file cannot be read or written, or its log is damaged; nothing has changed then.
    pub fn rebuild(&self) -> Result<i64, ExecuteError> {
        self.core()?.exclusive(rebuild::rebuild)
    }
}
