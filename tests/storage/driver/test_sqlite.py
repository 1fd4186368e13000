from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.shared.types import GuildId, SpaceId
from bot.domain.spaces.space import Space
from bot.ports import Repositories
from bot.storage.driver import sqlite
from bot.storage.driver.engine import close_engine, for_reading, for_writing
from bot.storage.unit_of_work import SqlStore
from tests.builders import GUILD
from tests.presence import present
from tests.tables import connection_of

pytestmark = pytest.mark.sqlite
ROWS = 2_500
MANY = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows) SELECT i FROM n")
MANY = MANY.bindparams(rows=ROWS)


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Count what is sent to the writer's thread."""
    made: list[object] = []
    send = sqlite.WriterThread.run_in_transaction

    async def counting(
        self: sqlite.WriterThread, work: Callable[[sqlite.ThreadConnection], Coroutine[Any, Any, object]]
    ) -> object:
        made.append(work)
        return await send(self, work)

    monkeypatch.setattr(sqlite.WriterThread, "run_in_transaction", counting)
    return made


async def test_rows_beyond_the_first_come_too(engine: AsyncEngine) -> None:
    async with engine.connect() as reading:
        assert (await reading.execute(MANY)).scalars().all() == list(range(1, ROWS + 1))
        async with reading.stream(MANY) as stream:
            parts = [len(part) async for part in stream.partitions(700)]
        assert sum(parts) == ROWS
        assert await reading.scalar(text("SELECT 1")) == 1
        async with reading.stream(MANY) as stream:
            row = await stream.first()
            assert row is not None
            assert (row)[0] == 1  # the others are never asked for


async def test_a_reader_sees_the_moment_of_its_first_statement(engine: AsyncEngine) -> None:
    count = text("SELECT count(*) FROM counters")
    async with for_reading(engine).connect() as reading, for_writing(engine).connect() as writing:
        assert await reading.scalar(count) == 0
        await writing.execute(text("INSERT INTO counters VALUES (1, 'seen', 1)"))
        await writing.commit()
        assert await reading.scalar(count) == 0
        await reading.rollback()
        assert await reading.scalar(count) == 1


async def test_a_transaction_that_was_cut_short_at_any_trip_leaves_no_lock(engine: AsyncEngine) -> None:
    async def write() -> None:
        async with for_writing(engine).connect() as writing:
            await writing.execute(text("INSERT INTO counters VALUES (1, 'cut', 1)"))
            await writing.execute(text("DELETE FROM counters"))
            await writing.commit()

    for pauses in range(40):
        task = asyncio.create_task(write())
        for _ in range(pauses):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        async with asyncio.timeout(10), for_writing(engine).connect() as writing:
            await writing.execute(text("UPDATE counters SET last = 2"))
            await writing.rollback()
    async with engine.connect() as reading:
        assert await reading.scalar(text("SELECT count(*) FROM counters")) == 0


async def test_a_transaction_at_once_makes_one_trip(engine: AsyncEngine, trips: list[object]) -> None:
    store = SqlStore(engine)

    async def work(repos: Repositories) -> tuple[SpaceId, Space | None]:
        space = await repos.spaces.add(GUILD, "Folkmoot")
        found = await repos.spaces.main(GUILD)
        await repos.commit()
        return space.id, found

    await store.run_in_transaction(nothing)
    trips.clear()
    number, found = await store.run_in_transaction(work)
    assert len(trips) == 1
    async with store.read() as repos:
        assert await repos.spaces.main(GUILD) == found
        assert present(found).id == number


async def test_a_transaction_at_once_that_fails_or_does_not_commit_is_undone(engine: AsyncEngine) -> None:
    store = SqlStore(engine)

    async def no_commit(repos: Repositories) -> None:
        await repos.spaces.add(GUILD, "Folkmoot")

    async def fails(repos: Repositories) -> None:
        await no_commit(repos)
        raise KeyError

    await store.run_in_transaction(no_commit)
    with pytest.raises(KeyError):
        await store.run_in_transaction(fails)
    async with asyncio.timeout(10), store.write() as repos:
        assert await repos.spaces.main(GUILD) is None


