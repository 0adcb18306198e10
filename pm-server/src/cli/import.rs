//! `pm-server import`: another tool's issues, or an export, into a tenant.

use std::fs::File;
use std::io::{BufReader, IsTerminal, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use pm_engine::command::Actor;
use pm_engine::import::{ImportError, ImportFormat, ImportOptions, ImportProgress, ImportReport, OnGone};
use pm_engine::model::{ActorKind, UserId};

use super::CliError;
use super::args::{Format, Gone, Import};
use super::data::Data;

/// Who imports: the host itself.
const IMPORTER: &str = "pm-server";

pub(super) fn run(data: &Data, args: &Import) -> Result<ExitCode, CliError> {
    let file = File::open(&args.file).map_err(|error| {
        CliError::new(format!("cannot read {}: {error}", args.file.display()), "name a file that can be read")
    })?;
    let engine = data.engine()?;
    let tenant = data.tenant_or_create(&engine, &args.tenant)?;
    let user = UserId::new(IMPORTER).map_err(|error| CliError::new(error.to_string(), "this is a bug"))?;
    let actor = Actor { kind: ActorKind::System, ..Actor::admin(user) };
    let bar = bar();
    let imported = tenant.import(&actor, &options(args), &mut BufReader::new(file), &mut |progress| {
        show(&bar, progress);
        ControlFlow::Continue(())
    });
    bar.finish_and_clear();
    let report = imported.map_err(|error| explain(&error))?;
    engine.close();
    let text = if args.json {
        serde_json::to_string_pretty(&report)
            .map_err(|error| CliError::new(error.to_string(), "leave --json out"))?
    } else {
        describe(&report)
    };
    // Whoever reads this may have had enough after the first line.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
    Ok(ExitCode::SUCCESS)
}

fn options(args: &Import) -> ImportOptions {
    let format = match args.format {
        Format::Beads => ImportFormat::Beads,
        Format::Trello => ImportFormat::Trello,
        Format::Pm => ImportFormat::Pm,
    };
    let mut options = ImportOptions::pm();
    options.format = format;
    options.project_key.clone_from(&args.project);
    options.source.clone_from(&args.source);
    options.lane_categories = args.categories.iter().cloned().collect();
    options.unknown_statuses_as_lanes = args.lanes;
    options.on_gone = match args.gone {
        Gone::Ignore => OnGone::Ignore,
        Gone::Report => OnGone::Report,
        Gone::Delete => OnGone::Delete,
    };
    options
}

/// A bar where somebody watches, nothing where a program reads.
fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::no_length();
    if let Ok(style) = ProgressStyle::with_template("{msg:12} {wide_bar} {pos}/{len} {elapsed}") {
        bar.set_style(style);
    }
    bar
}

fn show(bar: &ProgressBar, progress: &ImportProgress) {
    bar.set_message(format!("{:?}", progress.phase));
    match progress.total {
        Some(total) => bar.set_length(u64::try_from(total).unwrap_or(0)),
        None => bar.unset_length(),
    }
    bar.set_position(u64::try_from(progress.done).unwrap_or(0));
}

fn explain(error: &ImportError) -> CliError {
    let hint = match error {
        ImportError::Refused(_) => {
            "what was taken over before stays; the same import goes on from there".to_owned()
        }
        ImportError::Format { line: Some(line), message } => format!("line {line}: {message}"),
        ImportError::Format { line: None, message } => message.clone(),
        ImportError::Input(cause) => cause.to_string(),
        ImportError::Failed(failure) => failure.detail().to_owned(),
        _ => "see the message".to_owned(),
    };
    CliError::new(format!("the import failed: {error}"), hint)
}

fn describe(report: &ImportReport) -> String {
    let mut lines = vec![format!("{} lines read", report.lines_read)];
    for (what, counts) in
        [("made", &report.created), ("changed", &report.changed), ("as before", &report.unchanged)]
    {
        lines.extend(counts.iter().map(|(table, count)| format!("  {count:>7} {table} {what}")));
    }
    for refused in &report.refused {
        let line = refused.line.map_or_else(String::new, |line| format!("line {line} "));
        let id = refused.source_id.as_deref().unwrap_or_default();
        lines.push(format!("  refused: {line}{id}: {} ({})", refused.message, refused.code));
    }
    if report.remarks_count > 0 {
        lines.push(format!("  {} remarks; --json shows them", report.remarks_count));
    }
    for dropped in &report.dropped_fields {
        lines.push(format!("  {} times left out: {}", dropped.count, dropped.field));
    }
    lines.join("\n")
}
