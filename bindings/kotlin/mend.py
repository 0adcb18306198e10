"""Mends the generated Kotlin: `mend.py FILE`.

Two things in it do not compile. Exceptions show their fields as their message, which clashes with a field of that name:
the field becomes the message, as everywhere in Kotlin. And what a variant of the same name holds in a box is the variant
itself there: it gets the name of its package.
"""

import re
import sys
from pathlib import Path

GETTER = re.compile(r'    override val message\n\s+get\(\) = "message=[^\n]*"\n')
FIELD = "val `message`: kotlin.String"
BOXED = re.compile(r"\bval v1: (?=[A-Z]\w*\))")


def mend(text: str) -> str:
    parts = GETTER.split(text)
    if len(parts) == 1:
        raise SystemExit("there is nothing to mend: has the generator changed?")
    # The last field of that name before a getter is the one it would hide.
    mended = [before[::-1].replace(FIELD[::-1], f"override {FIELD}"[::-1], 1)[::-1] for before in parts[:-1]]
    return BOXED.sub("val v1: pm.", "".join([*mended, parts[-1]]))


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(mend(path.read_text(encoding="utf-8")), encoding="utf-8")
