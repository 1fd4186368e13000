"""What is taken back leaves a tombstone: who in which part, why; nothing is counted, nothing is lost."""

from __future__ import annotations

import pytest

from bot.domain.proposals.proposal import MAX_GROUND, Remover, State, Tombstone
from bot.domain.shared.errors import InvalidInput, NotAllowed, NotFound, NotVoting, WrongState
from bot.domain.shared.types import ChannelId, MessageId
from tests.builders import AUTHOR, GUILD, PROPOSALS, VOTER
from tests.services.conftest import House


async def test_an_author_withdraws_until_the_first_vote_is_cast(house: House) -> None:
    ann = await house.member(1, tokens=5)
    untouched, voted = await house.submit(), await house.submit()
    withdrawn = await house.app.withdrawals.withdraw(GUILD, untouched.number, AUTHOR, " I found\na mistake. ")
    assert withdrawn.tombstone == Tombstone(at=house.clock.now(), by=Remover.AUTHOR, reason="I found a mistake.")
    assert await house.stored(untouched) == withdrawn
    await house.vote(voted, ann, 1)
    with pytest.raises(NotAllowed, match="moderator"):
        await house.app.withdrawals.withdraw(GUILD, voted.number, AUTHOR)
    assert (await house.stored(voted)).state(house.clock.now()) is State.VOTING


async def test_an_author_withdraws_before_the_start(house: House) -> None:
    await house.app.spaces.set_voting(GUILD, delay=600, period=7_200)
    proposal = await house.submit()
    await house.app.withdrawals.withdraw(GUILD, proposal.number, AUTHOR)
    house.clock.time += 600
    assert await house.app.lifecycle.open_due() == 0
    tombstone = (await house.stored(proposal)).tombstone
    assert tombstone is not None
    assert tombstone.reason == ""


async def test_nobody_withdraws_what_is_not_theirs(house: House) -> None:
    proposal, draft = await house.submit(), await house.draft()
    with pytest.raises(NotAllowed, match="author withdraws"):
        await house.app.withdrawals.withdraw(GUILD, proposal.number, VOTER)
    with pytest.raises(NotFound):
        await house.app.withdrawals.withdraw(GUILD, draft.number, VOTER)


async def test_a_moderator_deletes_with_a_reason_and_the_ballots_are_kept(house: House) -> None:
    ann, bob = await house.member(1, tokens=5), await house.member(2, tokens=5)
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    ballots = await house.ballots(proposal)
    deleted = await house.app.withdrawals.delete(GUILD, proposal.number, "It is spam.", moderator=True)
    assert deleted.tombstone is not None
    assert (deleted.tombstone.by, deleted.tombstone.reason) == (Remover.MODERATOR, "It is spam.")
    with pytest.raises(NotVoting):
        await house.vote(proposal, bob, 1)
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 0
    assert await house.ballots(proposal) == ballots
    assert (await house.stored(proposal)).result is None
    assert f"proposal/{proposal.id}/result" not in await house.said()


async def test_only_moderators_delete_and_never_without_a_reason(house: House) -> None:
    proposal = await house.submit()
    with pytest.raises(NotAllowed):
        await house.app.withdrawals.delete(GUILD, proposal.number, "It is spam.", moderator=False)
    for reason in ("", " \n ", "x" * (MAX_GROUND + 1)):
        with pytest.raises(InvalidInput):
            await house.app.withdrawals.delete(GUILD, proposal.number, reason, moderator=True)
    assert (await house.stored(proposal)).tombstone is None


async def test_a_draft_is_no_moderators_business(house: House) -> None:
    draft = await house.draft()
    with pytest.raises(NotFound):
        await house.app.withdrawals.delete(GUILD, draft.number, "It is spam.", moderator=True)
    assert (await house.stored(draft)).tombstone is None


@pytest.mark.parametrize("late", [1, 60])
async def test_nobody_takes_back_what_is_decided(house: House, late: int) -> None:
    proposal = await house.submit()
    await house.end(proposal, late=late)
    await house.app.lifecycle.close_due()
    before = await house.stored(proposal)
    with pytest.raises(WrongState):
        await house.app.withdrawals.withdraw(GUILD, proposal.number, AUTHOR)
    with pytest.raises(WrongState):
        await house.app.withdrawals.delete(GUILD, proposal.number, "I don't like it.", moderator=True)
    assert await house.stored(proposal) == before


async def test_it_is_done_once_and_told_once_where_the_proposal_is_discussed(house: House) -> None:
    proposal = await house.submit()
    await house.app.cards.placed(proposal.id, channel=PROPOSALS, card=MessageId(77), thread=ChannelId(78))
    await house.app.withdrawals.delete(GUILD, proposal.number, "It is spam.", moderator=True)
    with pytest.raises(WrongState):
        await house.app.withdrawals.delete(GUILD, proposal.number, "It is more spam.", moderator=True)
    with pytest.raises(WrongState):
        await house.app.withdrawals.withdraw(GUILD, proposal.number, AUTHOR)
    await house.said()
    assert (await house.said()).count(f"proposal/{proposal.id}/withdrawn") == 1
    assert house.voice.said[-1].channel == 78
    tombstone = (await house.stored(proposal)).tombstone
    assert tombstone is not None
    assert tombstone.reason == "It is spam."


async def test_a_number_is_never_given_again(house: House) -> None:
    draft, proposal = await house.draft(), await house.submit()
    await house.app.withdrawals.discard(GUILD, draft.number, AUTHOR)
    await house.app.withdrawals.delete(GUILD, proposal.number, "It is spam.", moderator=True)
    assert (await house.draft()).number == 3
    shown = [view.proposal.number for view in await house.app.proposals.visible(GUILD, VOTER)]
    assert shown == [2]


async def test_a_draft_is_discarded_by_its_author_and_nothing_that_was_submitted(house: House) -> None:
    draft, submitted = await house.draft(), await house.submit()
    with pytest.raises(NotFound):
        await house.app.withdrawals.discard(GUILD, draft.number, VOTER)
    await house.app.withdrawals.discard(GUILD, draft.number, AUTHOR)
    with pytest.raises(WrongState):
        await house.app.withdrawals.discard(GUILD, submitted.number, AUTHOR)
    now = house.clock.now()
    assert (await house.stored(draft)).state(now) is State.WITHDRAWN
    assert (await house.stored(submitted)).state(now) is State.VOTING
    assert await house.said() == [f"proposal/{submitted.id}/card"]
