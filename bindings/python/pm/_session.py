"""What one user does with one tenant."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from . import _native as native
from ._comments import CommentCommands
from ._feed import Feed, Listener, Subscription
from ._items import ItemCommands
from ._lanes import LaneCommands
from ._projects import ProjectCommands
from ._sprints import SprintCommands
from ._time import TimeCommands

if TYPE_CHECKING:
    from ._async import AsyncSession

Path = str | os.PathLike[str]


class Session(ProjectCommands, LaneCommands, ItemCommands, SprintCommands, CommentCommands, TimeCommands):
    """Commands, questions and events of one actor. Made by `Tenant.acting_as`.

    Every command has a method, under its own name; `execute` takes several as one. Items are named by `KEY-n` or id,
    lanes by status value or id, projects by key or id. `command_id` makes a command safe to repeat: the same id again
    returns the first outcome and does nothing. `expected_version` refuses it with `errors.Conflict` where the entity
    has moved on.
    """

    def __init__(self, tenant: native.Tenant, actor: native.Actor) -> None:
        super().__init__(tenant, actor)
        #: Every question, one method each: `session.query.board("PM")`.
        self.query: native.Reader = tenant.read(actor)

    @property
    def aio(self) -> AsyncSession:
        """The same for asyncio."""
        from ._async import AsyncSession

        return AsyncSession(self)

    # Events

    def feed(self, from_sequence: int | None = None, projects: list[str] | None = None) -> Feed:
        """Events as an iterator, after a sequence; without one, what is committed from now on."""
        return Feed(self._tenant.stream(self.actor, self._from(from_sequence), projects))

    def subscribe(
        self,
        on_events: Callable[[native.EventBatch], object],
        on_end: Callable[[native.StreamEnd], object] | None = None,
        *,
        from_sequence: int | None = None,
        projects: list[str] | None = None,
    ) -> Subscription:
        """Calls a function with batches of events, on a thread of its own, until the subscription is cancelled or the
        engine closed. What the function raises ends the subscription; `Subscription.end` tells."""
        listener = Listener(on_events, on_end)
        start = self._from(from_sequence)
        return Subscription(self._tenant.subscribe(self.actor, start, listener, projects), listener)

    def _from(self, sequence: int | None) -> int:
        return self._tenant.head() if sequence is None else sequence

    # In and out

    def import_from(
        self,
        source: Path | bytes,
        options: native.ImportOptions,
        on_progress: Callable[[native.ImportProgress], bool] | None = None,
    ) -> native.ImportReport:
        """Imports a file, or bytes. `on_progress` answers whether to go on. The same input twice changes nothing."""
        where: native.ImportSource = (
            native.ImportSource.BYTES(source)
            if isinstance(source, bytes)
            else native.ImportSource.FILE(os.fspath(source))
        )
        listener = None if on_progress is None else _ImportListener(on_progress)
        return self._tenant.import_from(self.actor, options, where, listener)

    def export_to(
        self, target: Path, on_progress: Callable[[int], bool] | None = None
    ) -> native.ExportSummary:
        """Writes the whole tenant into a new file, one JSON object per line. `on_progress` is told how many bytes are
        written, and answers whether to go on."""
        listener = None if on_progress is None else _ExportListener(on_progress)
        return self._tenant.export_to(self.actor, os.fspath(target), listener)


class _ImportListener(native.ImportListener):
    def __init__(self, on_progress: Callable[[native.ImportProgress], bool]) -> None:
        self._on_progress = on_progress

    def on_progress(self, progress: native.ImportProgress) -> bool:
        return self._on_progress(progress)


class _ExportListener(native.ExportListener):
    def __init__(self, on_progress: Callable[[int], bool]) -> None:
        self._on_progress = on_progress

    def on_progress(self, bytes: int) -> bool:
        return self._on_progress(bytes)
