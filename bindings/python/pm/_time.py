"""Commands about timers and time entries."""

from __future__ import annotations

from datetime import datetime

from . import _native as native
from ._patch import UNSET, Unset, patch
from ._sender import Sender


class TimeCommands(Sender):
    """Commands about timers and time entries. Instants have a time zone."""

    def start_timer(
        self, item: str, note: str = "", *, id: str | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Starts the actor's timer; one that runs is stopped at the same instant."""
        return self._one(native.Change.START_TIMER(id=id, item=item, note=note), command_id)

    def stop_timer(
        self,
        entry: str | None = None,
        *,
        expected_version: int | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Stops the actor's running timer, or the one named."""
        return self._one(native.Change.STOP_TIMER(entry=entry), command_id, expected_version)

    def add_time_entry(
        self,
        item: str,
        started_at: datetime,
        ended_at: datetime,
        note: str = "",
        *,
        user: str | None = None,
        id: str | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Records time by hand; another's with `user`, as an admin of the project."""
        entry = native.NewTimeEntry(
            id=id, item=item, user=user, started_at=started_at, ended_at=ended_at, note=note
        )
        return self._one(native.Change.ADD_TIME_ENTRY(entry), command_id)

    def update_time_entry(
        self,
        entry: str,
        *,
        item: str | Unset = UNSET,
        started_at: datetime | Unset = UNSET,
        ended_at: datetime | Unset = UNSET,
        note: str | Unset = UNSET,
        expected_version: int | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Changes a time entry: what is left out stays."""
        changes = patch(
            native.TimeEntryChange, item=item, started_at=started_at, ended_at=ended_at, note=note
        )
        change = native.Change.UPDATE_TIME_ENTRY(entry=entry, changes=changes)
        return self._one(change, command_id, expected_version)

    def delete_time_entry(
        self, entry: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Deletes a time entry; a running one is stopped by it. It can be restored."""
        return self._one(native.Change.DELETE_TIME_ENTRY(entry=entry), command_id, expected_version)

    def restore_time_entry(
        self, entry: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Brings a deleted time entry back."""
        return self._one(native.Change.RESTORE_TIME_ENTRY(entry=entry), command_id, expected_version)
