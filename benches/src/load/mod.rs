//! The load generator: many connections to a real `pm-server` process, measured from the client's side, beside bare
//! servers that send the same bytes or write the same rows.

mod args;
mod client;
mod fanout;
mod files;
mod floor;
mod floor_server;
mod meter;
mod report;
mod run;
mod scan;
mod server;
mod socket;
mod storm;
mod subscribers;
mod writers;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Scenario};

/// The program `load`.
///
/// # Panics
/// When a measurement fails: a server that does not start, a connection that breaks, an event that is lost.
#[must_use]
pub fn main() -> ExitCode {
    let args = Args::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let report = match &args.scenario {
        Scenario::Run(wanted) => runtime.block_on(run::run(&args.common, wanted)),
        Scenario::Fanout(wanted) => runtime.block_on(fanout::run(&args.common, wanted)),
        Scenario::Writers(wanted) => runtime.block_on(writers::run(&args.common, wanted)),
        Scenario::Storm(wanted) => runtime.block_on(storm::run(&args.common, wanted)),
        Scenario::Floor(wanted) => {
            runtime.block_on(floor_server::serve(wanted));
            return ExitCode::SUCCESS;
        }
    };
    report.print(args.common.json);
    ExitCode::SUCCESS
}
