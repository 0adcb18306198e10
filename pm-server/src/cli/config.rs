//! `pm-server config`: the settings in effect.

use std::io::Write;
use std::process::ExitCode;

use super::CliError;
use super::args::Config;
use crate::config::{Loaded, reference};

pub(super) fn run(loaded: &Loaded, args: &Config) -> Result<ExitCode, CliError> {
    let text = if args.reference {
        reference()
    } else if args.json {
        let text = serde_json::to_string_pretty(&loaded.to_json());
        text.map_err(|error| CliError::new(error.to_string(), "leave --json out"))? + "\n"
    } else {
        loaded.to_toml()
    };
    // Whoever reads this may have had enough after the first line.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
    Ok(ExitCode::SUCCESS)
}
