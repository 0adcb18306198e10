//! `pm-server import`: a file becomes ordinary commands.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;

use pm_engine::command::Actor;
use pm_engine::import::{
    ImportError, ImportFormat, ImportOptions, ImportPhase, ImportProgress, ImportReport,
};

use super::args::{Format, Import};
use super::data::Data;
use super::progress::Progress;
use super::{CliError, user};

/// Refused records listed in the summary; the JSON report has more.
const REFUSED_SHOWN: usize = 10;

pub(super) fn run(data: &Data, args: &Import) -> Result<ExitCode, CliError> {
    let mut input = open(&args.file)?;
    let options = options(args);
    let actor = Actor::admin(user(&args.user)?);
    let engine = data.engine()?;
    let tenant = data.tenant_or_create(&engine, &args.tenant)?;
    let progress = Progress::new("records", 0);
    let mut show = |at: &ImportProgress| {
        progress.show(phase(at.phase), at.done, at.total);
        ControlFlow::Continue(())
    };
    let report = tenant.import(&actor, &options, &mut *input, &mut show);
    progress.finish();
    let report = report.map_err(|error| explain(&error))?;
    engine.close();
    if args.json {
        let json = serde_json::to_string_pretty(&report);
        println!("{}", json.map_err(|error| CliError::new(error.to_string(), "report this"))?);
    } else {
        print!("{}", summary(&report));
    }
    Ok(ExitCode::SUCCESS)
}

fn open(file: &Path) -> Result<Box<dyn BufRead>, CliError> {
    if file == Path::new("-") {
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    match File::open(file) {
        Ok(file) => Ok(Box::new(BufReader::new(file))),
        Err(error) => {
            Err(CliError::new(format!("cannot read {}: {error}", file.display()), "name the file to import"))
        }
    }
}

fn options(args: &Import) -> ImportOptions {
    let format = match args.format {
        Format::Beads => ImportFormat::Beads,
        Format::Trello => ImportFormat::Trello,
        Format::Pm => ImportFormat::Pm,
    };
    ImportOptions { format, project_key: args.project.clone(), ..ImportOptions::pm() }
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
        ImportError::Refused(_) => "nothing was imported: correct it and try again".to_owned(),
        ImportError::Format { line: Some(line), .. } => {
            format!("see line {line}; is it the right --format?")
        }
        ImportError::Format { .. } => "is it the right --format?".to_owned(),
        ImportError::Input(cause) => format!("the cause: {cause}"),
        ImportError::Failed(failure) => failure.detail().to_owned(),
        _ => "what was sent stays; the same import again goes on from there".to_owned(),
    };
    CliError::new(error.to_string(), hint)
}

fn summary(report: &ImportReport) -> String {
    let count = |map: &BTreeMap<String, i64>, table: &str| map.get(table).copied().unwrap_or(0);
    let mut text = format!(
        "{:<16} {:>8} {:>8} {:>8} {:>9} {:>8}\n",
        "", "read", "created", "changed", "unchanged", "refused"
    );
    for (table, read) in &report.read {
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
        let _ = writeln!(text, "refused: {line}{id} ({}): {}", refused.code, refused.message);
    }
    let refused: i64 = report.refused_count.values().sum();
    if refused > 0 || report.remarks_count > 0 {
        let _ = writeln!(
            text,
            "{refused} refused, {} remarks: --json lists them (importing again changes nothing)",
            report.remarks_count
        );
    }
    match (report.first_sequence, report.last_sequence) {
        (Some(first), Some(last)) => {
            let _ = writeln!(text, "events {first} to {last}");
        }
        _ => text.push_str("nothing has changed\n"),
    }
    text
}
