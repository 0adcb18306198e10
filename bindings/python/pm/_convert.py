"""Between what Python programs hold and what the engine takes."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from ._native import PageRequest

Word = TypeVar("Word", bound=enum.Enum)


def word(kind: type[Word], value: Word | str) -> Word:
    """A member of an enum, given as itself or as the engine's word for it: `"in_progress"`."""
    if isinstance(value, kind):
        return value
    try:
        return kind[str(value).upper()]
    except KeyError:
        words = ", ".join(member.name.lower() for member in kind)
        raise ValueError(f"{value!r} is no {kind.__name__}: one of {words}") from None


def seconds(value: timedelta | int | None) -> int | None:
    """A duration in whole seconds."""
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    return value


def to_dict(value: Any) -> Any:
    """A record of the engine as plain Python: records become dicts, words text, lists lists; instants and dates stay.

    A variant that carries something becomes `{"type": "create_item", ...}`.
    """
    if isinstance(value, enum.Enum):
        return value.name.lower()
    if isinstance(value, list):
        return [to_dict(entry) for entry in value]
    if isinstance(value, dict):
        return {key: to_dict(entry) for key, entry in value.items()}
    if not hasattr(value, "__dataclass_fields__"):
        return value
    owner, _, variant = type(value).__name__.rpartition(".")
    start: dict[str, Any] = {"type": variant.lower()} if owner else {}
    if hasattr(value, "_values"):
        held = [to_dict(entry) for entry in value._values]
        only = held[0] if len(held) == 1 else held
        # A variant within a variant keeps its own type.
        return start | (only if isinstance(only, dict) and "type" not in only else {"value": only})
    # A field whose name is a word of Python has an underscore before it: `_from`.
    return start | {name.removeprefix("_"): to_dict(entry) for name, entry in vars(value).items()}


def rows(records: Iterable[Any]) -> list[dict[str, Any]]:
    """A list of records as flat rows, for a data frame or a CSV file: `labels` and other lists stay lists, records
    inside a record become columns named `outer_inner`."""
    return [dict(_columns("", to_dict(record))) for record in records]


def _columns(prefix: str, value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, entry in value.items():
        if isinstance(entry, dict):
            yield from _columns(f"{prefix}{name}_", entry)
        else:
            yield prefix + name, entry


class Page(Protocol):
    """A page of a list."""

    next: str | None


AnyPage = TypeVar("AnyPage", bound=Page)


def pages(ask: Callable[[PageRequest], AnyPage], limit: int = 500) -> Iterator[AnyPage]:
    """All pages of a list, one after the other.

    >>> for page in pm.pages(lambda page: me.query.items(pm.ItemSort.NUMBER, page=page)):
    ...     print(len(page.items))
    """
    cursor: str | None = None
    while True:
        page = ask(PageRequest(cursor=cursor, limit=limit))
        yield page
        if page.next is None:
            return
        cursor = page.next
