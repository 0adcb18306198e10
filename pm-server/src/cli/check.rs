//! `pm-server check`: is a tenant's file whole? The exit status tells.

use std::process::ExitCode;

use pm_engine::CheckReport;

use super::CliError;
use super::args::Check;
use super::data::Data;

/// Exit status for a file that is not whole; 1 is for what kept it from being checked.
const NOT_WHOLE: u8 = 2;

pub(super) fn run(data: &Data, args: &Check) -> Result<ExitCode, CliError> {
    let report = pm_engine::check(&data.tenants(), &args.tenant);
    let report = report.map_err(|error| data.explain(&args.tenant, &error))?;
    if args.json {
        let json = serde_json::to_string_pretty(&report);
        println!("{}", json.map_err(|error| CliError::new(error.to_string(), "report this"))?);
    } else {
        tell(&args.tenant, &report);
    }
    Ok(if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::from(NOT_WHOLE) })
}

fn tell(tenant: &str, report: &CheckReport) {
    if report.is_whole() {
        println!("tenant {tenant} is whole, log at {}", report.sequence);
        return;
    }
    println!("tenant {tenant} is damaged, log at {}:", report.sequence);
    for problem in &report.integrity {
        println!("  sqlite: {problem}");
    }
    if report.broken_references > 0 {
        println!("  {} rows refer to rows that do not exist", report.broken_references);
    }
    if report.log_gaps > 0 {
        println!("  {} sequence numbers are missing from the log", report.log_gaps);
    }
    if let Some(error) = &report.replay_error {
        println!("  the log cannot be applied again: {error}");
    }
    for table in &report.differences {
        println!(
            "  table {}: {} rows missing, {} too many, compared with the log",
            table.table, table.missing, table.surplus
        );
    }
    println!("restore the newest backup that is whole: pm-server restore --help");
}
