"""What a call costs from Python. Prints `name microseconds` per line; `calls.py short` does a tenth."""

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable

import pm

ITEMS = 1000
SHARE = 10 if sys.argv[1:] == ["short"] else 1


def measure(name: str, times: int, work: Callable[[], object], parts: int = 1) -> None:
    """Prints the median: a mean would tell what else ran."""
    for _ in range(-(-times // 10)):
        work()
    costs = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        costs.append((time.perf_counter() - start) * 1e6 / parts)
    print(name, f"{statistics.median_high(costs):.1f}")


def events(ada: pm.Session, head: int) -> None:
    """The whole log, pulled and by a listener, per event."""

    def pulled() -> None:
        with ada.feed(0) as feed:
            while feed.cursor < head:
                feed.next(1)

    def listened() -> None:
        reached = threading.Event()

        def on_events(batch: pm.EventBatch) -> None:
            if batch.complete_to >= head:
                reached.set()

        subscription = ada.subscribe(on_events, from_sequence=0)
        reached.wait()
        subscription.cancel()

    measure("event_pulled", 10, pulled, head)
    measure("event_listened", 10, listened, head)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, pm.Engine(folder, durability="relaxed", workers=4) as engine:
        tenant = engine.create_tenant("bench")
        ada = tenant.acting_as("ada")
        ada.create_project("PM", "Bench")
        for _ in range(ITEMS):
            ada.create_item("PM", "task", "An item of a bench")
        measure("command", 2000 // SHARE, lambda: ada.create_item("PM", "task", "An item of a bench"))
        measure("point_query", 10_000 // SHARE, lambda: ada.query.item_only("PM-500"))

        def two_pages() -> None:
            cursor = None
            for _ in range(2):
                page = pm.PageRequest(cursor=cursor, limit=500)
                cursor = ada.query.items(pm.ItemSort.NUMBER, page=page).next

        measure("list_of_1000", 100 // SHARE, two_pages)
        events(ada, tenant.head)


main()
