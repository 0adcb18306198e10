#!/usr/bin/env bash
# Builds PMFFI.xcframework for iOS, its simulator and macOS. Needs a Mac with Xcode and these targets of Rust:
#   rustup target add aarch64-apple-ios aarch64-apple-ios-sim x86_64-apple-ios aarch64-apple-darwin x86_64-apple-darwin
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
[ "$(uname -s)" = Darwin ] || { echo "an XCFramework can only be made on a Mac" >&2; exit 1; }
cd "$ROOT"
for target in aarch64-apple-ios aarch64-apple-ios-sim x86_64-apple-ios aarch64-apple-darwin x86_64-apple-darwin; do
  cargo build --locked --release -p pm-bindings --target "$target"
done
cargo build --locked -p pm-bindgen --features cli
"$HERE/generate.sh" target/debug/pm-bindgen target/aarch64-apple-darwin/release/libpm_bindings.dylib
WORK=target/bindings/xcframework
rm -rf "$WORK" "$HERE/PMFFI.xcframework"
mkdir -p "$WORK/headers" "$WORK/simulator" "$WORK/macos"
cp "$HERE/Sources/PMFFI/PMFFI.h" "$WORK/headers/"
# The library is inside the framework: nothing is to be linked by name.
sed '/link "pm_bindings"/d' "$HERE/Sources/PMFFI/module.modulemap" > "$WORK/headers/module.modulemap"
lipo -create target/{aarch64-apple-ios-sim,x86_64-apple-ios}/release/libpm_bindings.a -output "$WORK/simulator/libpm_bindings.a"
lipo -create target/{aarch64,x86_64}-apple-darwin/release/libpm_bindings.a -output "$WORK/macos/libpm_bindings.a"
xcodebuild -create-xcframework \
  -library target/aarch64-apple-ios/release/libpm_bindings.a -headers "$WORK/headers" \
  -library "$WORK/simulator/libpm_bindings.a" -headers "$WORK/headers" \
  -library "$WORK/macos/libpm_bindings.a" -headers "$WORK/headers" \
  -output "$HERE/PMFFI.xcframework"
