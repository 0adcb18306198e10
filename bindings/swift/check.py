"""What can be said about the Swift package without a Swift compiler: `check.py FILE…`.

Every file parses, and every public function of the package is called by a test. It proves no types.
"""

import re
import sys
from pathlib import Path

import tree_sitter_swift
from tree_sitter import Language, Node, Parser

HERE = Path(__file__).resolve().parent
#: Correct Swift that the grammar does not know, and what stands for it here.
UNKNOWN = [
    (re.compile(r"@_documentation\(visibility: private\)"), ""),
    (re.compile(r"\{ \(\) \}"), "{ }"),
]


def errors(node: Node) -> list[Node]:
    if node.type == "ERROR" or node.is_missing:
        return [node]
    return [error for child in node.children if child.has_error or child.is_missing for error in errors(child)]


def parse(path: Path) -> int:
    text = path.read_text(encoding="utf-8")
    for pattern, known in UNKNOWN:
        text = pattern.sub(known, text)
    tree = Parser(Language(tree_sitter_swift.language())).parse(text.encode())
    found = errors(tree.root_node)
    for error in found:
        print(f"{path}:{error.start_point[0] + 1}: does not parse", file=sys.stderr)
    return len(found)


def untested() -> list[str]:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (HERE / "Sources/PM").glob("*.swift"))
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (HERE / "Tests").rglob("*.swift"))
    names = set(re.findall(r"public (?:func|var) (\w+)", sources))
    return sorted(name for name in names if not re.search(rf"\b{name}\b", tests))


def main(paths: list[str]) -> int:
    failed = sum(parse(Path(path)) for path in paths)
    missing = untested()
    for name in missing:
        print(f"no test calls {name}", file=sys.stderr)
    return 1 if failed or missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
