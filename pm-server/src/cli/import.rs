//! `pm-server import`: another tool's issues, or an export, into a tenant.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader, Write as _};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;

use pm_engine::command::Actor;
use pm_engine::import::{
    ImportError, ImportFormat, ImportOptions, ImportPhase, ImportProgress, ImportReport, OnGone,
};
use pm_engine::model::{ActorKind, UserId};
use pm_engine::rejection::RejectionCode;

use super::CliError;
use super::args::{Format, Gone, Import};
use super::data::Data;
use super::progress::Progress;

/// Who imports: the host itself.
const IMPORTER: &str = "pm-server";
/// Exit status where records were refused and none was taken.
const ALL_REFUSED: u8 = 2;
/// Refused records listed in the summary; the JSON report has more.
const REFUSED_SHOWN: usize = 20;

pub(super) fn run(data: &Data, args: &Import) -> Result<ExitCode, CliError> {
    let mut input = open(&args.file)?;
    let engine = data.engine()?;
    let is_new = !data.has_tenant(&args.tenant);
    let tenant = data.tenant_or_create(&engine, &args.tenant)?;
    let user = UserId::new(IMPORTER).map_err(|error| CliError::new(error.to_string(), "this is a bug"))?;
    let actor = Actor { kind: ActorKind::System, ..Actor::admin(user) };
    let progress = Progress::new("records", 0);
    let mut show = |at: &ImportProgress| {
        progress.show(phase(at.phase), at.done, at.total);
        ControlFlow::Continue(())
    };
    let imported = tenant.import(&actor, &options(args), &mut *input, &mut show);
    progress.finish();
    let is_refused = imported.as_ref().map_or(true, ImportReport::is_all_refused);
    if is_new && is_refused {
        // A tenant that was made for nothing goes again; where it cannot, what went wrong before is worth more.
        let _ = engine.remove_untouched(&args.tenant);
    }
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
    Ok(if is_refused { ExitCode::from(ALL_REFUSED) } else { ExitCode::SUCCESS })
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

const fn phase(phase: ImportPhase) -> &'static str {
    match phase {
        ImportPhase::Reading => "reading",
        ImportPhase::Frame => "users, projects, lanes",
        ImportPhase::Items => "items",
        ImportPhase::Moves => "moves",
        ImportPhase::Parents => "parents",
        ImportPhase::Dependencies => "dependencies",
        ImportPhase::Comments => "comments",
        ImportPhase::Finishing => "finishing",
        ImportPhase::Deletions => "deletions",
    }
}

fn explain(error: &ImportError) -> CliError {
    let hint = match error {
        ImportError::Refused(rejection) if rejection.code == RejectionCode::Invalid => {
            "correct what it names; what was taken over before stays".to_owned()
        }
        ImportError::Refused(_) => {
            "what was taken over before stays; the same import goes on from there".to_owned()
        }
        ImportError::Format { .. } => {
            "see that it is the file you mean, and whole, and --format says what it is".to_owned()
        }
        ImportError::Input(cause) => cause.to_string(),
        ImportError::Failed(failure) => failure.cause().to_owned(),
        _ => "see the message".to_owned(),
    };
    CliError::new(format!("the import failed: {error}"), hint)
}

fn describe(report: &ImportReport) -> String {
    let count = |map: &BTreeMap<String, i64>, table: &str| map.get(table).copied().unwrap_or(0);
    let mut text = format!(
        "{:<16} {:>8} {:>8} {:>8} {:>9} {:>8}\n",
        "", "read", "created", "changed", "unchanged", "refused"
    );
    for (table, read) in &report.read {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{table:<16} {read:>8} {:>8} {:>8} {:>9} {:>8}",
            count(&report.created, table),
            count(&report.changed, table),
            count(&report.unchanged, table),
            count(&report.refused_count, table),
        );
    }
    for refused in report.refused.iter().take(REFUSED_SHOWN) {
        let line = refused.line.map_or_else(String::new, |line| format!("line {line}: "));
        let id = refused.source_id.as_deref().unwrap_or("a record");
        let _ = writeln!(text, "refused: {line}{id}: {} ({})", refused.message, refused.code);
    }
    let refused: i64 = report.refused_count.values().sum();
    if refused > 0 || report.remarks_count > 0 {
        let _ = writeln!(text, "{refused} refused, {} remarks; --json shows all", report.remarks_count);
    }
    for dropped in &report.dropped_fields {
        let _ = writeln!(text, "left out {} times: {}", dropped.count, dropped.field);
    }
    match (report.first_sequence, report.last_sequence) {
        (Some(first), Some(last)) => text.push_str(&format!("events {first} to {last}")),
        _ => text.push_str("nothing has changed"),
    }
    text
}

fn open(file: &Path) -> Result<Box<dyn BufRead>, CliError> {
    if file == Path::new("-") {
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    let unreadable = |error: std::io::Error| {
        CliError::new(format!("cannot read {}: {error}", file.display()), "name a file that can be read")
    };
    let mut reader = BufReader::new(File::open(file).map_err(unreadable)?);
    // A folder opens like a file; it shows here, before a tenant is made for it.
    reader.fill_buf().map_err(unreadable)?;
    Ok(Box::new(reader))
}
