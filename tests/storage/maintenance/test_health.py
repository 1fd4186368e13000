"""A database that fails: words for whoever asked, one line for the operator, and one when it works again."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.shared.errors import StorageFault, StorageUnavailable
from bot.ports import Repositories
from bot.storage.driver import engine as engine_module
from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.maintenance.health import CALM, Health
from bot.storage.unit_of_work import SqlStore
from tests.builders import GUILD, a_challenge
from tests.disks import FULL, READ_ONLY, Disk, Ticking

LONG = "a text of many pages " * 2_000


async def write(store: SqlStore, number: int = 1) -> None:
    async with store.write() as repos:
        await repos.wallets.add_challenge(a_challenge(nonce=f"nonce{number}", text=LONG))
        await repos.commit()


async def write_at_once(store: SqlStore, number: int = 1) -> None:
    async def work(repos: Repositories) -> None:
        await repos.wallets.add_challenge(a_challenge(nonce=f"nonce{number}", text=LONG))
        await repos.commit()

    await store.run_in_transaction(work)


class Way(Protocol):
    """One of the ways to write something."""

    async def __call__(self, store: SqlStore, number: int = 1) -> None: ...


WAYS: list[Way] = [write, write_at_once]
FAULTS = [(FULL, StorageFault.FULL, "the disk is full"), (READ_ONLY, StorageFault.READ_ONLY, "it is read-only")]


def told(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    assert not any(record.exc_info for record in caplog.records)
    return [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("pragma", "fault", "words"), FAULTS)
async def test_however_often_it_fails_the_operator_is_told_once_and_once_when_it_works(
    store: SqlStore,
    disk: Disk,
    ticking: Ticking,
    caplog: pytest.LogCaptureFixture,
    way: Way,
    pragma: str,
    fault: StorageFault,
    words: str,
) -> None:
    await disk.becomes(pragma)
    for number in range(51):
        with pytest.raises(StorageUnavailable) as caught:
            await way(store, number)
        assert caught.value.fault is fault
    assert store.fault is fault
    (record,) = told(caplog)
    assert record.levelno == logging.ERROR
    assert words in record.message
    assert "folkmoot.sqlite3" in record.message
    assert " — " in record.message  # the remedy
    await disk.becomes("")
    ticking.now += CALM
    caplog.clear()
    await way(store)
    await way(store, 2)
    (record,) = told(caplog)
    assert "works again" in record.message
    assert "51 attempts had failed" in record.message
    assert store.fault is None


@pytest.mark.parametrize("way", WAYS)
async def test_nothing_is_stored_of_what_failed(store: SqlStore, disk: Disk, way: Way) -> None:
    await disk.becomes(FULL)
    with pytest.raises(StorageUnavailable):
        await way(store)
    await disk.becomes("")
    async with store.read() as repos:
        assert await repos.wallets.challenge("nonce1") is None


@pytest.mark.parametrize("way", WAYS)
async def test_a_trouble_that_was_mended_and_returns_is_told_again(
    store: SqlStore, disk: Disk, ticking: Ticking, caplog: pytest.LogCaptureFixture, way: Way
) -> None:
    for number in range(2):
        await disk.becomes(FULL)
        with pytest.raises(StorageUnavailable):
            await way(store, number)
        await disk.becomes("")
        ticking.now += CALM
        await way(store, number)
    assert [("full" in record.message, "again" in record.message) for record in told(caplog)] == [
        (True, False),
        (False, True),
    ] * 2


async def test_small_writes_that_go_well_on_a_full_disk_do_not_end_the_outage(
    store: SqlStore, disk: Disk, ticking: Ticking, caplog: pytest.LogCaptureFixture
) -> None:
    await disk.becomes(FULL)
    for _ in range(5):
        with pytest.raises(StorageUnavailable):
            await write(store)
        ticking.now += CALM - 1
        await store.try_again()
        assert store.fault is StorageFault.FULL
    assert len(told(caplog)) == 1


async def test_that_it_works_again_is_found_out_though_nobody_writes(
    store: SqlStore, disk: Disk, ticking: Ticking, caplog: pytest.LogCaptureFixture
) -> None:
    await disk.becomes(READ_ONLY)
    with pytest.raises(StorageUnavailable):
        await write(store)
    await store.try_again()
    before = store.fault
    assert before is StorageFault.READ_ONLY
    await disk.becomes("")
    ticking.now += CALM
    await store.try_again()
    assert store.fault is None
    assert "works again" in told(caplog)[-1].message


@pytest.mark.parametrize("way", WAYS)
async def test_those_who_queue_while_another_process_holds_the_lock_wait_for_it_once(
    path: Path, migrated: bytes, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, way: Way
) -> None:
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0.05)
    engine = open_engine(str(path))
    await asyncio.to_thread(path.write_bytes, migrated)
    health = Health(str(path))
    store = SqlStore(engine, health)
    async with store.read():
        pass
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    found = await asyncio.gather(*(way(store, number) for number in range(40)), return_exceptions=True)
    assert all(isinstance(error, StorageUnavailable) and error.fault is StorageFault.LOCKED for error in found)
    assert health.vain == (1, StorageFault.LOCKED)
    (record,) = told(caplog)
    assert "another process keeps it locked" in record.message
    async with store.read() as repos:  # who only reads is served
        assert await repos.spaces.main(GUILD) is None
    holder.execute("ROLLBACK")
    holder.close()
    await way(store)
    await close_engine(engine)


async def test_what_is_damaged_takes_nothing_more_until_it_is_replaced(
    store: SqlStore, path: Path, engine: AsyncEngine, ticking: Ticking, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(20):
        await write(store, number)
    await close_engine(engine)
    with path.open("r+b") as file:
        for page in range(1, path.stat().st_size // 4_096):
            file.seek(page * 4_096)
            file.write(b"\xff" * 4_096)
    with pytest.raises(StorageUnavailable) as caught:
        async with store.read() as repos:
            await repos.wallets.challenge("nonce1")
    assert caught.value.fault is StorageFault.DAMAGED
    ticking.now += CALM
    for way in WAYS:
        with pytest.raises(StorageUnavailable) as caught:
            await way(store)
        assert caught.value.fault is StorageFault.DAMAGED
    await store.try_again()
    assert store.fault is StorageFault.DAMAGED
    (record,) = told(caplog)
    assert "folkmoot db restore" in record.message


async def test_what_a_statement_refuses_is_no_trouble_of_the_database(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    await write(store)
    for way in WAYS:
        with pytest.raises(IntegrityError):
            await way(store)
    assert store.fault is None
    assert told(caplog) == []


async def test_a_disk_that_fills_within_a_transaction_of_many_undoes_all_of_them_and_tells_each(
    store: SqlStore, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    await disk.becomes(FULL)

    async def small(repos: Repositories) -> None:
        await repos.commit()

    found = await asyncio.gather(
        *(store.run_in_transaction(small) for _ in range(3)),
        *(write_at_once(store, n) for n in range(3)),
        return_exceptions=True,
    )
    assert all(error is None or isinstance(error, StorageUnavailable) for error in found)
    assert all(isinstance(error, StorageUnavailable) for error in found[3:])
    assert len(told(caplog)) == 1
