"""Delegation between members: power is counted once, where its owner wants it, and nothing moves it afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.delegation.member_delegation import MemberDelegation
from bot.domain.power import VotingPower
from bot.domain.power.chain_reads import Answers
from bot.domain.power.strategy import Strategy
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import (
    ChainFault,
    ChainUnavailable,
    DelegationCircle,
    InvalidInput,
    NoPower,
    NoWallet,
    PowerUndefined,
    PowerUnknown,
)
from bot.domain.shared.errors.faults.power import PowerFlaw
from bot.domain.shared.types import Address, GuildId, MemberId, Timestamp
from bot.domain.spaces.space import DAY
from bot.domain.voting import Mark
from bot.domain.wallets.wallet import Wallet
from tests import logs
from tests.builders import GUILD, ONE, a_member_delegation, a_wallet, an_address
from tests.presence import present
from tests.services.conftest import House


async def lets(house: House, delegator: int, delegate: int, **terms: Any) -> MemberDelegation:
    return await house.app.member_delegations.give(GUILD, MemberId(delegator), MemberId(delegate), **terms)


async def cast(house: House, proposal: Proposal) -> dict[Address, tuple[Mark, int, MemberId | None]]:
    """What counts: by wallet its mark, its whole power, and who cast it for its owner."""
    return {b.wallet: (b.mark, b.power // ONE, b.via) for b in await house.ballots(proposal)}


async def link(house: House, member: MemberId, number: int, tokens: int = 0) -> None:
    if tokens:
        house.chain.give(an_address(number), tokens * ONE)
    async with house.app.store.write() as repos:
        await logs.link(repos, Wallet(guild=GUILD, member=member, address=an_address(number), linked_at=Timestamp(1)))
        await repos.commit()


@pytest.fixture
async def pair(house: House) -> tuple[MemberId, MemberId]:
    """Ann lets Ben vote for her."""
    ann, ben = await house.member(1, tokens=100), await house.member(2, tokens=7)
    await lets(house, ann, ben)
    return ann, ben


async def test_a_delegate_casts_for_the_delegators_wallets_too(house: House, pair: tuple[MemberId, MemberId]) -> None:
    ann, ben = pair
    proposal = await house.submit()
    receipt = await house.vote(proposal, ben, 1)
    assert await cast(house, proposal) == {an_address(1): (1, 100, ben), an_address(2): (1, 7, None)}
    assert receipt.power == 107 * ONE
    assert [(lent.member, lent.power) for lent in receipt.lent] == [(ann, 100 * ONE)]
    assert [power.address for power in receipt.powers] == [an_address(2)]


async def test_the_tally_and_the_count_hold_each_power_once(house: House, pair: tuple[MemberId, MemberId]) -> None:
    ann, ben = pair
    proposal = await house.submit()
    await house.vote(proposal, ben, 1)
    await house.vote(proposal, ann, 2)
    await house.vote(proposal, ben, 1)
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 1
    result = (await house.stored(proposal)).result
    assert result is not None
    assert (result.tally.scores, result.tally.total) == ((7 * ONE, 100 * ONE, 0), 107 * ONE)


async def test_the_owners_ballot_takes_the_power_back_and_the_delegate_never_replaces_it(
    house: House, pair: tuple[MemberId, MemberId]
) -> None:
    ann, ben = pair
    proposal = await house.submit()
    await house.vote(proposal, ben, 1)
    back = await house.vote(proposal, ann, 2)
    assert (back.replaced, back.replaced_via, back.via) == (1, ben, None)
    again = await house.vote(proposal, ben, 3)
    assert (again.power, again.lent) == (7 * ONE, ())
    assert await cast(house, proposal) == {an_address(1): (2, 100, None), an_address(2): (3, 7, None)}


async def test_an_owner_who_voted_first_is_not_voted_for(house: House, pair: tuple[MemberId, MemberId]) -> None:
    ann, ben = pair
    proposal = await house.submit()
    await house.vote(proposal, ann, 2)
    await house.vote(proposal, ben, 1)
    assert await cast(house, proposal) == {an_address(1): (2, 100, None), an_address(2): (1, 7, None)}


async def test_an_owner_who_votes_while_the_delegates_power_is_read_keeps_their_ballot(
    house: House, pair: tuple[MemberId, MemberId], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = pair
    proposal = await house.submit()
    await house.app.voting.cast(GUILD, proposal.id, ann, 2)
    read, pressed = house.chain.read, False

    # Forget that she voted, and have her vote again while the delegate's press waits for the chain.
    async with house.app.store.write() as repos:
        await repos.ballots.drop(proposal.id, [an_address(1)])
        await repos.commit()

    async def interrupted(*args: Any, **kwargs: Any) -> list[Answers]:
        nonlocal pressed
        if not pressed:
            pressed = True
            await house.vote(proposal, ann, 3)
        return await read(*args, **kwargs)

    monkeypatch.setattr(house.chain, "read", interrupted)
    receipt = await house.vote(proposal, ben, 1)
    assert pressed
    assert (receipt.power, receipt.lent) == (7 * ONE, ())
    assert (await cast(house, proposal))[an_address(1)] == (3, 100, None)


async def test_a_delegates_later_vote_updates_what_they_cast_for_others(
    house: House, pair: tuple[MemberId, MemberId]
) -> None:
    _, ben = pair
    proposal = await house.submit()
    await house.vote(proposal, ben, 1)
    house.clock.time += 5
    receipt = await house.vote(proposal, ben, 2)
    assert receipt.replaced == 1
    assert await cast(house, proposal) == {an_address(1): (2, 100, ben), an_address(2): (2, 7, None)}
    async with house.app.store.read() as repos:
        assert [b.mark for b in await repos.ballots.history(proposal.id, an_address(1))] == [1, 2]


async def test_a_delegate_without_power_or_wallet_votes_with_what_is_lent(house: House) -> None:
    ann, ben, cy = await house.member(1, tokens=100), await house.member(2), MemberId(33)
    await lets(house, ann, ben)
    dee = await house.member(4, tokens=9)
    await lets(house, dee, cy)
    proposal = await house.submit()
    assert (await house.vote(proposal, ben, 1)).power == 100 * ONE
    assert (await house.vote(proposal, cy, 2)).power == 9 * ONE
    assert await cast(house, proposal) == {an_address(1): (1, 100, ben), an_address(4): (2, 9, cy)}
    assert present(await house.app.voting.own_receipt(GUILD, proposal.number, cy)).power == 9 * ONE


async def test_nothing_lent_and_nothing_held_is_refused(house: House, pair: tuple[MemberId, MemberId]) -> None:
    ann, ben = pair
    cy = MemberId(33)
    await lets(house, ann, cy)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    with pytest.raises(NoWallet):
        await house.vote(proposal, cy, 1)
    await house.vote(proposal, ben, 2)
    poor = await house.member(5)
    await lets(house, poor, cy)
    house.clock.time += 1
    later = await house.submit()
    await house.vote(later, ann, 1)
    with pytest.raises(NoPower):
        await house.vote(later, cy, 1)


async def test_nothing_is_passed_on(house: House, pair: tuple[MemberId, MemberId]) -> None:
    ann, ben = pair
    cy = await house.member(3, tokens=1)
    await lets(house, ben, cy)
    proposal = await house.submit()
    await house.vote(proposal, cy, 1)
    assert await cast(house, proposal) == {an_address(2): (1, 7, cy), an_address(3): (1, 1, None)}
    await house.vote(proposal, ben, 2)
    assert await cast(house, proposal) == {
        an_address(1): (2, 100, ben),
        an_address(2): (2, 7, None),
        an_address(3): (1, 1, None),
    }
    assert present(await house.app.voting.own_receipt(GUILD, proposal.number, ann)).via == ben


async def test_what_is_given_after_the_submission_counts_for_later_proposals_only(house: House) -> None:
    ann, ben = await house.member(1, tokens=100), await house.member(2, tokens=7)
    proposal = await house.submit()
    await lets(house, ann, ben)  # in the same second
    assert (await house.vote(proposal, ben, 1)).power == 7 * ONE
    house.clock.time += 1
    assert (await house.vote(await house.submit(), ben, 1)).power == 107 * ONE


async def test_what_is_done_between_two_submissions_of_one_second_counts_for_the_later_one(house: House) -> None:
    ann, ben, cid = [await house.member(number, tokens) for number, tokens in ((1, 10), (2, 20), (3, 40))]
    await lets(house, ann, ben)
    await house.submit()
    await house.app.member_delegations.take_back(GUILD, ann)
    await lets(house, cid, ben)
    later = await house.submit()
    house.clock.time += 5
    assert (await house.vote(later, ben, 1)).power == 60 * ONE
    assert later.terms is not None
    assert later.submitted_at == later.terms.start
    assert await house.app.lifecycle.open_due() == 0, "it is announced as open by its card"


async def test_what_is_taken_back_after_the_submission_counts_still_for_that_proposal(
    house: House, pair: tuple[MemberId, MemberId]
) -> None:
    ann, ben = pair
    proposal = await house.submit()
    assert [m.delegate for m in await house.app.member_delegations.take_back(GUILD, ann)] == [ben]
    assert await house.app.member_delegations.of(GUILD, ann) == ([], [])
    assert (await house.vote(proposal, ben, 1)).power == 107 * ONE
    house.clock.time += 1
    assert (await house.vote(await house.submit(), ben, 1)).power == 7 * ONE


async def test_another_delegate_after_the_submission_cannot_vote_on_that_proposal(
    house: House, pair: tuple[MemberId, MemberId]
) -> None:
    ann, ben = pair
    cy = await house.member(3, tokens=1)
    proposal = await house.submit()
    await lets(house, ann, cy)
    assert (await house.vote(proposal, cy, 2)).power == ONE
    assert (await house.vote(proposal, ben, 1)).power == 107 * ONE
    house.clock.time += 1
    later = await house.submit()
    assert (await house.vote(later, cy, 2)).power == 101 * ONE
    assert (await house.vote(later, ben, 2)).power == 7 * ONE


async def test_it_ends_with_until_for_proposals_submitted_later(house: House) -> None:
    ann, ben = await house.member(1, tokens=100), await house.member(2, tokens=7)
    await lets(house, ann, ben, until=house.clock.now() + 60)
    house.clock.time += 60
    proposal = await house.submit()
    house.clock.time += 1
    assert (await house.vote(proposal, ben, 1)).power == 107 * ONE
    assert (await house.vote(await house.submit(), ben, 1)).power == 7 * ONE
    assert await house.app.member_delegations.of(GUILD, ann) == ([], [])
    assert await house.app.member_delegations.of(GUILD, ben) == ([], [])


async def test_two_delegates_by_topic(house: House, pair: tuple[MemberId, MemberId]) -> None:
    ann, ben = pair
    cy = await house.member(3, tokens=1)
    await lets(house, ann, cy, topic="approval")
    proposals = [await house.submit(), await house.submit(voting="approval", choices=("A", "B"))]
    assert [(await house.vote(p, ben, mark)).power // ONE for p, mark in zip(proposals, (1, (1,)), strict=True)] == [
        107,
        7,
    ]
    assert [(await house.vote(p, cy, mark)).power // ONE for p, mark in zip(proposals, (2, (2,)), strict=True)] == [
        1,
        101,
    ]
    await house.app.member_delegations.take_back(GUILD, ann, "approval")
    house.clock.time += 1
    later = await house.submit(voting="approval", choices=("A", "B"))
    assert (await house.vote(later, ben, (1,))).power == 107 * ONE


async def test_a_wallet_linked_later_counts_from_the_delegates_next_press(house: House) -> None:
    ann, ben = MemberId(11), await house.member(2, tokens=7)
    house.chain.give(an_address(1), 100 * ONE)
    await lets(house, ann, ben)
    proposal = await house.submit()
    assert (await house.vote(proposal, ben, 1)).power == 7 * ONE
    await link(house, ann, 1)
    assert (await house.vote(proposal, ben, 1)).power == 107 * ONE


async def test_a_wallet_linked_after_its_member_voted_is_not_the_delegates(
    house: House, pair: tuple[MemberId, MemberId]
) -> None:
    ann, ben = pair
    house.chain.give(an_address(3), 50 * ONE)
    proposal = await house.submit()
    await house.vote(proposal, ann, 2)
    await link(house, ann, 3)
    await house.vote(proposal, ben, 1)
    assert an_address(3) not in await cast(house, proposal)
    await house.vote(proposal, ann, 2)
    assert (await cast(house, proposal))[an_address(3)] == (2, 50, None)


async def test_a_wallet_that_is_unlinked_drops_out_with_the_next_press(
    house: House, pair: tuple[MemberId, MemberId]
) -> None:
    ann, ben = pair
    proposal = await house.submit()
    await house.vote(proposal, ben, 1)
    await house.app.wallets.unlink(GUILD, ann, an_address(1))
    await house.vote(proposal, ben, 2)
    assert await cast(house, proposal) == {an_address(2): (2, 7, None)}


async def test_what_was_cast_for_a_wallet_that_is_unlinked_goes_when_its_member_votes(
    house: House, pair: tuple[MemberId, MemberId]
) -> None:
    house.tampered = True  # it writes behind the log's back
    ann, ben = pair
    house.chain.give(an_address(3), 50 * ONE)
    proposal = await house.submit()
    await house.vote(proposal, ben, 1)
    await house.app.wallets.unlink(GUILD, ann, an_address(1))
    await link(house, ann, 3)
    await house.vote(proposal, ann, 2)
    assert await cast(house, proposal) == {an_address(2): (1, 7, None), an_address(3): (2, 50, None)}


async def test_a_wallet_that_changed_hands_follows_its_new_member(
    house: House, pair: tuple[MemberId, MemberId]
) -> None:
    house.tampered = True  # it writes behind the log's back
    ann, ben = pair
    proposal = await house.submit()
    await house.vote(proposal, ben, 1)
    await house.app.wallets.unlink(GUILD, ann, an_address(1))
    eve = MemberId(666)
    await link(house, eve, 1)
    await house.vote(proposal, eve, 2)
    await house.vote(proposal, ben, 3)
    assert await cast(house, proposal) == {an_address(1): (2, 100, None), an_address(2): (3, 7, None)}


async def test_what_a_wallet_cast_itself_is_not_replaced_by_the_delegate_of_its_next_member(house: House) -> None:
    house.tampered = True  # it writes behind the log's back
    eve, ann, ben = await house.member(1, tokens=100), MemberId(11), await house.member(2, tokens=7)
    await lets(house, ann, ben)
    proposal = await house.submit()
    await house.vote(proposal, eve, 2)
    await house.app.wallets.unlink(GUILD, eve, an_address(1))
    await link(house, ann, 1)
    await house.vote(proposal, ben, 1)
    assert await cast(house, proposal) == {an_address(1): (2, 100, None), an_address(2): (1, 7, None)}


async def test_the_delegators_status_says_who_voted_for_them(house: House, pair: tuple[MemberId, MemberId]) -> None:
    ann, ben = pair
    proposal = await house.submit()
    assert await house.app.voting.own_receipt(GUILD, proposal.number, ann) is None
    await house.vote(proposal, ben, 1)
    status = await house.app.voting.own_receipt(GUILD, proposal.number, ann)
    assert status is not None
    assert (status.via, status.mark, status.power, status.lent) == (ben, 1, 100 * ONE, ())
    mine = await house.app.voting.own_receipt(GUILD, proposal.number, ben)
    assert mine is not None
    assert (mine.via, mine.power, [lent.member for lent in mine.lent]) == (None, 107 * ONE, [ann])
    await house.vote(proposal, ann, 2)
    status = await house.app.voting.own_receipt(GUILD, proposal.number, ann)
    assert status is not None
    assert (status.via, status.mark) == (None, 2)
    mine = await house.app.voting.own_receipt(GUILD, proposal.number, ben)
    assert mine is not None
    assert (mine.power, mine.lent) == (7 * ONE, ())


async def test_a_delegator_whose_power_is_unknown_is_named_and_keeps_nobody_from_voting(
    house: House, pair: tuple[MemberId, MemberId]
) -> None:
    ann, ben = pair
    cy = await house.member(3, tokens=5)
    await lets(house, cy, ben)
    proposal = await house.submit()
    house.chain.silent.add(an_address(1))
    receipt = await house.vote(proposal, ben, 1)
    assert (receipt.power, receipt.unread) == (12 * ONE, (ann,))
    house.chain.silent.clear()
    receipt = await house.vote(proposal, ben, 1)
    assert (receipt.power, receipt.unread) == (112 * ONE, ())
    house.chain.silent.add(an_address(2))
    with pytest.raises(PowerUnknown):
        await house.vote(await house.submit(), ben, 1)


async def test_many_wallets_without_a_value_keep_no_delegate_from_voting(
    house: House, pair: tuple[MemberId, MemberId], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = pair
    for number in range(10, 19):
        await link(house, ann, number, tokens=1)
    read = house.app.power.read

    async def divides(
        strategies: tuple[Strategy, ...], wallets: Sequence[Address], *args: Any, **kwargs: Any
    ) -> tuple[VotingPower, ...]:
        for wallet in wallets:
            if wallet >= an_address(10):
                raise PowerUndefined(strategy="math", address=wallet, why=PowerFlaw.DIVIDES_BY_ZERO)
        return await read(strategies, wallets, *args, **kwargs)

    monkeypatch.setattr(house.app.power, "read", divides)
    proposal = await house.submit()
    receipt = await house.vote(proposal, ben, 1)
    assert receipt.power == 7 * ONE
    assert receipt.unread == (ann,)
    assert set(await cast(house, proposal)) == {an_address(2)}


async def test_a_chain_that_cannot_be_read_casts_nothing_for_anybody(
    house: House, pair: tuple[MemberId, MemberId]
) -> None:
    _, ben = pair
    proposal = await house.submit()
    house.chain.down = ChainFault.UNREACHABLE
    with pytest.raises(ChainUnavailable):
        await house.vote(proposal, ben, 1)
    assert await house.ballots(proposal) == []


async def test_five_hundred_delegators_are_one_reading(house: House) -> None:
    house.tampered = True  # it writes behind the log's back
    ben = await house.member(1, tokens=7)
    async with house.app.store.write() as repos:
        for number in range(1000, 1500):
            house.chain.give(an_address(number), ONE)
            await logs.link(repos, a_wallet(number, member=MemberId(number)))
            await repos.member_delegations.give(a_member_delegation(MemberId(number), ben))
        await repos.commit()
    house.clock.time = house.chain.head.timestamp
    proposal = await house.submit()
    reads = house.chain.reads
    receipt = await house.vote(proposal, ben, 1)
    assert house.chain.reads == reads + 1
    assert (receipt.power, len(receipt.lent)) == (507 * ONE, 500)
    assert len(await house.ballots(proposal)) == 501
    await house.vote(proposal, ben, 2)
    assert house.chain.reads == reads + 1
    assert {ballot.mark for ballot in await house.ballots(proposal)} == {2}


async def test_presses_of_both_at_once_leave_the_owners_ballot(house: House, pair: tuple[MemberId, MemberId]) -> None:
    ann, ben = pair
    proposal = await house.submit()
    presses = [house.vote(proposal, ben, 1) for _ in range(10)]
    await asyncio.gather(*presses[:5], house.vote(proposal, ann, 2), *presses[5:])
    assert await cast(house, proposal) == {an_address(1): (2, 100, None), an_address(2): (1, 7, None)}


async def test_oneself_and_circles_are_refused_and_change_nothing(
    house: House, pair: tuple[MemberId, MemberId]
) -> None:
    ann, ben = pair
    cy = MemberId(33)
    with pytest.raises(InvalidInput):
        await lets(house, ann, ann)
    with pytest.raises(DelegationCircle) as refused:
        await lets(house, ben, ann)
    assert refused.value.through == (ann,)
    await lets(house, ben, cy)
    with pytest.raises(DelegationCircle) as refused:
        await lets(house, cy, ann)
    assert refused.value.through == (ann, ben)
    assert await house.app.member_delegations.of(GUILD, cy) == ([], [await stands(house, ben)])


async def stands(house: House, member: MemberId) -> MemberDelegation:
    (given,), _ = await house.app.member_delegations.of(GUILD, member)
    return given


async def test_of_two_who_close_a_circle_at_once_one_is_refused(house: House) -> None:
    ann, ben = MemberId(1), MemberId(2)
    done = await asyncio.gather(lets(house, ann, ben), lets(house, ben, ann), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["DelegationCircle", "MemberDelegation"]


async def test_a_new_one_replaces_that_of_its_topic_and_no_other(house: House, pair: tuple[MemberId, MemberId]) -> None:
    ann, ben = pair
    cy = MemberId(33)
    special = await lets(house, ann, ben, topic="approval")
    general = await lets(house, ann, cy, until=house.clock.now() + 9)
    given, _ = await house.app.member_delegations.of(GUILD, ann)
    assert given == [special, general]
    assert await house.app.member_delegations.of(GUILD, ben) == ([], [special])
    assert await house.app.member_delegations.take_back(GUILD, ann, "basic") == []
    assert await house.app.member_delegations.take_back(GUILD, ann, "approval") == [special]
    assert await house.app.member_delegations.take_back(GUILD, ann) == [general]


async def test_another_guild_is_another_world(house: House, pair: tuple[MemberId, MemberId]) -> None:
    ann, ben = pair
    here = await stands(house, ann)
    async with house.app.store.write() as repos:
        other = replace(here, guild=GuildId(7), space=(await repos.spaces.add(GuildId(7), "Another")).id)
        assert await repos.member_delegations.around(other.space, ben, house.clock.now()) == []
        await repos.member_delegations.give(replace(other, delegate=MemberId(99)))
        assert [m.delegate for m in await repos.member_delegations.around(here.space, ben, house.clock.now())] == [ben]


async def test_nobody_votes_for_who_is_recused_nor_as_a_recused_delegate(
    house: House, pair: tuple[MemberId, MemberId]
) -> None:
    ann, ben = pair
    first, second = await house.submit(), await house.submit()
    for proposal in (first, second):
        await house.vote(proposal, ben, 1)
    await house.app.recusals.recuse(GUILD, first.id, ann, by=ann, moderator=False)
    tally = (await house.app.cards.current_view(first.id)).tally
    assert tally is not None
    assert tally.total == 7 * ONE
    assert (await house.vote(first, ben, 2)).power == 7 * ONE
    await house.app.recusals.recuse(GUILD, second.id, ben, by=ben, moderator=False)
    assert present((await house.app.cards.current_view(second.id)).tally).total == 0
    assert (await house.vote(second, ann, 2)).power == 100 * ONE, "their own vote is theirs"
    await house.end(first)
    assert await house.app.lifecycle.close_due() == 2
    results = [(await house.stored(proposal)).result for proposal in (first, second)]
    totals = [result and result.tally.total for result in results]
    assert totals == [7 * ONE, 100 * ONE]


async def test_what_is_taken_back_while_the_clock_is_fast_counts_no_more_once_it_is_right(
    house: House, pair: tuple[MemberId, MemberId]
) -> None:
    ann, ben = pair
    right, house.clock.time = Timestamp(house.clock.time + 60), house.clock.time + 10_800
    await house.app.member_delegations.take_back(GUILD, ann, said=right)
    house.clock.time = right + 60
    receipt = await house.vote(await house.submit(), ben, 1)
    assert receipt.lent == ()
    cy = await house.member(3, tokens=5)
    await lets(house, ann, cy)
    house.clock.time += 60
    receipt = await house.vote(await house.submit(), cy, 1)
    assert [lent.member for lent in receipt.lent] == [ann]


async def test_what_is_given_while_the_clock_is_fast_counts_once_it_is_right(house: House) -> None:
    ann, ben = await house.member(1, tokens=100), await house.member(2, tokens=7)
    before = await house.submit()
    right, house.clock.time = Timestamp(house.clock.time + 60), house.clock.time + 400 * DAY
    given = await lets(house, ann, ben, said=right)
    assert given.given_at == right
    house.clock.time = right + 60
    assert [lent.member for lent in (await house.vote(await house.submit(), ben, 1)).lent] == [ann]
    assert (await house.vote(before, ben, 1)).lent == ()


async def test_what_was_given_counts_before_what_was_taken_back_by_a_clock_that_was_ahead(
    house: House, pair: tuple[MemberId, MemberId]
) -> None:
    ann, ben = pair
    house.clock.time += 10_800
    await house.app.member_delegations.take_back(GUILD, ann)
    house.clock.time -= 10_000
    cy = await house.member(3, tokens=5)
    await lets(house, ann, cy)
    house.clock.time += 60
    proposal = await house.submit()
    house.clock.time += 60  # submissions are dated a little later than what was changed last
    assert [lent.member for lent in (await house.vote(proposal, cy, 1)).lent] == [ann]
    assert (await house.vote(proposal, ben, 1)).lent == ()
