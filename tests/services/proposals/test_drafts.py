"""Who may put what to the vote, and what is frozen when they do."""

from __future__ import annotations

import pytest

from bot.domain.proposals.proposal import State
from bot.domain.proposals.vote_rules import Rules, Whole, parse_approval, parse_quorum
from bot.domain.shared.errors import (
    CannotPropose,
    ChainFault,
    ChainUnavailable,
    InvalidInput,
    NotConfigured,
    NotFound,
    WrongState,
)
from bot.domain.shared.errors.faults.proposals import ProposalFlaw
from bot.domain.shared.types import Address, ChannelId, GuildId, MessageId
from bot.presentation.refusals.kinds import COMMANDS
from bot.services.proposals.drafts import MAX_DRAFTS
from tests.builders import AUTHOR, CHAIN, GUILD, ONE, PROPOSALS, RESEARCHER, VOTER, a_text
from tests.refusals import refused
from tests.services.conftest import House


async def test_a_draft_is_seen_by_its_author_alone(house: House) -> None:
    draft = await house.draft()
    assert (await house.app.proposals.view(GUILD, draft.number, AUTHOR)).state is State.DRAFT
    assert [view.proposal.number for view in await house.app.proposals.visible(GUILD, AUTHOR)] == [1]
    assert await house.app.proposals.visible(GUILD, VOTER) == []
    for action in (
        house.app.proposals.view(GUILD, draft.number, VOTER),
        house.app.proposals.submit(GUILD, draft.number, VOTER, [RESEARCHER]),
    ):
        with pytest.raises(NotFound):
            await action


async def test_submission_freezes_the_terms(house: House) -> None:
    await house.app.spaces.set_voting(GUILD, delay=600, period=7_200, rules=Rules(quorum="12.5"))
    proposal = await house.submit()
    await house.app.spaces.set_voting(GUILD, delay=0, period=86_400, rules=Rules(quorum="0"))
    house.chain.mine(5)
    terms = (await house.stored(proposal)).terms
    assert terms is not None
    assert proposal.submitted_at is not None
    assert (terms.start, terms.end) == (proposal.submitted_at + 600, proposal.submitted_at + 7_800)
    assert terms.quorum == 12 * ONE + ONE // 2
    assert terms.snapshot[CHAIN].number == house.chain.head.number - 5
    assert terms.snapshot[CHAIN].hash.startswith("0x")


async def test_a_submitted_proposal_is_not_submitted_again(house: House) -> None:
    proposal = await house.submit()
    with pytest.raises(WrongState):
        await house.app.proposals.submit(GUILD, proposal.number, AUTHOR, [RESEARCHER])
    assert await house.said() == [f"proposal/{proposal.id}/card"]


@pytest.mark.parametrize("days", [0, 2])
async def test_moderators_are_told_of_a_snapshot_that_is_of_another_day(house: House, days: int) -> None:
    house.clock.time += days * 86_400
    proposal = await house.submit()
    assert (f"notice/{GUILD}/age/{proposal.id}" in await house.said()) is bool(days)


async def test_power_at_the_newest_final_block_lets_a_member_propose(house: House) -> None:
    ann = await house.member(1, tokens=999)
    draft = await house.draft(author=ann)
    with pytest.raises(CannotPropose) as caught:
        await house.app.proposals.submit(GUILD, draft.number, ann, [])
    assert (caught.value.needed, caught.value.held, caught.value.symbol) == (1000 * ONE, 999 * ONE, "VITA")
    house.chain.give(Address("0x" + "0" * 39 + "1"), 1000 * ONE)
    assert (await house.app.proposals.submit(GUILD, draft.number, ann, [])).state(house.clock.now()) is State.VOTING


@pytest.mark.parametrize(
    "rules",
    [
        Rules(approval=parse_approval("majority", Whole.LINKED)),
        Rules(quorum=parse_quorum("20 %", Whole.LINKED)),
    ],
)
async def test_a_share_of_linked_power_that_is_nothing_is_not_put_to_the_vote(house: House, rules: Rules) -> None:
    await house.app.spaces.set_voting(GUILD, voting="basic", rules=rules)
    await house.member(5)  # whose wallet holds nothing
    with pytest.raises(InvalidInput) as caught:
        await house.submit()
    assert caught.value.fault is ProposalFlaw.LINKED_POWER_NOTHING
    await house.member(1, tokens=5)
    assert (await house.submit()).state(house.clock.now()) is State.VOTING


