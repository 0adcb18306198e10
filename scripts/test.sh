#!/usr/bin/env bash
# Runs everything that must pass: format, lints, tests, doctests, documentation, dependencies.
# Installs the tools it needs (cargo-nextest, cargo-deny) where they are missing.
#   PM_REQUIRE_DATA=1   fail, instead of skipping, where the shared test data is absent
set -euo pipefail
cd "$(dirname "$0")/.."

need() { # command, crate, version
  if ! command -v "$1" >/dev/null 2>&1; then
    echo "== installing $2 $3"
    cargo install "$2" --version "$3" --locked
  fi
}

need cargo-nextest cargo-nextest 0.9.143
need cargo-deny cargo-deny 0.20.2

# `cargo deny --offline` looks at the crates of every platform.
cargo fetch --locked --quiet
echo "== format"
cargo fmt --all --check
echo "== lints"
cargo clippy --workspace --all-targets --locked -- -D warnings
echo "== dependencies"
cargo deny --offline check bans licenses sources
echo "== documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet
echo "== doctests"
cargo test --workspace --doc --locked --quiet
echo "== tests"
cargo nextest run --workspace --locked --profile "${NEXTEST_PROFILE:-ci}"
