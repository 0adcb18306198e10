"""What a call costs from Python. Prints `name microseconds` per line."""

import tempfile
import time
from collections.abc import Callable

import pm

ITEMS = 1000


def measure(name: str, times: int, work: Callable[[], object]) -> None:
    for _ in range(times // 10):
        work()
    start = time.perf_counter()
    for _ in range(times):
        work()
    print(name, f"{(time.perf_counter() - start) * 1e6 / times:.1f}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, pm.Engine(folder, durability="relaxed") as engine:
        tenant = engine.create_tenant("bench")
        ada = tenant.acting_as("ada")
        ada.create_project("PM", "Bench")
        for _ in range(ITEMS):
            ada.create_item("PM", "task", "An item of a bench")
        measure("command", 500, lambda: ada.create_item("PM", "task", "An item of a bench"))
        measure("point_query", 2000, lambda: ada.query.item_only("PM-500"))

        def two_pages() -> None:
            cursor = None
            for _ in range(2):
                cursor = ada.query.items(pm.ItemSort.NUMBER, page=pm.PageRequest(cursor=cursor, limit=500)).next

        measure("list_of_1000", 10, two_pages)
        head = tenant.head
        start = time.perf_counter()
        with ada.feed(0) as feed:
            while feed.cursor < head:
                feed.next(1)
        print("event", f"{(time.perf_counter() - start) * 1e6 / head:.1f}")


main()
