"""Many votes and servers while a chain does not answer: it is asked once a pass, and no other chain's wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.power.chain_reads import Answers
from bot.domain.proposals.proposal import GRACE, Proposal
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import Block, ChainId
from bot.services.outages import Outages, per_group
from tests.builders import GUILD
from tests.services.conftest import House

DEAD = ChainId(137)


async def _on(house: House, proposal: Proposal, chain: ChainId) -> Proposal:
    """Have a stored vote read another chain first."""
    house.tampered = True
    assert proposal.terms is not None
    (strategy,) = proposal.terms.strategies
    terms = replace(proposal.terms, strategies=(replace(strategy, network=chain),))
    async with house.app.store.write() as repos:
        await repos.proposals.save(moved := replace(proposal, terms=terms))
        await repos.commit()
    return moved


class _Hangs:
    """A chain whose node takes questions and answers none until it is let; what others ask goes on as before."""

    def __init__(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked, self.let, self._newest = 0, asyncio.Event(), house.chain.newest
        monkeypatch.setattr(house.chain, "newest", self.newest)

    async def newest(self, chain: ChainId, **how: Any) -> Block:
        if chain != DEAD:
            return await self._newest(chain, **how)
        self.asked += 1
        await self.let.wait()
        raise ChainUnavailable(chain, ChainFault.UNREACHABLE, "it does not answer in time")


async def test_votes_of_a_chain_that_hangs_delay_no_count_of_another_and_cost_one_question_a_pass(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await house.member(1, tokens=60)
    hung = [await _on(house, await house.submit(), DEAD) for _ in range(20)]
    await house.app.spaces.set_voting(GUILD, period=2 * 86_400)
    sound = await house.submit()
    await house.vote(sound, ann, 1)
    terms = hung[-1].terms
    assert terms is not None
    assert sound.terms is not None
    last = max(terms.end, sound.terms.end)
    house.clock.time = last + GRACE
    dead = _Hangs(house, monkeypatch)
    read = house.chain.read

    async def counted(*args: Any, **how: Any) -> list[Answers]:
        dead.let.set()
        return await read(*args, **how)

    monkeypatch.setattr(house.chain, "read", counted)
    async with asyncio.timeout(10):
        assert await house.app.lifecycle.close_due() == 1
    assert (await house.stored(sound)).result is not None
    assert dead.asked == 1
    assert await house.app.lifecycle.close_due() == 0
    assert dead.asked == 2


async def test_votes_of_a_chain_that_hangs_are_opened_after_one_question(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.app.spaces.set_voting(GUILD, delay=3_600)
    made = [await _on(house, await house.submit(), DEAD) for _ in range(20)]
    terms = made[-1].terms
    assert terms is not None
    house.clock.time = terms.start
    dead = _Hangs(house, monkeypatch)
    dead.let.set()
    assert await house.app.lifecycle.open_due() == 20
    assert dead.asked == 1


async def test_what_one_question_alone_is_refused_for_is_asked_again() -> None:
    outages, asked = Outages(), []

    async def old() -> int:
        asked.append(1)
        raise ChainUnavailable(DEAD, ChainFault.NEEDS_ARCHIVE)

    for _ in range(3):
        with pytest.raises(ChainUnavailable):
            await outages.ask(DEAD, old)
    assert len(asked) == 3


async def test_groups_go_side_by_side_and_end_before_a_failure_of_one_is_told() -> None:
    done: list[int] = []

    async def work(numbers: Sequence[int]) -> int:
        for number in numbers:
            await asyncio.sleep(0)
            if number == 1:
                raise LookupError
            done.append(number)
        return len(numbers)

    with pytest.raises(LookupError):
        await per_group(range(9), lambda number: number % 3, work)
    assert sorted(done) == [0, 2, 3, 5, 6, 8]
    assert await per_group([2, 3, 5], lambda number: number % 3, work) == 3
