#!/usr/bin/env bash
# Tests the Swift package: `test.sh GENERATOR LIBRARY`. With a Swift toolchain its tests run; without one, generation,
# syntax, the C header and the coverage of the tests are checked, and it says so.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
WORK=${WORK:-$HERE/../../target/bindings}
"$HERE/generate.sh" "$1" "$2"
cd "$HERE"
if command -v swift >/dev/null 2>&1; then
  folder=$(dirname "$2")
  LD_LIBRARY_PATH=$folder swift test -Xlinker "-L$folder"
  exit
fi
VENV=$WORK/venv
[ -x "$VENV/bin/python" ] || python3 -m venv "$VENV"
"$VENV/bin/pip" install --quiet "tree-sitter>=0.24" "tree-sitter-swift==0.7.4"
# The two words are clang's.
echo '#include "Sources/PMFFI/PMFFI.h"' | gcc -fsyntax-only -I. -D_Nullable= -D_Nonnull= -x c -
"$VENV/bin/python" check.py Package.swift Sources/*/*.swift Sources/PM/Generated/PM.swift Tests/PMTests/*.swift
echo "no Swift toolchain here: generated and parsed, NOT compiled and NOT run"
