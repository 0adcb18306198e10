#!/usr/bin/env bash
# Packages the Kotlin side.
#   package.sh jar CLASSES LIBRARY OUT.jar          for the desktop: the library of this machine is a resource, which JNA finds
#   package.sh aar CLASSES OUT.aar ABI=LIBRARY…     for Android: a folder per ABI (arm64-v8a, armeabi-v7a, x86_64, x86)
# An app adds JNA (net.java.dev.jna:jna, for Android its @aar) and kotlinx-coroutines.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

resources() { # the name JNA gives to this machine
  local machine
  case "$(uname -m)" in
    x86_64) machine=x86-64 ;;
    arm64 | aarch64) machine=aarch64 ;;
    *) machine=$(uname -m) ;;
  esac
  case "$(uname -s)" in
    Darwin) echo "darwin-$machine" ;;
    *) echo "linux-$machine" ;;
  esac
}

case "$1" in
  jar)
    mkdir -p "$WORK/$(resources)"
    cp "$3" "$WORK/$(resources)/"
    cp "$2" "$4"
    jar --update --file "$4" -C "$WORK" "$(resources)"
    ;;
  aar)
    cp "$2" "$WORK/classes.jar"
    cp "$HERE/AndroidManifest.xml" "$HERE/proguard.txt" "$WORK/"
    for pair in "${@:4}"; do
      mkdir -p "$WORK/jni/${pair%%=*}"
      cp "${pair#*=}" "$WORK/jni/${pair%%=*}/libpm_bindings.so"
    done
    jar --create --no-manifest --file "$3" -C "$WORK" .
    ;;
  *)
    sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
