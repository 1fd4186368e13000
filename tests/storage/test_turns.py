"""What two processes decide at once on one database is decided one after the other, or it would not be one thing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from typing import TypeVar

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.announcements.announcement import Topic
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import MessageId, Timestamp
from bot.domain.wallets.web_ticket import Purpose, Ticket
from bot.ports import Repositories, Store
from bot.storage.driver import engine as engine_module
from bot.storage.driver.engine import close_engine, for_writing, open_engine, rewrite
from bot.storage.maintenance.process_lease import Lease
from bot.storage.schema_version import migrate, newest_version, schema_version
from bot.storage.tables import leases, metadata
from bot.storage.unit_of_work import SqlStore
from tests.builders import ANNOUNCEMENTS, AUTHOR, GUILD, NOW, a_ballot, a_campaign, a_proposal, a_reading
from tests.disks import Ticking
from tests.logs import disagreements

Two = tuple[Store, Store]
Done = TypeVar("Done")

TICKET = Ticket(
    digest="ab" * 32,
    purpose=Purpose.LINK,
    guild=GUILD,
    member=AUTHOR,
    guild_name="Methuselah Commons",
    member_name="Ada",
    issued_at=NOW,
    expires_at=Timestamp(NOW + 600),
)


@pytest.fixture
async def two(store: Store, address: str) -> AsyncIterator[Two]:
    """Two stores with connections of their own, as two processes have them."""
    other = open_engine(address)
    yield store, SqlStore(other)
    await close_engine(other)


async def both(two: Two, work: Callable[[Repositories], Awaitable[Done]], times: int = 12) -> list[Done]:
    """Do `work` again and again in transactions of both, side by side."""

    async def once(store: Store) -> Done:
        async with store.write() as repos:
            done = await work(repos)
            await repos.commit()
            return done

    return await asyncio.gather(*(once(store) for _ in range(times) for store in two))


async def test_no_two_proposals_have_one_number(two: Two, proposal: Proposal) -> None:
    added = await both(two, lambda repos: repos.proposals.add(a_proposal(space=proposal.space)))
    assert sorted(one.number for one in added) == list(range(2, 26))


async def test_of_one_wallet_one_ballot_counts_whoever_casts_it(two: Two, proposal: Proposal) -> None:
    numbers = count(1)
    await both(two, lambda repos: repos.ballots.cast(a_ballot(proposal=proposal.id, receipt=str(next(numbers)))))
    async with two[0].read() as repos:
        (counting,) = await repos.ballots.in_force(proposal.id)
        history = await repos.ballots.history(proposal.id, counting.wallet)
    assert len(history) == 24
    assert counting == history[-1]


async def test_what_is_due_is_taken_once(two: Two) -> None:
    async with two[0].write() as repos:
        for number in range(24):
            await repos.outbox.add(
                key=f"k{number}", topic=Topic.NOTICE, guild=GUILD, channel=ANNOUNCEMENTS, facts={}, at=NOW
            )
        await repos.commit()

    async def take(repos: Repositories) -> str:
        (first, *_) = await repos.outbox.due(NOW, 1)
        await asyncio.sleep(0)
        await repos.outbox.told(first.id, MessageId(1), NOW)
        return first.key

    assert len(set(await both(two, take))) == 24


async def test_a_result_is_stored_once_and_no_ballot_comes_between_reading_and_storing(
    two: Two, proposal: Proposal
) -> None:
    """Counting reads the version of the ballots and stores; whoever casts meanwhile waits until that is done."""

    async def close(repos: Repositories) -> bool:
        before = await repos.ballots.version(proposal.id)
        await asyncio.sleep(0.005)
        return before == await repos.ballots.version(proposal.id)

    async def cast(repos: Repositories) -> bool:
        await repos.ballots.cast(a_ballot(proposal=proposal.id))
        return True

    works = iter([close, cast] * 12)

    def turn(repos: Repositories) -> Awaitable[bool]:
        return next(works)(repos)

    assert all(await both(two, turn))


async def test_entries_of_a_log_follow_each_other_whoever_writes_them(two: Two, proposal: Proposal) -> None:
    numbers = count(1)
    await both(two, lambda repos: repos.log.append(GUILD, Kind.RULES_CHANGED, at=NOW, facts={"rule": next(numbers)}))
    assert await disagreements(two[0], GUILD) == []
    async with two[0].read() as repos:
        said = [json.loads(entry.content).get("rule") async for part in repos.log.entries(GUILD) for entry in part]
    assert sorted(rule for rule in said if rule) == list(range(1, 25))


async def test_a_milestone_is_reached_once_and_a_ticket_is_spent_once(two: Two) -> None:
    """Whoever marks it first announces it, or acts upon it."""
    async with two[0].write() as repos:
        space = await repos.spaces.add(GUILD, "Methuselah Commons")
        campaign = await repos.treasury.add_campaign(a_campaign(space=space.id))
        await repos.tickets.add(TICKET)
        await repos.commit()
    reached = await both(two, lambda repos: repos.treasury.reach(campaign.id, 1, a_reading(), NOW))
    spent = await both(two, lambda repos: repos.tickets.use(TICKET.digest, NOW))
    assert (sum(reached), sum(spent)) == (1, 1)


async def test_the_lease_is_had_by_one_of_all_who_ask_at_once(engine: AsyncEngine, address: str) -> None:
    """Each looks, finds nobody, and would write itself down: the second has to see the first."""
    others = [open_engine(address) for _ in range(5)]
    for other in others:  # so that all begin at the same moment
        async with other.connect():
            pass

    async def sleep(_: float) -> None:
        await asyncio.sleep(0.01)

    asked = [Lease("one token", None, clock=Ticking(), sleep=sleep) for _ in others]
    asking = [asyncio.create_task(lease.take(other)) for lease, other in zip(asked, others, strict=True)]
    done, waiting = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
    async with engine.connect() as connection:
        held = (await connection.execute(select(leases.c.holder))).scalars().all()
    assert len(done) == len(held) == 1
    for task in waiting:
        task.cancel()
    await asyncio.wait(asking)
    async with engine.connect() as connection:
        assert (await connection.execute(select(leases.c.holder))).scalars().all() == held
    for other in others:
        await close_engine(other)


async def test_tables_are_made_once_by_whoever_starts_first(bare: AsyncEngine) -> None:
    other = open_engine(bare.url.render_as_string(hide_password=False))
    await asyncio.gather(migrate(bare), migrate(other), migrate(bare))
    assert await schema_version(other) == newest_version()
    await close_engine(other)


async def test_a_change_of_the_tables_waits_longer_for_its_turn_than_a_press_does(
    bare: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0.01)
    address = bare.url.render_as_string(hide_password=False)
    changing, other = open_engine(address), open_engine(address)
    async with for_writing(bare).begin():
        with pytest.raises(DBAPIError):
            await rewrite(other)
        waiting = asyncio.create_task(migrate(changing))
        with pytest.raises(DBAPIError):  # which begins after it and has waited for as long as anybody does
            await rewrite(other)
        assert not waiting.done()
    await waiting
    assert await schema_version(changing) == newest_version()
    for engine in (changing, other):
        await close_engine(engine)


async def test_whoever_reads_sees_one_moment_whatever_is_written_meanwhile(two: Two, proposal: Proposal) -> None:
    async with two[0].read() as repos:
        before = await repos.ballots.version(proposal.id)
        async with two[1].write() as others:
            await others.ballots.cast(a_ballot(proposal=proposal.id))
            await others.commit()
        assert await repos.ballots.in_force(proposal.id) == []
        assert await repos.ballots.version(proposal.id) == before
    async with two[0].read() as repos:
        assert len(await repos.ballots.in_force(proposal.id)) == 1


async def test_text_is_put_in_order_by_its_bytes_and_every_text_column_says_so(engine: AsyncEngine) -> None:
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
