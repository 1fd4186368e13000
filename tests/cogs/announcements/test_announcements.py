"""The bot's voice: each fact is said once, however often Discord or the process fails in between."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Never, Unpack

import aiohttp
import discord
import pytest
import simcord

from bot.client.lost_responses import RepeatedTooLate
from bot.domain.announcements.announcement import Announcement, Topic
from bot.domain.proposals.proposal import GRACE, Proposal
from bot.domain.shared.types import ChannelId, MemberId, RoleId
from bot.domain.spaces.space import DAY
from bot.ports import Undeliverable, Undelivered
from tests.builders import CHAIN, ONE, TOKEN, an_address
from tests.cogs.answers import buttons, is_told, present, text_of
from tests.cogs.conftest import DraftFields, World, parts
from tests.cogs.permissions import deny


async def _submitted(
    world: World, *, author: simcord.MemberActor | None = None, **fields: Unpack[DraftFields]
) -> Proposal:
    ada = author or await world.member("ada", 5, researcher=True)
    draft = await world.draft(ada, **fields)
    return await world.app.proposals.submit(
        world.guild_id, draft.number, MemberId(ada.id), [RoleId(world.researcher.id)]
    )


def _spoken(channel: simcord.ChannelHandle) -> list[str]:
    return [text_of(message).strip() for message in channel.history() if is_told(message)]


def _custom_ids(message: discord.Message) -> list[str]:
    return [button.custom_id for button in buttons(message) if button.custom_id]


async def test_the_whole_story_is_announced_once_each(world: World) -> None:
    proposal = await _submitted(world)
    for _ in range(3):
        await world.sweep()
    ada_card = (await world.app.cards.current_view(proposal.id)).proposal
    assert len(_spoken(world.proposals)) == 1
    await world.app.voting.cast(world.guild_id, proposal.id, proposal.author, 1)
    await world.sweep(3 * DAY + GRACE)
    await world.sweep()
    (result,) = _spoken(world.announcements)
    assert result.splitlines()[:7] == [
        "### Fund the mouse study",
        "**Passed:** more voted “For” than “Against”.",
        "“For” has 5 VITA, 100 % of what was cast for it or for “Against” (0 VITA).",
        "1 wallet voted with 5 VITA.",
        *("**A** For: 100 % · 5", "**B** Against: 0 % · 0", "**C** Abstain: 0 % · 0"),
    ]
    assert "-# Result of #1; voting was open from <t:" in result
    (message,) = [message for message in world.announcements.history() if is_told(message)]
    assert [file.filename for file in message.attachments] == ["proposal-1-result.png", "proposal-1-result.json.gz"]
    links = [button.url for button in buttons(message) if button.url]
    assert links == [f"https://discord.com/channels/{world.guild_id}/{ada_card.thread}"]
    assert int(present(ada_card.thread)) == present(ada_card.card), "the thread grows from the card"
    assert "late" not in result
    card = world.card(ada_card)
    assert text_of(card).strip().startswith("### Fund the mouse study\n**Passed** · ended <t:")
    assert "#1, proposed by" in text_of(card)
    assert not [custom_id for custom_id in _custom_ids(card) if custom_id.startswith("vote:")]
    assert len(_spoken(world.proposals)) == 1


async def test_every_send_carries_its_nonce_and_every_message_its_ref(world: World) -> None:
    proposal = await _submitted(world)
    async with world.app.store.read() as repos:
        (due,) = await repos.outbox.due(world.clock.now(), 10)
    await world.sweep()
    (sent,) = [r for r in world.env.http_requests if r.method == "POST" and r.path.endswith("/messages")]
    body = present(sent.json)
    assert body["enforce_nonce"] is True
    assert 1 <= len(body["nonce"]) <= 25
    custom_ids = [part["custom_id"] for part in parts(body["components"]) if "custom_id" in part]
    assert [one for one in custom_ids if one.endswith(f":{due.ref}")] == [f"read:{proposal.id}:{due.ref}"]
    assert len(due.ref) == 8


@pytest.mark.parametrize("story", ["opened and counted", "withdrawn"])
async def test_every_layout_is_found_again_by_its_ref(world: World, story: str) -> None:
    said: dict[Topic, tuple[Announcement, int]] = {}
    say = world.client.announcer.say

    async def noted(announcement: Announcement) -> int:
        message = await say(announcement)
        said[announcement.topic] = announcement, message
        return message

    world.client.announcer.say = noted  # type: ignore[method-assign, assignment]
    await world.configure(voting_delay=3600)
    proposal = await _submitted(world)
    await world.sweep()
    if story == "withdrawn":
        await world.app.withdrawals.withdraw(world.guild_id, 1, proposal.author, "A mistake.")
        await world.sweep()
    else:
        await world.sweep(3600)
        await world.sweep(3 * DAY + GRACE)
    await world.sweep()
    layouts = {
        "opened and counted": {Topic.PROPOSAL_CARD, Topic.PROPOSAL_OPENED, Topic.PROPOSAL_RESULT},
        "withdrawn": {Topic.PROPOSAL_CARD, Topic.PROPOSAL_WITHDRAWN},
    }[story]
    assert said.keys() == layouts
    for topic in layouts - {Topic.PROPOSAL_CARD}:  # a card is known by its id once it is placed, and drawn anew
        announcement, message = said[topic]
        assert await world.client.announcer.find(announcement) == message, topic
        assert await world.client.announcer.find(replace(announcement, ref="HGFEDCBA")) is None, topic


async def test_a_result_counted_late_says_so(world: World) -> None:
    proposal = await _submitted(world)
    await world.sweep()
    await world.sweep(5 * DAY)
    (result,) = _spoken(world.announcements)
    assert "This comes late" in result
    assert proposal.terms is not None
    assert f"<t:{proposal.terms.end}:f>" in result


async def test_a_delayed_opening_is_announced_with_a_way_to_the_card(world: World) -> None:
    await world.configure(voting_delay=3600)
    proposal = await _submitted(world)
    await world.sweep()
    assert _spoken(world.announcements) == []
    await world.sweep(3600)
    await world.sweep()
    (opened,) = _spoken(world.announcements)
    assert opened.startswith("### Fund the mouse study\nVoting is open until <t:")
    (message,) = [message for message in world.announcements.history() if is_told(message)]
    placed = (await world.app.cards.stored(proposal.id)).card
    links = [(button.label, button.url) for button in buttons(message) if button.url]
    way = f"https://discord.com/channels/{world.guild_id}/{world.proposals.id}/{placed}"
    assert links == [("Go to the proposal", way)]


async def test_an_error_of_discords_is_made_up_for_and_said_once(world: World) -> None:
    await _submitted(world)
    world.env.inject_error("POST", "/channels/*/messages", status=500)
    await world.sweep()
    assert _spoken(world.proposals) == []
    await world.sweep(60)
    await world.sweep(60)
    assert len(_spoken(world.proposals)) == 1


LOST = [aiohttp.ServerDisconnectedError(), TimeoutError(), ConnectionResetError(), RepeatedTooLate()]


@pytest.mark.parametrize("failure", LOST)
async def test_a_message_whose_answer_was_lost_is_found_and_not_repeated(
    world: World, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    proposal = await _submitted(world)
    send = world.client.http.send_message

    async def lost(*args: Any, **kwargs: Any) -> Never:
        await send(*args, **kwargs)
        monkeypatch.setattr(world.client.http, "send_message", send)
        raise failure

    monkeypatch.setattr(world.client.http, "send_message", lost)
    await world.sweep()
    assert len(_spoken(world.proposals)) == 1
    assert (await world.app.cards.current_view(proposal.id)).proposal.card is None
    await world.sweep(60)
    assert len(_spoken(world.proposals)) == 1
    placed = (await world.app.cards.current_view(proposal.id)).proposal
    assert placed.card == world.proposals.history()[0].id
    assert placed.thread is not None


async def test_a_process_that_died_after_sending_does_not_say_it_again(world: World) -> None:
    await _submitted(world)
    async with world.app.store.read() as repos:
        (due,) = await repos.outbox.due(world.clock.now(), 10)
    async with world.app.store.write() as repos:
        await repos.outbox.attempt(due.id, world.clock.now(), world.clock.now())
        await repos.commit()
    await world.client.announcer.say(due)
    await world.restart()
    await world.sweep(60)
    assert len(_spoken(world.proposals)) == 1
    assert len(world.proposals.threads) == 1


async def test_a_thread_that_an_earlier_attempt_began_is_taken_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = await _submitted(world)
    start = world.client.http.start_thread_with_message

    async def lost(*args: Any, **kwargs: Any) -> Never:
        await start(*args, **kwargs)
        monkeypatch.setattr(world.client.http, "start_thread_with_message", start)
        raise TimeoutError

    monkeypatch.setattr(world.client.http, "start_thread_with_message", lost)
    await world.sweep()
    # Discord's answer to a second thread from one message.
    world.env.inject_error("POST", "/channels/*/messages/*/threads", status=400, code=160004)
    await world.sweep(60)
    placed = (await world.app.cards.current_view(proposal.id)).proposal
    assert placed.thread == world.proposals.threads[0].id
    assert len(world.proposals.threads) == 1


async def test_a_missing_permission_is_told_to_moderators_once_and_the_card_follows_when_it_is_given(
    world: World,
) -> None:
    deny(world, world.proposals, send_messages=True)
    await _submitted(world)
    for _ in range(3):
        await world.sweep(3600)
    (notice,) = _spoken(world.moderators)
    assert "Send Messages" in notice
    assert f"<#{world.proposals.id}>" in notice
    assert "/config channels" in notice
    assert _spoken(world.proposals) == []
    other = world.guild.create_text_channel("second")
    await world.app.spaces.set_channels(world.guild_id, proposals=ChannelId(other.id))
    await world.sweep(3600)
    assert len(_spoken(other)) == 1


async def test_a_deleted_channel_is_told_to_moderators(world: World) -> None:
    await _submitted(world)
    await world.channel(world.proposals).delete()
    await world.env.settle()
    await world.sweep(3600)
    await world.sweep()
    (notice,) = _spoken(world.moderators)
    assert "does not exist any more" in notice


async def test_without_the_right_to_start_threads_the_card_stands_and_moderators_are_told(world: World) -> None:
    deny(world, world.proposals, create_public_threads=True)
    proposal = await _submitted(world)
    await world.sweep()
    await world.sweep()
    placed = (await world.app.cards.current_view(proposal.id)).proposal
    assert placed.card is not None
    assert placed.thread is None
    (notice,) = _spoken(world.moderators)
    assert "Create Public Threads" in notice


async def test_a_thread_that_discord_refuses_for_its_name_keeps_no_card_from_standing(world: World) -> None:
    world.env.inject_error("POST", "/channels/*/messages/*/threads", status=400, code=200000)
    proposal = await _submitted(world)
    await world.sweep()
    placed = (await world.app.cards.current_view(proposal.id)).proposal
    assert placed.card is not None
    assert placed.thread is None
    await world.sweep()
    (told,) = _spoken(world.moderators)
    assert "AutoMod" in told


async def test_what_discord_refuses_for_good_is_told_to_moderators(world: World) -> None:
    world.env.inject_error("POST", f"/channels/{world.proposals.id}/messages", status=400, code=200000)
    await _submitted(world)
    await world.sweep()
    await world.sweep()
    (told,) = _spoken(world.moderators)
    assert "(code 200000)" in told


async def test_nothing_is_said_in_a_channel_of_another_server(world: World) -> None:
    other = world.env.create_guild("Another DAO")
    elsewhere = other.create_text_channel("announcements")
    await world.app.spaces.set_channels(world.guild_id, proposals=ChannelId(elsewhere.id))
    await _submitted(world)
    await world.sweep()
    await world.sweep()
    assert _spoken(elsewhere) == []
    (told,) = _spoken(world.moderators)
    assert "not a channel of this server" in told


async def test_a_card_that_discord_does_not_take_now_is_drawn_later_without_a_fuss(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = await world.open_proposal(await world.member("ada", 5, researcher=True))

    async def busy(*_: object, **__: object) -> Never:
        raise discord.RateLimited(300)

    with monkeypatch.context() as patched:
        patched.setattr(world.client.http, "edit_message", busy)
        await world.app.voting.cast(world.guild_id, proposal.id, proposal.author, 1)
        await world.sweep(60)
    assert "is drawn later: RateLimited" in caplog.text
    await world.sweep(60)
    assert "1 wallet voted" in text_of(world.card(proposal))


async def test_a_deleted_card_is_posted_again_with_its_tally(world: World) -> None:
    proposal = await _submitted(world)
    await world.sweep()
    placed = (await world.app.cards.current_view(proposal.id)).proposal
    await world.channel(world.proposals).get_partial_message(present(placed.card)).delete()
    await world.app.voting.cast(world.guild_id, proposal.id, proposal.author, 1)
    await world.sweep()
    await world.sweep()
    again = (await world.app.cards.current_view(proposal.id)).proposal
    assert again.card not in (None, placed.card)
    assert "1 wallet voted with 5 VITA" in text_of(world.card(again))
    assert len(_spoken(world.proposals)) == 1


async def test_discords_limit_on_old_messages_is_left_alone(world: World) -> None:
    proposal = await _submitted(world)
    await world.sweep()
    await world.app.voting.cast(world.guild_id, proposal.id, proposal.author, 1)
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=429, code=30046, times=None)
    await world.sweep()
    await world.sweep(60)
    edits = [r for r in world.env.http_requests if r.method == "PATCH" and "/messages/" in r.path]
    await world.sweep(60)
    assert len([r for r in world.env.http_requests if r.method == "PATCH" and "/messages/" in r.path]) == len(edits)
    assert await world.app.cards.stale(0) == []


@pytest.mark.parametrize("status", [503, 429])
async def test_a_card_that_could_not_be_drawn_now_is_drawn_later(world: World, status: int) -> None:
    proposal = await _submitted(world)
    await world.sweep()
    await world.app.voting.cast(world.guild_id, proposal.id, proposal.author, 1)
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=status)
    await world.sweep()
    await world.sweep()
    placed = (await world.app.cards.current_view(proposal.id)).proposal
    assert "1 wallet voted" in text_of(world.card(placed))


async def test_a_ballot_of_the_very_second_of_the_drawing_is_shown_by_the_next(world: World) -> None:
    proposal = await _submitted(world)
    await world.sweep()
    await world.client.announcer.show(proposal.id)
    await world.app.voting.cast(world.guild_id, proposal.id, proposal.author, 1)
    world.clock.time += 1
    assert await world.app.cards.stale(0) == [proposal.id]


async def test_an_archived_thread_is_woken_for_an_announcement(world: World) -> None:
    channel = world.client.get_channel(world.general.id)
    assert isinstance(channel, discord.TextChannel)
    start = await channel.send("governance")
    thread = await start.create_thread(name="results")
    await world.app.spaces.set_channels(world.guild_id, announcements=ChannelId(thread.id))
    await thread.edit(archived=True)
    await world.env.settle()
    await _submitted(world)
    await world.sweep()
    await world.sweep(3 * DAY + GRACE)
    assert any("No quorum" in text for text in _spoken(world.general.threads[0]))


async def test_a_milestone_is_announced_once_with_its_picture(world: World) -> None:
    treasury = an_address(0x7EA5)
    await world.app.treasury.start_campaign(
        await world.app.spaces.main(world.guild_id),
        MemberId(world.moderator.id),
        title="A mouse study",
        chain=CHAIN,
        treasury=treasury,
        token=TOKEN,
        targets=[("First arm", "100"), ("Second arm", "200")],
        channel=ChannelId(world.announcements.id),
        deadline=None,
    )
    world.chain.give(treasury, 150 * ONE)
    for _ in range(3):
        await world.sweep()
    (said,) = _spoken(world.announcements)
    assert "First arm" in said
    assert [button.label for button in buttons(world.announcements.history()[0])] == ["Show the campaign"]
    assert world.announcements.history()[0].attachments


async def test_what_can_not_be_said_there_and_what_may_work_later_are_told_apart(world: World) -> None:
    await _submitted(world)
    async with world.app.store.read() as repos:
        (due,) = await repos.outbox.due(world.clock.now(), 10)
    say = world.client.announcer.say
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    with pytest.raises(Undeliverable):
        await say(due)
    world.env.inject_error("POST", "/channels/*/messages", status=404, code=10003)
    with pytest.raises(Undeliverable):
        await say(due)
    world.env.inject_error("POST", "/channels/*/messages", status=502)
    with pytest.raises(Undelivered):
        await say(due)
    assert due.topic is Topic.PROPOSAL_CARD
