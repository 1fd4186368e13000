"""A large vote holds up nobody: what is done between two turns of the event loop does not grow with it."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import FrameType

import pytest

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import MemberId, Units
from bot.domain.voting import VotingType
from tests.builders import GUILD, ONE, TOKEN, a_ballot, an_address
from tests.services.conftest import House

FEW, MANY = 1_000, 4_000
SLACK = 60_000
"""Calls of functions that may be made in one turn whatever is counted: some hundredths of a second."""


async def most_in_a_turn(work: Callable[[], Awaitable[object]]) -> int:
    """Return how many functions were called on this thread between two turns of the loop, at most."""
    most = now = 0

    def called(frame: FrameType, event: str, _arg: object) -> None:
        nonlocal most, now
        if event == "call" and frame.f_code.co_name == "_run_once":
            most, now = max(most, now), 0
        elif event in ("call", "c_call"):
            now += 1

    sys.setprofile(called)
    try:
        await work()
    finally:
        sys.setprofile(None)
    return max(most, now)


async def voted(house: House, many: int, voting: str) -> Proposal:
    for number in range(1, many + 1):
        house.chain._balances[TOKEN, an_address(number)] = [(1, number * ONE)]
    choices = ("For", "Against", "Abstain") if voting == "basic" else tuple("ABCDE")
    proposal = await house.submit(voting=voting, choices=choices)
    marks = [1, 2, 3] if voting == "basic" else [(1, 2, 3, 4, 5), (5, 4, 3, 2, 1), (2, 1, 3, 5, 4)]
    ballots = [
        replace(
            a_ballot(number, marks[number % 3], number * ONE),
            proposal=proposal.id,
            member=MemberId(number),
            scores=(Units(number * ONE),),
            cid=proposal.cid,
            receipt=f"{number:032x}",
        )
        for number in range(1, many + 1)
    ]
    async with house.app.store.write() as repos:
        await repos.ballots.cast_all(proposal.id, ballots)
        await repos.commit()
    return proposal


@pytest.mark.parametrize("voting", ["basic", "ranked-choice"])
@pytest.mark.parametrize("many", [FEW, MANY])
async def test_a_vote_is_shown_counted_and_handed_out_in_small_turns(
    house: House, many: int, voting: VotingType
) -> None:
    house.tampered = True  # its ballots have no entries
    proposal = await voted(house, many, voting)
    app = house.app
    assert await most_in_a_turn(lambda: app.cards.current_view(proposal.id)) < SLACK
    await house.end(proposal)
    assert await most_in_a_turn(app.lifecycle.close_due) < SLACK
    result = (await house.stored(proposal)).result
    assert result is not None
    assert result.tally.ballots == many
    assert await most_in_a_turn(lambda: app.results.table(GUILD, proposal.number)) < SLACK
    assert await most_in_a_turn(lambda: app.results.receipt(GUILD, proposal.number, MemberId(1))) < SLACK
    assert await most_in_a_turn(lambda: app.audit.verify(GUILD)) < SLACK
