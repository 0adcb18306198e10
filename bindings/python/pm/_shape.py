"""Makes the generated classes behave as Python programmers expect: they show what they hold, variants that carry one
thing have it as `value` and match by position, and what is counted in seconds can be had as a `timedelta`."""

from __future__ import annotations

import enum
from datetime import timedelta
from typing import Any

from . import _native as native


def _value(variant: Any) -> Any:
    """What the variant carries."""
    return variant._values[0]


def _duration(field: str) -> property:
    """The field as a `timedelta`."""

    def read(record: Any) -> timedelta | None:
        seconds = getattr(record, field)
        return None if seconds is None else timedelta(seconds=seconds)

    return property(read, doc=f"`{field}` as a duration.")


def _fields(kind: type[Any]) -> tuple[str, ...]:
    """What a record is made of; the generated classes name it in their constructor alone."""
    code = getattr(kind.__init__, "__code__", None)
    return () if code is None else code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]


def _shape(kind: type[Any]) -> None:
    if hasattr(kind, "__dataclass_fields__"):
        kind.__repr__ = kind.__str__
        for field in _fields(kind):
            if field == "seconds" or field.endswith("_seconds"):
                setattr(kind, field.removesuffix("seconds").removesuffix("_") or "duration", _duration(field))
        if hasattr(kind, "__getitem__"):
            kind.value = property(_value)
            setattr(kind, "__match_args__", ("value",))  # noqa: B010 (types say it cannot be set)


def _sentence(error: native.PmError) -> str:
    return f"{error.code()}: {error.message}"


for _kind in vars(native.pm_bindings).values():  # type: ignore[attr-defined]
    if not isinstance(_kind, type) or issubclass(_kind, enum.Enum):
        continue
    for _variant in [_kind, *vars(_kind).values()]:
        if isinstance(_variant, type):
            _shape(_variant)

# The generated text of an exception lists its fields; people want the sentence.
native.PmError.__str__ = _sentence  # type: ignore[assignment]
