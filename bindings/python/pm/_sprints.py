"""Commands about sprints."""

from __future__ import annotations

from datetime import date

from . import _native as native
from ._patch import UNSET, Unset, patch
from ._sender import Sender


class SprintCommands(Sender):
    """Commands about sprints. A sprint is named by its id; `query.sprints` tells it."""

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

    def update_sprint(
        self,
        sprint: str,
        *,
        name: str | Unset = UNSET,
        goal: str | Unset = UNSET,
        start_date: date | None | Unset = UNSET,
        end_date: date | None | Unset = UNSET,
        expected_version: int | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Changes a sprint: what is left out stays, `None` clears a date."""
        changes = patch(native.SprintChange, name=name, goal=goal, start_date=start_date, end_date=end_date)
        return self._one(native.Change.UPDATE_SPRINT(sprint=sprint, changes=changes), command_id, expected_version)

    def start_sprint(
        self, sprint: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Starts a planned sprint and stores its commitment."""
        return self._one(native.Change.START_SPRINT(sprint=sprint), command_id, expected_version)

    def complete_sprint(
        self,
        sprint: str,
        *,
        carry_to: str | None = None,
        expected_version: int | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Completes a sprint and stores its result; what is unfinished goes to another one, or out of any."""
        change = native.Change.COMPLETE_SPRINT(sprint=sprint, carry_to=carry_to)
        return self._one(change, command_id, expected_version)

    def cancel_sprint(
        self, sprint: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Cancels a planned or active sprint and clears it of its items."""
        return self._one(native.Change.CANCEL_SPRINT(sprint=sprint), command_id, expected_version)

    def delete_sprint(
        self, sprint: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Deletes a sprint and clears it of its items. It can be restored, without them."""
        return self._one(native.Change.DELETE_SPRINT(sprint=sprint), command_id, expected_version)

    def restore_sprint(
        self, sprint: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Brings a deleted sprint back, without its items."""
        return self._one(native.Change.RESTORE_SPRINT(sprint=sprint), command_id, expected_version)
