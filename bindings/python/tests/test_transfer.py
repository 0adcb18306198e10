"""Import, export, backup, restore, check."""

import json
from pathlib import Path

import pm
import pytest

BEADS = pm.ImportOptions(format=pm.ImportFormat.BEADS, project_key="IM", on_gone=pm.OnGone.IGNORE)


def lines(count: int) -> bytes:
    issues = (
        {"id": f"bd-{number}", "title": f"Item {number}", "issue_type": "task", "status": "open", "priority": 1}
        for number in range(count)
    )
    return "".join(json.dumps(issue) + "\n" for issue in issues).encode()


def test_given_an_import_when_it_is_watched_then_it_tells_and_can_be_ended_and_goes_on_later(
    ada: pm.Session, tmp_path: Path
) -> None:
    phases: list[pm.ImportPhase] = []

    def stop(progress: pm.ImportProgress) -> bool:
        phases.append(progress.phase)
        return False

    assert ada.import_from(lines(3000), BEADS, stop).cancelled
    assert phases
    file = tmp_path / "issues.jsonl"
    file.write_bytes(lines(3000))
    report = ada.import_from(file, BEADS, lambda progress: True)
    assert not report.cancelled
    again = ada.import_from(file, BEADS)
    assert sum(again.created.values()) == 0


def test_given_a_progress_function_that_raises_when_importing_then_the_import_ends_and_says_why(ada: pm.Session) -> None:
    def broken(progress: pm.ImportProgress) -> bool:
        raise KeyError("on purpose")

    with pytest.raises(pm.errors.Listener, match="on purpose"):
        ada.import_from(lines(3000), BEADS, broken)


def test_given_an_export_when_imported_elsewhere_then_it_is_the_same(
    ada: pm.Session, engine: pm.Engine, tmp_path: Path
) -> None:
    ada.create_item("PM", "epic", "Above")
    ada.create_item("PM", "task", "Below", parent="PM-1")
    target = tmp_path / "out.jsonl"
    written: list[int] = []

    def watch(size: int) -> bool:
        written.append(size)
        return True

    summary = ada.export_to(target, watch)
    assert sum(summary.lines.values()) == len(target.read_text().splitlines()) - 1
    assert written[-1] == target.stat().st_size
    with pytest.raises(pm.errors.AlreadyExists):
        ada.export_to(target)
    with pytest.raises(pm.errors.Cancelled):
        ada.export_to(tmp_path / "other.jsonl", lambda size: False)
    assert not (tmp_path / "other.jsonl").exists()
    copy = engine.tenant_or_create("copy").acting_as("ada")
    copy.import_from(target, pm.ImportOptions(format=pm.ImportFormat.PM, on_gone=pm.OnGone.IGNORE))
    assert copy.query.board("PM").lanes == ada.query.board("PM").lanes


def test_given_a_backup_when_restored_then_what_came_later_is_gone_and_clients_start_over(
    ada: pm.Session, engine: pm.Engine, tmp_path: Path
) -> None:
    tenant = engine.tenant("acme")
    epoch, head = tenant.epoch, tenant.head
    tenant.backup(tmp_path / "copy.db")
    ada.create_item("PM", "task", "Too much")
    restored = engine.restore("acme", tmp_path / "copy.db")
    assert restored.head == head
    assert isinstance(restored.resume(epoch, head), pm.Resume.SNAPSHOT)
    report = pm.check_tenant(str(tmp_path / "data"), "acme")
    assert (report.integrity, report.differences, report.log_gaps) == ([], [], 0)


def test_given_a_missing_file_when_imported_then_it_is_a_file_error(ada: pm.Session, tmp_path: Path) -> None:
    with pytest.raises(pm.errors.File) as refused:
        ada.import_from(tmp_path / "nowhere", BEADS)
    assert "No such file" in refused.value.detail
