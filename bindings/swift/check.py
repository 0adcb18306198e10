"""What can be said about the Swift package without a Swift compiler: `check.py FILE…`.

Every file parses, every command of the engine has a method, and every public function of the package is called by a test.
It proves no types.
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


def text(pattern: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(HERE.glob(pattern)))


def commands() -> set[str]:
    """The engine's commands: the cases of the generated `Change`."""
    found = re.search(r"^public (?:indirect )?enum Change\b(.*?)^}", text("Sources/PM/Generated/*.swift"), re.M | re.S)
    assert found is not None, "the generated file has no enum Change"
    return set(re.findall(r"^    case (\w+)", found.group(1), re.M))


def complaints() -> list[str]:
    sources, tests = text("Sources/PM/*.swift"), text("Tests/**/*.swift")
    functions = set(re.findall(r"public func (\w+)", sources))
    names = functions | set(re.findall(r"public var (\w+)", sources))
    # Of an instance, or of the module: `blocking { … }`.
    untested = {name for name in names if not re.search(rf"\.{name}\b|\b{name}[({{ ]", tests)}
    return [f"the command {name} has no method" for name in sorted(commands() - functions)] + [
        f"no test calls {name}" for name in sorted(untested)
    ]


def main(paths: list[str]) -> int:
    failed = sum(parse(Path(path)) for path in paths)
    missing = complaints()
    for complaint in missing:
        print(complaint, file=sys.stderr)
    return 1 if failed or missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
