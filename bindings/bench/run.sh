#!/usr/bin/env bash
# What a call costs in each language beside the same call in Rust, in microseconds, and what the library weighs:
#   run.sh          of the release profile; for a quiet machine
#   run.sh short    a tenth of the calls, of the profile of the tests: shows that it works, not what anything costs
# After `scripts/bindings.sh python kotlin`, whose packages it takes; the library in them is replaced by that of the profile.
set -euo pipefail
cd "$(dirname "$0")/../.."
TARGET=${CARGO_TARGET_DIR:-$PWD/target}
WORK=$TARGET/bindings
OUT=$WORK/bench
SIZE=${1:-full}
case "$SIZE" in
  full) PROFILE=release FOLDER=$TARGET/release ;;
  short) PROFILE=dev FOLDER=$TARGET/debug ;;
  *) sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
rm -rf "$OUT"
mkdir -p "$OUT/python"
cargo build --locked --quiet --profile "$PROFILE" -p pm-bindings --lib --example calls
library=$FOLDER/libpm_bindings.so
[ -e "$library" ] || library=$FOLDER/libpm_bindings.dylib

echo "rust" >&2
"$FOLDER/examples/calls" "$SIZE" > "$OUT/rust"

echo "python" >&2
cp -r "$WORK"/venv/lib/python3*/site-packages/pm "$OUT/python/"
cp "$library" "$OUT/python/pm/_native/"
PYTHONPATH=$OUT/python "$WORK/venv/bin/python" bindings/bench/calls.py "$SIZE" > "$OUT/python.us"

echo "kotlin" >&2
compiler=$WORK/node/node_modules/kotlin-compiler
libraries=$WORK/kotlin/classes.jar:${JNA:-/usr/share/java/jna.jar}:$compiler/lib/kotlinx-coroutines-core-jvm.jar
"$compiler/bin/kotlinc" -cp "$libraries" bindings/bench/Calls.kt -d "$OUT/calls.jar"
java -Djna.library.path="$FOLDER" -cp "$OUT/calls.jar:$libraries:$compiler/lib/kotlin-stdlib.jar" bench.CallsKt "$SIZE" \
  > "$OUT/kotlin.us"
mv "$OUT/rust" "$OUT/rust.us"

printf '| %-14s | %8s | %8s | %8s |\n|---|---|---|---|\n' "µs" Rust Python Kotlin
while read -r name cost; do
  printf '| %-14s | %8s' "$name" "$cost"
  for language in python kotlin; do
    printf ' | %8s' "$(awk -v name="$name" '$1 == name { print $2 }' "$OUT/$language.us")"
  done
  echo ' |'
done < "$OUT/rust.us"

[ "$SIZE" = full ] || exit 0
cp "$library" "$OUT/stripped" && strip "$OUT/stripped"
echo "stripped library: $(wc -c < "$OUT/stripped") bytes, $(gzip -9 -c "$OUT/stripped" | wc -c) compressed; symbols by crate, in KiB:"
# Symbols with their sizes, summed by the crate or C library they belong to.
nm --print-size --size-sort --radix=d --demangle "$library" 2>/dev/null \
  | awk '{
      size = $2; name = $4
      if (name ~ /^<?&?(mut )?([a-z_0-9]+)::/) { sub(/^<?&?(mut )?/, "", name); sub(/::.*/, "", name) }
      else if (name ~ /^sqlite3|^sqlite|^fts5|^vdbe|^btree|^pager|^wal|^json|^rtree/) name = "sqlite (C)"
      else name = "others"
      total[name] += size
    } END { for (name in total) printf "%8.0f %s\n", total[name] / 1024, name }' | sort -rn | head -12
