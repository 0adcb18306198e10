"""Opening, closing, forking, leaving."""

import gc
import os
import subprocess
import sys
import textwrap
import threading
import weakref
from pathlib import Path

import pm

#: What memory may grow by where nothing should stay: an allocator's pages, not one object of 10,000.
GROWTH_KIB_MAX = 4 * 1024


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def resident_kib() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError("no VmRSS")


def test_given_engines_and_tenants_opened_and_closed_many_times_when_counted_then_nothing_is_left(tmp_path: Path) -> None:
    def round_trip(count: int, tenant: bool) -> None:
        for _ in range(count):
            with pm.Engine(tmp_path, workers=0, durability="relaxed") as engine:
                if tenant:
                    engine.tenant_or_create("acme").acting_as("ada").query.my_timer()

    round_trip(20, True)
    round_trip(500, False)
    gc.collect()
    files, memory = open_files(), resident_kib()
    round_trip(200, True)
    round_trip(10_000, False)
    gc.collect()
    assert open_files() == files
    assert resident_kib() - memory < GROWTH_KIB_MAX


def test_given_ten_thousand_handles_when_dropped_then_memory_is_given_back(ada: pm.Session, engine: pm.Engine) -> None:
    def many() -> None:
        for _ in range(10_000):
            engine.tenant("acme").acting_as("bob").feed()

    many()
    gc.collect()
    before = resident_kib()
    many()
    gc.collect()
    assert resident_kib() - before < GROWTH_KIB_MAX


def test_given_listeners_when_they_have_ended_then_they_and_their_threads_are_let_go_of(ada: pm.Session) -> None:
    class Held:
        def on_events(self, batch: pm.EventBatch) -> None:
            pass

    held: list[weakref.ref[Held]] = []
    threads = threading.active_count()
    for _ in range(1000):
        listener = Held()
        held.append(weakref.ref(listener))
        subscription = ada.subscribe(listener.on_events, from_sequence=0)
        del listener
        subscription.cancel()
        assert subscription.wait_ended(60)
    gc.collect()
    assert [reference for reference in held if reference() is not None] == []
    # Threads of the engine are known to Python while they call it.
    assert threading.active_count() <= threads


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = textwrap.dedent(program)
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_given_an_engine_when_forked_then_the_child_is_refused_clearly_and_ends_and_the_parent_goes_on(
    tmp_path: Path,
) -> None:
    done = run(
        """
        import gc, os, sys, pm
        engine = pm.Engine(sys.argv[1], durability="relaxed")
        tenant = engine.tenant_or_create("acme")
        ada = tenant.acting_as("ada")
        ada.create_project("PM", "The product")
        subscription = ada.subscribe(lambda batch: None)
        feed = ada.feed(0)
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            for call in (
                lambda: ada.create_item("PM", "task", "From the child"),
                lambda: ada.query.board("PM"),
                lambda: ada.feed(),
                lambda: ada.subscribe(print),
                lambda: feed.next(),
                lambda: tenant.head,
                lambda: tenant.backup(sys.argv[1] + "/copy"),
                lambda: engine.tenants(),
                lambda: engine.restore("acme", "nowhere"),
                lambda: engine.close(),
                lambda: subscription.cancel(),
                lambda: subscription.end,
            ):
                try:
                    call()
                    print("done")
                except pm.PmError as error:
                    print(error.code())
            # What was inherited is dropped here: it must neither hang nor be waited for.
            del ada, tenant, subscription, feed, engine, call
            gc.collect()
            with pm.Engine(sys.argv[1] + "/child") as own:
                own.tenant_or_create("mine")
            print("end of the child")
            sys.exit(0)
        _, status = os.waitpid(child, 0)
        print("parent", status, ada.create_item("PM", "task", "From the parent").key)
        engine.close()
        """,
        str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    assert "panicked" not in done.stderr
    assert done.stdout.splitlines() == ["forked"] * 12 + ["end of the child", "parent 0 PM-1"]


def test_given_a_forked_child_when_it_drops_what_it_inherited_then_the_files_of_the_parent_stay_as_they_are(
    tmp_path: Path,
) -> None:
    # Without threads of its own nothing but these handles holds the files and the lock of the parent.
    done = run(
        """
        import gc, os, sys, pm
        def open_engine():
            return pm.Engine(sys.argv[1], workers=0)
        engine = open_engine()
        ada = engine.tenant_or_create("acme").acting_as("ada")
        ada.create_project("PM", "The product")
        files = sorted(os.listdir(sys.argv[1] + "/acme"))
        child = os.fork()
        if child == 0:
            try:
                engine.close()
                sys.exit(3)
            except pm.errors.Forked:
                pass
            del ada, engine
            gc.collect()
            sys.exit(0)
        _, status = os.waitpid(child, 0)
        print(status, sorted(os.listdir(sys.argv[1] + "/acme")) == files)
        ada.create_item("PM", "task", "From the parent")
        try:
            other = open_engine()
            other.tenant("acme")
        except pm.errors.Locked:
            print("still locked")
        engine.close()
        with open_engine() as again:
            print([card.key for card in again.tenant("acme").acting_as("ada").query.items(pm.ItemSort.NUMBER).items])
        report = pm.check_tenant(sys.argv[1], "acme")
        print(report.integrity, report.differences, report.log_gaps)
        """,
        str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["0 True", "still locked", "['PM-1']", "[] [] 0"]


def test_given_listeners_at_work_when_the_program_ends_then_it_ends_cleanly(tmp_path: Path) -> None:
    done = run(
        """
        import sys, threading, pm
        engine = pm.Engine(sys.argv[1], durability="relaxed")
        ada = engine.tenant_or_create("acme").acting_as("ada")
        ada.create_project("PM", "The product")
        for _ in range(8):
            ada.subscribe(lambda batch: len(batch.events), lambda end: None, from_sequence=0)
        feed = ada.feed(0)
        def work():
            while True:
                ada.create_item("PM", "task", "Busy")
        for _ in range(2):
            threading.Thread(target=work, daemon=True).start()
        for number, event in enumerate(feed.events()):
            if number == 100:
                break
        print("end")
        """,
        str(tmp_path),
    )
    assert (done.returncode, done.stdout.strip()) == (0, "end"), done.stderr


def test_given_an_engine_that_was_dropped_when_its_tenant_is_used_then_it_works_until_that_is_dropped_too(
    tmp_path: Path,
) -> None:
    ada = pm.Engine(tmp_path, durability="relaxed").tenant_or_create("acme").acting_as("ada")
    gc.collect()
    ada.create_project("PM", "The product")
    del ada
    gc.collect()
    with pm.Engine(tmp_path) as again:
        assert again.tenant("acme").head > 0
