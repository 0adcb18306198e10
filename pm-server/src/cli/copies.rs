//! `export`, `backup`, `restore` and `check`: whole tenants as files. All but `restore` only read, and so run beside
//! a server.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::process::ExitCode;

use pm_engine::error::OpenError;
use pm_engine::export::ExportError;
use pm_engine::{CheckReport, Tenant};

use super::CliError;
use super::args::{Backup, Check, Export, Restore};
use super::data::Data;

/// Exit status of a check that found damage.
const DAMAGED: u8 = 2;
const TO_RESTORE: &str = "restore a backup with `pm-server restore`";

pub(super) fn export(data: &Data, args: &Export) -> Result<ExitCode, CliError> {
    let root = data.tenants();
    let failed = |error: ExportError| match &error {
        ExportError::Unreadable(cause) => data.explain(&args.tenant, cause),
        ExportError::Failed(failure) => CliError::failed(failure),
        _ => CliError::new(
            format!("cannot export {}: {error}", args.tenant),
            "see that the place can be written",
        ),
    };
    let summary = match &args.file {
        None => pm_engine::export::export(&root, &args.tenant, &mut std::io::stdout().lock()),
        Some(path) => {
            let file = File::create_new(path).map_err(|error| {
                CliError::new(
                    format!("cannot make {}: {error}", path.display()),
                    "name a new file in a folder that can be written",
                )
            })?;
            let mut out = BufWriter::new(file);
            pm_engine::export::export(&root, &args.tenant, &mut out).inspect_err(|_| {
                // Half an export must not be taken for a whole one.
                let _ = std::fs::remove_file(path);
            })
        }
    }
    .map_err(failed)?;
    let lines: i64 = summary.lines.values().sum();
    say(&format!("{lines} entities of {} as of event {}", args.tenant, summary.sequence));
    Ok(ExitCode::SUCCESS)
}

pub(super) fn backup(data: &Data, args: &Backup) -> Result<ExitCode, CliError> {
    // SQLite would only say that it cannot open something.
    if let Some(folder) =
        args.file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir())
    {
        let what = format!("there is no folder {}", folder.display());
        return Err(CliError::new(what, "make it, or name a file in another"));
    }
    pm_engine::backup(&data.tenants(), &args.tenant, &args.file).map_err(|error| match error {
        OpenError::AlreadyExists => CliError::new(
            format!("{} exists already", args.file.display()),
            "name a new file: a backup never overwrites one",
        ),
        other => data.explain(&args.tenant, &other),
    })?;
    say(&format!("{} copied to {}", args.tenant, args.file.display()));
    Ok(ExitCode::SUCCESS)
}

pub(super) fn restore(data: &Data, args: &Restore) -> Result<ExitCode, CliError> {
    if !args.file.exists() {
        let what = format!("there is no {}", args.file.display());
        return Err(CliError::new(what, "name a file made by `pm-server backup`"));
    }
    if data.has_tenant(&args.tenant) && !args.replace {
        return Err(CliError::new(
            format!("the tenant {} exists", args.tenant),
            "back it up, then say --replace to put this backup in its place",
        ));
    }
    let engine = data.engine()?;
    let tenant: Tenant = engine.restore(&args.tenant, &args.file).map_err(|error| match error {
        // Speaks of the backup, not of the tenant, which is as before.
        OpenError::Corrupt { detail } => CliError::new(
            format!("{} is no whole backup: {detail}", args.file.display()),
            "name a file made by `pm-server backup`",
        ),
        other => data.explain(&args.tenant, &other),
    })?;
    let head = tenant.head().map_err(|failure| CliError::failed(&failure))?;
    engine.close();
    say(&format!("{} restored, up to event {head}; its clients will load a snapshot", args.tenant));
    Ok(ExitCode::SUCCESS)
}

pub(super) fn check(data: &Data, args: &Check) -> Result<ExitCode, CliError> {
    let report = match pm_engine::check(&data.tenants(), &args.tenant) {
        Ok(report) => report,
        // Damaged so badly that nothing more can be said of it.
        Err(OpenError::Corrupt { detail }) => return Ok(unreadable(args, &detail)),
        Err(error) => return Err(data.explain(&args.tenant, &error)),
    };
    let text = if args.json {
        serde_json::to_string_pretty(&report)
            .map_err(|error| CliError::new(error.to_string(), "leave --json out"))?
    } else {
        describe(&args.tenant, &report)
    };
    // Whoever reads this may have had enough after the first line.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
    Ok(if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::from(DAMAGED) })
}

fn unreadable(args: &Check, detail: &str) -> ExitCode {
    let text = if args.json {
        serde_json::json!({ "epoch": null, "sequence": null, "integrity": [detail] }).to_string()
    } else {
        format!("{} is damaged and cannot be read:\n  {detail}\n{TO_RESTORE}", args.tenant)
    };
    let _ = writeln!(std::io::stdout().lock(), "{text}");
    ExitCode::from(DAMAGED)
}

fn describe(tenant: &str, report: &CheckReport) -> String {
    if report.is_whole() {
        return format!("{tenant} is whole: {} events, and the tables are what they say", report.sequence);
    }
    let mut lines = vec![format!("{tenant} is damaged, at event {}:", report.sequence)];
    lines.extend(report.integrity.iter().map(|problem| format!("  {problem}")));
    if report.broken_references > 0 {
        lines.push(format!("  {} rows refer to rows that do not exist", report.broken_references));
    }
    if report.log_gaps > 0 {
        lines.push(format!("  {} events are missing from the log", report.log_gaps));
    }
    lines.extend(report.replay_error.iter().map(|error| format!("  the log cannot be applied: {error}")));
    for difference in &report.differences {
        let (table, missing, surplus) = (&difference.table, difference.missing, difference.surplus);
        lines.push(format!("  {table}: {missing} rows missing, {surplus} too many"));
    }
    lines.push(TO_RESTORE.to_owned());
    lines.join("\n")
}

/// A remark for the person at the terminal; standard output is for what was asked for.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
