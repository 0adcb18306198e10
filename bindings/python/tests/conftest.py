"""An engine over a folder of its own, on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pm
import pytest


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[pm.Engine]:
    with pm.Engine(tmp_path / "data", durability="relaxed") as engine:
        yield engine


@pytest.fixture
def ada(engine: pm.Engine) -> pm.Session:
    ada = engine.tenant_or_create("acme").acting_as("ada")
    ada.create_project("PM", "The product")
    return ada
