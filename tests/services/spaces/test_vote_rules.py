"""Shares are resolved at submission, votes are hidden, and reasons told, as the rules of the proposal say."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from bot.domain.announcements.announcement import Topic
from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Approval, Rules, Share, VoteVisibility, Whole, parse_approval
from bot.domain.shared.errors import ChainFault, ChainUnavailable, InvalidInput, NotFound, NotVoting, PowerUnknown
from bot.domain.shared.types import ChannelId, GuildId
from bot.domain.voting import Base, Outcome, QuorumCounts, Threshold, Verdict
from tests.builders import AUTHOR, GUILD, ONE, RESEARCHER, VOTER, an_address
from tests.presence import present
from tests.refusals import refused
from tests.services.conftest import House

FIVE_PERCENT = Share(share=Fraction(1, 20), of=Whole.SUPPLY)


async def _outcome(house: House, proposal: Proposal) -> Outcome:
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 1
    result = (await house.stored(proposal)).result
    assert result is not None
    return result.outcome


async def test_a_share_of_the_supply_is_that_of_the_snapshot(house: House) -> None:
    ann = await house.member(1, tokens=50)
    house.chain.mint(1_000 * ONE + 1)
    await house.app.spaces.set_voting(GUILD, rules=Rules(quorum=FIVE_PERCENT))
    proposal = await house.submit()
    assert proposal.terms is not None
    assert proposal.terms.quorum == 50 * ONE + 1
    house.chain.mint(1)
    await house.vote(proposal, ann, 1)
    outcome = await _outcome(house, proposal)
    assert (outcome.verdict, outcome.quorum) == (Verdict.NO_QUORUM, 50 * ONE + 1)


async def test_a_supply_that_is_not_stated_refuses_the_submission(house: House) -> None:
    await house.app.spaces.set_voting(GUILD, rules=Rules(quorum=FIVE_PERCENT))
    with pytest.raises(ChainUnavailable) as caught:
        await house.submit()
    assert caught.value.fault is ChainFault.BAD_ANSWER


async def test_a_share_of_the_linked_wallets_is_of_those_linked_at_submission(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    absolute = Rules(approval=Approval(of=Whole.LINKED, strict=True))
    await house.app.spaces.set_voting(GUILD, voting="basic", rules=absolute)
    proposal = await house.submit()
    assert proposal.terms is not None
    assert proposal.terms.threshold == Threshold(base=Base.VOTABLE, votable=100 * ONE)
    await house.member(3, tokens=10**6)
    await house.vote(proposal, ben, 1)
    assert (await _outcome(house, proposal)).verdict is Verdict.REJECTED
    again = await house.submit()
    assert again.terms is not None
    assert again.terms.threshold.votable == (100 + 10**6) * ONE
    await house.vote(again, ann, 1)
    assert (await _outcome(house, again)).verdict is Verdict.REJECTED


async def test_unknown_power_of_a_linked_wallet_refuses_the_submission(house: House) -> None:
    await house.member(1, tokens=60)
    await house.app.spaces.set_voting(GUILD, rules=Rules(quorum=Share(share=Fraction(1, 2), of=Whole.LINKED)))
    house.chain.silent.add(an_address(1))
    with pytest.raises(PowerUnknown):
        await house.submit()


async def test_rules_are_those_of_submission(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=40)
    await house.app.spaces.set_voting(GUILD, voting="basic", rules=Rules(approval=parse_approval("3/5", None)))
    proposal = await house.submit()
    await house.app.spaces.set_voting(GUILD, voting="basic", rules=Rules(approval=parse_approval("61 %", None)))
    await house.vote(proposal, ann, 1)
    await house.vote(proposal, ben, 2)
    assert (await _outcome(house, proposal)).verdict is Verdict.PASSED
    proposal = await house.submit()
    await house.vote(proposal, ann, 1)
    await house.vote(proposal, ben, 2)
    outcome = await _outcome(house, proposal)
    assert (outcome.verdict, outcome.approval, outcome.whole) == (Verdict.REJECTED, 60 * ONE, 100 * ONE)


async def test_a_rejection_quorum_passes_without_a_vote(house: House) -> None:
    veto = Rules(quorum="40", counts=QuorumCounts.REJECTION)
    await house.app.spaces.set_voting(GUILD, voting="basic", rules=veto)
    ann = await house.member(1, tokens=41)
    proposal, other = await house.submit(), await house.submit()
    await house.vote(other, ann, 2)
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 2
    results = [(await house.stored(vote)).result for vote in (proposal, other)]
    verdicts = [result and result.outcome.verdict for result in results]
    assert verdicts == [Verdict.PASSED, Verdict.REJECTED]


async def test_rules_are_forgotten_and_set_apart_by_system(house: House) -> None:
    spaces = house.app.spaces
    await spaces.set_voting(GUILD, rules=Rules(quorum="5"))
    await spaces.set_voting(GUILD, voting="basic", rules=Rules(quorum="9", shown=VoteVisibility.NOTHING))
    space = await spaces.set_voting(GUILD, voting="basic", rules=Rules(shown=VoteVisibility.TALLY))
    assert space.rules == {None: Rules(quorum="5"), "basic": Rules(quorum="9", shown=VoteVisibility.TALLY)}
    assert (await spaces.set_voting(GUILD, voting="basic", afresh=True)).rules == {None: Rules(quorum="5")}
    with pytest.raises(InvalidInput):
        await spaces.set_voting(GUILD, voting="approval", rules=Rules(counts=QuorumCounts.FOR))


async def test_strategies_that_rules_take_a_share_of_cannot_go(house: House) -> None:
    await house.app.spaces.set_voting(GUILD, rules=Rules(quorum=FIVE_PERCENT))
    coins = '[{"name": "eth-balance", "network": "31337", "params": {}}]'
    with refused("share of the supply"):
        await house.app.spaces.set_strategies(GUILD, coins)


async def test_an_edit_meanwhile_is_not_submitted_under_other_rules(house: House) -> None:
    draft = await house.app.proposals.draft(
        await house.app.spaces.main(GUILD),
        AUTHOR,
        (await house.draft()).text,
        "basic",
        ("For", "Against"),
        Rules(shown=VoteVisibility.NOTHING, quorum="0", partial=True),
    )
    assert draft.chosen == Rules(shown=VoteVisibility.NOTHING)
    proposal = await house.app.proposals.submit(GUILD, draft.number, AUTHOR, [RESEARCHER])
    assert proposal.terms is not None
    assert proposal.terms.rules.shown is VoteVisibility.NOTHING


@pytest.mark.parametrize("shown", [VoteVisibility.QUORUM, VoteVisibility.NOTHING])
async def test_nobody_is_given_a_hidden_tally_before_the_result_and_of_the_way_whole_tenths(
    house: House, shown: VoteVisibility
) -> None:
    ann = await house.member(1, tokens=69)
    await house.app.spaces.set_voting(GUILD, rules=Rules(quorum="100", shown=shown))
    proposal = await house.submit()
    receipt = await house.vote(proposal, ann, 1)
    assert receipt.mark == 1
    assert present(await house.app.voting.own_receipt(GUILD, proposal.number, ann)).mark == 1
    assert proposal.terms is not None
    for now in (proposal.terms.start, proposal.terms.end, proposal.terms.end + 30):
        house.clock.time = now
        for view in (
            await house.app.cards.current_view(proposal.id),
            await house.app.proposals.view(GUILD, proposal.number, ann),
            *await house.app.proposals.visible(GUILD, ann),
        ):
            assert view.tally is None
            assert view.progress is None or shown is VoteVisibility.QUORUM
            assert view.progress is None or (view.progress.turnout, view.progress.reached) == (None, 60 * ONE)
    view = await house.app.cards.current_view(proposal.id)
    assert (view.progress is None) is (shown is VoteVisibility.NOTHING)
    await _outcome(house, proposal)
    tally = (await house.app.cards.current_view(proposal.id)).tally
    assert tally is not None
    assert tally.scores == (69 * ONE, 0, 0)


async def _in_a_thread(house: House, proposal: Proposal) -> None:
    async with house.app.store.write() as repos:
        await repos.proposals.save(replace(present(await repos.proposals.get(proposal.id)), thread=ChannelId(77)))
        await repos.commit()


async def test_a_reason_is_posted_once_for_each_vote_in_the_thread(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await _in_a_thread(house, proposal)
    with pytest.raises(NotFound):
        await house.app.reasons.give(GUILD, proposal.id, ann, "Because.")
    first = await house.vote(proposal, ann, 1)
    assert await house.app.reasons.give(GUILD, proposal.id, ann, "Because.")
    assert not await house.app.reasons.give(GUILD, proposal.id, ann, "Because, again.")
    await house.said()
    house.clock.time += 5
    second = await house.vote(proposal, ann, 2)
    assert await house.app.reasons.give(GUILD, proposal.id, ann, "I changed my mind.")
    await house.said()
    told = {said.key: said for said in house.voice.said if said.topic is Topic.REASON}
    assert list(told) == [f"proposal/{proposal.id}/reason/{receipt.id}" for receipt in (first, second)]
    assert [(said.channel, said.facts["text"], said.facts["mark"]) for said in told.values()] == [
        (77, "Because.", "1"),
        (77, "I changed my mind.", "2"),
    ]


def _taken_down(house: House) -> list[str]:
    return [str(said.facts["announcement"]) for said in house.voice.said if said.topic is Topic.TAKEN_DOWN]


async def test_a_reason_goes_with_its_vote(house: House) -> None:
    ann, ben = await house.member(1, tokens=60), await house.member(2, tokens=60)
    proposal = await house.submit()
    await _in_a_thread(house, proposal)
    of = f"proposal/{proposal.id}/reason/"
    first = await house.vote(proposal, ann, 1)
    other = await house.vote(proposal, ben, 1)
    for member in (ann, ben):
        await house.app.reasons.give(GUILD, proposal.id, member, "Because.")
    await house.said()
    again = await house.vote(proposal, ann, 1)
    assert not again.reason_gone, "the same vote keeps its reason"
    await house.said()
    assert _taken_down(house) == []
    assert (await house.vote(proposal, ann, 2)).reason_gone
    await house.said()
    assert _taken_down(house) == [f"{of}{first.id}"]
    assert not (await house.vote(proposal, ann, 1)).reason_gone, "there is none any more"
    await house.app.recusals.recuse(GUILD, proposal.id, ben, by=ben, moderator=False)
    await house.said()
    assert _taken_down(house) == [f"{of}{first.id}", f"{of}{other.id}"]


async def test_another_reason_for_the_same_vote_takes_the_place_of_the_first(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await _in_a_thread(house, proposal)
    first = await house.vote(proposal, ann, 1)
    await house.app.reasons.give(GUILD, proposal.id, ann, "Because.")
    await house.said()
    await house.vote(proposal, ann, 1)
    assert await house.app.reasons.give(GUILD, proposal.id, ann, "Because, in other words.")
    await house.said()
    assert _taken_down(house) == [f"proposal/{proposal.id}/reason/{first.id}"]


async def test_a_reason_that_was_not_posted_yet_is_not_posted_after_the_vote_was_changed(house: House) -> None:
    ann = await house.member(1, tokens=60)
    proposal = await house.submit()
    await _in_a_thread(house, proposal)
    await house.vote(proposal, ann, 1)
    await house.app.reasons.give(GUILD, proposal.id, ann, "Because.")
    assert (await house.vote(proposal, ann, 2)).reason_gone
    assert not [key for key in await house.said() if "reason" in key]


async def test_no_reason_is_posted_while_votes_are_hidden_or_over_or_elsewhere(house: House) -> None:
    ann = await house.member(1, tokens=60)
    await house.app.spaces.set_voting(GUILD, rules=Rules(shown=VoteVisibility.QUORUM))
    hidden = await house.submit()
    await house.app.spaces.set_voting(GUILD, rules=Rules(shown=VoteVisibility.TALLY))
    open_to_all = await house.submit()
    for proposal in (hidden, open_to_all):
        await _in_a_thread(house, proposal)
        await house.vote(proposal, ann, 1)
    with refused("hidden until the result"):
        await house.app.reasons.give(GUILD, hidden.id, ann, "Because.")
    with pytest.raises(NotFound):
        await house.app.reasons.give(GuildId(9), open_to_all.id, ann, "Because.")
    with pytest.raises(InvalidInput):
        await house.app.reasons.give(GUILD, open_to_all.id, ann, " \n ")
    await house.end(open_to_all, late=1)
    with pytest.raises(NotVoting):
        await house.app.reasons.give(GUILD, open_to_all.id, ann, "Because.")
    assert not [key for key in await house.said() if "reason" in key]
    assert ann != VOTER
