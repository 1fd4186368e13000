from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.driver.engine import for_reading, for_writing, open_writer
from bot.storage.driver.statements import PART, AnyConnection, PreparedStatement
from bot.storage.tables import counters

ADD = insert(counters)
MINE = select(counters).where(counters.c.guild == bindparam("same")).order_by(counters.c.name)
NEXT = update(counters).where(counters.c.guild == bindparam("same")).values(last=9).returning(*counters.c)


Work = Callable[[AnyConnection], Coroutine[Any, Any, None]]
Way = Callable[[AsyncEngine, Work], Awaitable[None]]


async def on_a_connection(engine: AsyncEngine, work: Work) -> None:
    async with for_writing(engine).connect() as writing:
        await writing.begin()
        await work(writing)


async def on_the_thread(engine: AsyncEngine, work: Work) -> None:
    """PostgreSQL has none."""
    if engine.dialect.name == "sqlite":
        await open_writer(engine).run_in_transaction(work)
    else:
        await on_a_connection(engine, work)


WAYS: list[Way] = [on_a_connection, on_the_thread]


@pytest.mark.parametrize("way", WAYS)
async def test_it_gives_what_the_same_statement_gives_the_slow_way(engine: AsyncEngine, way: Way) -> None:
    async def work(connection: AnyConnection) -> None:
        for name in ("b", "a"):
            assert await PreparedStatement(ADD).run(connection, {"guild": 1, "name": name, "last": 3}) == []
        slow = (await connection.execute(MINE, {"same": 1})).all()
        assert await PreparedStatement(MINE).run(connection, {"same": 1}) == slow
        (row, _) = await PreparedStatement(NEXT).run(connection, {"same": 1})
        assert (row.guild, row.last) == (1, 9)

    await way(engine, work)


@pytest.mark.parametrize("way", WAYS)
async def test_many_rows_come_in_parts_and_go_in_at_once(engine: AsyncEngine, way: Way) -> None:
    async def work(connection: AnyConnection) -> None:
        names = [f"{number:04}" for number in range(2 * PART + 1)]
        await PreparedStatement(ADD).run_all(connection, [{"guild": 1, "name": name, "last": 3} for name in names])
        await PreparedStatement(ADD).run_all(connection, [])
        parts = [[row.name for row in part] async for part in PreparedStatement(MINE).parts(connection, {"same": 1})]
        assert [len(part) for part in parts] == [PART, PART, 1]
        assert [name for part in parts for name in part] == names

    await way(engine, work)


@pytest.mark.parametrize("way", WAYS)
async def test_it_belongs_to_the_transaction_of_its_connection(engine: AsyncEngine, way: Way) -> None:
    async def work(connection: AnyConnection) -> None:
        await PreparedStatement(ADD).run(connection, {"guild": 1, "name": "undone", "last": 3})

    await way(engine, work)
    async with for_reading(engine).connect() as reading:
        await reading.begin()
        assert await PreparedStatement(MINE).run(reading, {"same": 1}) == []


@pytest.mark.parametrize("way", WAYS)
async def test_its_failures_are_those_of_the_slow_way(engine: AsyncEngine, way: Way) -> None:
    async def work(connection: AnyConnection) -> None:
        await PreparedStatement(ADD).run(connection, {"guild": 1, "name": "once", "last": 3})
        with pytest.raises(IntegrityError) as caught:
            await PreparedStatement(ADD).run(connection, {"guild": 1, "name": "once", "last": 4})
        assert "once" not in str(caught.value)

    await way(engine, work)


@pytest.mark.sqlite
async def test_a_parameter_that_is_not_given_is_an_error(engine: AsyncEngine) -> None:
    async def work(connection: AnyConnection) -> None:
        with pytest.raises(KeyError):
            await PreparedStatement(MINE).run(connection, {})

    await on_the_thread(engine, work)
