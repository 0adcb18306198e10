"""Opening, closing, forking, leaving."""

import gc
import os
import resource
import subprocess
import sys
import textwrap
from pathlib import Path

import pm
import pytest


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_given_engines_and_tenants_opened_and_closed_many_times_when_counted_then_nothing_is_left(tmp_path: Path) -> None:
    def round_trip(count: int, tenant: bool) -> None:
        for _ in range(count):
            with pm.Engine(tmp_path, workers=0, durability="relaxed") as engine:
                if tenant:
                    engine.tenant_or_create("acme").acting_as("ada").query.my_timer()

    round_trip(20, True)
    round_trip(500, False)
    gc.collect()
    files, memory = open_files(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    round_trip(200, True)
    round_trip(10_000, False)
    gc.collect()
    assert open_files() == files
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    assert grown < 32 * 1024, f"{grown} KiB"


def test_given_ten_thousand_handles_when_dropped_then_memory_is_given_back(ada: pm.Session, engine: pm.Engine) -> None:
    def many() -> None:
        for _ in range(10_000):
            engine.tenant("acme").acting_as("bob").feed()

    many()
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    many()
    gc.collect()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_given_an_engine_when_forked_then_the_child_is_refused_clearly_and_the_parent_goes_on(
    ada: pm.Session, engine: pm.Engine, tmp_path: Path
) -> None:
    subscription = ada.subscribe(lambda batch: None)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        codes = []
        for call in (
            lambda: ada.create_item("PM", "task", "From the child"),
            lambda: ada.query.board("PM"),
            lambda: ada.feed(),
            lambda: engine.tenants(),
            lambda: engine.close(),
            lambda: subscription.cancel(),
        ):
            try:
                call()
                codes.append("done")
            except pm.PmError as error:
                codes.append(error.code())
        with pm.Engine(tmp_path / "child") as own:
            own.tenant_or_create("mine")
        gc.collect()
        os.write(writer, " ".join(codes).encode())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0
    assert os.read(reader, 1000).decode().split() == ["forked"] * 6
    assert ada.create_item("PM", "task", "From the parent").key == "PM-1"


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = textwrap.dedent(program)
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


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
