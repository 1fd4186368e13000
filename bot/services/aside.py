"""Work on many things, done in a thread beside the event loop, so that everybody else is served meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
MANY = 500
"""Things from which it is worth a thread: fewer take less than a turn of the loop may."""


async def aside(things: int, work: Callable[[], T]) -> T:
    """Return what `work` makes of so many things; it touches nothing that others change meanwhile."""
    return work() if things < MANY else await asyncio.to_thread(work)
