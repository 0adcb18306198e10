"""How a session sends commands."""

from __future__ import annotations

from typing import NamedTuple

from . import _native as native


class Made(NamedTuple):
    """What a command made that has a key: an item, such as `PM-12`, or a project."""

    key: str
    id: str
    version: int


class Sender:
    """Commits commands of one actor."""

    def __init__(self, tenant: native.Tenant, actor: native.Actor) -> None:
        self._tenant = tenant
        self.actor = actor

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
        self, change: native.Change, command_id: str | None, expected_version: int | None = None
    ) -> native.PartResult:
        outcome = self.execute(change, command_id=command_id, expected_version=expected_version)
        return outcome.results[0]

    def _made(self, change: native.Change, command_id: str | None) -> Made:
        result = self._one(change, command_id)
        return Made(result.key or result.id, result.id, result.version)
