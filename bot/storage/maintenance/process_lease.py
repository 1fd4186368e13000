"""The lease of a database: one process of a bot works with it; the next waits until that one is dead."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import secrets
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

from sqlalchemy import bindparam, delete, insert, inspect, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.domain.shared.errors import StorageFault, StorageUnavailable
from bot.storage.driver.engine import for_reading, for_writing, name_of
from bot.storage.driver.statements import AnyConnection, PreparedStatement, Stored
from bot.storage.maintenance.file_lock import FileLock, kernel
from bot.storage.maintenance.session_lock import SessionLock, holders, session_lock
from bot.storage.maintenance.unusable_database import Flaw, Unusable
from bot.storage.tables import leases

_log = logging.getLogger(__name__)

RENEW = 10.0
"""Seconds between two renewals."""
LIFE = 35.0
"""Seconds without a renewal after which a holder that cannot be observed otherwise is presumed dead."""
LEFT = 8.0
"""Seconds for which a holder's session must be gone, with no renewal meanwhile, for it to be taken for dead.

A live holder renews sooner: it checks each second, waits at most two for the answer and four for its turn to write.
"""
_LOOK = 1.0
_SESSION = "session"
"""Stored in place of a file lock's id where the lock is a session lock of PostgreSQL."""
_MINE = PreparedStatement(select(leases.c.beat).where(leases.c.holder == bindparam("mine")))


