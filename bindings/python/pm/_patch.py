"""A patch is a list of named changes: what is not named stays."""

from __future__ import annotations

import enum
from typing import Any, Final

from ._convert import seconds, word
from ._native import ItemChange, ItemKind, Priority


class Unset(enum.Enum):
    """What is left out, where `None` means to clear."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET

_ITEM: dict[str, Any] = {
    "kind": lambda value: ItemChange.KIND(word(ItemKind, value)),
    "title": ItemChange.TITLE,
    "description": ItemChange.DESCRIPTION,
    "priority": lambda value: ItemChange.PRIORITY(word(Priority, value)),
    "assignee": ItemChange.ASSIGNEE,
    "labels": lambda value: ItemChange.LABELS(list(value)),
    "points": ItemChange.POINTS,
    "estimate": lambda value: ItemChange.ESTIMATE_SECONDS(seconds(value)),
    "remaining": lambda value: ItemChange.REMAINING_SECONDS(seconds(value)),
    "start_date": ItemChange.START_DATE,
    "due_date": ItemChange.DUE_DATE,
    "external": ItemChange.EXTERNAL,
    "extra": ItemChange.EXTRA,
}


def item_changes(**fields: Any) -> list[ItemChange]:
    """The changes that fields given by name mean."""
    return [_ITEM[name](value) for name, value in fields.items() if value is not UNSET]
