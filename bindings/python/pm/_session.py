"""What one user does with one tenant."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from . import _native as native
from ._convert import seconds, word
from ._feed import Feed
from ._patch import UNSET, Unset, item_changes

if TYPE_CHECKING:
    from ._async import AsyncSession

Path = str | os.PathLike[str]
Place = native.Place | None


class Made(NamedTuple):
    """What a command made that has a key: an item, such as `PM-12`, or a project."""

    key: str
    id: str
    version: int


class Session:
    """Commands, questions and events of one actor. Made by `Tenant.acting_as`.

    Every change is a command; the methods here make the frequent ones, `execute` takes any. Items are named by
    `KEY-n` or id, lanes by status value or id, projects by key or id. `command_id` makes a command safe to repeat: the
    same id again returns the first outcome and does nothing. `expected_version` refuses it with `errors.Conflict`
    where the entity has moved on.
    """

    def __init__(self, tenant: native.Tenant, actor: native.Actor) -> None:
        self._tenant = tenant
        self.actor = actor
        #: Every question, one method each: `session.query.board("PM")`.
        self.query: native.Reader = tenant.read(actor)

    @property
    def aio(self) -> AsyncSession:
        """The same for asyncio."""
        from ._async import AsyncSession

        return AsyncSession(self)

    # Commands

    def execute(
        self,
        *changes: native.Change,
        command_id: str | None = None,
        expected_version: int | None = None,
        origin: native.Origin | None = None,
    ) -> native.Outcome:
        """Commits changes as one command: all of them or none. What an earlier one makes is `#0`, `#1` … to the
        later ones."""
        parts = [
            native.Part(change=change, expected_version=expected_version, origin=origin) for change in changes
        ]
        id = native.new_command_id() if command_id is None else command_id
        command = native.Command(id=id, actor=self.actor, parts=parts)
        return self._tenant.execute(command)

    def _one(
        self, change: native.Change, command_id: str | None = None, expected_version: int | None = None
    ) -> native.PartResult:
        outcome = self.execute(change, command_id=command_id, expected_version=expected_version)
        return outcome.results[0]

    def create_project(
        self,
        key: str,
        title: str,
        *,
        description: str = "",
        visibility: native.Visibility | str = "open",
        wip_policy: native.WipPolicy | str = "warn",
        parallel_sprints: bool = False,
        lanes: Iterable[native.NewLane] = (),
        id: str | None = None,
        command_id: str | None = None,
    ) -> Made:
        """Makes a project, with the five usual lanes where none are named."""
        project = native.NewProject(
            id=id,
            key=key,
            title=title,
            description=description,
            visibility=word(native.Visibility, visibility),
            wip_policy=word(native.WipPolicy, wip_policy),
            parallel_sprints=parallel_sprints,
            lanes=list(lanes),
        )
        return _made(self._one(native.Change.CREATE_PROJECT(project), command_id))

    def create_item(
        self,
        project: str,
        kind: native.ItemKind | str,
        title: str,
        *,
        description: str = "",
        lane: str | None = None,
        priority: native.Priority | str = "none",
        assignee: str | None = None,
        labels: Iterable[str] = (),
        points: float | None = None,
        estimate: timedelta | int | None = None,
        remaining: timedelta | int | None = None,
        start_date: date | None = None,
        due_date: date | None = None,
        sprint: str | None = None,
        parent: str | None = None,
        place: Place = None,
        sibling_place: Place = None,
        external: native.ExternalRef | None = None,
        extra: str = "",
        id: str | None = None,
        command_id: str | None = None,
    ) -> Made:
        """Makes a work item. The result has its `key`, such as `PM-12`."""
        item = native.NewItem(
            id=id,
            project=project,
            kind=word(native.ItemKind, kind),
            title=title,
            description=description,
            lane=lane,
            priority=word(native.Priority, priority),
            assignee=assignee,
            labels=list(labels),
            points=points,
            estimate_seconds=seconds(estimate),
            remaining_seconds=seconds(remaining),
            start_date=start_date,
            due_date=due_date,
            sprint=sprint,
            parent=parent,
            place=place,
            sibling_place=sibling_place,
            external=external,
            extra=extra,
        )
        return _made(self._one(native.Change.CREATE_ITEM(item), command_id))

    def update_item(
        self,
        item: str,
        *,
        kind: native.ItemKind | str | Unset = UNSET,
        title: str | Unset = UNSET,
        description: str | Unset = UNSET,
        priority: native.Priority | str | Unset = UNSET,
        assignee: str | None | Unset = UNSET,
        labels: Iterable[str] | Unset = UNSET,
        points: float | None | Unset = UNSET,
        estimate: timedelta | int | None | Unset = UNSET,
        remaining: timedelta | int | None | Unset = UNSET,
        start_date: date | None | Unset = UNSET,
        due_date: date | None | Unset = UNSET,
        external: native.ExternalRef | None | Unset = UNSET,
        extra: str | Unset = UNSET,
        expected_version: int | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Changes fields of an item: what is left out stays, `None` clears."""
        changes = item_changes(
            kind=kind,
            title=title,
            description=description,
            priority=priority,
            assignee=assignee,
            labels=labels,
            points=points,
            estimate=estimate,
            remaining=remaining,
            start_date=start_date,
            due_date=due_date,
            external=external,
            extra=extra,
        )
        change = native.Change.UPDATE_ITEM(item=item, changes=changes)
        return self._one(change, command_id, expected_version)

    def move_item(
        self,
        item: str,
        *,
        lane: str | None = None,
        place: Place = None,
        parent: str | None | Unset = UNSET,
        sibling_place: Place = None,
        sprint: str | None | Unset = UNSET,
        expected_version: int | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Changes lane, order, parent and sprint in one step: what is left out stays; `parent` and `sprint` are cleared
        by `None`."""
        new_parent: native.ParentChange | None = None
        if not isinstance(parent, Unset):
            new_parent = native.ParentChange.CLEAR() if parent is None else native.ParentChange.SET(parent)
        new_sprint: native.SprintAssignment | None = None
        if not isinstance(sprint, Unset):
            new_sprint = native.SprintAssignment.CLEAR() if sprint is None else native.SprintAssignment.SET(sprint)
        move = native.ItemMove(
            item=item, lane=lane, place=place, parent=new_parent, sibling_place=sibling_place, sprint=new_sprint
        )
        return self._one(native.Change.MOVE_ITEM(move), command_id, expected_version)

    def delete_item(self, item: str, *, cascade: bool = False, command_id: str | None = None) -> native.PartResult:
        """Deletes an item, with `cascade` also everything under it. It can be restored."""
        return self._one(native.Change.DELETE_ITEM(item=item, cascade=cascade), command_id)

    def restore_item(self, item: str, *, command_id: str | None = None) -> native.PartResult:
        """Brings an item back with what was deleted together with it."""
        return self._one(native.Change.RESTORE_ITEM(item=item), command_id)

    def block(self, blocker: str, waiting: str, *, command_id: str | None = None) -> native.PartResult:
        """`waiting` waits for `blocker` from now on; `errors.Cycle` where that would never end."""
        return self._relate(native.DependencyKind.BLOCKS, blocker, waiting, command_id)

    def relate(self, one: str, other: str, *, command_id: str | None = None) -> native.PartResult:
        """Notes that two items have to do with each other."""
        return self._relate(native.DependencyKind.RELATES_TO, one, other, command_id)

    def _relate(
        self, kind: native.DependencyKind, one: str, other: str, command_id: str | None
    ) -> native.PartResult:
        change = native.Change.ADD_DEPENDENCY(id=None, kind=kind, _from=one, to=other)
        return self._one(change, command_id)

    def comment(
        self, item: str, text: str, *, reply_to: str | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Adds a comment, or with `reply_to` answers one."""
        comment = native.NewComment(item=item, reply_to=reply_to, text=text)
        return self._one(native.Change.ADD_COMMENT(comment), command_id)

    def start_timer(self, item: str, note: str = "", *, command_id: str | None = None) -> native.PartResult:
        """Starts the actor's timer; one that runs is stopped at the same instant."""
        return self._one(native.Change.START_TIMER(id=None, item=item, note=note), command_id)

    def stop_timer(self, entry: str | None = None, *, command_id: str | None = None) -> native.PartResult:
        """Stops the actor's running timer, or the one named."""
        return self._one(native.Change.STOP_TIMER(entry=entry), command_id)

    def add_time(
        self,
        item: str,
        started_at: datetime,
        ended_at: datetime,
        note: str = "",
        *,
        user: str | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Records time by hand. Instants have a time zone."""
        entry = native.NewTimeEntry(item=item, user=user, started_at=started_at, ended_at=ended_at, note=note)
        return self._one(native.Change.ADD_TIME_ENTRY(entry), command_id)

    def create_sprint(
        self,
        project: str,
        name: str,
        *,
        goal: str = "",
        start_date: date | None = None,
        end_date: date | None = None,
        id: str | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Plans a sprint."""
        sprint = native.NewSprint(
            id=id, project=project, name=name, goal=goal, start_date=start_date, end_date=end_date
        )
        return self._one(native.Change.CREATE_SPRINT(sprint), command_id)

    def start_sprint(self, sprint: str, *, command_id: str | None = None) -> native.PartResult:
        """Starts a planned sprint and stores its commitment."""
        return self._one(native.Change.START_SPRINT(sprint=sprint), command_id)

    def complete_sprint(
        self, sprint: str, *, carry_to: str | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Completes a sprint; what is unfinished goes to another one, or out of any."""
        return self._one(native.Change.COMPLETE_SPRINT(sprint=sprint, carry_to=carry_to), command_id)

    # Events

    def feed(self, from_sequence: int | None = None, projects: list[str] | None = None) -> Feed:
        """Events as an iterator, after a sequence; without one, what is committed from now on."""
        return Feed(self._tenant.stream(self.actor, self._from(from_sequence), projects))

    def subscribe(
        self,
        on_events: Callable[[native.EventBatch], object],
        on_end: Callable[[native.StreamEnd], object] | None = None,
        *,
        from_sequence: int | None = None,
        projects: list[str] | None = None,
    ) -> native.Subscription:
        """Calls a function with batches of events, on a thread of its own, until the subscription is cancelled or the
        engine closed. What the function raises ends the subscription; `Subscription.end` tells."""
        listener = _Listener(on_events, on_end)
        return self._tenant.subscribe(self.actor, self._from(from_sequence), listener, projects)

    def _from(self, sequence: int | None) -> int:
        return self._tenant.head() if sequence is None else sequence

    # In and out

    def import_from(
        self,
        source: Path | bytes,
        options: native.ImportOptions,
        on_progress: Callable[[native.ImportProgress], bool] | None = None,
    ) -> native.ImportReport:
        """Imports a file, or bytes. `on_progress` answers whether to go on. The same input twice changes nothing."""
        where: native.ImportSource = (
            native.ImportSource.BYTES(source)
            if isinstance(source, bytes)
            else native.ImportSource.FILE(os.fspath(source))
        )
        listener = None if on_progress is None else _ImportListener(on_progress)
        return self._tenant.import_from(self.actor, options, where, listener)

    def export_to(
        self, target: Path, on_progress: Callable[[int], bool] | None = None
    ) -> native.ExportSummary:
        """Writes the whole tenant into a new file, one JSON object per line. `on_progress` is told how many bytes are
        written, and answers whether to go on."""
        listener = None if on_progress is None else _ExportListener(on_progress)
        return self._tenant.export_to(self.actor, os.fspath(target), listener)


def _made(result: native.PartResult) -> Made:
    return Made(result.key or result.id, result.id, result.version)


class _Listener(native.EventListener):
    def __init__(
        self,
        on_events: Callable[[native.EventBatch], object],
        on_end: Callable[[native.StreamEnd], object] | None,
    ) -> None:
        self._on_events = on_events
        self._on_end = on_end

    def on_events(self, batch: native.EventBatch) -> None:
        self._on_events(batch)

    def on_end(self, end: native.StreamEnd) -> None:
        if self._on_end is not None:
            self._on_end(end)


class _ImportListener(native.ImportListener):
    def __init__(self, on_progress: Callable[[native.ImportProgress], bool]) -> None:
        self._on_progress = on_progress

    def on_progress(self, progress: native.ImportProgress) -> bool:
        return self._on_progress(progress)


class _ExportListener(native.ExportListener):
    def __init__(self, on_progress: Callable[[int], bool]) -> None:
        self._on_progress = on_progress

    def on_progress(self, bytes: int) -> bool:
        return self._on_progress(bytes)
