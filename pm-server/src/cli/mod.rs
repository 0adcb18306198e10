//! The command line: one file per subcommand. Errors say what to do next.

mod args;
mod config;
mod copies;
mod data;
mod demo;
mod health;
mod import;
mod progress;
mod serve;
mod token;

use std::process::ExitCode;

use pm_engine::error::Failure;
use pm_engine::model::{Timestamp, UserId};
use pm_engine::{Clock, SystemClock};

pub use args::Args;

use crate::config::ConfigError;

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

    fn misconfigured(error: ConfigError) -> Self {
        let hint = match &error {
            ConfigError::Unknown { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            ConfigError::Unreadable { .. } => "name a file that can be read with --config FILE".to_owned(),
            ConfigError::DataInData(_) => "name it with --data DIR or PM_SERVER_DATA".to_owned(),
            _ => "`pm-server config --reference` lists every setting".to_owned(),
        };
        Self::new(error.to_string(), hint)
    }

    /// A failure of the engine, for the person at the terminal, who may know its cause.
    pub(crate) fn failed(failure: &Failure) -> Self {
        Self::new(failure.to_string(), failure.cause())
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
    let flags = args.settings().map_err(CliError::misconfigured)?;
    let loaded =
        crate::config::load(args.config, std::env::vars_os(), flags).map_err(CliError::misconfigured)?;
    let data = data::Data::new(&loaded.config);
    match args.command {
        args::Command::Serve(_) => serve::run(&data, loaded.config),
        args::Command::Config(config) => config::run(&loaded, &config),
        args::Command::Health(health) => health::run(&loaded.config, &health),
        args::Command::Token(token) => token::run(&data, &token),
        args::Command::Demo(demo) => demo::run(&data, &demo),
        args::Command::Import(import) => import::run(&data, &import),
        args::Command::Export(export) => copies::export(&data, &export),
        args::Command::Backup(backup) => copies::backup(&data, &backup),
        args::Command::Restore(restore) => copies::restore(&data, &restore),
        args::Command::Check(check) => copies::check(&data, &check),
    }
}