def elapsed() -> float:
    """Return seconds of a clock nobody sets, which also counts while the process is stopped or the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Lease:
    """One run's claim to a database, stored as a row. Of the token only a salted hash is stored.

    A holder counts as dead:

    - with a file lock: as soon as a process of the same kernel can take that lock;
    - on PostgreSQL: when its session lock has been gone for `LEFT` seconds without a renewal (a live holder that lost
      its session renews each second until it has another);
    - otherwise (another machine, a disk without locks, a server that keeps the session because a network was cut):
      when its row has not changed for `LIFE` seconds.

    The waiting process counts the seconds; clocks of two machines are never compared. Each transaction that writes
    checks that the lease is still held, so that a holder that slept meanwhile stores nothing.
    """

    def __init__(
        self,
        token: str,
        lock: FileLock | None,
        *,
        shard: str = "0/1",
        clock: Callable[[], float] = elapsed,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._token, self._lock, self._shard = token, lock, shard
        self._clock, self._sleep = clock, sleep
        self._tried = clock()
        self.holder = secrets.token_hex(16)
        self.lost = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._gone = False
        self._session: SessionLock | None = None
        self._known_dead: set[tuple[str, int]] = set()

    async def wait(self, engine: AsyncEngine) -> list[Stored]:
        """Return the rows of holders that are dead, waiting until that is known. Raises Unusable if one lives."""
        others, _ = await self._others(engine)
        unseen = [row for row in others if not self._is_seen_dead(row)]
        if not unseen:
            return others
        _log.warning("waiting up to %s s to see whether %s still runs", round(LIFE), _who(unseen[0]))
        began, beats = self._clock(), {row.holder: row.beat for row in unseen}
        left: dict[str, float] = {}
        while unseen and self._clock() - began < LIFE:
            await self._sleep(_LOOK)
            others, gone = await self._others(engine)
            unseen = [row for row in others if not self._is_seen_dead(row)]
            if alive := next((row for row in unseen if beats.get(row.holder) != row.beat), None):
                raise Unusable(self._held(alive, engine))
            now = self._clock()
            left = {holder: left.get(holder, now) for holder in gone}
            unseen = [row for row in unseen if now - left.get(row.holder, now) < LEFT]
        self._known_dead = {(row.holder, row.beat) for row in others}
        return others

    async def take(self, engine: AsyncEngine) -> None:
        """Take the lease, replacing those of dead holders. Raises Unusable if a live process holds it."""
        self._loop = asyncio.get_running_loop()
        while True:
            dead = await self.wait(engine)
            async with for_writing(engine).begin() as connection:
                for row in dead:
                    known = delete(leases).where(leases.c.holder == row.holder, leases.c.beat == row.beat)
                    await connection.execute(known)
                if not await self._conflicts(connection):
                    await connection.execute(insert(leases).values(self._row()))
                    break
        self.tried()

    async def check(self, connection: AnyConnection) -> None:
        """Raise StorageUnavailable if another process took the lease. To be called in a transaction that writes."""
        if self._gone or not await _MINE.run(connection, {"mine": self.holder}):
            self._lose()

    async def renew(self, connection: AsyncConnection) -> None:
        """Show that the holder lives, within a write transaction. Raises StorageUnavailable if the lease is lost."""
        mine = update(leases).where(leases.c.holder == self.holder)
        changed = mine.values(beat=leases.c.beat + 1, renewed_at=round(time.time()))
        if self._gone or (await connection.execute(changed)).rowcount != 1:
            self._lose()

    def tried(self) -> None:
        """Note that a renewal was attempted just now, whatever its result."""
        self._tried = self._clock()

    @property
    def is_lost(self) -> bool:
        """Whether another process is known to have the lease; `lost` is set a moment later."""
        return self._gone

    @property
    def slept(self) -> bool:
        """Whether no renewal was even attempted for so long that another process may have the lease by now."""
        return self._clock() - self._tried > LIFE / 2

    @asynccontextmanager
    async def kept(self, engine: AsyncEngine) -> AsyncIterator[None]:
        """Renew the lease during the `with` block and release it at its end, so that the next process need not wait.

        Raises Unusable.
        """
        async with session_lock(engine, self.holder) as self._session:
            await self.take(engine)
            try:
                yield
            finally:
                with suppress(DBAPIError, OSError):
                    async with for_writing(engine).begin() as connection:
                        await connection.execute(delete(leases).where(leases.c.holder == self.holder))

    async def keep(self, renew: Callable[[], Awaitable[None]]) -> None:
        """Renew until the lease is lost."""
        while not self._gone:
            await self._rest()
            try:
                await renew()
            except Exception:  # noqa: BLE001 - one renewal that fails must not be the last
                _log.exception("the lease was not renewed; it is tried again")

    async def _rest(self) -> None:
        """Wait until the next renewal is due: `RENEW` seconds, or less while the session lock is not held."""
        due = self._clock() + RENEW
        while (now := self._clock()) < due:
            await self._sleep(min(_LOOK, due - now) if self._session else due - now)
            if self._session is not None and not await self._session.held():
                return

    async def refuse(self, engine: AsyncEngine) -> None:
        """Raise Unusable, naming the holder of the file's lock as far as the stored rows tell it."""
        others, _ = await self._others(engine)
        rows = [row for row in others if row.kernel == kernel()]
        if rows:
            raise Unusable(self._held(rows[0], engine))
        raise Unusable(in_use(name_of(engine)))

    def _lose(self) -> None:
        if not self._gone:
            self._gone = True
            _log.critical("another process has taken over this bot's database: this one stops and stores nothing more")
            if self._loop is not None:  # this may be the thread of a connection
                self._loop.call_soon_threadsafe(self.lost.set)
        raise StorageUnavailable(StorageFault.TAKEN_OVER)

    async def _others(self, engine: AsyncEngine) -> tuple[list[Stored], set[str]]:
        """Return the rows of other holders, and the ids of those among them whose session lock is gone."""
        async with for_reading(engine).connect() as connection:
            if not await connection.run_sync(lambda sync: inspect(sync).has_table(leases.name)):
                return [], set()
            others = await self._conflicts(connection)
            asked = {row.holder for row in others if row.lock == _SESSION}
            return others, asked - await holders(connection, asked)

    async def _conflicts(self, connection: AsyncConnection) -> list[Stored]:
        rows = (await connection.execute(select(leases))).all()
        return [row for row in rows if not (self._is_same_bot(row) and row.shard != self._shard)]

    @property
    def _lock_name(self) -> str:
        if self._session is not None:
            return _SESSION
        return "" if self._lock is None else self._lock.name

    def _is_same_bot(self, row: Stored) -> bool:
        return secrets.compare_digest(str(row.token), _hash(self._token, str(row.salt)))

    def _is_seen_dead(self, row: Stored) -> bool:
        """Whether waiting showed that it died, or the file lock that it had under this same kernel is ours now."""
        if (row.holder, row.beat) in self._known_dead:
            return True
        return row.lock not in {"", _SESSION} and row.lock == self._lock_name and row.kernel == kernel() != ""

    def _row(self) -> dict[str, object]:
        salt, now = secrets.token_hex(16), round(time.time())
        return {
            "holder": self.holder,
            "token": _hash(self._token, salt),
            "salt": salt,
            "shard": self._shard,
            "beat": 0,
            "kernel": kernel(),
            "lock": self._lock_name,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "since": now,
            "renewed_at": now,
        }

    def _held(self, row: Stored, engine: AsyncEngine) -> Flaw:
        if not self._is_same_bot(row):
            return Flaw(
                f"another bot works with the database {name_of(engine)}: {_who(row)}",
                "give each bot a database of its own in storage.url; if it is the same bot with its old token, stop it",
            )
        return Flaw(
            f"this bot runs already: {_who(row)}",
            f"stop that one first (on {row.host}: kill {row.pid}); if it does not end or is stopped, kill -9 {row.pid}",
        )


def in_use(name: str) -> Flaw:
    """Say that an unknown process on this machine holds the lock of a database."""
    return Flaw(f"another process on this machine works with the database {name}", "stop the bot that runs first")


def _who(row: Stored) -> str:
    since, heard = (datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S") for at in (row.since, row.renewed_at))
    return f"process {row.pid} on {row.host}, since {since} UTC, last heard of {heard} UTC"


def _hash(token: str, salt: str) -> str:
    return hashlib.blake2b(token.encode(), key=salt.encode(), digest_size=32).hexdigest()
