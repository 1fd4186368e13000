"""Until when somebody waits: said where a person asks, kept wherever a network is asked for them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

DEADLINE: ContextVar[float | None] = ContextVar("deadline", default=None)
"""The event loop's time at which whoever asked is told that it failed; None where nobody waits."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Allow the requests made in the block `seconds` in all.

    For sweeps: nobody waits for them, except the next thing that is due.
    """
    until = asyncio.get_running_loop().time() + seconds
    before = DEADLINE.get()
    token = DEADLINE.set(until if before is None else min(before, until))
    try:
        yield
    finally:
        DEADLINE.reset(token)


def wait_at_most(seconds: float) -> None:
    """Give all that the running task asks from now on `seconds`, unless it has less already."""
    until = asyncio.get_running_loop().time() + seconds
    before = DEADLINE.get()
    DEADLINE.set(until if before is None else min(before, until))
