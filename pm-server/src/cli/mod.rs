//! The command line: one file per subcommand. Errors say what to do next.

mod args;
mod copies;
mod data;
mod demo;
mod import;
mod progress;
mod serve;
mod token;

use std::process::ExitCode;

use pm_engine::error::Failure;
use pm_engine::model::{Timestamp, UserId};
use pm_engine::{Clock, SystemClock};

pub use args::Args;

/// Something that could not be done, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{what}\n  {hint}")]
pub struct CliError {
    what: String,
    hint: String,
}

impl CliError {
    pub(crate) fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { what: what.into(), hint: hint.into() }
    }

    /// A failure of the engine, for the person at the terminal, who may know its detail.
    pub(crate) fn failed(failure: &Failure) -> Self {
        Self::new(failure.to_string(), failure.detail())
    }
}

fn user(id: &str) -> Result<UserId, CliError> {
    UserId::new(id).map_err(|error| CliError::new(error.to_string(), "correct --user"))
}

fn now() -> Timestamp {
    SystemClock.now()
}

/// Does what the arguments ask for.
///
/// # Errors
/// With a sentence and a hint for the person at the terminal.
pub fn run(args: Args) -> Result<ExitCode, CliError> {
    let data = data::Data::new(args.data);
    match args.command {
        args::Command::Serve(serve) => serve::run(&data, &serve),
        args::Command::Token(token) => token::run(&data, &token),
        args::Command::Demo(demo) => demo::run(&data, &demo),
        args::Command::Import(import) => import::run(&data, &import),
        args::Command::Export(export) => copies::export(&data, &export),
        args::Command::Backup(backup) => copies::backup(&data, &backup),
        args::Command::Restore(restore) => copies::restore(&data, &restore),
        args::Command::Check(check) => copies::check(&data, &check),
    }
}
