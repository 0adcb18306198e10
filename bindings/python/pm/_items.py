"""Commands about items and the dependencies between them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from . import _native as native
from ._convert import seconds, word
from ._patch import UNSET, Unset, patch, seconds_change, word_change
from ._sender import Made, Sender

Place = native.Place | None


class ItemCommands(Sender):
    """Commands about items and the dependencies between them."""

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
        return self._made(native.Change.CREATE_ITEM(item), command_id)

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
        changes = patch(
            native.ItemChange,
            kind=word_change(native.ItemKind, kind),
            title=title,
            description=description,
            priority=word_change(native.Priority, priority),
            assignee=assignee,
            labels=labels if isinstance(labels, Unset) else list(labels),
            points=points,
            estimate_seconds=seconds_change(estimate),
            remaining_seconds=seconds_change(remaining),
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

    def delete_item(
        self,
        item: str,
        *,
        cascade: bool = False,
        expected_version: int | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Deletes an item, with `cascade` also everything under it. It can be restored."""
        return self._one(native.Change.DELETE_ITEM(item=item, cascade=cascade), command_id, expected_version)

    def restore_item(
        self, item: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Brings an item back with what was deleted together with it."""
        return self._one(native.Change.RESTORE_ITEM(item=item), command_id, expected_version)

    def purge_item(
        self, item: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Removes a deleted item with its comments and time entries for good; for admins of the tenant."""
        return self._one(native.Change.PURGE_ITEM(item=item), command_id, expected_version)

    def add_dependency(
        self,
        kind: native.DependencyKind | str,
        one: str,
        other: str,
        *,
        id: str | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Relates two items: with `"blocks"` the other one waits for the first, with `"relates_to"` they have to do with
        each other. See `block` and `relate`."""
        change = native.Change.ADD_DEPENDENCY(
            id=id, kind=word(native.DependencyKind, kind), _from=one, to=other
        )
        return self._one(change, command_id)

    def block(self, blocker: str, waiting: str, *, command_id: str | None = None) -> native.PartResult:
        """`waiting` waits for `blocker` from now on; `errors.Cycle` where that would never end."""
        return self.add_dependency(native.DependencyKind.BLOCKS, blocker, waiting, command_id=command_id)

    def relate(self, one: str, other: str, *, command_id: str | None = None) -> native.PartResult:
        """Notes that two items have to do with each other."""
        return self.add_dependency(native.DependencyKind.RELATES_TO, one, other, command_id=command_id)

    def remove_dependency(
        self, dependency: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Takes a dependency away, by its id; `query.dependencies` tells it."""
        change = native.Change.REMOVE_DEPENDENCY(dependency=dependency)
        return self._one(change, command_id, expected_version)
