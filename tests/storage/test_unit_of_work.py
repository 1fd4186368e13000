from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import get_type_hints

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.proposals.proposal import Proposal
from bot.ports import Repositories, Store
from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.unit_of_work import SqlStore
from tests.builders import GUILD, NOW, VOTER, a_ballot, a_proposal, a_wallet, an_address
from tests.presence import present


async def test_a_transaction_left_without_commit_is_undone(store: Store) -> None:
    async with store.write() as repos:
        await repos.spaces.add(GUILD, "Methuselah Commons")
    async with store.read() as repos:
        assert await repos.spaces.main(GUILD) is None


async def test_a_transaction_that_fails_is_undone_and_lets_the_next_one_in(store: Store) -> None:
    async def fail() -> None:
        async with store.write() as repos:
            await repos.spaces.add(GUILD, "Methuselah Commons")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with store.write() as repos:
        assert await repos.spaces.main(GUILD) is None
        await repos.spaces.add(GUILD, "Methuselah Commons")
        await repos.commit()


async def test_what_is_committed_outlives_the_process(
    store: Store, engine: AsyncEngine, address: str, proposal: Proposal
) -> None:
    async with store.write() as repos:
        await repos.wallets.add(a_wallet())
        await repos.ballots.cast(a_ballot(proposal=proposal.id))
        await repos.commit()
    await close_engine(engine)
    again = open_engine(address)
    async with SqlStore(again).read() as repos:
        assert await repos.proposals.of(GUILD) == [proposal]
        assert await repos.ballots.in_force(proposal.id) == [a_ballot(proposal=proposal.id)]
        assert await repos.wallets.of(GUILD, VOTER) == [a_wallet()]
    await close_engine(again)


async def test_a_transaction_that_reads_writes_nothing(store: Store) -> None:
    async with store.read() as repos:
        await repos.spaces.add(GUILD, "Methuselah Commons")
        with pytest.raises(RuntimeError):
            await repos.commit()
    async with store.read() as repos:
        assert await repos.spaces.all() == []


async def test_a_reader_does_not_wait_for_the_writer_and_sees_one_moment(store: Store, proposal: Proposal) -> None:
    async with store.write() as writer:
        await writer.ballots.cast(a_ballot(proposal=proposal.id))
        async with store.read() as reader:
            assert await reader.ballots.in_force(proposal.id) == []
            await writer.commit()
            assert await reader.ballots.in_force(proposal.id) == []
    async with store.read() as reader:
        assert len(await reader.ballots.in_force(proposal.id)) == 1


async def test_a_writer_sees_nobody_elses_unfinished_work(store: Store, proposal: Proposal) -> None:
    """Sixty presses that read, think and write: each must see what the one before it stored."""

    async def press(number: int) -> int:
        async with store.write() as repos:
            seen = len(await repos.ballots.in_force(proposal.id))
            await asyncio.sleep(0)
            await repos.ballots.cast(a_ballot(number, proposal=proposal.id))
            await repos.commit()
            return seen

    assert sorted(await asyncio.gather(*(press(number) for number in range(60)))) == list(range(60))


async def test_writers_of_a_process_are_served_in_the_order_they_came(store: Store, proposal: Proposal) -> None:
    served: list[int] = []

    async def press(number: int) -> None:
        async with store.write() as repos:
            served.append(number)
            await repos.ballots.cast(a_ballot(number, proposal=proposal.id))
            await repos.commit()

    await asyncio.gather(*(press(number) for number in range(40)))
    assert served == list(range(40))


async def test_two_stores_on_one_database_take_turns(store: Store, address: str, proposal: Proposal) -> None:
    """As two processes would: what is read in a transaction that writes is still true when it writes."""
    other_engine = open_engine(address)
    other = SqlStore(other_engine)

    async def press(mine: Store, number: int) -> int:
        async with mine.write() as repos:
            seen = len(await repos.ballots.in_force(proposal.id))
            await repos.ballots.cast(a_ballot(number, proposal=proposal.id))
            await repos.commit()
            return seen

    presses = [press(one, 2 * number + turn) for number in range(15) for turn, one in enumerate((store, other))]
    assert sorted(await asyncio.gather(*presses)) == list(range(30))
    await close_engine(other_engine)


async def test_a_fact_about_a_proposal_that_does_not_exist_is_refused(store: Store, proposal: Proposal) -> None:
    async with store.write() as repos:
        with pytest.raises(IntegrityError):
            await repos.ballots.cast(a_ballot(proposal=proposal.id + 1))
    async with store.write() as repos:
        with pytest.raises(IntegrityError):
            await repos.proposals.add(a_proposal(space=proposal.space + 1))


@pytest.mark.parametrize("steps", range(0, 40, 3))
async def test_a_writer_cancelled_anywhere_leaves_nothing_and_blocks_nobody(
    store: Store, proposal: Proposal, steps: int
) -> None:
    async def press() -> None:
        async with store.write() as repos:
            await repos.ballots.cast(a_ballot(proposal=proposal.id))
            await repos.ballots.cast(a_ballot(2, proposal=proposal.id))
            await asyncio.sleep(60)
            await repos.commit()

    task = asyncio.create_task(press())
    for _ in range(steps):
        await asyncio.sleep(0.0002)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(10):
        async with store.write() as repos:
            assert await repos.ballots.in_force(proposal.id) == []
            await repos.proposals.save(replace(proposal, opened_at=NOW))
            await repos.commit()
    async with store.read() as repos:
        assert present(await repos.proposals.get(proposal.id)).opened_at == NOW
        assert await repos.ballots.history(proposal.id, an_address(1)) == []


async def test_a_transaction_opens_only_the_books_that_are_used(store: Store) -> None:
    async with store.read() as repos:
        assert not _opened(repos)
        await repos.spaces.main(GUILD)
        assert _opened(repos) == {"spaces"}
        assert repos.spaces is repos.spaces
    async with store.write() as repos:
        assert not _opened(repos)
        assert {name for name in get_type_hints(Repositories) if getattr(repos, name)} == _opened(repos)


def _opened(repos: Repositories) -> set[str]:
    return {name for name in vars(repos) if name in get_type_hints(Repositories)}
