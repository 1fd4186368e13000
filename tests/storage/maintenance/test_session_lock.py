"""On PostgreSQL a holder's session tells that it died, and nothing that happens to the session alone does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.maintenance.process_lease import LEFT, LIFE, RENEW, Lease
from bot.storage.maintenance.session_lock import SessionLock, holders, session_lock
from bot.storage.maintenance.unusable_database import Unusable
from bot.storage.unit_of_work import SqlStore
from tests.conftest import POSTGRESQL
from tests.disks import Ticking
from tests.postgres import Server
from tests.storage.maintenance.test_lease import TOKEN, Elsewhere, write

pytestmark = pytest.mark.parametrize("backend", [POSTGRESQL])
SESSIONS = (
    "SELECT pg_terminate_backend(pid, 20000) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND pid IN"
    " (SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid())"
)


class Held:
    """A holder with its session, whose renewals are a test's to make."""

    def __init__(self, engine: AsyncEngine, ticking: Ticking) -> None:
        self.lease = Lease(TOKEN, None, clock=ticking, sleep=self._sleep)
        self.store = SqlStore(engine, lease=self.lease)
        self._ticking, self.slept = ticking, 0
        self.rested = asyncio.Event()

    async def _sleep(self, seconds: float) -> None:
        self._ticking.now += seconds
        self.slept += 1
        self.rested.set()
        await asyncio.sleep(0)

    @asynccontextmanager
    async def renewing(self, renew: Callable[[], Awaitable[None]] | None = None) -> AsyncIterator[None]:
        task = asyncio.create_task(self.lease.keep(renew or self.store.renew))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


async def end_sessions(postgres: Server) -> None:
    """End the sessions that hold a lock of a holder, as a server does that is started anew, and wait until they did."""
    await asyncio.to_thread(postgres.ask, SESSIONS)


async def test_who_died_is_followed_soon_because_the_server_gives_its_lock_back(
    engine: AsyncEngine, postgres: Server, ticking: Ticking
) -> None:
    one, other = Held(engine, ticking), Elsewhere(engine, ticking)
    async with one.lease.kept(engine):
        await end_sessions(postgres)
        before = ticking.now
        await other.take()
        assert LEFT <= ticking.now - before < RENEW < LIFE
        await one.store.renew()
        assert one.lease.is_lost


async def test_whose_session_the_server_keeps_as_after_a_cut_is_followed_when_it_was_silent_for_long(
    engine: AsyncEngine, ticking: Ticking
) -> None:
    one, other = Held(engine, ticking), Elsewhere(engine, ticking)
    async with one.lease.kept(engine):
        before = ticking.now
        await other.take()
        assert ticking.now - before == LIFE


async def test_a_holder_that_lives_and_lost_its_session_shows_it_at_once_and_takes_the_lock_again(
    engine: AsyncEngine, postgres: Server, ticking: Ticking
) -> None:
    one, asks = Held(engine, ticking), Ticking()
    other = Lease(TOKEN, None, clock=asks, sleep=lambda seconds: _rests(one, asks, seconds))
    async with one.lease.kept(engine):
        await end_sessions(postgres)
        async with one.renewing():
            with pytest.raises(Unusable, match="this bot runs already"):
                await other.take(engine)
            assert asks.now - Ticking().now < LEFT
            async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                while await holders(connection, [one.lease.holder]) != {one.lease.holder}:
                    one.rested.clear()
                    await one.rested.wait()
        assert not one.lease.is_lost
        await write(one.store)


async def _rests(one: Held, asks: Ticking, seconds: float) -> None:
    """Let a second pass for who waits, and at least one for the holder."""
    asks.now += seconds
    seen = one.slept
    while one.slept < seen + 2:
        one.rested.clear()
        await one.rested.wait()


@pytest.mark.parametrize(("has_session", "rest"), [(True, RENEW), (False, 1.0)])
async def test_who_gets_no_session_renews_each_second_and_who_has_one_as_seldom_as_before(
    engine: AsyncEngine, ticking: Ticking, monkeypatch: pytest.MonkeyPatch, has_session: bool, rest: float
) -> None:
    async def held(_: object) -> bool:
        return has_session

    one, renewed, moments = Held(engine, ticking), asyncio.Event(), [ticking.now]

    async def renew() -> None:
        moments.append(ticking.now)
        renewed.set()

    async with one.lease.kept(engine):
        monkeypatch.setattr(SessionLock, "held", held)
        async with one.renewing(renew):
            await renewed.wait()
    assert moments[1] - moments[0] == rest


async def test_the_lock_counts_as_held_in_whatever_session_it_is_so_that_no_pool_of_connections_feigns_a_death(
    engine: AsyncEngine, address: str
) -> None:
    async with session_lock(engine, "ab" * 16) as lock:
        assert lock is not None
        assert lock._session is not None
        assert await holders(lock._session, ["ab" * 16, "cd" * 16]) == {"ab" * 16}  # which would get it once more
        other = open_engine(address)
        async with other.connect() as connection:
            assert await holders(connection, ["ab" * 16]) == {"ab" * 16}
        await close_engine(other)


async def test_a_server_that_refuses_another_session_keeps_nobody_from_starting(
    engine: AsyncEngine, ticking: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> set[str]:
        raise ConnectionRefusedError

    one = Held(engine, ticking)
    monkeypatch.setattr("bot.storage.maintenance.session_lock.holders", refuse)
    async with one.lease.kept(engine):
        await write(one.store)
