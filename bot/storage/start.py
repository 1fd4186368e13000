"""Starting to work with a database: alone where that is asked for, and until it is left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.shared.types import Timestamp
from bot.storage.driver.engine import close_engine
from bot.storage.maintenance.backups import Backups
from bot.storage.maintenance.file_lock import FileLock, lock_file
from bot.storage.maintenance.opening import open_database
from bot.storage.maintenance.process_lease import Lease
from bot.storage.maintenance.token_lock import token_held
from bot.storage.unit_of_work import SqlStore


@asynccontextmanager
async def started(
    address: str, file: Path | None, backups: Backups | None, now: Timestamp, token: str | None
) -> AsyncIterator[SqlStore]:
    """Open a store on a database that is sound and up to date. With a bot's token its lease is held meanwhile.

    The lock of a `file` is taken before anything else: a new version must not change the tables below an old one.

    Raises:
        Unusable: with the remedy.

    """
    async with AsyncExitStack() as stack:
        lease: Lease | None = None
        alone: Callable[[AsyncEngine], Awaitable[object]] | None = None
        if token is not None:
            lock = None if file is None else FileLock(lock_file(file))
            lease = Lease(token, lock)
            alone = lease.wait
            if lock is not None:
                stack.callback(lock.release)
                alone = lease.refuse if lock.take() is False else lease.wait
        engine = await open_database(address, backups, now, alone)
        stack.push_async_callback(close_engine, engine)
        if lease is not None and token is not None:
            stack.enter_context(token_held(token))
            await stack.enter_async_context(lease.kept(engine))
        store = SqlStore(engine, lease=lease)
        if lease is not None:
            renewals = asyncio.create_task(lease.keep(store.renew), name="renewals of the lease")
            stack.push_async_callback(_end, renewals)
        yield store


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})
