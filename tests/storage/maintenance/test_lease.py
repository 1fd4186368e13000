"""Two processes never work with one database: the second waits, refuses, or takes over from the dead."""

from __future__ import annotations

import asyncio
import os
import secrets
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.shared.errors import StorageFault, StorageUnavailable
from bot.ports import Repositories
from bot.storage.maintenance.file_lock import FileLock, lock_file
from bot.storage.maintenance.process_lease import LIFE, Lease
from bot.storage.maintenance.unusable_database import Unusable
from bot.storage.start import started
from bot.storage.unit_of_work import SqlStore
from tests.builders import GUILD, NOW
from tests.disks import READ_ONLY, Disk, Ticking

TOKEN = f"MTIz.the-token-of-a-bot.{secrets.token_hex(8)}"
"""Of these tests alone: on a machine one process holds a token, and tests may run side by side."""


class Elsewhere:
    """A holder on another machine, whose file locks nobody here sees; it beats while somebody waits for it."""

    def __init__(self, engine: Any, ticking: Ticking, *, token: str = TOKEN, shard: str = "0/1") -> None:
        self.lease = Lease(token, FileLock(Path("/none")), shard=shard, clock=ticking, sleep=self._sleep)
        self.store = SqlStore(engine, lease=self.lease)
        self._engine, self._ticking = engine, ticking
        self.others: list[Elsewhere] = []

    async def take(self) -> None:
        await self.lease.take(self._engine)

    async def _sleep(self, seconds: float) -> None:
        self._ticking.now += seconds
        for other in self.others:
            await other.store.renew()


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


async def write(store: SqlStore) -> None:
    async with store.write() as repos:
        await repos.spaces.add(GUILD, "Hearthspan")
        await repos.commit()


async def write_at_once(store: SqlStore) -> None:
    async def work(repos: Repositories) -> None:
        await repos.spaces.add(GUILD, "Hearthspan")
        await repos.commit()

    await store.run_in_transaction(work)


def rows(path: Path) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(path)) as raw:
        raw.row_factory = sqlite3.Row
        return raw.execute("SELECT * FROM leases").fetchall()


async def test_a_second_process_on_this_machine_is_refused_at_once_with_who_and_what_to_do(path: Path) -> None:
    async with started(str(path), path, None, NOW, TOKEN):
        with pytest.raises(Unusable) as caught:
            async with started(str(path), path, None, NOW, TOKEN):
                pass
        flaw = caught.value.flaw
        assert f"this bot runs already: process {os.getpid()} on " in flaw.problem
        assert "last heard of" in flaw.problem
        assert f"kill -9 {os.getpid()}" in flaw.remedy
    async with started(str(path), path, None, NOW, TOKEN):  # it ended, so the next begins
        pass
    assert rows(path) == []


async def test_another_bot_on_the_same_database_is_refused_too(path: Path) -> None:
    async with started(str(path), path, None, NOW, TOKEN):
        with pytest.raises(Unusable) as caught:
            async with started(str(path), path, None, NOW, f"another token {TOKEN}"):
                pass
    assert "another bot works with the database" in caught.value.flaw.problem
    assert "storage.url" in caught.value.flaw.remedy


async def test_the_token_is_nowhere_in_the_file_and_its_hash_is_another_each_time(path: Path) -> None:
    hashes = set()
    for _ in range(2):
        async with started(str(path), path, None, NOW, TOKEN):
            hashes.add(rows(path)[0]["token"])
            assert TOKEN.encode() not in path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()
    assert len(hashes) == 2


async def test_who_died_on_this_machine_is_followed_at_once(path: Path, engine: AsyncEngine, ticking: Ticking) -> None:
    lock = FileLock(lock_file(path))
    assert lock.take()
    died = Lease(TOKEN, lock)
    await died.take(engine)
    lock.release()  # as the kernel does for who is killed
    async with started(str(path), path, None, NOW, TOKEN) as store:
        assert store.lease is not None
        assert [row["holder"] for row in rows(path)] == [store.lease.holder]


async def test_where_the_file_of_the_lock_was_taken_away_it_is_waited_whether_the_holder_lives(
    path: Path, engine: AsyncEngine, ticking: Ticking
) -> None:
    lock = FileLock(lock_file(path))
    assert lock.take()
    await Lease(TOKEN, lock).take(engine)
    lock_file(path).unlink()
    other = FileLock(lock_file(path))
    assert other.take()
    waited = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        ticking.now += seconds

    await Lease(TOKEN, other, clock=ticking, sleep=sleep).take(engine)
    assert sum(waited) == LIFE
    lock.release()
    other.release()


async def test_a_holder_on_another_machine_that_lives_is_not_followed(engine: AsyncEngine, ticking: Ticking) -> None:
    one, other = Elsewhere(engine, ticking), Elsewhere(engine, ticking)
    await one.take()
    other.others = [one]
    before = ticking.now
    with pytest.raises(Unusable, match="this bot runs already"):
        await other.take()
    assert ticking.now - before <= 2
    await write(one.store)


