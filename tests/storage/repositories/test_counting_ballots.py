"""What is remembered of a vote is at every moment what reading it afresh would give."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import Address, ProposalId, Units
from bot.domain.voting import Mark
from bot.domain.voting.ballot import Ballot
from bot.ports import Repositories, Store
from bot.storage.repositories.voting import counting_ballots as counted_module
from tests.builders import a_ballot, a_proposal, an_address


async def fresh(repos: Repositories, proposal: int) -> dict[Address, tuple[Mark, Units, tuple[Units, ...]]]:
    return {b.wallet: (b.mark, b.power, b.scores) for b in await repos.ballots.in_force(ProposalId(proposal))}


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note after which id ballots were read: 0 is all of them."""
    made: list[int] = []
    added = counted_module._added

    async def noting(
        connection: AsyncConnection, proposal: int, after: int
    ) -> dict[Address, tuple[Mark, Units, tuple[Units, ...]]]:
        made.append(after)
        return await added(connection, ProposalId(proposal), after)

    monkeypatch.setattr(counted_module, "_added", noting)
    return made


async def cast(
    store: Store, proposal: Proposal, *ballots: Ballot, drop: Sequence[int] = (), commit: bool = True
) -> None:
    async with store.write() as repos:
        await repos.ballots.drop(proposal.id, [an_address(number) for number in drop])
        await repos.ballots.cast_all(proposal.id, ballots)
        if commit:
            await repos.commit()


@pytest.mark.parametrize("seed", range(4))
async def test_readers_of_any_moment_get_what_counted_then(store: Store, proposal: Proposal, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - repeatable
    async with store.write() as repos:
        other = await repos.proposals.add(a_proposal(space=proposal.space))
        await repos.commit()
    async with AsyncExitStack() as stack:
        readers: list[tuple[Repositories, dict[Address, tuple[Mark, Units, tuple[Units, ...]]]]] = []
        for step in range(60):
            some = sorted({rng.randint(1, 5) for _ in range(rng.randint(0, 3))})
            ballots = [a_ballot(number, mark=rng.randint(1, 3), power=step, proposal=proposal.id) for number in some]
            drop = [rng.randint(1, 5)] if rng.random() < 0.3 else []
            await cast(store, proposal, *ballots, drop=drop, commit=rng.random() < 0.8)
            await cast(store, other, a_ballot(1, proposal=other.id))
            if len(readers) < 3:
                repos = await stack.enter_async_context(store.read())
                readers.append((repos, await fresh(repos, proposal.id)))
            async with store.read() as repos:
                assert await repos.ballots.counted(proposal.id, rescored=False) == await fresh(repos, proposal.id)
            for repos, then in rng.sample(readers, rng.randint(0, len(readers))):
                assert await repos.ballots.counted(proposal.id, rescored=False) == then


async def test_only_what_was_added_since_is_read(store: Store, proposal: Proposal, reads: list[int]) -> None:
    await cast(store, proposal, *(a_ballot(number, proposal=proposal.id) for number in range(1, 11)))
    for _ in range(3):
        async with store.read() as repos:
            assert len(await repos.ballots.counted(proposal.id, rescored=False)) == 10
    await cast(store, proposal, a_ballot(3, mark=2, proposal=proposal.id), a_ballot(11, proposal=proposal.id))
    async with store.read() as repos:
        assert len(await repos.ballots.counted(proposal.id, rescored=False)) == 11
    await cast(store, proposal, drop=[4])
    async with store.read() as repos:
        assert len(await repos.ballots.counted(proposal.id, rescored=False)) == 10
    assert reads[:2] == [0, 10]
    assert reads[-1] == 0, "a dropped one is noticed, and all are read"


@pytest.mark.parametrize("more", [0, 1])
async def test_after_the_database_went_back_to_an_earlier_state_nothing_that_was_lost_is_remembered(
    store: Store, engine: AsyncEngine, proposal: Proposal, more: int
) -> None:
    await cast(store, proposal, a_ballot(1, proposal=proposal.id))
    await cast(store, proposal, a_ballot(2, proposal=proposal.id))
    async with store.read() as repos:
        assert len(await repos.ballots.counted(proposal.id, rescored=False)) == 2
    async with engine.begin() as connection:  # a replica takes the server's place that had not the second one yet
        await connection.execute(text("DELETE FROM ballots WHERE id = 2"))
        if engine.dialect.name == "postgresql":
            await connection.execute(text("SELECT setval('ballots_id_seq', 1)"))
    for number in range(3, 4 + more):
        await cast(store, proposal, a_ballot(number, proposal=proposal.id))
    async with store.read() as repos:
        found = await repos.ballots.counted(proposal.id, rescored=False)
        assert sorted(found) == sorted(an_address(number) for number in (1, *range(3, 4 + more)))
        assert found == await fresh(repos, proposal.id)


async def test_what_was_not_committed_is_not_remembered(store: Store, proposal: Proposal) -> None:
    await cast(store, proposal, a_ballot(1, mark=1, proposal=proposal.id))
    async with store.write() as repos:
        await repos.ballots.cast(a_ballot(2, mark=1, proposal=proposal.id))
        assert len(await repos.ballots.counted(proposal.id, rescored=False)) == 2
    await cast(store, proposal, a_ballot(2, mark=3, proposal=proposal.id))
    async with store.read() as repos:
        found = await repos.ballots.counted(proposal.id, rescored=False)
    assert found[an_address(2)][0] == 3


async def test_where_scores_change_nothing_is_remembered(store: Store, proposal: Proposal, reads: list[int]) -> None:
    await cast(store, proposal, a_ballot(1, proposal=proposal.id))
    for _ in range(2):
        async with store.read() as repos:
            await repos.ballots.counted(proposal.id, rescored=True)
    assert reads == [0, 0]


async def test_a_few_votes_are_remembered_at_a_time(store: Store, proposal: Proposal, reads: list[int]) -> None:
    async with store.write() as repos:
        votes = [await repos.proposals.add(a_proposal(space=proposal.space)) for _ in range(9)]
        for vote in votes:
            await repos.ballots.cast(a_ballot(1, proposal=vote.id))
        await repos.commit()
    async with store.read() as repos:
        for vote in (*votes, votes[-1], votes[0]):
            await repos.ballots.counted(vote.id, rescored=False)
    assert reads.count(0) == 10, "the last was remembered, the first was not"
