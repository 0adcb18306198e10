#!/usr/bin/env bash
# WebSocket conformance: the Autobahn cases against the frames of the server. Fails on any failed case, and where cases
# are missing. Compression (12, 13) is not offered, so not asked for. The report is in target/autobahn/report.
set -euo pipefail
cd "$(dirname "$0")/.."

dir=target/autobahn
venv=$dir/venv
if [ ! -x "$venv/bin/kosoku" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check kosoku==0.1.0
fi

cargo build --quiet -p pm-server --example echo
rm -rf "$dir/report" "$dir/address"
target/debug/examples/echo 127.0.0.1:0 > "$dir/address" &
echo_server=$!
trap 'kill "$echo_server" 2> /dev/null || true' EXIT
for _ in $(seq 100); do
    [ -s "$dir/address" ] && break
    sleep 0.1
done

# Its exit status tells of failures only; the verdicts are read below.
"$venv/bin/kosoku" -p 2 -x '12.*' -x '13.*' -o "$dir/report" "$(cat "$dir/address")" > "$dir/log" 2>&1 || true

python3 - "$dir/report/index.json" << 'PYTHON'
import collections
import json
import sys

(cases,) = json.load(open(sys.argv[1])).values()
CASES = 301
verdicts = collections.defaultdict(list)
for case, result in cases.items():
    worst = next((v for v in (result["behavior"], result.get("behaviorClose", "OK")) if v != "OK"), "OK")
    verdicts[worst].append(case)
for verdict, of in sorted(verdicts.items()):
    print(f"{verdict}: {len(of)}" + ("" if verdict == "OK" else "  " + " ".join(sorted(of))))
bad = {v for v in verdicts if v not in ("OK", "NON-STRICT", "INFORMATIONAL")}
if bad or len(cases) != CASES:
    sys.exit(f"not conformant: {sorted(bad)}, {len(cases)} of {CASES} cases")
PYTHON
