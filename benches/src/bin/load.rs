//! Load on a real server from outside: `load --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    pm_benches::load::main()
}
