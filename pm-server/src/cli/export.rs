//! `pm-server export`: a tenant as JSON lines, also beside a running server.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::process::ExitCode;

use pm_engine::export::{self, ExportError};

use super::CliError;
use super::args::Export;
use super::data::Data;

pub(super) fn run(data: &Data, args: &Export) -> Result<ExitCode, CliError> {
    match &args.file {
        None => write(data, &args.tenant, &mut BufWriter::new(std::io::stdout().lock()))?,
        Some(path) => {
            let file = File::create_new(path).map_err(|error| {
                CliError::new(
                    format!("cannot make {}: {error}", path.display()),
                    "name a file that does not exist",
                )
            })?;
            write(data, &args.tenant, &mut BufWriter::new(file))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn write(data: &Data, tenant: &str, out: &mut dyn Write) -> Result<(), CliError> {
    let summary = export::export(&data.tenants(), tenant, out).map_err(|error| match &error {
        ExportError::Output(cause) => CliError::new(format!("cannot write: {cause}"), "is the disk full?"),
        ExportError::Failed(failure) => CliError::failed(failure),
        ExportError::Unreadable(cause) => data.explain(tenant, cause),
        other => CliError::new(other.to_string(), "report this"),
    })?;
    let lines: i64 = summary.lines.values().sum();
    eprintln!("{lines} entities, as of sequence {}", summary.sequence);
    Ok(())
}
