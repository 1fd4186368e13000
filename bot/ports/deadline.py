"""Deadlines: set where a person or a job waits, and kept wherever the network is asked on their behalf."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

DEADLINE: ContextVar[float | None] = ContextVar("deadline", default=None)
"""The event loop's time at which requests of this task fail; None without a deadline."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Limit all requests made in the block to `seconds` together, or to an earlier deadline.

    For jobs: nobody waits for them except the next job.
    """
    until = asyncio.get_running_loop().time() + seconds
    before = DEADLINE.get()
    token = DEADLINE.set(until if before is None else min(before, until))
    try:
        yield
    finally:
        DEADLINE.reset(token)


def wait_at_most(seconds: float) -> None:
    """Limit all further requests of the running task to `seconds` from now, unless its deadline is earlier."""
    until = asyncio.get_running_loop().time() + seconds
    before = DEADLINE.get()
    DEADLINE.set(until if before is None else min(before, until))
