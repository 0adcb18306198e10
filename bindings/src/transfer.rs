//! Import and export, with progress and an early end.
#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use pm_engine::export::ExportError;

use crate::engine::{Actor, ExportSummary, ImportOptions, ImportProgress, ImportReport};
use crate::error::PmError;
use crate::limits::EXPORT_PROGRESS_BYTES;
use crate::listener::{ExportListener, ImportListener};
use crate::tenant::Tenant;

/// Where an import reads from.
#[derive(Clone, Debug, uniffi::Enum)]
pub enum ImportSource {
    /// A file.
    File {
        /// Its path.
        path: String,
    },
    /// What the host has in memory.
    Bytes {
        /// The input.
        data: Vec<u8>,
    },
}

#[uniffi::export]
impl Tenant {
    /// Imports a file: each record becomes ordinary commands of the actor, an admin of the tenant. The same file twice
    /// changes nothing, a newer one updates what differs; a bad line never stops the good ones: the report names it.
    /// Blocks the calling thread, on which the listener is told now and then how far it is; one that answers false
    /// ends the import with the report so far.
    ///
    /// # Errors
    /// `forbidden`, `file`, `format`; `listener` where the listener threw. What was sent before stays.
    #[uniffi::method(default(listener = None))]
    pub fn import_from(
        &self,
        actor: Actor,
        options: ImportOptions,
        source: ImportSource,
        listener: Option<Arc<dyn ImportListener>>,
    ) -> Result<ImportReport, PmError> {
        let tenant = self.engine_tenant()?;
        let mut input: Box<dyn BufRead> = match source {
            ImportSource::File { path } => {
                Box::new(BufReader::new(File::open(path).map_err(|error| PmError::file(&error))?))
            }
            ImportSource::Bytes { data } => Box::new(io::Cursor::new(data)),
        };
        let mut thrown = None;
        let mut progress = |progress: &ImportProgress| match listener
            .as_ref()
            .map(|listener| listener.on_progress(progress.clone()))
        {
            None | Some(Ok(true)) => ControlFlow::Continue(()),
            Some(Ok(false)) => ControlFlow::Break(()),
            Some(Err(error)) => {
                thrown = Some(error);
                ControlFlow::Break(())
            }
        };
        let report = tenant.import(&actor, &options, &mut input, &mut progress)?;
        match thrown {
            Some(error) => Err(error.into()),
            None => Ok(report),
        }
    }

    /// Writes the whole tenant, deleted entities too, into a new file as one JSON object per line, as it was at one
    /// moment. Blocks the calling thread, on which the listener is told how many bytes are written; one that answers
    /// false ends the export. An export that has not succeeded leaves no file.
    ///
    /// # Errors
    /// `forbidden`, `already_exists` where the target exists, `file`, `cancelled`, `listener`.
    #[uniffi::method(default(listener = None))]
    pub fn export_to(
        &self,
        actor: Actor,
        target: String,
        listener: Option<Arc<dyn ExportListener>>,
    ) -> Result<ExportSummary, PmError> {
        let tenant = self.engine_tenant()?;
        into_new_file(Path::new(&target), listener, |out| tenant.export(&actor, out))
    }
}

/// Runs an export into a file that did not exist, and takes it away again where that fails.
pub(crate) fn into_new_file(
    target: &Path,
    listener: Option<Arc<dyn ExportListener>>,
    export: impl FnOnce(&mut dyn Write) -> Result<ExportSummary, ExportError>,
) -> Result<ExportSummary, PmError> {
    let file = OpenOptions::new().write(true).create_new(true).open(target);
    let file = file.map_err(|error| PmError::file(&error))?;
    let mut out = Counted { out: BufWriter::new(file), written: 0, told: 0, listener, stopped: None };
    let result = export(&mut out).map_err(PmError::from);
    let result = match (out.stopped.take(), result) {
        (Some(stopped), _) => Err(stopped),
        (None, Ok(summary)) => out.finish().map(|()| summary),
        (None, Err(error)) => Err(error),
    };
    if result.is_err() {
        // The first error is the one to tell.
        let _ = std::fs::remove_file(target);
    }
    result
}

/// Counts what is written, tells the listener, and stops where that says so.
struct Counted {
    out: BufWriter<File>,
    written: i64,
    told: i64,
    listener: Option<Arc<dyn ExportListener>>,
    stopped: Option<PmError>,
}

impl Counted {
    fn tell(&mut self) -> Result<(), PmError> {
        self.told = self.written;
        let Some(listener) = &self.listener else { return Ok(()) };
        if listener.on_progress(self.written)? { Ok(()) } else { Err(PmError::cancelled()) }
    }

    fn finish(mut self) -> Result<(), PmError> {
        self.tell()?;
        let flushed = self.out.flush().and_then(|()| self.out.get_ref().sync_all());
        flushed.map_err(|error| PmError::file(&error))
    }
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.written = self.written.saturating_add(i64::try_from(count).unwrap_or(i64::MAX));
        if self.written - self.told >= EXPORT_PROGRESS_BYTES
            && let Err(error) = self.tell()
        {
            self.stopped = Some(error);
            return Err(io::Error::other("ended early"));
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
