"""A proposal is submitted by the rules that hold when it is stored, whatever they were when its author pressed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Rules
from bot.domain.shared.errors import CannotPropose, WrongState
from bot.domain.shared.types import Block, RoleId
from bot.domain.spaces.space import DAY
from tests.builders import GUILD, ONE, RESEARCHER
from tests.services.conftest import House


async def _submitted(
    house: House, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], Awaitable[object]], times: int = 1
) -> Proposal:
    """Submit a draft while something else is done each time that its chain is asked, at most so often."""
    ann = await house.member(1, tokens=100)
    draft = await house.draft(author=ann)
    vouch, done = house.chain.vouch, 0

    async def slowly(block: Block) -> None:
        nonlocal done
        if done < times:
            done += 1
            await asyncio.create_task(meanwhile())  # type: ignore[arg-type]
        await vouch(block)

    monkeypatch.setattr(house.chain, "vouch", slowly)
    return await house.app.proposals.submit(GUILD, draft.number, ann, [RESEARCHER])


async def test_rules_that_are_changed_while_the_chain_is_asked_hold(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def change() -> None:
        await house.app.spaces.set_voters(GUILD, [RoleId(42)])
        await house.app.spaces.set_voting(GUILD, period=7 * DAY, rules=Rules(quorum="5000"))

    proposal = await _submitted(house, monkeypatch, change)
    terms = proposal.terms
    assert terms is not None
    assert (terms.voters, terms.quorum, terms.end - terms.start) == ((RoleId(42),), 5000 * ONE, 7 * DAY)


async def test_who_may_no_longer_propose_by_then_does_not(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def tighten() -> None:
        await house.app.spaces.set_proposers(GUILD, roles=[RoleId(43)], power="none")

    with pytest.raises(CannotPropose):
        await _submitted(house, monkeypatch, tighten)


async def test_rules_that_are_changed_again_and_again_are_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    periods = iter(range(2, 20))

    async def change() -> None:
        await house.app.spaces.set_voting(GUILD, period=next(periods) * DAY)

    with pytest.raises(WrongState):
        await _submitted(house, monkeypatch, change, times=20)
