#!/usr/bin/env bash
# pm-engine and taskchampion doing the same, one after the other on the same disk. Each prints: what, times, seconds.
#   benches/compare/run.sh [items made one commit each, 200]
set -euo pipefail
cd "$(dirname "$0")"
count=${1:-200}
cargo build --release --quiet --manifest-path ../../Cargo.toml -p pm-benches --bin drive
cargo build --release --quiet --locked
target() { cargo metadata --format-version 1 --no-deps --manifest-path "$1" | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'; }
drive=$(target ../../Cargo.toml)/release/drive
compare=$(target Cargo.toml)/release/pm-compare
for round in 1 2 3; do
  echo "== taskchampion, round $round"
  "$compare" "$count"
  echo "== pm-engine, round $round"
  "$drive" compare "$count"
done
