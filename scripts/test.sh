#!/usr/bin/env bash
# Runs everything that must pass: format, lints, tests, doctests, documentation, dependencies, clients of other makes, and
# a short search for inputs that break something.
# Installs the tools it needs (cargo-nextest, cargo-deny, cargo-fuzz; Python and npm packages, chromium, a JDK and JNA)
# where they are missing. Swift's tests run only where there is a Swift toolchain; it says so where there is none.
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
echo "== load, short forms"
cargo build --locked --quiet -p pm-server -p pm-benches --bins
load=${CARGO_TARGET_DIR:-target}/debug/load
"$load" storm --clients 50 --kills 2
"$load" fanout --subscribers 50 --events 20 --rounds 1
"$load" writers --clients 8 --commands 20 --rounds 1
echo "== WebSocket conformance"
./scripts/autobahn.sh
echo "== REST against its own document"
./scripts/rest-fuzz.sh short
echo "== strangers' clients"
./scripts/clients.sh
echo "== bindings (their Rust tests ran above)"
./scripts/bindings.sh python kotlin swift
echo "== fuzz, 15 s a target"
./scripts/fuzz.sh 15
