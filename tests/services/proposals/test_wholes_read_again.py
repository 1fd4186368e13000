"""No result is made from a whole that its chain contradicts at the count: `verify` would call it false."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bot.domain.announcements.moderator_notice import WaitingReason
from bot.domain.audit.bundle.reading.bundle_file import unpacked
from bot.domain.proposals.proposal import GRACE, Proposal, State
from bot.domain.proposals.vote_rules import Rules, Share, Whole
from bot.domain.shared.types import MemberId
from bot.presentation.notices.notice_words import notice_words
from bot.services.proposals.counting.count_notices import PATIENCE
from tests.builders import GUILD, ONE, TOKEN, an_address
from tests.bundles import failures
from tests.services.conftest import House

ANN = an_address(1)


async def held_for(house: House, proposal: Proposal) -> str | None:
    """Return why the count waits, once it has waited for a while."""
    for late in (GRACE, GRACE + PATIENCE):
        await house.end(proposal, late=late)
        assert await house.app.lifecycle.close_due() == 0
    stored = await house.stored(proposal)
    assert stored.state(house.clock.now()) is State.HELD
    return stored.held_reason


def tell(house: House, tokens: int) -> None:
    """Let the chain's only endpoint say of Ann that she holds so much, at every block."""
    house.chain._balances[TOKEN, ANN] = [(0, tokens * ONE)]


async def counted(house: House, proposal: Proposal) -> list[str]:
    assert await house.app.lifecycle.close_due() == 1
    return failures(unpacked(await house.app.results.bundle(GUILD, proposal.number)))


@pytest.fixture
async def people(house: House) -> tuple[MemberId, MemberId]:
    house.chain.witnesses = ("one",)
    await house.app.spaces.set_voting(GUILD, rules=Rules(quorum=Share(share=Fraction(1, 4), of=Whole.LINKED)))
    return await house.member(1, tokens=60), await house.member(2, tokens=40)


@pytest.mark.parametrize("first", [7, 0, 61])
async def test_a_vote_whose_linked_power_was_another_at_the_submission_waits(
    house: House, people: tuple[MemberId, MemberId], first: int
) -> None:
    ann, ben = people
    tell(house, first)
    proposal = await house.submit()
    tell(house, 60)
    await house.vote(proposal, ann, 1)
    await house.vote(proposal, ben, 1)
    assert await held_for(house, proposal) == WaitingReason.LINKED_DIFFERS
    (told,) = [
        notice
        for notice in await house.app.notices.recent(await house.app.spaces.main(GUILD))
        if "linked wallet" in notice_words(notice.fact).problem
    ]
    assert "submit it anew" in notice_words(told.fact).remedy


async def test_it_goes_on_once_the_chain_says_again_what_it_said(
    house: House, people: tuple[MemberId, MemberId]
) -> None:
    ann, ben = people
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.vote(proposal, ben, 2)
    tell(house, 59)
    await house.end(proposal, late=GRACE + PATIENCE)
    for late in (0, PATIENCE):
        await house.end(proposal, late=GRACE + late)
        assert await house.app.lifecycle.close_due() == 0
    tell(house, 60)
    assert await counted(house, proposal) == []


async def test_a_recused_wallet_has_the_power_too_that_it_is_of_the_total(
    house: House, people: tuple[MemberId, MemberId]
) -> None:
    ann, ben = people
    tell(house, 7)
    proposal = await house.submit()
    tell(house, 60)
    await house.vote(proposal, ben, 1)
    await house.app.recusals.recuse(GUILD, proposal.id, ann, by=ann, moderator=False)
    assert await held_for(house, proposal) == WaitingReason.LINKED_DIFFERS


@pytest.mark.parametrize("of", [None, Whole.SUPPLY])
async def test_a_recusal_takes_out_what_the_chain_says_at_the_count_too(house: House, of: Whole | None) -> None:
    house.chain.witnesses, house.chain.supplies[TOKEN] = ("one",), 200 * ONE
    if of is not None:
        await house.app.spaces.set_voting(GUILD, rules=Rules(quorum=Share(share=Fraction(1, 4), of=of)))
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    proposal = await house.submit()
    await house.vote(proposal, ben, 1)
    tell(house, 7)
    await house.app.recusals.recuse(GUILD, proposal.id, ann, by=ann, moderator=False)
    tell(house, 60)
    assert await held_for(house, proposal) == WaitingReason.RECUSED_DIFFERS
    tell(house, 7)
    assert await counted(house, proposal) == []


async def test_who_linked_a_wallet_later_keeps_no_count_waiting(
    house: House, people: tuple[MemberId, MemberId]
) -> None:
    ann, _ = people
    house.chain.give(an_address(3), 5 * ONE)
    proposal = await house.submit()
    later = await house.member(3)
    for member in (ann, later):
        await house.vote(proposal, member, 1)
    await house.end(proposal)
    assert await counted(house, proposal) == []


async def test_a_vote_whose_supply_was_another_at_the_submission_waits(house: House) -> None:
    await house.app.spaces.set_voting(GUILD, rules=Rules(quorum=Share(share=Fraction(1, 4), of=Whole.SUPPLY)))
    house.chain.supplies[TOKEN] = 200 * ONE
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    house.chain.supplies[TOKEN] = 200 * ONE + 1
    assert await held_for(house, proposal) == WaitingReason.SUPPLY_DIFFERS
    house.chain.supplies[TOKEN] = 200 * ONE
    assert await counted(house, proposal) == []
