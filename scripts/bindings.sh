#!/usr/bin/env bash
# Builds and tests the bindings: `scripts/bindings.sh [rust|python|kotlin|swift]…`, all of them by default.
# Installs what it needs under target/bindings; JNA, where it is absent and apt is allowed, into the system. The library,
# the generator, the wheel and the tests share one build, in the profile of the tests.
#   PM_RELEASE=1      build the library as it is shipped, and tell its size
set -euo pipefail
cd "$(dirname "$0")/.."
ROOT=$PWD
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
WORK=$TARGET/bindings
mkdir -p "$WORK"
PROFILE=dev
FOLDER=debug
if [ -n "${PM_RELEASE:-}" ]; then
  PROFILE=release
  FOLDER=release
fi
case "$(uname -s)" in
  Darwin) LIBRARY=libpm_bindings.dylib ;;
  *) LIBRARY=libpm_bindings.so ;;
esac
LIBRARY=$TARGET/$FOLDER/$LIBRARY
GENERATOR=$TARGET/debug/pm-bindgen
export WORK

library() {
  echo "== library and generator"
  cargo build --locked --quiet --profile "$PROFILE" -p pm-bindings
  cargo build --locked --quiet -p pm-bindgen --features cli
}

generate() { # language, folder
  rm -rf "$2"
  "$GENERATOR" generate --no-format --language "$1" --config bindings/uniffi.toml --out-dir "$2" \
    "$LIBRARY" >/dev/null
}

rust() {
  echo "== rust"
  cargo test --locked --quiet -p pm-bindgen -p pm-bindings
}

python() {
  echo "== python: install"
  local venv=$WORK/venv
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet "maturin>=1.16,<2" "pytest>=8" "mypy>=1.11" "matplotlib>=3.8"
  PATH=$venv/bin:$PATH MATURIN_PEP517_ARGS="--profile $PROFILE" \
    "$venv/bin/pip" install --quiet --no-build-isolation --no-deps --force-reinstall ./bindings/python
  echo "== python: types"
  generate python "$WORK/python"
  "$venv/bin/python" bindings/python/build/stubs.py "$WORK/python/pm_bindings.py" "$WORK/stubs.pyi"
  diff -u bindings/python/pm/_native/__init__.pyi "$WORK/stubs.pyi" || {
    echo "stale: copy $WORK/stubs.pyi to bindings/python/pm/_native/__init__.pyi" >&2
    exit 1
  }
  (cd bindings/python && "$venv/bin/mypy" --strict -p pm)
  (cd "$WORK" && "$venv/bin/mypy" --strict "$ROOT"/bindings/python/{tests,examples}/*.py)
  echo "== python: tests"
  (cd bindings/python/tests && "$venv/bin/python" -m pytest --quiet -p no:cacheprovider .)
}

kotlin() {
  echo "== kotlin"
  bindings/kotlin/test.sh "$GENERATOR" "$LIBRARY"
}

swift() {
  echo "== swift"
  bindings/swift/test.sh "$GENERATOR" "$LIBRARY"
}

size() {
  [ "$PROFILE" = release ] || return 0
  cp "$LIBRARY" "$WORK/stripped"
  strip "$WORK/stripped"
  echo "== size: $(stat -c %s "$WORK/stripped" 2>/dev/null || stat -f %z "$WORK/stripped") bytes, stripped"
}

library
for language in "${@:-rust python kotlin swift}"; do
  for each in $language; do "$each"; done
done
size
