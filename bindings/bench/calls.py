"""What a call costs from Python. Prints `name microseconds` per line; `calls.py short` does a tenth."""

import sys
import tempfile
import threading
import time
from collections.abc import Callable

import pm

ITEMS = 1000
SHARE = 10 if sys.argv[1:] == ["short"] else 1


def measure(name: str, times: int, work: Callable[[], object]) -> None:
    for _ in range(-(-times // 10)):
        work()
    start = time.perf_counter()
    for _ in range(times):
        work()
    print(name, f"{(time.perf_counter() - start) * 1e6 / times:.1f}")


def events(ada: pm.Session, head: int) -> None:
    """The whole log, pulled and by a listener, per event."""
    start = time.perf_counter()
    with ada.feed(0) as feed:
        while feed.cursor < head:
            feed.next(1)
    print("event_pulled", f"{(time.perf_counter() - start) * 1e6 / head:.1f}")
    reached = threading.Event()

    def on_events(batch: pm.EventBatch) -> None:
        if batch.complete_to >= head:
            reached.set()

    start = time.perf_counter()
    subscription = ada.subscribe(on_events, from_sequence=0)
    reached.wait()
    print("event_listened", f"{(time.perf_counter() - start) * 1e6 / head:.1f}")
    subscription.cancel()


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
