//! The program `pm-server`.

use std::process::ExitCode;

use clap::Parser;
use pm_server::cli::{self, Args};

fn main() -> ExitCode {
    match cli::run(Args::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("pm-server: {error}");
            ExitCode::FAILURE
        }
    }
}
