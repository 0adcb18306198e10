"""What a user copies from does what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    # Terminals of any locale: the examples print more than ASCII.
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )


def test_given_the_readme_when_its_first_lines_are_run_then_they_show_the_item(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```python\n(.*?)```", text, re.S)
    assert block is not None
    done = run(tmp_path, "-c", block.group(1))
    assert (done.returncode, done.stdout) == (0, "PM-1 Write the first page\n"), done.stderr


def test_given_the_tracker_when_a_project_is_tracked_then_its_board_shows_it_and_refusals_end_it(tmp_path: Path) -> None:
    track = ROOT / "examples" / "track.py"
    for line in (
        ["new", "PM", "The product"],
        ["add", "PM", "Write the first page", "--points", "3"],
        ["add", "PM", "Print it"],
        ["block", "PM-1", "PM-2"],
        ["move", "PM-1", "in_progress"],
        ["start", "PM-1"],
    ):
        done = run(tmp_path, track, *line)
        assert done.returncode == 0, done.stderr
    shown = run(tmp_path, track, "board", "PM").stdout
    assert re.search(r"In Progress \(1\)\n  PM-1 +Write the first page  3 points ⏱", shown), shown
    assert re.search(r"PM-2 +Print it ⛔", shown), shown
    assert "PM-2" not in run(tmp_path, track, "next", "PM").stdout
    refused = run(tmp_path, track, "block", "PM-2", "PM-1")
    assert refused.returncode != 0
    assert "cycle" in refused.stderr


def test_given_the_pictures_when_drawn_then_there_are_two(tmp_path: Path) -> None:
    done = run(tmp_path, ROOT / "examples" / "pictures.py", tmp_path)
    assert done.returncode == 0, done.stderr
    pictures = sorted(tmp_path.glob("*.png"))
    assert [picture.name for picture in pictures] == ["burndown.png", "waits.png"]
    assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in pictures)
