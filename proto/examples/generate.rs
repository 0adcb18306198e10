//! Regenerates `proto/src/gen/` from `proto/pm/v1/`: `cargo run -p pm-proto --example generate`.

use std::path::Path;

/// The files of the contract, relative to this crate.
const FILES: [&str; 7] = [
    "pm/v1/common.proto",
    "pm/v1/entity.proto",
    "pm/v1/command.proto",
    "pm/v1/event.proto",
    "pm/v1/presence.proto",
    "pm/v1/query.proto",
    "pm/v1/sync.proto",
];

/// Writes the generated Rust into `out`.
pub(crate) fn generate(out: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = protox::compile(FILES, [root])?;
    prost_build::Config::new().out_dir(out).compile_fds(files)?;
    Ok(())
}

#[allow(dead_code, reason = "the test of freshness includes this file for `generate` alone")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    generate(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/gen"))
}
