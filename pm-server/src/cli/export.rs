//! `pm-server export`: a tenant as JSON lines. Beside a running server it exports a copy made for it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use pm_engine::command::Actor;
use pm_engine::error::OpenError;
use pm_engine::export::{ExportError, ExportSummary};
use pm_engine::{Engine, EngineConfig, Tenant};

use super::args::Export;
use super::data::Data;
use super::{CliError, user};

/// Name of a tenant's file in its folder; see `docs/storage.md`.
const TENANT_FILE: &str = "tenant.db";

pub(super) fn run(data: &Data, args: &Export) -> Result<ExitCode, CliError> {
    let engine = data.existing()?;
    match engine.tenant(&args.tenant) {
        Ok(tenant) => export(&tenant, args.file.as_deref())?,
        Err(OpenError::Locked { .. }) => {
            let copy = Copy::make(data, &args.tenant)?;
            let engine = Engine::open(EngineConfig { workers: 0, ..EngineConfig::new(&copy.folder) })
                .map_err(|error| data.explain("the copy", &error))?;
            let tenant = engine.tenant(&args.tenant).map_err(|error| data.explain("the copy", &error))?;
            export(&tenant, args.file.as_deref())?;
            engine.close();
        }
        Err(error) => return Err(data.explain(&args.tenant, &error)),
    }
    Ok(ExitCode::SUCCESS)
}

fn export(tenant: &Tenant, file: Option<&Path>) -> Result<(), CliError> {
    let actor = Actor::admin(user("export")?);
    let summary = match file {
        None => {
            let mut out = BufWriter::new(std::io::stdout().lock());
            write(tenant, &actor, &mut out)?
        }
        Some(path) => {
            let file = File::create_new(path).map_err(|error| {
                CliError::new(
                    format!("cannot make {}: {error}", path.display()),
                    "name a file that does not exist",
                )
            })?;
            write(tenant, &actor, &mut BufWriter::new(file))?
        }
    };
    let lines: i64 = summary.lines.values().sum();
    eprintln!("{lines} entities, as of sequence {}", summary.sequence);
    Ok(())
}

fn write(tenant: &Tenant, actor: &Actor, out: &mut dyn Write) -> Result<ExportSummary, CliError> {
    let output =
        |error: &std::io::Error| CliError::new(format!("cannot write: {error}"), "is the disk full?");
    let summary = tenant.export(actor, out).map_err(|error| match &error {
        ExportError::Output(cause) => output(cause),
        ExportError::Failed(failure) => CliError::failed(failure),
        other => CliError::new(other.to_string(), "report this"),
    })?;
    out.flush().map_err(|error| output(&error))?;
    Ok(summary)
}

/// A folder beside the tenants with a copy of one of them, gone when this is dropped.
struct Copy {
    folder: PathBuf,
}

impl Copy {
    fn make(data: &Data, tenant: &str) -> Result<Self, CliError> {
        let folder = data.path().join(format!("export-{}", std::process::id()));
        let copy = Self { folder: folder.clone() };
        let place = folder.join(tenant);
        std::fs::create_dir_all(&place).map_err(|error| {
            CliError::new(format!("cannot make {}: {error}", place.display()), "is the data folder writable?")
        })?;
        pm_engine::backup(&data.tenants(), tenant, &place.join(TENANT_FILE))
            .map_err(|error| data.explain(tenant, &error))?;
        Ok(copy)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
