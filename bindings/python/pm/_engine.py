"""Engine and tenants."""

from __future__ import annotations

import atexit
import os
import weakref
from types import TracebackType

from . import _native as native
from ._convert import word
from ._session import Session

Path = str | os.PathLike[str]

#: Engines that were not closed; a listener must not be called while the interpreter goes away.
_open: weakref.WeakSet[Engine] = weakref.WeakSet()


class Engine:
    """All tenants under one folder.

    Use it in a `with` statement, or call `close`: that ends every listener, finishes what waits and closes the files.
    At the exit of the program engines that are still open are closed. After a fork the child must open an engine of
    its own: the one it inherited answers `errors.Forked`.

    `workers` threads commit; with 0 a command is committed on the thread that sends it. `durability` is
    `"full"` (on disk before it is acknowledged) or `"relaxed"` (a power cut may take the last commands).
    """

    def __init__(
        self,
        root: Path,
        *,
        workers: int = 4,
        durability: native.Durability | str = "full",
        tenants_open_max: int = 256,
        clock: native.ManualClock | None = None,
    ) -> None:
        options = native.EngineOptions(
            root=os.fspath(root),
            workers=workers,
            durability=word(native.Durability, durability),
            tenants_open_max=tenants_open_max,
        )
        self._native = native.Engine.open(options, clock)
        _open.add(self)

    def create_tenant(self, id: str) -> Tenant:
        """Makes a new tenant; `errors.AlreadyExists` where there is one."""
        return Tenant(self._native.create_tenant(id))

    def tenant(self, id: str) -> Tenant:
        """A tenant that exists; `errors.NotFound` where it does not, `errors.Locked` where another process has it."""
        return Tenant(self._native.tenant(id))

    def tenant_or_create(self, id: str) -> Tenant:
        """A tenant, made where it does not exist."""
        return Tenant(self._native.tenant_or_create(id))

    def tenants(self) -> list[str]:
        """The ids of all tenants in the folder, sorted."""
        return self._native.tenants()

    def restore(self, tenant: str, backup: Path) -> Tenant:
        """Puts a backup in the place of a tenant, which is made where it does not exist. Its clients start over."""
        return Tenant(self._native.restore(tenant, os.fspath(backup)))

    def close(self) -> None:
        """Ends every listener and closes every tenant. Twice is once."""
        self._native.shutdown()
        _open.discard(self)

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Tenant:
    """One tenant. A handle holds no file open."""

    def __init__(self, tenant: native.Tenant) -> None:
        self._native = tenant

    @property
    def id(self) -> str:
        """The tenant's id."""
        return self._native.id()

    @property
    def head(self) -> int:
        """Sequence of the newest event, 0 for none."""
        return self._native.head()

    @property
    def epoch(self) -> str:
        """Which history the sequences belong to; a restored tenant gets a new one."""
        return self._native.epoch()

    def acting_as(
        self,
        user: str,
        role: native.TenantRole | str = "admin",
        kind: native.ActorKind | str = "human",
        on_behalf_of: str | None = None,
    ) -> Session:
        """Commands and questions of a user whom the program vouches for. An admin sees and may do everything, which is
        what a program of one user wants; a member what projects allow him."""
        actor = native.Actor(
            user=user,
            kind=word(native.ActorKind, kind),
            role=word(native.TenantRole, role),
            on_behalf_of=on_behalf_of,
        )
        return Session(self._native, actor)

    def execute(self, command: native.Command) -> native.Outcome:
        """Commits a command as it is."""
        return self._native.execute(command)

    def resume(self, epoch: str | None = None, sequence: int = 0) -> native.Resume:
        """How a client goes on that has seen the log of this epoch up to a sequence."""
        known = None if epoch is None else native.KnownPosition(epoch=epoch, sequence=sequence)
        return self._native.resume(known)

    def backup(self, target: Path) -> None:
        """Copies the tenant, as it is now, into a new file."""
        self._native.backup(os.fspath(target))

    def rebuild(self) -> int:
        """Fills all tables again from the log. Answers how many events were applied."""
        return self._native.rebuild()


@atexit.register
def _close_all() -> None:
    for engine in list(_open):
        try:
            engine.close()
        except native.PmError:
            # Nothing of it is left to save: it was inherited by a fork, or fails to close.
            pass
