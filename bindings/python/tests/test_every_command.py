"""Every command of the engine is a method of the session, under its own name, and does what it says."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pm
import pytest


def commands() -> set[str]:
    """The engine's commands, by name: `create_item`."""
    return {name.lower() for name, kind in vars(pm.Change).items() if isinstance(kind, type)}


class Recorded:
    """A session that notes which commands were sent."""

    def __init__(self, session: pm.Session, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[str] = []
        execute = session.execute

        def noted(*changes: pm.Change, **named: Any) -> pm.Outcome:
            self.sent += [pm.to_dict(change)["type"] for change in changes]
            return execute(*changes, **named)

        monkeypatch.setattr(session, "execute", noted)


def walk(ada: pm.Session) -> dict[str, Callable[[], Any]]:
    """Calls in an order in which each of them may be made. A later one names what an earlier one made."""
    known: dict[str, str] = {}

    def keep(name: str, made: pm.Made | pm.PartResult) -> pm.Made | pm.PartResult:
        known[name] = made.id
        return made

    now = datetime.now(timezone.utc)
    first = pm.LanePlace.FIRST()
    eve = pm.User(id="eve", kind=pm.ActorKind.HUMAN, name="Eve", email=None, created_at=now, version=1)
    return {
        "update_tenant_settings": lambda: ada.update_tenant_settings(
            timer_cap=timedelta(hours=8), timer_cap_policy="cap", overlap_policy="refuse"
        ),
        "update_user": lambda: ada.update_user("bob", name="Bob", email=None),
        "create_project": lambda: keep("project", ada.create_project("NX", "The next one")),
        "update_project": lambda: ada.update_project("NX", title="Another", visibility="private", expected_version=1),
        "archive_project": lambda: ada.archive_project("NX"),
        "unarchive_project": lambda: ada.unarchive_project("NX"),
        "set_member": lambda: ada.set_member("NX", "bob", "viewer"),
        "remove_member": lambda: ada.remove_member("NX", "bob"),
        "create_lane": lambda: keep("lane", ada.create_lane("NX", "Testing", "started", wip_limit=3)),
        "update_lane": lambda: ada.update_lane("testing", project="NX", name="Trying", wip_limit=None),
        "move_lane": lambda: ada.move_lane(known["lane"], first),
        "delete_lane": lambda: ada.delete_lane("testing", project="NX"),
        "restore_lane": lambda: ada.restore_lane(known["lane"]),
        "create_item": lambda: ada.create_item("NX", "task", "One"),
        "update_item": lambda: ada.update_item("NX-1", title="Two", estimate=timedelta(hours=1), labels=["a"]),
        "move_item": lambda: ada.move_item("NX-1", lane="todo"),
        "add_dependency": lambda: keep(
            "dependency", ada.add_dependency("relates_to", "NX-1", ada.create_item("NX", "bug", "Other").key)
        ),
        "remove_dependency": lambda: ada.remove_dependency(known["dependency"]),
        "create_sprint": lambda: keep("sprint", ada.create_sprint("NX", "First")),
        "update_sprint": lambda: ada.update_sprint(known["sprint"], goal="Ship", start_date=date(2027, 1, 1)),
        "start_sprint": lambda: ada.start_sprint(known["sprint"]),
        "complete_sprint": lambda: ada.complete_sprint(known["sprint"]),
        "delete_sprint": lambda: ada.delete_sprint(known["sprint"]),
        "restore_sprint": lambda: ada.restore_sprint(known["sprint"]),
        "cancel_sprint": lambda: ada.cancel_sprint(ada.create_sprint("NX", "Second").id),
        "add_comment": lambda: keep("comment", ada.add_comment("NX-1", "A word")),
        "edit_comment": lambda: ada.edit_comment(known["comment"], "Two words"),
        "delete_comment": lambda: ada.delete_comment(known["comment"]),
        "restore_comment": lambda: ada.restore_comment(known["comment"]),
        "purge_comment": lambda: ada.purge_comment(known["comment"]),
        "start_timer": lambda: ada.start_timer("NX-1", "thinking"),
        "stop_timer": lambda: ada.stop_timer(),
        "add_time_entry": lambda: keep(
            "entry", ada.add_time_entry("NX-1", now - timedelta(hours=2), now - timedelta(hours=1), user="bob")
        ),
        "update_time_entry": lambda: ada.update_time_entry(known["entry"], ended_at=now - timedelta(minutes=30)),
        "delete_time_entry": lambda: ada.delete_time_entry(known["entry"]),
        "restore_time_entry": lambda: ada.restore_time_entry(known["entry"]),
        "delete_item": lambda: ada.delete_item("NX-1"),
        "restore_item": lambda: ada.restore_item("NX-1"),
        "purge_item": lambda: (ada.delete_item("NX-2"), ada.purge_item("NX-2"))[1],
        "delete_project": lambda: ada.delete_project("NX"),
        "restore_project": lambda: ada.restore_project(known["project"]),
        "purge_project": lambda: (ada.delete_project("NX"), ada.purge_project(known["project"]))[1],
        "load_entity": lambda: ada.load_entity(pm.Entity.USER(eve)),
    }


def test_given_every_command_when_its_method_is_called_then_that_command_commits(
    ada: pm.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = walk(ada)
    assert set(calls) == commands()
    recorded = Recorded(ada, monkeypatch)
    for name, call in calls.items():
        recorded.sent.clear()
        result = call()
        assert recorded.sent[-1] == name
        if isinstance(result, pm.PartResult):
            assert result.changed, name


def test_given_every_field_that_can_change_when_looked_up_then_the_method_takes_it() -> None:
    patches: dict[Callable[..., Any], Any] = {
        pm.Session.update_tenant_settings: pm.TenantSettingChange,
        pm.Session.update_user: pm.UserChange,
        pm.Session.update_project: pm.ProjectChange,
        pm.Session.update_lane: pm.LaneChange,
        pm.Session.update_item: pm.ItemChange,
        pm.Session.update_sprint: pm.SprintChange,
        pm.Session.update_time_entry: pm.TimeEntryChange,
    }
    every = {kind for name, kind in vars(pm).items() if name.endswith("Change") and hasattr(kind, "__subclasses__")}
    assert {kind.__name__ for kind in every} - {kind.__name__ for kind in patches.values()} == {
        "AccessChange",
        "Change",
        "FieldChange",
        "ParentChange",
        "ScopeChange",
    }
    for method, kind in patches.items():
        fields = {name.lower().removesuffix("_seconds") for name, held in vars(kind).items() if isinstance(held, type)}
        named = set(inspect.signature(method).parameters)
        assert fields <= named, method.__name__


def test_given_a_patch_of_each_kind_when_sent_then_every_field_arrives(ada: pm.Session) -> None:
    ada.update_tenant_settings(timer_cap=600, timer_cap_policy=pm.TimerCapPolicy.CAP, overlap_policy="allow")
    lane = ada.create_lane("PM", "Testing", "started", status="testing", wip_limit=4, place=pm.LanePlace.FIRST())
    ada.update_lane(lane.id, name="Trying", status="trying", category="unstarted", wip_limit=None)
    ada.update_project(
        "PM",
        title="New",
        description="# Text",
        visibility="private",
        wip_policy="refuse",
        parallel_sprints=True,
        default_lane="trying",
    )
    project = ada.query.project("PM").project
    assert (project.title, project.description, project.parallel_sprints) == ("New", "# Text", True)
    assert (project.visibility, project.wip_policy) == (pm.Visibility.PRIVATE, pm.WipPolicy.REFUSE)
    assert project.default_lane == lane.id
    first = ada.query.lanes("PM").lanes[0].lane
    assert (first.id, first.name, first.status, first.wip_limit) == (lane.id, "Trying", "trying", None)
    assert first.category is pm.LaneCategory.UNSTARTED
    ada.create_item("PM", "task", "One")
    ada.update_item(
        "PM-1",
        kind="bug",
        title="Two",
        description="Text",
        priority="low",
        assignee="bob",
        labels=("b", "a"),
        points=2,
        estimate=timedelta(hours=1),
        remaining=60,
        start_date=date(2027, 1, 1),
        due_date=date(2027, 1, 2),
        external=pm.ExternalRef(source="jira", id="X-1"),
        extra='{"a":1}',
    )
    item = ada.query.item_only("PM-1").item
    assert (item.kind, item.title, item.description) == (pm.ItemKind.BUG, "Two", "Text")
    assert (item.priority, item.assignee, item.labels, item.points) == (pm.Priority.LOW, "bob", ["a", "b"], 2)
    assert (item.estimate, item.remaining) == (timedelta(hours=1), timedelta(minutes=1))
    assert (item.start_date, item.due_date) == (date(2027, 1, 1), date(2027, 1, 2))
    assert item.external == pm.ExternalRef(source="jira", id="X-1")
    assert json.loads(item.extra or "") == {"a": 1}


def test_given_a_version_that_is_past_when_any_entity_is_changed_then_it_conflicts(ada: pm.Session) -> None:
    ada.create_item("PM", "task", "One")
    ada.update_project("PM", title="Moved on")
    sprint = ada.create_sprint("PM", "First")
    ada.update_sprint(sprint.id, goal="Moved on")
    comment = ada.add_comment("PM-1", "A word")
    ada.edit_comment(comment.id, "Moved on")
    ada.update_item("PM-1", title="Moved on")
    calls: list[Callable[[], object]] = [
        lambda: ada.archive_project("PM", expected_version=1),
        lambda: ada.delete_project("PM", expected_version=1),
        lambda: ada.start_sprint(sprint.id, expected_version=1),
        lambda: ada.delete_comment(comment.id, expected_version=1),
        lambda: ada.move_item("PM-1", lane="done", expected_version=1),
        lambda: ada.delete_item("PM-1", expected_version=1),
    ]
    for call in calls:
        with pytest.raises(pm.errors.Conflict) as refused:
            call()
        assert refused.value.current is not None
