#!/usr/bin/env bash
# Strangers' clients against a real server: Python (PyPI's websockets and protobuf) and a browser's own WebSocket.
# Installs what is missing: a virtual environment and npm packages under target/, chromium where apt-get may.
#   scripts/clients.sh [python|browser]     PM_SERVER=program to test, else target/debug/pm-server is built
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$root/target/clients
which=${1:-all}

if [ -z "${PM_SERVER:-}" ]; then
  cargo build --locked --quiet -p pm-server --bin pm-server
  PM_SERVER=${CARGO_TARGET_DIR:-$root/target}/debug/pm-server
fi
export PM_SERVER

python_client() {
  echo "== clients: Python"
  local source=$root/pm-server/tests/clients/python venv=$work/venv
  if ! cmp -s "$source/requirements.txt" "$work/requirements.txt"; then
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$source/requirements.txt"
    cp "$source/requirements.txt" "$work/requirements.txt"
  fi
  rm -rf "$work/gen"
  mkdir -p "$work/gen"
  "$venv/bin/python" -m grpc_tools.protoc -I proto --python_out="$work/gen" proto/pm/v1/*.proto
  PYTHONPATH="$work/gen" PYTHONDONTWRITEBYTECODE=1 \
    "$venv/bin/python" -m pytest -q -p no:cacheprovider "$source"
}

browser_client() {
  echo "== clients: browser"
  local source=$root/pm-server/tests/clients/browser place=$work/browser chromium
  if ! chromium=$(command -v chromium); then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
      echo "there is no chromium, and no right to install it" >&2
      return 1
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
    chromium=$(command -v chromium)
  fi
  mkdir -p "$place"
  cp "$source"/{browser.test.mjs,page.js} "$place"
  if ! cmp -s "$source/package-lock.json" "$place/package-lock.json"; then
    cp "$source/package.json" "$source/package-lock.json" "$place"
    (cd "$place" && npm ci --ignore-scripts --no-audit --no-fund --silent) || { rm "$place/package-lock.json"; return 1; }
  fi
  (cd "$place" && PM_ROOT=$root PM_CHROMIUM=$chromium node --test --test-reporter=spec browser.test.mjs)
}

mkdir -p "$work"
case $which in
  python) python_client ;;
  browser) browser_client ;;
  all) python_client && browser_client ;;
  *) echo "python or browser, not $which" >&2 && exit 2 ;;
esac
