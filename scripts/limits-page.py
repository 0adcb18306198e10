#!/usr/bin/env python3
"""Writes docs/limits.md from pm-engine/src/limits.rs."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEAD = """# Limits

Every bound of the engine (`pm-engine/src/limits.rs`). Past one a command is refused with a typed error that names
the field and the limit, and nothing is lost or half-written. Text is measured in characters unless a name says bytes.
A test compares this page with the code; `scripts/limits-page.py` writes it.

| name | value | what it bounds |
|---|---|---|
"""
rows, doc = [], []
for line in (ROOT / "pm-engine/src/limits.rs").read_text().splitlines():
    constant = re.match(r"pub const (\w+): \w+ = (.*);", line)
    if line.startswith("///"):
        doc.append(line[3:].strip())
    elif constant:
        rows.append(f"| `{constant[1]}` | {constant[2]} | {' '.join(doc)} |\n")
        doc = []
    else:
        doc = []
(ROOT / "docs/limits.md").write_text(HEAD + "".join(rows))
