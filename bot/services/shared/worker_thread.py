"""Runs work on many items in a thread, so that the event loop serves everybody else meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
MANY = 500
"""Items from which a thread is worth it: fewer take less time than one turn of the loop may."""
_at_work: list[Callable[[], object]] = []


async def in_thread_if_many(things: int, work: Callable[[], T]) -> T:
    """Return what `work` returns; on many `things` it runs in a thread.

    It must not touch what others change meanwhile.
    """
    return work() if things < MANY else await in_thread(work)


async def in_thread(work: Callable[[], T]) -> T:
    """Return what `work` returns in a thread. It must not touch what others change meanwhile."""
    _at_work.append(work)
    try:
        return await asyncio.to_thread(work)
    finally:
        _at_work.remove(work)


def at_work() -> bool:
    """Return whether any such work is running now."""
    return bool(_at_work)
