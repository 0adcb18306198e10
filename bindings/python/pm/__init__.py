"""An embeddable engine for agile project management: commands in, events out, one SQLite file per tenant.

>>> import pm
>>> with pm.Engine("data") as engine:
...     me = engine.tenant_or_create("acme").acting_as("ada")
...     me.create_project("PM", "The product")
...     item = me.create_item("PM", "task", "Write the first page")
...     me.move_item(item.key, lane="in_progress")
...     for card in me.query.items(pm.ItemSort.NUMBER).items:
...         print(card.key, card.title)

Calls block until the answer is there, and let other Python threads run meanwhile; `Session.aio` has the same for
asyncio. Everything may be used from any thread. What is refused or fails is a `PmError`; see `pm.errors`.
"""

from ._native import *  # noqa: F403, I001 (first: the names below stand for the ones in there)
from . import _shape, errors
from ._async import AsyncSession
from ._convert import pages, rows, to_dict
from ._engine import Engine, Tenant
from ._feed import Feed, Subscription
from ._native import Engine as NativeEngine
from ._native import PmError
from ._native import Tenant as NativeTenant
from ._sender import Made
from ._session import Session

del _shape

__all__ = [
    "AsyncSession",
    "Engine",
    "Feed",
    "Made",
    "NativeEngine",
    "NativeTenant",
    "PmError",
    "Session",
    "Subscription",
    "Tenant",
    "errors",
    "pages",
    "rows",
    "to_dict",
]
