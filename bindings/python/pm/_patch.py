"""A patch is a list of named changes: what is not named stays."""

from __future__ import annotations

import enum
from datetime import timedelta
from typing import Any, Final, TypeVar

from ._convert import seconds, word

Word = TypeVar("Word", bound=enum.Enum)


class Unset(enum.Enum):
    """What is left out, where `None` means to clear."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


def word_change(kind: type[Word], value: Word | str | Unset) -> Word | Unset:
    """As `word`, where there is one."""
    return value if isinstance(value, Unset) else word(kind, value)


def seconds_change(value: timedelta | int | None | Unset) -> int | None | Unset:
    """As `seconds`, where there are any."""
    return value if isinstance(value, Unset) else seconds(value)


def patch(kind: Any, /, **fields: Any) -> list[Any]:
    """The changes that fields given by name mean, each a variant of that name."""
    return [getattr(kind, name.upper())(value) for name, value in fields.items() if value is not UNSET]
