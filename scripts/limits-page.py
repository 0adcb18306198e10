#!/usr/bin/env python3
"""Writes docs/limits.md from pm-engine/src/limits.rs and pm-server/src/limits.rs."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent
ENGINE = """# Limits

Every bound of the [engine](#the-engine) and of the [server](#the-server). Past one a request is refused with a typed
error that names the field and the limit, and nothing is lost or half-written. Tests compare this page with the code;
`scripts/limits-page.py` writes it.

## The engine

In `pm-engine/src/limits.rs`. Text is measured in characters unless a name says bytes.
"""
SERVER = """
## The server

In `pm-server/src/limits.rs`. Those that can be set are defaults of settings ([configuration.md](configuration.md)). What
a client meets of them is told in [protocol.md](protocol.md#limits) and [rest.md](rest.md#limits).
"""
TABLE = """
| name | value | what it bounds |
|---|---|---|
"""


def rows(code: str) -> str:
    """A row for each constant, with the comment above it."""
    found, doc = [], []
    for line in (ROOT / code).read_text().splitlines():
        constant = re.match(r"pub const (\w+): \w+ = (.*);", line)
        if line.startswith("///"):
            doc.append(line[3:].strip())
        elif constant:
            text = " ".join(doc).replace("[`", "`").replace("`]", "`")
            found.append(f"| `{constant[1]}` | {constant[2]} | {text} |\n")
            doc = []
        else:
            doc = []
    return "".join(found)


page = ENGINE + TABLE + rows("pm-engine/src/limits.rs") + SERVER + TABLE + rows("pm-server/src/limits.rs")
(ROOT / "docs/limits.md").write_text(page)
