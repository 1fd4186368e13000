"""A lock that PostgreSQL releases when the session of its holder ends, so that others see at once who died."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.driver.engine import of_one_connection

ANSWER_SECONDS = 2.0
"""Seconds to wait for the server's answer when the lock is checked or taken."""
_TAKE = text("SELECT pg_try_advisory_lock(:key)")
_HELD = text(
    "SELECT classid::bigint << 32 | objid::bigint FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
    " WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND datname = current_database()"
)


class SessionLock:
    """An advisory lock in a session of its own, apart from the working connections. Each holder has a key of its own.

    Whether it is held is read from the server's list of locks, never by taking it: behind a pool of connections
    a waiter could be given the very session that has it. A session that ends though its process lives (the server
    restarted or was replaced, a pool closed it) is replaced at the next call of `held`.
    """

    def __init__(self, engine: AsyncEngine, holder: str) -> None:
        self._engine, self._holder, self._key = engine, holder, _key(holder)
        self._session: AsyncConnection | None = None

    async def held(self) -> bool:
        """Take the lock if nobody has it, and return whether it is held. Never raises for what the server does."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                if self._session is None:
                    self._session = await self._engine.connect()
                if self._holder in await holders(self._session, [self._holder]):
                    return True
                return bool((await self._session.execute(_TAKE, {"key": self._key})).scalar_one())
        except (SQLAlchemyError, OSError):
            await self.close()
            return False

    async def close(self) -> None:
        """End the session, and the lock with it."""
        session, self._session = self._session, None
        if session is not None:
            with suppress(SQLAlchemyError, OSError):
                await session.invalidate()
                await session.close()


@asynccontextmanager
async def session_lock(engine: AsyncEngine, holder: str) -> AsyncIterator[SessionLock | None]:
    """Hold the lock of a holder if the server allows it; None where the database has no server."""
    if engine.dialect.name != "postgresql":
        yield None
        return
    async with of_one_connection(engine, ANSWER_SECONDS) as own:
        lock = SessionLock(own.execution_options(isolation_level="AUTOCOMMIT"), holder)
        await lock.held()
        try:
            yield lock
        finally:
            await lock.close()


async def holders(connection: AsyncConnection, asked: Iterable[str]) -> set[str]:
    """Return those of the holders `asked` for whose lock is held in this database, by any session."""
    keys = {_key(holder): holder for holder in asked}
    held = (await connection.execute(_HELD)).scalars().all() if keys else []
    return {keys[key] for key in held if key in keys}


def _key(holder: str) -> int:
    return int.from_bytes(bytes.fromhex(holder)[:8], signed=True)
