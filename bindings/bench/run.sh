#!/usr/bin/env bash
# What a call costs in each language beside the same call in Rust, and what the library weighs. In microseconds, of the
# release profile; to be run on a quiet machine, after `PM_RELEASE=1 scripts/bindings.sh rust python kotlin`.
set -euo pipefail
cd "$(dirname "$0")/../.."
WORK=$PWD/target/bindings
OUT=$WORK/bench
mkdir -p "$OUT"
cargo run --locked --quiet --release -p pm-bindings --example calls > "$OUT/rust"
"$WORK/venv/bin/python" bindings/bench/calls.py > "$OUT/python"
columns=(rust python)
if [ -e "$WORK/kotlin/pm.jar" ]; then
  lib=$WORK/node/node_modules/kotlin-compiler/lib
  libraries=$WORK/kotlin/pm.jar:${JNA:-/usr/share/java/jna.jar}:$lib/kotlinx-coroutines-core-jvm.jar
  "$WORK/node/node_modules/kotlin-compiler/bin/kotlinc" -cp "$libraries" bindings/bench/Calls.kt -d "$OUT/calls.jar"
  java -cp "$OUT/calls.jar:$libraries:$lib/kotlin-stdlib.jar" bench.CallsKt > "$OUT/kotlin"
  columns+=(kotlin)
fi
printf '%-14s' us
printf '%12s' "${columns[@]}"
echo
while read -r name _; do
  printf '%-14s' "$name"
  for column in "${columns[@]}"; do
    printf '%12s' "$(awk -v name="$name" '$1 == name { print $2 }' "$OUT/$column")"
  done
  echo
done < "$OUT/rust"
library=target/release/libpm_bindings.so
[ -e "$library" ] || library=target/release/libpm_bindings.dylib
cp "$library" "$OUT/stripped" && strip "$OUT/stripped"
echo "stripped library: $(wc -c < "$OUT/stripped") bytes; by part of the code, in KiB:"
# Symbols with their sizes, summed by the crate or C library they belong to.
nm --print-size --size-sort --radix=d --demangle "$library" 2>/dev/null \
  | awk '{
      size = $2; name = $4
      if (name ~ /^<?&?(mut )?([a-z_0-9]+)::/) { sub(/^<?&?(mut )?/, "", name); sub(/::.*/, "", name) }
      else if (name ~ /^sqlite3|^sqlite|^fts5|^vdbe|^btree|^pager|^wal|^json|^rtree/) name = "sqlite (C)"
      else name = "others"
      total[name] += size
    } END { for (name in total) printf "%8.0f %s\n", total[name] / 1024, name }' | sort -rn | head -12
