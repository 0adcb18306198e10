#!/usr/bin/env bash
# Hostile bytes for every decoder and for the session (pm-server/fuzz), so many seconds for each target.
#   scripts/fuzz.sh [seconds] [target ...]    20 s each where nothing is said; an hour each: scripts/fuzz.sh 3600
#   PM_FUZZ_AT_ONCE=4 scripts/fuzz.sh 3600    four of them side by side
# Installs cargo-fuzz where it is missing. Without a nightly toolchain the pinned one is told to take its options.
# What a run finds new stays in target/fuzz/corpus; an input that breaks something in target/fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-20}
shift || true
at_once=${PM_FUZZ_AT_ONCE:-1}
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
built=$(dirname "$(find "$place/build" -path '*/release/session' -type f | head -n 1)")

# One target for its time; what it says goes to target/fuzz/<target>.log.
hunt() {
  local target=$1 said=$place/$1.log
  mkdir -p "$place/corpus/$target" "$place/artifacts/$target"
  if ! "$built/$target" "$place/corpus/$target" "$crate/seeds/$target" \
    -max_total_time="$seconds" -max_len=16384 -timeout=20 -rss_limit_mb=3072 \
    -artifact_prefix="$place/artifacts/$target/" -print_final_stats=1 2>"$said"; then
    printf '== fuzz: %s broke something\n%s\n' "$target" "$(tail -n 40 "$said")"
    return 1
  fi
  printf '== fuzz: %s, %s s\n%s\n' "$target" "$seconds" \
    "$(grep -E 'number_of_executed_units|new_units_added|peak_rss' "$said")"
}
export -f hunt
export built place crate seconds
printf '%s\n' "${targets[@]}" | xargs -P "$at_once" -I '{}' bash -c 'hunt {}'
