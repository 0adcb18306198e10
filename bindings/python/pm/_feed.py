"""Events as iterators."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from types import TracebackType

from ._native import Event, EventBatch, EventStream, PmError

#: How long one native call waits, so that Ctrl-C and cancelled tasks are noticed.
SLICE_MS = 200


class Feed:
    """The events of a tenant from some sequence on, batch after batch, without end: what is in the log first, then
    what is committed. It queues nothing; whoever is slow misses nothing and holds nobody up.

    >>> with me.feed(from_sequence=0) as feed:
    ...     for event in feed.events():
    ...         print(event.sequence, event.entity_kind.name, event.action.name)

    The iterator ends when the feed or the engine is closed. `async for` works as well.
    """

    def __init__(self, stream: EventStream) -> None:
        self._stream = stream

    def next(self, timeout: float = 0.0) -> EventBatch | None:
        """The next batch, waited for up to so many seconds; `None` where there is none by then."""
        return self._stream.next(int(timeout * 1000))

    @property
    def cursor(self) -> int:
        """Up to where everything has been handed out; where to go on after a restart."""
        return self._stream.cursor()

    def close(self) -> None:
        """Ends it, also for who waits for a batch at the moment."""
        self._stream.cancel()

    def _slice(self) -> tuple[EventBatch | None, bool]:
        """The next batch if there is one soon, and whether the feed goes on."""
        try:
            return self._stream.next(SLICE_MS), True
        except (PmError.Closed, PmError.Cancelled):
            return None, False

    def __iter__(self) -> Iterator[EventBatch]:
        while True:
            batch, goes_on = self._slice()
            if batch is not None:
                yield batch
            elif not goes_on:
                return

    def events(self) -> Iterator[Event]:
        """The events, one by one."""
        for batch in self:
            yield from batch.events

    async def __aiter__(self) -> AsyncIterator[EventBatch]:
        while True:
            batch, goes_on = await asyncio.to_thread(self._slice)
            if batch is not None:
                yield batch
            elif not goes_on:
                return

    def __enter__(self) -> Feed:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
