"""A chain that takes its time keeps nobody waiting but those who ask it: every sweep gives it an end, and goes on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import Block
from bot.ports.deadline import DEADLINE, wait_at_most, within
from bot.services.proposals.counting.count_turns import LONGEST, Turns
from bot.services.proposals.lifecycle import ProposalLifecycle
from tests.builders import CHAIN, GUILD, RESEARCHER, an_address
from tests.services.conftest import House


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Slow:
    """Keeps whoever asks for some blocks until the time that they have is over."""

    def __init__(self, house: House, time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
        self.time, self.has = time, house.chain.has
        self.blocks: set[Block] = set()
        self.took: list[float] = []
        monkeypatch.setattr(house.chain, "has", self)

    async def __call__(self, block: Block) -> bool:
        if block not in self.blocks:
            return await self.has(block)
        took = LONGEST * 2 ** len(self.took)
        self.time.now += took
        self.took.append(took)
        raise ChainUnavailable(CHAIN, ChainFault.UNREACHABLE, "no answer came within the time that somebody waits")


async def ended(house: House, count: int) -> list[Proposal]:
    """Proposals of which each has a block of its own, all over."""
    proposals = []
    for _ in range(count):
        house.chain.mine()
        proposals.append(await house.submit())
    for proposal in proposals:
        await house.end(proposal)
    return proposals


def polls(house: House, turns: Turns) -> ProposalLifecycle:
    app = house.app
    return ProposalLifecycle(
        clock=house.clock, turns=turns, store=app.store, power=app.power, clocks=app.clocks, snapshots=app.snapshots
    )


async def counted(house: House, proposals: Sequence[Proposal]) -> list[bool]:
    return [(await house.stored(proposal)).result is not None for proposal in proposals]


async def test_a_count_that_takes_all_its_time_is_gone_on_with_after_the_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposals, time = await ended(house, 3), Time()
    slow, sweep = Slow(house, time, monkeypatch), polls(house, Turns(time=time))
    terms = proposals[0].terms
    assert terms is not None
    slow.blocks = {terms.snapshot[CHAIN]}
    assert await sweep.close_due() == 0, "what is due by now comes first the next time"
    assert await sweep.close_due() == 2
    assert await counted(house, proposals) == [False, True, True]
    assert slow.took == [LONGEST, 2 * LONGEST], "and gets longer, so that a large count comes to its end"
    slow.blocks = set()
    assert await sweep.close_due() == 1
    assert await counted(house, proposals) == [True, True, True]


async def test_counts_that_take_all_their_time_take_turns(house: House) -> None:
    proposals, time = await ended(house, 3), Time()
    turns = Turns(time=time)
    for proposal in proposals[:2]:
        with turns.of(proposal.id):
            time.now += LONGEST
    assert [one.id for one in turns.ordered(proposals)] == [proposals[at].id for at in (2, 0, 1)]
    with turns.of(proposals[0].id) as turn:
        time.now += LONGEST
    assert not turn.late, "it has twice as long"
    with turns.of(proposals[0].id) as turn:
        time.now += 2 * LONGEST
    assert turn.late
    assert [one.id for one in turns.ordered(proposals)] == [proposals[at].id for at in (2, 1, 0)]


async def test_an_end_that_is_nearer_stays_and_is_over_with_its_block() -> None:
    wait_at_most(5)
    before = DEADLINE.get()
    with within(60):
        assert DEADLINE.get() == before
    assert before is not None
    with within(1):
        nearer = DEADLINE.get()
        assert nearer is not None
        assert nearer < before
    assert DEADLINE.get() == before


@pytest.mark.parametrize("sweep", ["count", "treasuries", "corrections", "roles"])
async def test_what_a_sweep_asks_of_a_chain_has_an_end(
    house: House, sweep: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    for name in ("read", "balances", "has"):
        method = getattr(house.chain, name)

        async def noting(
            *args: Any,
            method: Callable[..., Awaitable[object]] = method,
            **fields: Any,
        ) -> object:
            asked.append(DEADLINE.get())
            return await method(*args, **fields)

        monkeypatch.setattr(house.chain, name, noting)
    ann = await house.member(1, tokens=60)
    await house.app.roles.add(await house.app.spaces.main(GUILD), RESEARCHER, name="Researcher", minimum="1", by=ann)
    space = await house.app.spaces.main(GUILD)
    fields: dict[str, Any] = {"chain": CHAIN, "treasury": an_address(7), "token": None, "channel": 1, "deadline": None}
    await house.app.treasury.start_campaign(space, ann, title="Well", targets=[("First", "1")], **fields)
    house.chain.give(an_address(7), 10**18, None)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.end(proposal)
    if sweep == "corrections":
        await house.app.treasury.observe()
    asked.clear()
    await {
        "count": house.app.lifecycle.close_due,
        "treasuries": house.app.treasury.observe,
        "corrections": house.app.corrections.look_again,
        "roles": house.app.role_evaluation.check_all,
    }[sweep]()
    assert asked
    assert None not in asked