@pytest.mark.parametrize(
    "rules",
    [
        Rules(approval=parse_approval("majority", Whole.SUPPLY)),
        Rules(quorum=parse_quorum("20 %", Whole.SUPPLY)),
    ],
)
async def test_a_share_of_a_supply_that_is_nothing_is_not_put_to_the_vote(house: House, rules: Rules) -> None:
    await house.app.spaces.set_voting(GUILD, voting="basic", rules=rules)
    house.chain.mint(0)
    with pytest.raises(InvalidInput) as caught:
        await house.submit()
    assert caught.value.fault is ProposalFlaw.SUPPLY_NOTHING
    house.chain.mint(1)
    assert (await house.submit()).state(house.clock.now()) is State.VOTING


async def test_a_quorum_of_no_share_needs_no_linked_power(house: House) -> None:
    await house.app.spaces.set_voting(GUILD, voting="basic", rules=Rules(quorum=parse_quorum("0 %", Whole.LINKED)))
    assert (await house.submit()).state(house.clock.now()) is State.VOTING


async def test_without_a_rule_by_power_only_the_roles_propose(house: House) -> None:
    ann = await house.member(1, tokens=10**9)
    await house.app.spaces.set_proposers(GUILD, roles=[RESEARCHER], power="none")
    draft = await house.draft(author=ann)
    with pytest.raises(CannotPropose) as caught:
        await house.app.proposals.submit(GUILD, draft.number, ann, [])
    assert (caught.value.needed, caught.value.roles) == (None, (RESEARCHER,))


async def test_what_is_not_configured_is_named_with_its_command(house: House) -> None:
    space = await house.app.spaces.main(GuildId(222), "Other DAO")
    draft = await house.app.proposals.draft(space, AUTHOR, a_text(), "basic", ("For", "Against"))
    with pytest.raises(NotConfigured) as caught:
        await house.app.proposals.submit(GuildId(222), draft.number, AUTHOR, [])
    assert COMMANDS[caught.value.setting] == "/config strategies"


async def test_without_a_readable_chain_nothing_is_submitted(house: House) -> None:
    draft = await house.draft()
    house.chain.down = ChainFault.UNREACHABLE
    with pytest.raises(ChainUnavailable):
        await house.app.proposals.submit(GUILD, draft.number, AUTHOR, [RESEARCHER])
    assert (await house.stored(draft)).state(house.clock.now()) is State.DRAFT


async def test_drafts_are_bounded(house: House) -> None:
    for _ in range(MAX_DRAFTS):
        await house.draft()
    with refused("withdraw"):
        await house.draft()


async def test_a_lost_card_is_posted_again_once_for_each_loss(house: House) -> None:
    proposal = await house.submit()
    cards = house.app.cards
    await cards.placed(proposal.id, channel=PROPOSALS, card=MessageId(77), thread=ChannelId(77))
    await cards.lost(proposal.id)
    await cards.lost(proposal.id)
    assert await house.said() == [f"proposal/{proposal.id}/card", f"proposal/{proposal.id}/card/after/77"]
    found = await house.stored(proposal)
    assert (found.card, found.thread) == (None, 77)


async def test_a_ballot_makes_the_card_stale_until_it_is_drawn(house: House) -> None:
    ann = await house.member(1, tokens=1)
    proposal = await house.submit()
    cards = house.app.cards
    await cards.placed(proposal.id, channel=PROPOSALS, card=MessageId(77), thread=None)
    house.clock.time += 1
    await cards.drawn(proposal.id, house.clock.now())
    house.clock.time += 1
    assert await cards.stale(10) == []
    await house.vote(proposal, ann, 1)
    assert await cards.stale(10) == []
    house.clock.time += 10
    assert await cards.stale(10) == [proposal.id]
    await cards.drawn(proposal.id, house.clock.now())
    assert await cards.stale(0) == []
