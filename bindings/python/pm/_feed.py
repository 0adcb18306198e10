"""Events as iterators, and listeners at work."""

from __future__ import annotations

import asyncio
import math
import threading
import time
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from types import TracebackType

from . import _native as native
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


class Listener(native.EventListener):
    """Calls the functions of a host, and knows on which thread."""

    def __init__(
        self,
        on_events: Callable[[EventBatch], object],
        on_end: Callable[[native.StreamEnd], object] | None,
    ) -> None:
        self._on_events = on_events
        self._on_end = on_end
        self.thread: int | None = None

    def on_events(self, batch: EventBatch) -> None:
        self.thread = threading.get_ident()
        self._on_events(batch)

    def on_end(self, end: native.StreamEnd) -> None:
        self.thread = threading.get_ident()
        if self._on_end is not None:
            self._on_end(end)


class Subscription:
    """A listener at work; made by `Session.subscribe`. It goes on until it is cancelled, also by the end of a `with`
    statement, or the engine is closed, or the listener raises; not when this handle is forgotten."""

    def __init__(self, subscription: native.Subscription, listener: Listener) -> None:
        self._native = subscription
        # Held by the engine while it may be called, not by this handle.
        self._listener = weakref.ref(listener)

    def cancel(self) -> None:
        """Ends it. The listener may be in a call at the moment; `wait_ended` waits for that."""
        self._native.cancel()

    def wait_ended(self, timeout: float | None = None) -> bool:
        """Waits until the listener will not be called again, for so many seconds or as long as it takes. Answers
        whether it has ended. A listener does not wait for itself."""
        listener = self._listener()
        if listener is not None and listener.thread == threading.get_ident():
            return self._native.wait_ended(0)
        deadline = math.inf if timeout is None else time.monotonic() + timeout
        while True:
            left = max(0.0, deadline - time.monotonic())
            if self._native.wait_ended(int(min(left * 1000, SLICE_MS))):
                return True
            if left == 0.0:
                return False

    @property
    def end(self) -> native.StreamEnd | None:
        """Why it has ended; `None` while it goes on."""
        return self._native.end()

    @property
    def cursor(self) -> int:
        """Up to where everything has been handed to the listener; where to go on after a restart."""
        return self._native.cursor()

    def __enter__(self) -> Subscription:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cancel()
