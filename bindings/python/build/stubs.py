"""Writes `pm/_native/__init__.pyi`, the types of the generated module: `stubs.py GENERATED.py OUT.pyi`.

The generated module is not strictly typed: the fields of its records, the variants of its enums and errors and what
they carry are made at run time. They are all in its text.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

HEAD = '''# Written by build/stubs.py. Not to be edited.
import datetime
import enum
import typing

'''
#: What the package has another class for, under the same name.
REPLACED = ("Engine", "Tenant", "Subscription")
CONVERTER = "_UniffiFfiConverter"
SIMPLE = {
    "String": "str",
    "Boolean": "bool",
    "Bytes": "bytes",
    **{f"{sign}Int{bits}": "int" for sign in ("", "U") for bits in (8, 16, 32, 64)},
    **{f"Float{bits}": "float" for bits in (32, 64)},
}


def of_converter(name: str) -> str:
    """The type a converter is for, read from its name."""
    for prefix, form in (("Optional", "{} | None"), ("Sequence", "list[{}]"), ("Box", "{}")):
        if name.startswith(prefix):
            return form.format(of_converter(name.removeprefix(prefix)))
    if name.startswith("Map"):
        return f"dict[str, {of_converter(name.removeprefix('MapString'))}]"
    return SIMPLE.get(name) or name.removeprefix("Type")


def annotation(node: ast.expr | None) -> str:
    """A type as the module writes it, without the sentinels of defaults."""
    text = "typing.Any" if node is None else ast.unparse(node)
    return re.sub(r"typing\.Union\[object, (.*)\]$", r"\1", text)


def signature(function: ast.FunctionDef) -> str:
    """The parameters behind `self`."""
    taken = function.args
    parameters = []
    positional = taken.args[1:] if taken.args and taken.args[0].arg in ("self", "cls") else taken.args
    without = len(positional) - len(taken.defaults)
    for index, arg in enumerate(positional):
        default = "" if index < without else " = ..."
        parameters.append(f"{arg.arg}: {annotation(arg.annotation)}{default}")
    if taken.kwonlyargs:
        parameters.append("*")
    for arg, value in zip(taken.kwonlyargs, taken.kw_defaults, strict=True):
        parameters.append(f"{arg.arg}: {annotation(arg.annotation)}{'' if value is None else ' = ...'}")
    return ", ".join(parameters)


def methods(node: ast.ClassDef) -> list[ast.FunctionDef]:
    return [entry for entry in node.body if isinstance(entry, ast.FunctionDef)]


def method(node: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    return next((entry for entry in methods(node) if entry.name == name), None)


def is_public(function: ast.FunctionDef) -> bool:
    return not function.name.startswith("_uniffi") and not function.name.startswith("__")


class Stubs:
    def __init__(self, module: ast.Module) -> None:
        self.classes = {entry.name: entry for entry in module.body if isinstance(entry, ast.ClassDef)}
        # An error is declared twice; the second holds its variants.
        self.module = module
        self.exported = self._exported()
        self.lines: list[str] = []

    def _exported(self) -> list[str]:
        for entry in self.module.body:
            if isinstance(entry, ast.Assign) and ast.unparse(entry.targets[0]) == "__all__":
                return [str(name) for name in ast.literal_eval(entry.value)]
        raise SystemExit("the module has no __all__")

    def variant_types(self, enum_name: str) -> dict[str, list[str]]:
        """What each variant carries: the converters that read it."""
        read = method(self.classes[f"{CONVERTER}Type{enum_name}"], "read")
        assert read is not None
        found: dict[str, list[str]] = {}
        for node in ast.walk(read):
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Call):
                made = ast.unparse(node.value.func)
                converters = [ast.unparse(arg).split(".")[0] for arg in node.value.args]
                types = [of_converter(name.removeprefix(CONVERTER)) for name in converters]
                found[made.split(".", 1)[1]] = types
        return found

    def write(self) -> str:
        for entry in self.module.body:
            if isinstance(entry, ast.Assign):
                self.alias(entry)
        for name in self.exported:
            if name in self.classes:
                self.klass(self.classes[name])
        for entry in self.module.body:
            if isinstance(entry, ast.FunctionDef) and entry.name in self.exported:
                returns = annotation(entry.returns)
                self.lines.append(f"def {entry.name}({signature(entry)}) -> {returns}: ...")
        shown = [name for name in self.exported if name not in REPLACED]
        names = "".join(f'    "{name}",\n' for name in shown)
        self.lines.append(f"__all__ = [\n{names}]")
        return HEAD + "\n".join(self.lines) + "\n"

    def alias(self, entry: ast.Assign) -> None:
        """`ItemRef = str` and the like."""
        name = ast.unparse(entry.targets[0])
        value = ast.unparse(entry.value)
        if re.fullmatch(r"[A-Z]\w*", name) and not value.startswith("_") and name not in self.classes:
            self.lines.append(f"{name}: typing.TypeAlias = {value}")

    def klass(self, node: ast.ClassDef) -> None:
        bases = [ast.unparse(base) for base in node.bases]
        nested = [entry for entry in node.body if isinstance(entry, ast.ClassDef)]
        init = method(node, "__init__")
        if "enum.Enum" in bases:
            self.lines.append(f"class {node.name}(enum.Enum):")
            for entry in node.body:
                if isinstance(entry, ast.Assign):
                    self.lines.append(f"    {ast.unparse(entry)}")
        elif any(ast.unparse(base).startswith("_UniffiTemp") for entry in nested for base in entry.bases):
            self.error(node, nested)
        elif nested:
            self.variants(node, nested)
        elif node.decorator_list and init is not None:
            self.record(node, init)
        elif node.name == "InternalError":
            self.lines.append("class InternalError(Exception): ...")
        else:
            self.lines.append(f"class {node.name}:")
            self.functions(node)

    def functions(self, node: ast.ClassDef, indent: str = "    ") -> None:
        found = [entry for entry in methods(node) if is_public(entry)]
        for entry in found:
            first = "self"
            if any(ast.unparse(decorator) == "classmethod" for decorator in entry.decorator_list):
                self.lines.append(f"{indent}@classmethod")
                first = "cls"
            taken = ", ".join(filter(None, [first, signature(entry)]))
            self.lines.append(f"{indent}def {entry.name}({taken}) -> {annotation(entry.returns)}: ...")
        if not found:
            self.lines.append(f"{indent}pass")

    def record(self, node: ast.ClassDef, init: ast.FunctionDef) -> None:
        self.lines.append(f"class {node.name}:")
        fields = {arg.arg: annotation(arg.annotation) for arg in init.args.kwonlyargs}
        for name, ty in fields.items():
            self.lines.append(f"    {name}: {ty}")
        for name, ty in fields.items():
            # As in `_shape.py`: what is counted in seconds is a duration, too.
            if name == "seconds" or name.endswith("_seconds"):
                duration = name.removesuffix("seconds").removesuffix("_") or "duration"
                if duration in fields:
                    raise SystemExit(f"{node.name} has a field {duration} already")
                returned = re.sub(r"\bint\b", "datetime.timedelta", ty)
                self.lines.append("    @property")
                self.lines.append(f"    def {duration}(self) -> {returned}: ...")
        self.lines.append(f"    def __init__(self, {signature(init)}) -> None: ...")

    def variants(self, node: ast.ClassDef, nested: list[ast.ClassDef]) -> None:
        carried = self.variant_types(node.name)
        self.lines.append(f"class {node.name}:")
        for variant in nested:
            init = method(variant, "__init__")
            assert init is not None
            self.lines.append(f"    class {variant.name}({node.name}):")
            if init.args.vararg is not None:
                (held,) = carried[variant.name]
                self.lines.append(f"        def __init__(self, value: {held}, /) -> None: ...")
                self.lines.append(f"        value: {held}")
                self.lines.append('        __match_args__ = ("value",)')
                continue
            for arg in init.args.args[1:]:
                self.lines.append(f"        {arg.arg}: {annotation(arg.annotation)}")
            taken = ", ".join(filter(None, ["self", signature(init)]))
            self.lines.append(f"        def __init__({taken}) -> None: ...")

    def error(self, node: ast.ClassDef, nested: list[ast.ClassDef]) -> None:
        carried = self.variant_types(node.name)
        fields = {}
        for variant in nested:
            init = method(variant, "__init__")
            assert init is not None
            names = [arg.arg for arg in init.args.args[1:]]
            fields[variant.name] = dict(zip(names, carried[variant.name], strict=True))
        common = [
            (name, ty)
            for name, ty in next(iter(fields.values())).items()
            if all(held.get(name) == ty for held in fields.values())
        ]
        self.lines.append(f"class {node.name}(Exception):")
        for name, ty in common:
            self.lines.append(f"    {name}: {ty}")
        self.functions(nested[0])
        for variant in nested:
            self.lines.append(f"    class {variant.name}({node.name}):")
            held = fields[variant.name]
            for name, ty in held.items():
                self.lines.append(f"        {name}: {ty}")
            taken = ", ".join(f"{name}: {ty}" for name, ty in held.items())
            self.lines.append(f"        def __init__(self, {taken}) -> None: ...")


def main(source: str, target: str) -> None:
    module = ast.parse(Path(source).read_text(encoding="utf-8"))
    Path(target).write_text(Stubs(module).write(), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