async def test_a_holder_on_another_machine_that_is_silent_is_followed_and_does_nothing_when_it_wakes(
    engine: AsyncEngine, ticking: Ticking
) -> None:
    one, other = Elsewhere(engine, ticking), Elsewhere(engine, ticking)
    await one.take()
    before = ticking.now
    await other.take()
    assert ticking.now - before >= LIFE
    for way in (write, write_at_once):
        with pytest.raises(StorageUnavailable) as caught:
            await way(one.store)
        assert caught.value.fault is StorageFault.TAKEN_OVER
    assert one.lease.is_lost
    async with other.store.read() as repos:
        assert await repos.spaces.all() == []
    await write_at_once(other.store)
    await other.store.renew()
    assert not other.lease.is_lost


async def test_a_start_waits_once_for_a_silent_holder_however_often_it_looks_before_it_follows(
    engine: AsyncEngine, ticking: Ticking
) -> None:
    one, other = Elsewhere(engine, ticking), Elsewhere(engine, ticking)
    await one.take()
    before = ticking.now
    await other.lease.wait(engine)  # before the tables are brought up to date
    await other.take()
    assert ticking.now - before == LIFE
    await write(other.store)


async def test_a_holder_that_is_heard_of_after_it_was_waited_for_is_not_followed(
    engine: AsyncEngine, ticking: Ticking
) -> None:
    one, other = Elsewhere(engine, ticking), Elsewhere(engine, ticking)
    await one.take()
    await other.lease.wait(engine)
    other.others = [one]
    await one.store.renew()
    with pytest.raises(Unusable, match="this bot runs already"):
        await other.take()
    await write(one.store)


async def test_who_slept_knows_before_it_acts_that_it_has_to_look(engine: AsyncEngine, ticking: Ticking) -> None:
    one, other = Elsewhere(engine, ticking), Elsewhere(engine, ticking)
    await one.take()
    await one.store.renew()
    before = one.lease.slept
    assert not before
    ticking.now += LIFE
    assert one.lease.slept
    await other.take()
    await one.store.renew()
    assert one.lease.is_lost


async def test_a_clock_that_jumps_changes_nothing(
    engine: AsyncEngine, ticking: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = Elsewhere(engine, ticking), Elsewhere(engine, ticking)
    await one.take()
    other.others = [one]
    for jump in (-86_400, 86_400 * 365):
        monkeypatch.setattr(time, "time", lambda jump=jump: 1_790_000_000 + jump)
        await one.store.renew()
        with pytest.raises(Unusable):
            await other.take()
    assert not one.lease.is_lost


async def test_of_two_that_wait_for_a_dead_one_a_single_one_follows(engine: AsyncEngine, ticking: Ticking) -> None:
    dead = Elsewhere(engine, ticking)
    await dead.take()
    two = [Elsewhere(engine, ticking), Elsewhere(engine, ticking)]
    two[0].others, two[1].others = [], []
    found = await asyncio.gather(*(each.take() for each in two), return_exceptions=True)
    winners = [each for each, error in zip(two, found, strict=True) if error is None]
    if len(winners) == 2:  # one slept while the other followed, and followed it in turn
        winners = [each for each in two if not await _is_lost(each)]
    assert len(winners) == 1
    await write(winners[0].store)


async def _is_lost(holder: Elsewhere) -> bool:
    await holder.store.renew()
    return holder.lease.is_lost


async def test_another_shard_of_the_same_bot_may_work_beside_it(engine: AsyncEngine, ticking: Ticking) -> None:
    one, other = Elsewhere(engine, ticking, shard="0/2"), Elsewhere(engine, ticking, shard="1/2")
    await one.take()
    before = ticking.now
    await other.take()
    assert ticking.now == before
    await one.store.renew()
    assert not one.lease.is_lost


async def test_the_tables_are_not_changed_below_a_process_that_runs(path: Path) -> None:
    async with started(str(path), path, None, NOW, TOKEN):
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("UPDATE alembic_version SET version_num = '0007'")
            raw.commit()
        with pytest.raises(Unusable, match="this bot runs already"):
            async with started(str(path), path, None, NOW, TOKEN):
                pass
        with closing(sqlite3.connect(path)) as raw:
            assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == ("0007",)


@pytest.mark.sqlite
async def test_a_renewal_that_cannot_be_written_costs_nobody_the_lease(engine: AsyncEngine, ticking: Ticking) -> None:
    one = Elsewhere(engine, ticking)
    disk = Disk(one.store)
    await one.take()
    await disk.becomes(READ_ONLY)
    await one.store.renew()
    assert one.store.fault is StorageFault.READ_ONLY
    assert not one.lease.is_lost
    before = one.lease.slept
    assert not before


async def test_a_disk_without_locks_is_no_reason_not_to_start(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "not supported")

    monkeypatch.setattr("bot.storage.maintenance.file_lock.fcntl.flock", refuse)
    async with started(str(path), path, None, NOW, TOKEN) as store:
        await write(store)
        assert rows(path)[0]["lock"] == ""


def test_a_lock_is_held_once_and_is_free_when_it_is_given_back(tmp_path: Path) -> None:
    one, other = FileLock(tmp_path / "x.lock"), FileLock(tmp_path / "x.lock")
    assert one.take() is True
    assert one.take() is True
    assert other.take() is False
    one.release()
    assert other.take() is True
    other.release()
