"""What two processes decide at once on one database is decided one after the other, or it would not be one thing."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest
from sqlalchemy import text

from bot.domain.announcements.announcement import Topic
from bot.storage.driver.engine import close_engine, for_writing, open_engine
from bot.storage.tables import metadata
from bot.storage.unit_of_work import SqlStore
from tests.builders import ANNOUNCEMENTS, GUILD, NOW, a_ballot, a_proposal


@pytest.fixture
async def two(store, address):
    """Two stores with connections of their own, as two processes have them."""
    other = open_engine(address)
    yield store, SqlStore(other)
    await close_engine(other)


async def both(two, work, times=12) -> list[object]:
    """Do `work` again and again in transactions of both, side by side."""

    async def once(store):
        async with store.write() as repos:
            done = await work(repos)
            await repos.commit()
            return done

    return await asyncio.gather(*(once(store) for _ in range(times) for store in two))


async def test_no_two_proposals_have_one_number(two, proposal):
    added = await both(two, lambda repos: repos.proposals.add(a_proposal(space=proposal.space)))
    assert sorted(one.number for one in added) == list(range(2, 26))


async def test_of_one_wallet_one_ballot_counts_whoever_casts_it(two, proposal):
    numbers = count(1)
    await both(two, lambda repos: repos.ballots.cast(a_ballot(proposal=proposal.id, receipt=str(next(numbers)))))
    async with two[0].read() as repos:
        (counting,) = await repos.ballots.of(proposal.id)
        history = await repos.ballots.history(proposal.id, counting.wallet)
    assert len(history) == 24
    assert counting == history[-1]


async def test_what_is_due_is_taken_once(two):
    async with two[0].write() as repos:
        for number in range(24):
            await repos.outbox.add(
                key=f"k{number}", topic=Topic.NOTICE, guild=GUILD, channel=ANNOUNCEMENTS, facts={}, at=NOW
            )
        await repos.commit()

    async def take(repos):
        (first, *_) = await repos.outbox.due(NOW, 1)
        await asyncio.sleep(0)
        await repos.outbox.told(first.id, 1, NOW)
        return first.key

    assert len(set(await both(two, take))) == 24


async def test_a_result_is_stored_once_and_no_ballot_comes_between_reading_and_storing(two, proposal):
    """Counting reads the version of the ballots and stores; whoever casts meanwhile waits until that is done."""

    async def close(repos):
        before = await repos.ballots.version(proposal.id)
        await asyncio.sleep(0.005)
        return before == await repos.ballots.version(proposal.id)

    async def cast(repos):
        await repos.ballots.cast(a_ballot(proposal=proposal.id))
        return True

    works = iter([close, cast] * 12)

    def turn(repos):
        return next(works)(repos)

    assert all(await both(two, turn))


async def test_text_is_put_in_order_by_its_bytes_and_every_text_column_says_so(engine):
    words = ["b", "B", "a", "Ä", "-", "a-b", "aa"]
    async with for_writing(engine).begin() as connection:
        for word in words:
            row = {"guild": GUILD, "name": word}
            await connection.execute(text("INSERT INTO counters (guild, name, last) VALUES (:guild, :name, 1)"), row)
        rows = await connection.execute(text("SELECT name FROM counters ORDER BY name"))
        assert [name for (name,) in rows] == sorted(words, key=str.encode)
        if engine.dialect.name == "postgresql":
            asked = (
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
                " AND data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C'"
            )
            unordered = {tuple(row) for row in await connection.execute(text(asked))}
            assert {(table, column) for table, column in unordered if table in metadata.tables} == set()
