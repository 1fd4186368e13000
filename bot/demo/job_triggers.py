"""Notices that something was stored: the demo has no schedule, and runs the jobs after each change instead."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from bot.domain.shared.errors import StorageFault
from bot.ports import Repositories, Store

T = TypeVar("T")

sweeping: ContextVar[bool] = ContextVar("sweeping", default=False)
"""Whether a sweep is running in this context; what it stores does not start another."""


class NotifyingStore:
    """A store that sets `committed` after each committed transaction, except those of sweeps."""

    def __init__(self, store: Store, committed: asyncio.Event) -> None:
        self._store, self._committed = store, committed

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Repositories]:
        """Begin a transaction that may write."""
        async with self._store.write() as repos:
            yield repos
        if not sweeping.get():
            self._committed.set()

    async def run_in_transaction(self, work: Callable[[Repositories], Coroutine[Any, Any, T]]) -> T:
        """Do `work` in one transaction."""
        done = await self._store.run_in_transaction(work)
        if not sweeping.get():
            self._committed.set()
        return done

    @property
    def fault(self) -> StorageFault | None:
        """What keeps the database from working, None if nothing does."""
        return self._store.fault

    async def renew(self) -> None:
        """Show that this process still works with the database."""
        await self._store.renew()

    async def try_again(self) -> None:
        """Find out whether a database that failed works again."""
        await self._store.try_again()

    async def checkpoint(self) -> None:
        """Leave nothing that was erased in any file of the database."""
        await self._store.checkpoint()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Repositories]:
        """Begin a transaction that reads."""
        async with self._store.read() as repos:
            yield repos
