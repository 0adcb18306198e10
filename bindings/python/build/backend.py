"""Builds the wheel with maturin, and first the generator that maturin calls.

maturin looks for a program called `uniffi-bindgen`, of the very version the crate uses. It is in this workspace, but
behind a feature, because it takes a minute or two to compile.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import maturin
from maturin import (  # noqa: F401 (the hooks of PEP 517 that need no generator)
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def generator() -> Iterator[None]:
    """Builds the generator and puts it on the path under the name maturin knows."""
    command = ["cargo", "build", "--quiet", "--locked", "-p", "pm-bindgen", "--features", "cli"]
    subprocess.run(command, cwd=ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    suffix = ".exe" if os.name == "nt" else ""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(target / "debug" / f"pm-bindgen{suffix}", Path(folder) / f"uniffi-bindgen{suffix}")
        before = os.environ["PATH"]
        os.environ["PATH"] = folder + os.pathsep + before
        try:
            yield
        finally:
            os.environ["PATH"] = before


def build_wheel(
    wheel_directory: str,
    config_settings: Mapping[str, Any] | None = None,
    metadata_directory: str | None = None,
) -> str:
    with generator():
        return str(maturin.build_wheel(wheel_directory, config_settings, metadata_directory))


def build_editable(
    wheel_directory: str,
    config_settings: Mapping[str, Any] | None = None,
    metadata_directory: str | None = None,
) -> str:
    with generator():
        return str(maturin.build_editable(wheel_directory, config_settings, metadata_directory))


def build_sdist(sdist_directory: str, config_settings: Mapping[str, Any] | None = None) -> str:
    return str(maturin.build_sdist(sdist_directory, config_settings))
