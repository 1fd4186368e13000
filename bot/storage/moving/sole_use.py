"""Exclusive use of a database while its rows are moved: no bot works with it, and none can start to."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.driver.engine import for_writing, name_of
from bot.storage.driver.statements import Stored
from bot.storage.maintenance.file_lock import FileLock, lock_file
from bot.storage.maintenance.process_lease import Lease, in_use
from bot.storage.maintenance.unusable_database import Flaw, Unusable
from bot.storage.tables import leases

_STOP = "stop the bot first, and let it rest until the move is done"


@contextmanager
def locked(file: Path | None) -> Iterator[FileLock | None]:
    """Hold the lock of a SQLite file, as a bot does that works with it. Raises Unusable if another process has it."""
    if file is None:
        yield None
        return
    lock = FileLock(lock_file(file))
    try:
        if lock.take() is False:
            raise Unusable(Flaw(in_use(str(file)).problem, _STOP))
        yield lock
    finally:
        lock.release()


async def dead_holders(engine: AsyncEngine, lock: FileLock | None) -> list[Stored]:
    """Return the leases of processes that died, waiting until that is known. Raises Unusable if one lives."""
    try:
        return await Lease(secrets.token_hex(), lock).wait(engine)
    except Unusable as error:
        raise Unusable(Flaw(error.flaw.problem, _STOP)) from None


@asynccontextmanager
async def writing_alone(engine: AsyncEngine, dead: list[Stored]) -> AsyncIterator[AsyncConnection]:
    """Begin a transaction that keeps out all who write until it is left; nothing stays that is not committed.

    Raises Unusable where a process took the lease since `dead` were found.
    """
    async with for_writing(engine).connect() as connection:
        await connection.begin()
        await wait_patiently(connection)
        known = {(row.holder, row.beat) for row in dead}
        if any((row.holder, row.beat) not in known for row in await connection.execute(select(leases))):
            raise Unusable(Flaw(f"a bot has begun to work with the database {name_of(engine)}", _STOP))
        yield connection


async def wait_patiently(connection: AsyncConnection) -> None:
    """Keep PostgreSQL from ending this transaction as idle while the other database is at work."""
    if connection.dialect.name == "postgresql":
        await connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
