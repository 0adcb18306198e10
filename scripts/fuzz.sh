#!/usr/bin/env bash
# Hostile bytes for every decoder and for the session (pm-server/fuzz), so many seconds for each target.
#   scripts/fuzz.sh [seconds] [target ...]    20 s each where nothing is said; an hour each: scripts/fuzz.sh 3600
# Installs cargo-fuzz where it is missing. Without a nightly toolchain the pinned one is told to take its options.
# What a run finds new stays in target/fuzz/corpus; an input that breaks something in target/fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-20}
shift || true
root=$PWD
crate=$root/pm-server/fuzz
place=$root/target/fuzz

if ! command -v cargo-fuzz >/dev/null 2>&1; then
  echo "== installing cargo-fuzz 0.13.2"
  cargo install cargo-fuzz --version 0.13.2 --locked --debug
fi
toolchain=
if rustup toolchain list 2>/dev/null | grep -q '^nightly'; then
  toolchain=+nightly
else
  export RUSTC_BOOTSTRAP=1
fi

targets=("$@")
if [ ${#targets[@]} = 0 ]; then
  targets=(session wire execute import query token rest frames)
fi
# No code of ours is unsafe: without the sanitizer inputs go through several times as fast.
build=(--fuzz-dir "$crate" --target-dir "$place/build" --sanitizer none)
# shellcheck disable=SC2086
cargo $toolchain fuzz build "${build[@]}"
for target in "${targets[@]}"; do
  echo "== fuzz: $target, $seconds s"
  mkdir -p "$place/corpus/$target" "$place/artifacts/$target"
  # shellcheck disable=SC2086
  cargo $toolchain fuzz run "${build[@]}" "$target" "$place/corpus/$target" "$crate/seeds/$target" -- \
    -max_total_time="$seconds" -max_len=16384 -timeout=20 -rss_limit_mb=3072 \
    -artifact_prefix="$place/artifacts/$target/" -print_final_stats=1 2>"$place/$target.log" ||
    { tail -n 40 "$place/$target.log"; exit 1; }
  grep -E 'number_of_executed_units|new_units_added|peak_rss' "$place/$target.log"
done
