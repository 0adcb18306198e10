"""What can go wrong, one exception per stable code. All are `PmError`s, with `message` and `code()`.

>>> try:
...     me.move_item("PM-1", lane="done", expected_version=3)
... except pm.errors.Conflict as error:
...     print("it is now", error.current)

Refusals by a rule also have `part`, `field` and `limit`: which part of a batch, which field, which bound.
"""

from ._native import PmError

Invalid = PmError.Invalid
NotFound = PmError.NotFound
AlreadyExists = PmError.AlreadyExists
Conflict = PmError.Conflict
Cycle = PmError.Cycle
Forbidden = PmError.Forbidden
Archived = PmError.Archived
Frozen = PmError.Frozen
WrongState = PmError.WrongState
InUse = PmError.InUse
HasChildren = PmError.HasChildren
WipLimit = PmError.WipLimit
Overlap = PmError.Overlap
NotRunning = PmError.NotRunning
CommandReused = PmError.CommandReused
TooLarge = PmError.TooLarge
Busy = PmError.Busy
Storage = PmError.Storage
Closed = PmError.Closed
Internal = PmError.Internal
Locked = PmError.Locked
Newer = PmError.Newer
Corrupt = PmError.Corrupt
Format = PmError.Format
File = PmError.File
Listener = PmError.Listener
Cancelled = PmError.Cancelled
Forked = PmError.Forked

