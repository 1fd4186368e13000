from __future__ import annotations

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.storage.driver.engine import for_reading, for_writing
from bot.storage.driver.prepared_statements import PreparedStatement
from bot.storage.tables import counters

ADD = insert(counters)
MINE = select(counters).where(counters.c.guild == bindparam("same")).order_by(counters.c.name)
NEXT = update(counters).where(counters.c.guild == bindparam("same")).values(last=9).returning(*counters.c)


async def test_it_gives_what_the_same_statement_gives_the_slow_way(engine):
    async with for_writing(engine).connect() as writing:
        await writing.begin()
        for name in ("b", "a"):
            assert await PreparedStatement(ADD).run(writing, {"guild": 1, "name": name, "last": 3}) == []
        slow = (await writing.execute(MINE, {"same": 1})).all()
        assert await PreparedStatement(MINE).run(writing, {"same": 1}) == slow
        (row, _) = await PreparedStatement(NEXT).run(writing, {"same": 1})
        assert (row.guild, row.last) == (1, 9)
        await writing.commit()


async def test_it_belongs_to_the_transaction_of_its_connection(engine):
    async with for_writing(engine).connect() as writing:
        await writing.begin()
        await PreparedStatement(ADD).run(writing, {"guild": 1, "name": "undone", "last": 3})
        await writing.rollback()
    async with for_reading(engine).connect() as reading:
        await reading.begin()
        assert await PreparedStatement(MINE).run(reading, {"same": 1}) == []


async def test_its_failures_are_those_of_the_slow_way(engine):
    async with for_writing(engine).connect() as writing:
        await writing.begin()
        await PreparedStatement(ADD).run(writing, {"guild": 1, "name": "once", "last": 3})
        with pytest.raises(IntegrityError) as caught:
            await PreparedStatement(ADD).run(writing, {"guild": 1, "name": "once", "last": 4})
        assert "once" not in str(caught.value)


@pytest.mark.sqlite
async def test_a_parameter_that_is_not_given_is_an_error(engine):
    async with for_reading(engine).connect() as reading:
        await reading.begin()
        with pytest.raises(KeyError):
            await PreparedStatement(MINE).run(reading, {})
