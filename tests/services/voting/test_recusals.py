"""Whoever is recused counts nowhere: not in the votes, and not in what shares are of."""

from __future__ import annotations

import asyncio
from fractions import Fraction

import pytest

from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Approval, Rules, Share, Whole
from bot.domain.shared.errors import NotAllowed, NoWallet, PowerUnknown, Recused, WrongState
from bot.domain.shared.types import MemberId
from bot.domain.voting import Verdict
from bot.domain.voting.recusal import Recusal
from bot.domain.wallets.wallet import Wallet
from tests.builders import GUILD, ONE, TOKEN, an_address
from tests.logs import link
from tests.services.conftest import House


async def _recuse(house: House, proposal: Proposal, member: MemberId, by: int | None = None) -> Recusal:
    return await house.app.recusals.recuse(
        GUILD, proposal.id, member, by=MemberId(member) if by is None else MemberId(by), moderator=by is not None
    )


async def _link(house: House, member: MemberId, number: int) -> None:
    async with house.app.store.write() as repos:
        await link(repos, Wallet(guild=GUILD, member=member, address=an_address(number), linked_at=house.clock.now()))
        await repos.commit()


async def test_a_ballot_of_a_recused_wallet_counts_nowhere_and_no_new_one_is_taken(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.vote(proposal, ben, 2)
    await _recuse(house, proposal, ann)
    with pytest.raises(Recused):
        await house.vote(proposal, ann, 1)
    view = await house.app.cards.current_view(proposal.id)
    assert view.tally is not None
    assert view.progress is not None
    assert (view.tally.scores, view.progress.turnout, view.progress.ballots) == ((0, 40 * ONE, 0), 40 * ONE, 1)
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 1
    result = (await house.stored(proposal)).result
    assert result is not None
    assert (result.tally.scores, result.tally.total, result.tally.ballots) == ((0, 40 * ONE, 0), 40 * ONE, 1)
    assert result.outcome.verdict is Verdict.REJECTED


async def test_it_is_told_once_in_the_thread_or_where_the_card_is(house: House) -> None:
    ann, mona = await house.member(1, tokens=60), MemberId(5)
    proposal = await house.submit()
    first = await _recuse(house, proposal, ann, by=mona)
    assert await _recuse(house, proposal, ann, by=mona) == first
    assert (first.by, first.member, first.wallets[0].power) == (mona, ann, 60 * ONE)
    told = [key for key in await house.said() if "recusal" in key]
    assert told == [f"proposal/{proposal.id}/recusal/1"]


async def test_only_the_member_or_a_moderator_may(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    proposal = await house.submit()
    with pytest.raises(NotAllowed):
        await house.app.recusals.recuse(GUILD, proposal.id, ann, by=ben, moderator=False)
    assert not (await house.stored(proposal)).recusals


async def test_recused_power_leaves_the_supply_and_the_linked_power(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    house.chain.supplies[TOKEN] = 1_000 * ONE
    rules = Rules(quorum=Share(share=Fraction(1, 20), of=Whole.SUPPLY), approval=Approval(of=Whole.LINKED, strict=True))
    await house.app.spaces.set_voting(GUILD, voting="basic", rules=rules)
    proposal = await house.submit()
    cy = await house.member(3, tokens=5)
    house.chain.give(an_address(3), 0)
    assert proposal.terms is not None
    assert (proposal.terms.quorum, proposal.terms.threshold.votable) == (50 * ONE, 100 * ONE)
    await house.vote(proposal, ben, 1)
    await _recuse(house, proposal, ann)
    await _recuse(house, proposal, cy)
    view = await house.app.cards.current_view(proposal.id)
    assert view.proposal.terms is not None
    assert (view.proposal.terms.quorum, view.proposal.terms.threshold.votable) == (47 * ONE, 40 * ONE)
    assert view.proposal.terms_after_recusals == view.proposal.terms, "it is taken out once"
    assert (await house.stored(proposal)).terms == proposal.terms, "what was frozen stays as it was"
    await house.end(proposal)
    await house.app.lifecycle.close_due()
    result = (await house.stored(proposal)).result
    assert result is not None
    outcome = result.outcome
    assert (outcome.verdict, outcome.quorum, outcome.whole) == (Verdict.NO_QUORUM, 47 * ONE, 40 * ONE)


async def test_a_wallet_linked_afterwards_casts_nothing_for_who_is_recused(house: House) -> None:
    ann = await house.member(1, tokens=60)
    house.chain.give(an_address(7), 30 * ONE)
    proposal = await house.submit()
    await _recuse(house, proposal, ann)
    await _link(house, ann, 7)
    with pytest.raises(Recused):
        await house.vote(proposal, ann, 1)
    again = await _recuse(house, proposal, ann)
    assert [wallet.power for wallet in again.wallets] == [60 * ONE, 30 * ONE]


async def test_a_recused_wallet_that_goes_to_another_member_stays_recused(house: House) -> None:
    house.tampered = True  # it writes behind the log's back
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    proposal = await house.submit()
    await _recuse(house, proposal, ann)
    async with house.app.store.write() as repos:
        await repos.wallets.remove(GUILD, an_address(1))
        await repos.commit()
    await _link(house, ben, 1)
    assert (await house.vote(proposal, ben, 1)).power == 40 * ONE
    view = await house.app.cards.current_view(proposal.id)
    assert view.tally is not None
    assert view.tally.total == 40 * ONE


async def test_wallets_that_voted_and_were_unlinked_are_recused_too(house: House) -> None:
    house.tampered = True  # it writes behind the log's back
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    async with house.app.store.write() as repos:
        await repos.wallets.remove(GUILD, an_address(1))
        await repos.commit()
    await _recuse(house, proposal, ann, by=MemberId(5))
    tally = (await house.app.cards.current_view(proposal.id)).tally
    assert tally is not None
    assert tally.total == 0


async def test_after_the_end_nobody_is_recused_any_more(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.end(proposal, late=1)
    with pytest.raises(WrongState):
        await _recuse(house, proposal, ann, by=MemberId(5))


async def test_without_a_wallet_or_with_unknown_power_nothing_is_changed(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    with pytest.raises(NoWallet):
        await _recuse(house, proposal, MemberId(9))
    house.chain.silent.add(an_address(1))
    with pytest.raises(PowerUnknown):
        await _recuse(house, proposal, ann)
    assert not (await house.stored(proposal)).recusals


async def test_a_vote_and_a_recusal_at_once_leave_no_counted_ballot(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    presses = [house.vote(proposal, ann, 1) for _ in range(5)]
    answers = await asyncio.gather(*presses, _recuse(house, proposal, ann), return_exceptions=True)
    assert all(not isinstance(answer, BaseException) or isinstance(answer, Recused) for answer in answers)
    tally = (await house.app.cards.current_view(proposal.id)).tally
    assert tally is not None
    assert tally.total == 0


async def _forget(house: House, member: MemberId) -> None:
    preview = await house.app.privacy.preview(GUILD, member)
    assert await house.app.privacy.forget(GUILD, member, preview.agreed) is not None


async def test_who_was_recused_and_forgotten_stays_out_of_the_open_vote_and_leaves_no_id(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    proposal, second = await house.submit(), await house.submit()
    house.chain.give(an_address(7), 500 * ONE)
    await _recuse(house, proposal, ann)
    await _recuse(house, second, ann)
    await _forget(house, ann)
    recusals = [(await house.stored(one)).recusals[0] for one in (proposal, second)]
    marks = [recusal.former for recusal in recusals]
    assert all(mark is not None and mark.is_of(ann) and not mark.is_of(ben) for mark in marks)
    assert marks[0] != marks[1], "nobody sees that two marks are of one person"
    assert str(ann) not in str(recusals)
    await _link(house, ann, 7)
    with pytest.raises(Recused):
        await house.vote(proposal, ann, 1)
    with pytest.raises(Recused):
        await house.app.reasons.give(GUILD, proposal.id, ann, "because")
    await house.vote(proposal, ben, 2)
    await _forget(house, ann)
    await _link(house, ann, 7)
    with pytest.raises(Recused):
        await house.vote(second, ann, 1)
    await house.app.withdrawals.delete(GUILD, second.number, "A better one comes.", moderator=True)
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 1
    for one in (proposal, second):
        assert [recusal.former for recusal in (await house.stored(one)).recusals] == [None], "erased with the end"


async def test_of_a_vote_that_is_over_no_mark_is_made(house: House) -> None:
    ann, _ = await house.member(1, tokens=60), await house.member(2, tokens=40)
    proposal = await house.submit()
    await _recuse(house, proposal, ann)
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 1
    await _forget(house, ann)
    assert [recusal.former for recusal in (await house.stored(proposal)).recusals] == [None]
