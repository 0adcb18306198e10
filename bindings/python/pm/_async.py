"""The same for asyncio: calls that block run on threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from . import _native as native

if TYPE_CHECKING:
    from ._feed import Feed
    from ._session import Path, Session

Given = ParamSpec("Given")
Result = TypeVar("Result")


class AsyncSession:
    """A session whose calls can be awaited. A call whose task is cancelled is not taken back: the command may have
    been committed, and sending it again under its id tells."""

    def __init__(self, session: Session) -> None:
        self.session = session

    async def call(
        self, method: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """Any method of the session, or of its `query`, on a thread.

        >>> board = await me.aio.call(me.query.board, "PM")
        >>> item = await me.aio.call(me.create_item, "PM", "task", "Write it down")
        """
        return await asyncio.to_thread(method, *args, **kwargs)

    async def execute(
        self,
        *changes: native.Change,
        command_id: str | None = None,
        expected_version: int | None = None,
        origin: native.Origin | None = None,
    ) -> native.Outcome:
        """As `Session.execute`."""
        return await asyncio.to_thread(
            self.session.execute,
            *changes,
            command_id=command_id,
            expected_version=expected_version,
            origin=origin,
        )

    async def ask(self, question: native.Question) -> native.Answer:
        """Answers a question that is a value."""
        return await asyncio.to_thread(self.session.query.ask, question)

    async def feed(self, from_sequence: int | None = None, projects: list[str] | None = None) -> Feed:
        """Events, for `async for`."""
        return await asyncio.to_thread(self.session.feed, from_sequence, projects)

    async def import_from(
        self,
        source: Path | bytes,
        options: native.ImportOptions,
        on_progress: Callable[[native.ImportProgress], bool] | None = None,
    ) -> native.ImportReport:
        """As `Session.import_from`; `on_progress` is called on that thread."""
        return await asyncio.to_thread(self.session.import_from, source, options, on_progress)

    async def export_to(
        self, target: Path, on_progress: Callable[[int], bool] | None = None
    ) -> native.ExportSummary:
        """As `Session.export_to`; `on_progress` is called on that thread."""
        return await asyncio.to_thread(self.session.export_to, target, on_progress)