async def test_a_transaction_at_once_may_wait_for_nothing_else(engine: AsyncEngine) -> None:
    async def waits(repos: Repositories) -> None:
        await repos.spaces.add(GUILD, "Folkmoot")
        await asyncio.sleep(0)
        await repos.commit()

    store = SqlStore(engine)
    with pytest.raises(RuntimeError, match="something else"):
        await store.run_in_transaction(waits)
    async with store.write() as repos:
        assert await repos.spaces.main(GUILD) is None


async def test_whoever_is_cancelled_during_a_transaction_at_once_disturbs_nobody(engine: AsyncEngine) -> None:
    begun, go = threading.Event(), threading.Event()

    async def slow(repos: Repositories) -> None:
        begun.set()
        assert go.wait(5)
        await repos.spaces.add(GUILD, "Folkmoot")
        await repos.commit()

    store = SqlStore(engine)
    first = asyncio.create_task(store.run_in_transaction(slow))
    await asyncio.to_thread(begun.wait, 5)
    gone = asyncio.create_task(store.run_in_transaction(slow))
    second = asyncio.create_task(store.run_in_transaction(found))
    await asyncio.sleep(0.01)
    first.cancel()
    gone.cancel()
    go.set()
    assert await second is not None, "the first one's transaction was under way"
    assert [task.cancelled() for task in (first, gone)] == [True, True]


async def test_those_that_wait_become_durable_together_and_each_is_undone_alone(
    engine: AsyncEngine, trips: list[object]
) -> None:
    store, names = SqlStore(engine), [f"part {number}" for number in range(100)]

    async def add(repos: Repositories, number: int) -> int:
        await repos.spaces.add(GuildId(number), names[number])
        if number % 10 == 3:
            raise KeyError(number)
        if number % 10 != 4:
            await repos.commit()
        if number % 10 == 5:
            raise LookupError(number)
        return number

    await store.run_in_transaction(nothing)
    trips.clear()
    asked = [store.run_in_transaction(partial(add, number=number)) for number in range(100)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert len(trips) == 4
    assert [type(answer).__name__ for answer in answers[:7]] == ["int"] * 3 + ["KeyError", "int", "LookupError", "int"]
    async with store.read() as repos:
        kept = {space.name for space in await repos.spaces.all()}
    assert kept == {name for number, name in enumerate(names) if number % 10 not in {3, 4}}


async def test_nobody_is_told_before_it_is_durable_and_all_are_told_if_it_cannot_be(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_: sqlite.ThreadConnection) -> None:
        raise OSError("disk full")

    async def add(repos: Repositories) -> str:
        await repos.spaces.add(GUILD, "Folkmoot")
        await repos.commit()
        return "stored"

    store = SqlStore(engine)
    with monkeypatch.context() as broken:
        broken.setattr(sqlite.ThreadConnection, "commit", full)
        answers = await asyncio.gather(
            *(store.run_in_transaction(work) for work in (add, nothing)), return_exceptions=True
        )
    assert [str(answer) for answer in answers] == ["disk full", "disk full"]
    assert await store.run_in_transaction(found) is None
    assert await store.run_in_transaction(add) == "stored"


async def test_a_transaction_that_ended_under_them_is_told_to_all(engine: AsyncEngine) -> None:
    async def ends(repos: Repositories) -> None:
        connection = connection_of(repos)
        assert isinstance(connection, sqlite.ThreadConnection)
        connection.raw.execute("ROLLBACK")

    async def add(repos: Repositories) -> None:
        await repos.spaces.add(GUILD, "Folkmoot")
        await repos.commit()

    store = SqlStore(engine)
    answers = await asyncio.gather(*(store.run_in_transaction(work) for work in (add, ends)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [RuntimeError, RuntimeError]
    assert await store.run_in_transaction(found) is None


async def test_closing_the_engine_ends_the_thread_and_waits_for_what_is_under_way(
    engine: AsyncEngine, path: Path
) -> None:
    store = SqlStore(engine)
    await store.run_in_transaction(nothing)
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("writer")]
    await close_engine(engine)
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("writer")]
    assert [file.name for file in path.parent.iterdir()] == [path.name]


async def found(repos: Repositories) -> Space | None:
    return await repos.spaces.main(GUILD)


async def nothing(repos: Repositories) -> None:
    pass
