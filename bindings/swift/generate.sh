#!/usr/bin/env bash
# Writes the generated Swift, its C header and the module map into the package: `generate.sh GENERATOR LIBRARY`.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
OUT=$(mktemp -d)
trap 'rm -rf "$OUT"' EXIT
"$1" generate --no-format --language swift --config "$HERE/../uniffi.toml" --out-dir "$OUT" "$2" >/dev/null
rm -rf "$HERE/Sources/PM/Generated" "$HERE/Sources/PMFFI"
mkdir -p "$HERE/Sources/PM/Generated" "$HERE/Sources/PMFFI"
cp "$OUT/PM.swift" "$HERE/Sources/PM/Generated/PM.swift"
cp "$OUT/PMFFI.h" "$HERE/Sources/PMFFI/PMFFI.h"
cat > "$HERE/Sources/PMFFI/module.modulemap" <<'MAP'
module PMFFI {
    header "PMFFI.h"
    link "pm_bindings"
    export *
}
MAP
