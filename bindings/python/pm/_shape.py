"""Makes the generated classes behave as Python programmers expect: they show what they hold, and variants that carry
one thing have it as `value` and match by position."""

from __future__ import annotations

import enum
from typing import Any

from . import _native as native


def _value(variant: Any) -> Any:
    """What the variant carries."""
    return variant._values[0]


def _shape(kind: type[Any]) -> None:
    if hasattr(kind, "__dataclass_fields__"):
        kind.__repr__ = kind.__str__
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
