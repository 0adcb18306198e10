"""Commands about lanes."""

from __future__ import annotations

from . import _native as native
from ._convert import word
from ._patch import UNSET, Unset, patch, word_change
from ._sender import Sender


class LaneCommands(Sender):
    """Commands about lanes, for admins of their project. A lane is named by its id, or by its status value together
    with `project`."""

    def create_lane(
        self,
        project: str,
        name: str,
        category: native.LaneCategory | str,
        *,
        status: str | None = None,
        wip_limit: int | None = None,
        place: native.LanePlace | None = None,
        id: str | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Adds a lane, at the end where no place is named. Its status value comes from its name where none is given."""
        lane = native.NewLane(
            id=id, name=name, status=status, category=word(native.LaneCategory, category), wip_limit=wip_limit
        )
        return self._one(native.Change.CREATE_LANE(project=project, lane=lane, place=place), command_id)

    def update_lane(
        self,
        lane: str,
        *,
        project: str | None = None,
        name: str | Unset = UNSET,
        status: str | Unset = UNSET,
        category: native.LaneCategory | str | Unset = UNSET,
        wip_limit: int | None | Unset = UNSET,
        expected_version: int | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Changes a lane: what is left out stays, `wip_limit=None` clears."""
        changes = patch(
            native.LaneChange,
            name=name,
            status=status,
            category=word_change(native.LaneCategory, category),
            wip_limit=wip_limit,
        )
        change = native.Change.UPDATE_LANE(lane=_target(lane, project), changes=changes)
        return self._one(change, command_id, expected_version)

    def move_lane(
        self,
        lane: str,
        place: native.LanePlace,
        *,
        project: str | None = None,
        expected_version: int | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Moves a lane among those of its project."""
        change = native.Change.MOVE_LANE(lane=_target(lane, project), place=place)
        return self._one(change, command_id, expected_version)

    def delete_lane(
        self,
        lane: str,
        *,
        project: str | None = None,
        move_items_to: str | None = None,
        expected_version: int | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Deletes a lane. Where it holds items, `move_items_to` says where they go."""
        change = native.Change.DELETE_LANE(lane=_target(lane, project), move_items_to=move_items_to)
        return self._one(change, command_id, expected_version)

    def restore_lane(
        self,
        lane: str,
        *,
        project: str | None = None,
        expected_version: int | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Brings a deleted lane back."""
        return self._one(native.Change.RESTORE_LANE(lane=_target(lane, project)), command_id, expected_version)


def _target(lane: str, project: str | None) -> native.LaneTarget:
    return native.LaneTarget(project=project, lane=lane)
