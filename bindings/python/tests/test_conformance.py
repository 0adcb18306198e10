"""The scenarios every language runs; see `bindings/conformance/README.md`."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pm
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "conformance"
SCENARIOS = sorted(FOLDER.glob("*.json"))
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def instant(ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=ms)


def comparable(scenario: dict[str, Any], text: str) -> str:
    """Without ids and order, where the ids of a scenario are not derived."""
    if not scenario.get("random_ids"):
        return text
    plain = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "id", text)
    return "".join(sorted(plain.splitlines(keepends=True)))


class Run:
    def __init__(self, engine: pm.Engine, clock: pm.ManualClock) -> None:
        self.tenant = engine.tenant_or_create("acme")
        self.clock = clock

    def actor(self, step: dict[str, Any]) -> pm.Session:
        return self.tenant.acting_as(step["as"], role="admin" if step["as"] == "ada" else "member")

    def step(self, step: dict[str, Any]) -> dict[str, Any]:
        op = step.get("op")
        if op is None:
            self.clock.set(self.clock.now() + timedelta(milliseconds=step["advance"]))
            return {}
        if op == "import":
            options = pm.ImportOptions(
                format=pm.ImportFormat.BEADS, project_key=step["project"], on_gone=pm.OnGone.IGNORE
            )
            report = self.actor(step).import_from(step["text"].encode(), options)
            return {
                "created": sum(report.created.values()),
                "unchanged": sum(report.unchanged.values()),
                "refused": sum(report.refused_count.values()),
            }
        if op == "resume":
            epochs = {"own": self.tenant.epoch, "other": "00000000-0000-4000-8000-000000000000", None: None}
            resume = self.tenant.resume(epochs[step["epoch"]], step["sequence"])
            return {"resume": pm.to_dict(resume)["type"]}
        if op == "events":
            return {"sequences": [event.sequence for event in drain(self.actor(step), step["from"])]}
        outcome = self.actor(step).execute(
            change(op, step), command_id=step["id"], expected_version=step.get("version")
        )
        first = outcome.results[0]
        return {
            "key": first.key,
            "version": first.version,
            "changed": first.changed,
            "replayed": outcome.replayed,
            "notes": [note.kind.name.lower() for note in outcome.notes],
        }


def drain(session: pm.Session, start: int) -> list[pm.Event]:
    events: list[pm.Event] = []
    with session.feed(start) as feed:
        while (batch := feed.next()) is not None:
            events.extend(batch.events)
    return events


def change(op: str, step: dict[str, Any]) -> pm.Change:
    due = date.fromisoformat(step["due"]) if "due" in step else None
    match op:
        case "create_project":
            project = pm.NewProject(
                key=step["key"],
                title=step["title"],
                visibility=pm.Visibility.OPEN,
                wip_policy=pm.WipPolicy.WARN,
            )
            return pm.Change.CREATE_PROJECT(project)
        case "create_item":
            item = pm.NewItem(
                project=step["project"],
                kind=pm.ItemKind[step["kind"].upper()],
                title=step["title"],
                priority=pm.Priority.NONE,
                parent=step.get("parent"),
                lane=step.get("lane"),
                points=step.get("points"),
                due_date=due,
            )
            return pm.Change.CREATE_ITEM(item)
        case "update_item":
            changes: list[pm.ItemChange] = []
            if "title" in step:
                changes.append(pm.ItemChange.TITLE(step["title"]))
            if "points" in step:
                changes.append(pm.ItemChange.POINTS(step["points"]))
            if due is not None:
                changes.append(pm.ItemChange.DUE_DATE(due))
            return pm.Change.UPDATE_ITEM(item=step["item"], changes=changes)
        case "move_item":
            parent = pm.ParentChange.SET(step["parent"]) if "parent" in step else None
            return pm.Change.MOVE_ITEM(pm.ItemMove(item=step["item"], lane=step.get("lane"), parent=parent))
        case "delete_item":
            return pm.Change.DELETE_ITEM(item=step["item"], cascade=step["cascade"])
        case "restore_item":
            return pm.Change.RESTORE_ITEM(item=step["item"])
        case "block":
            return pm.Change.ADD_DEPENDENCY(
                id=None, kind=pm.DependencyKind.BLOCKS, _from=step["from"], to=step["to"]
            )
        case "comment":
            return pm.Change.ADD_COMMENT(pm.NewComment(item=step["item"], text=step["text"]))
        case "start_timer":
            return pm.Change.START_TIMER(id=None, item=step["item"], note="")
        case "stop_timer":
            return pm.Change.STOP_TIMER(entry=None)
        case _:
            raise AssertionError(op)


def refused(error: pm.PmError) -> dict[str, Any]:
    told: dict[str, Any] = {"code": error.code()}
    for name in ("field", "limit", "path_length"):
        told[name] = getattr(error, name, None)
    if isinstance(error, pm.errors.Conflict) and isinstance(error.current, pm.Entity.WORK_ITEM):
        told["current_version"] = error.current.value.version
    return told


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_given_a_scenario_when_python_runs_it_then_answers_events_and_tables_are_as_written(
    path: Path, tmp_path: Path
) -> None:
    scenario = json.loads(path.read_text(encoding="utf-8"))
    clock = pm.ManualClock.starting_at(instant(scenario["start"]))
    with pm.Engine(tmp_path / "data", clock=clock, durability="relaxed") as engine:
        run = Run(engine, clock)
        for step in scenario["steps"]:
            expected = step.get("expect", {})
            try:
                found = run.step(step)
            except pm.PmError as error:
                found = refused(error)
            assert ("code" in found) == ("code" in expected), (step, found)
            assert {name: found.get(name) for name in expected} == expected, step
        ada = run.tenant.acting_as("ada")
        events = [
            f"{event.sequence} {event.entity_kind.name.lower()}.{event.action.name.lower()} {event.entity_id}\n"
            for event in drain(ada, 0)
        ]
        assert comparable(scenario, "".join(events)) == path.with_suffix(".events").read_text(encoding="utf-8")
        ada.export_to(tmp_path / "export")
        export = (tmp_path / "export").read_text(encoding="utf-8").split("\n", 1)[1]
        assert comparable(scenario, export) == path.with_suffix(".export").read_text(encoding="utf-8")


def test_given_the_folder_of_scenarios_when_counted_then_they_are_there() -> None:
    assert len(SCENARIOS) >= 6
