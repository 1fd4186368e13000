"""What is to be said is said: once, in order, wherever moderators want it, however often it fails."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bot.domain.announcements.announcement import Announcement
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import ChannelId, GuildId, MessageId, Timestamp
from bot.ports import Undeliverable, Undelivered
from bot.presentation.notices.notice_words import notice_words
from tests.builders import ANNOUNCEMENTS, AUTHOR, GUILD, MODERATORS, ONE, PROPOSALS, TOKEN, TREASURY
from tests.refusals_of_discord import GONE, SHUT
from tests.services.conftest import House

THREAD = ChannelId(777)


async def test_a_second_run_says_nothing_twice(house: House) -> None:
    proposal = await house.submit()
    assert await house.said() == await house.said() == [f"proposal/{proposal.id}/card"]


async def test_a_failed_attempt_is_made_again_later_and_noted_before_it_is_made(house: House) -> None:
    await house.submit()
    house.voice.fail = [Undelivered("502"), Undelivered("502")]
    assert await house.said() == []
    assert await house.said() == [], "not before its time"
    house.clock.time += 15
    assert await house.said() == []
    house.clock.time += 15
    assert await house.said() == [], "the wait doubles"
    house.clock.time += 15
    assert len(await house.said()) == 1
    assert house.voice.said[0].attempts == 3, "the voice knows that it was tried before"


async def test_through_a_night_without_discord_it_is_tried_every_few_minutes(house: House) -> None:
    await house.submit()
    tried = []
    for _ in range(9 * 60):
        house.voice.fail = [Undelivered("503")]
        await house.said()
        tried += [] if house.voice.fail else [house.clock.time]
        house.clock.time += 60
    assert max(later - one for one, later in pairwise(tried)) == 300


async def test_one_that_fails_is_not_overtaken_in_its_channel_and_holds_up_no_other(house: House) -> None:
    first, second = await house.submit(), await house.submit()
    await house.end(first)
    await house.app.lifecycle.close_due()
    house.voice.fail = [Undelivered("502")]  # the first card is the first thing that is tried
    assert await house.said() == [f"proposal/{first.id}/result", f"proposal/{second.id}/result"]
    house.clock.time += 15
    assert (await house.said())[2:] == [f"proposal/{first.id}/card", f"proposal/{second.id}/card"]


async def test_an_impossible_channel_is_told_to_moderators_once_and_mended_by_another(house: House) -> None:
    proposal = await house.submit()
    for _ in range(3):
        house.voice.fail = [Undeliverable(SHUT)]
        await house.said()
        house.clock.time += 3_600
    house.voice.fail = []
    notices = [a for a in house.voice.said if a.topic == "moderators' notice"]
    assert [notice.channel for notice in notices] == [MODERATORS]
    assert notices[0].facts["fault"] == SHUT.fault
    await house.app.spaces.set_channels(GUILD, proposals=ChannelId(4242))
    await house.said()
    (card,) = [a for a in house.voice.said if a.key == f"proposal/{proposal.id}/card"]
    assert card.channel == 4242


async def test_a_guild_without_a_channel_for_moderators_still_finds_its_notices(house: House) -> None:
    async with house.app.store.write() as repos:
        space = await repos.spaces.add(GuildId(333), "Bare DAO")
        await repos.commit()
    await house.app.treasury.watch(
        await house.app.spaces.main(space.guild),
        AUTHOR,
        chain=house.chain.chain,
        holder=TREASURY,
        token=TOKEN,
        label="Treasury",
    )
    house.chain.down = ChainFault.RATE_LIMITED
    await house.app.treasury.observe()
    assert await house.said() == []
    (notice,) = await house.app.notices.recent(await house.app.spaces.main(space.guild))
    assert "rate limited" in notice_words(notice.fact).problem
    assert not notice.posted


async def test_results_go_to_the_announcements_and_cards_to_the_proposals(house: House) -> None:
    proposal = await house.submit()
    await house.end(proposal)
    await house.app.lifecycle.close_due()
    await house.said()
    assert {(a.topic, a.channel) for a in house.voice.said} == {
        ("proposal card", PROPOSALS),
        ("proposal result", ANNOUNCEMENTS),
    }


async def test_what_stands_where_it_was_tried_is_not_said_again_in_a_channel_set_since(house: House) -> None:
    await house.submit()
    house.voice.lost = 1
    assert len(await house.said()) == 1
    await house.app.spaces.set_channels(GUILD, proposals=ChannelId(4242))
    house.clock.time += 3_600
    assert len(await house.said()) == 1
    assert house.voice.said[0].channel == PROPOSALS


async def test_while_it_is_unknown_whether_it_stands_nothing_is_said_elsewhere(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.submit()
    house.voice.lost = 1
    await house.said()
    await house.app.spaces.set_channels(GUILD, proposals=ChannelId(4242))

    async def unknown(_announcement: Announcement) -> None:
        raise Undelivered("502")

    find = house.voice.find
    monkeypatch.setattr(house.voice, "find", unknown)
    house.clock.time += 3_600
    assert len(await house.said()) == 1
    monkeypatch.setattr(house.voice, "find", find)
    house.clock.time += 3_600
    assert len(await house.said()) == 1


async def test_nothing_is_attempted_before_the_voice_is_ready(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.submit()
    monkeypatch.setattr(house.voice, "ready", lambda: False)
    assert await house.said() == []
    monkeypatch.setattr(house.voice, "ready", lambda: True)
    await house.said()
    assert house.voice.said[0].attempts == 1


async def test_a_notice_that_cannot_be_posted_is_not_told_by_another_notice(house: House) -> None:
    await house.submit()
    for _ in range(3):
        house.voice.fail = [Undeliverable(SHUT)] * 3
        await house.said()
        house.clock.time += 3_600
    assert len(await house.app.notices.recent(await house.app.spaces.main(GUILD))) == 1


async def test_where_it_is_tried_now_is_stored_before_it_is_tried_there(house: House) -> None:
    await house.submit()
    house.voice.fail = [Undeliverable(SHUT)]
    await house.said()
    await house.app.spaces.set_channels(GUILD, proposals=ChannelId(4242))
    house.clock.time += 3_600
    house.voice.fail = [Undelivered("502")]
    await house.said()
    house.clock.time += 3_600
    async with house.app.store.read() as repos:
        assert [waiting.channel for waiting in await repos.outbox.due(Timestamp(house.clock.time), 9)] == [4242]


async def test_what_a_thread_that_is_gone_or_closed_cannot_take_is_said_beside_the_card(house: House) -> None:
    for gone in (True, False):
        proposal = await _with_thread(house)
        await house.app.withdrawals.delete(GUILD, proposal.number, "It is spam.", moderator=True)
        house.voice.fail = [Undeliverable(GONE if gone else SHUT)]
        await house.said()
        house.clock.time += 15
        house.voice.fail = [Undelivered("502")]
        await house.said()
        house.clock.time += 30
        assert f"proposal/{proposal.id}/withdrawn" in await house.said()
        (said,) = [a for a in house.voice.said if a.key == f"proposal/{proposal.id}/withdrawn"]
        assert said.channel == PROPOSALS
        assert (await house.app.cards.stored(proposal.id)).thread == (None if gone else THREAD)


@pytest.mark.parametrize("gone", [True, False])
async def test_a_reason_leaves_its_thread_only_if_that_is_gone(house: House, gone: bool) -> None:
    voter = await house.member(1, 5)
    proposal = await _with_thread(house)
    await house.vote(proposal, voter, 1)
    await house.app.reasons.give(GUILD, proposal.id, voter, "I trust them.")
    house.voice.fail = [Undeliverable(GONE if gone else SHUT)]
    await house.said()
    house.clock.time += 15
    await house.said()
    (said,) = [a for a in house.voice.said if a.topic == "reason of a voter"]
    assert said.channel == (PROPOSALS if gone else THREAD)


async def test_what_may_be_said_later_in_its_own_channel_goes_to_no_other(house: House) -> None:
    await house.app.treasury.start_campaign(
        await house.app.spaces.main(GUILD),
        AUTHOR,
        title="A mouse study",
        chain=house.chain.chain,
        treasury=TREASURY,
        token=TOKEN,
        targets=[("First arm", "100")],
        channel=ChannelId(4242),
        deadline=None,
    )
    house.chain.give(TREASURY, 150 * ONE)
    await house.app.treasury.observe()
    house.voice.fail = [Undelivered("503")]
    await house.said()
    house.clock.time += 15
    await house.said()
    assert [a.channel for a in house.voice.said] == [4242]


async def test_that_voting_is_open_is_never_said_of_a_proposal_that_was_withdrawn_meanwhile(house: House) -> None:
    await house.app.spaces.set_voting(GUILD, delay=3_600)
    proposal = await house.submit()
    await house.said()
    house.clock.time += 3_600
    house.chain.mine()
    assert await house.app.lifecycle.open_due() == 1
    house.voice.fail = [Undelivered("503")]
    await house.said()
    await house.app.withdrawals.delete(GUILD, proposal.number, "It is spam.", moderator=True)
    house.clock.time += 60
    said = await house.said()
    assert said[1:] == [f"proposal/{proposal.id}/withdrawn"]


async def _with_thread(house: House) -> Proposal:
    """Submit a proposal whose card stands, with a thread."""
    proposal = await house.submit()
    await house.said()
    await house.app.cards.placed(proposal.id, channel=PROPOSALS, card=MessageId(1), thread=THREAD)
    return proposal
