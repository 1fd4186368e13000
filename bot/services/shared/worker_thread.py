"""Work on many things, done in a thread beside the event loop, so that everybody else is served meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
MANY = 500
"""Things from which it is worth a thread: fewer take less than a turn of the loop may."""
_at_work: list[Callable[[], object]] = []


async def aside(things: int, work: Callable[[], T]) -> T:
    """Return what `work` makes of so many things; it touches nothing that others change meanwhile."""
    return work() if things < MANY else await beside(work)


async def beside(work: Callable[[], T]) -> T:
    """Return what `work` makes in a thread; likewise."""
    _at_work.append(work)
    try:
        return await asyncio.to_thread(work)
    finally:
        _at_work.remove(work)


def at_work() -> bool:
    """Whether anything is worked on beside the loop now."""
    return bool(_at_work)
