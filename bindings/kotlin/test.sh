#!/usr/bin/env bash
# Compiles the Kotlin side, packages it and runs its tests from the package: `test.sh GENERATOR LIBRARY`.
# Needs a JDK, npm and JNA ($JNA, or where Debian has it), and installs them where it may. A Kotlin compiler, with
# coroutines, comes from npm.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
WORK=${WORK:-$HERE/../../target/bindings}
OUT=$WORK/kotlin
GENERATOR=$1
LIBRARY=$2
JNA=${JNA:-/usr/share/java/jna.jar}

install() { # what for, Debian package
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update --quiet >/dev/null
    apt-get install --quiet --yes --no-install-recommends "$2" >/dev/null
  else
    echo "the Kotlin tests need $1 (Debian: $2)" >&2
    exit 1
  fi
}

command -v jar >/dev/null || install "a JDK" default-jdk-headless
command -v npm >/dev/null || install npm npm
[ -e "$JNA" ] || install "jna.jar, named by \$JNA" libjna-java
COMPILER=$WORK/node/node_modules/kotlin-compiler
[ -d "$COMPILER" ] || npm install --silent --no-audit --no-fund --prefix "$WORK/node" kotlin-compiler@2.4.20
LIB=$COMPILER/lib
LIBRARIES=$JNA:$LIB/kotlinx-coroutines-core-jvm.jar
KOTLINC=("$COMPILER/bin/kotlinc" -J-Xmx1500m)

rm -rf "$OUT/generated"
mkdir -p "$OUT"
"$GENERATOR" generate --no-format --language kotlin --config "$HERE/../uniffi.toml" --out-dir "$OUT/generated" "$LIBRARY" \
  >/dev/null
python3 "$HERE/mend.py" "$OUT/generated/pm/pm_bindings.kt"
# The generated file takes a minute: it has a jar of its own, made again only where it, or the compiler, is another.
SUM=$(cat "$OUT/generated/pm/pm_bindings.kt" "$COMPILER/package.json" | sha256sum)
if [ ! -e "$OUT/native.jar" ] || [ "$(cat "$OUT/sum" 2>/dev/null)" != "$SUM" ]; then
  "${KOTLINC[@]}" -nowarn -module-name pm-native -cp "$LIBRARIES" "$OUT/generated/pm/pm_bindings.kt" -d "$OUT/native.jar"
  echo "$SUM" > "$OUT/sum"
fi
"${KOTLINC[@]}" -Werror -module-name pm -cp "$OUT/native.jar:$LIBRARIES" "$HERE"/src/*.kt -d "$OUT/facade.jar"
rm -rf "$OUT/classes"
mkdir "$OUT/classes"
for part in native facade; do (cd "$OUT/classes" && jar --extract --file "../$part.jar"); done
jar --create --file "$OUT/classes.jar" -C "$OUT/classes" .
"$HERE/package.sh" jar "$OUT/classes.jar" "$LIBRARY" "$OUT/pm.jar"
"$HERE/package.sh" aar "$OUT/classes.jar" "$OUT/pm.aar" "x86_64=$LIBRARY"
for entry in classes.jar AndroidManifest.xml proguard.txt jni/x86_64/libpm_bindings.so; do
  jar --list --file "$OUT/pm.aar" | grep -qx "$entry" || { echo "the AAR lacks $entry" >&2; exit 1; }
done
"${KOTLINC[@]}" -Werror -cp "$OUT/pm.jar:$LIBRARIES:$LIB/kotlin-test.jar" "$HERE"/test/*.kt "$HERE"/examples/*.kt -d "$OUT/tests.jar"
RUNTIME=$OUT/pm.jar:$OUT/tests.jar:$LIBRARIES:$LIB/kotlin-stdlib.jar:$LIB/kotlin-test.jar
java -Xms256m -Xmx256m -XX:+AlwaysPreTouch -cp "$RUNTIME" pm.test.MainKt "$HERE/../conformance"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
track() { java -Dpm.data="$folder" -cp "$RUNTIME" track.TrackKt "$@"; }
track new PM "The product" >/dev/null
track add PM "Write the first page" >/dev/null
track move PM-1 in_progress
track board PM | grep -q "PM-1 .*Write the first page"
if track move PM-9 done 2>/dev/null; then
  echo "the example does not fail where it should" >&2
  exit 1
fi
echo "kotlin: package, tests and example work"
