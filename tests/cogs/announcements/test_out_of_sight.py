"""Where the bot may not look, nobody knows whether something stands: it is neither dropped nor said once more."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from simcord.backend import serializers

from bot.domain.shared.types import ChannelId, MemberId
from tests.builders import CHAIN, ONE, TOKEN, an_address
from tests.cogs.answers import present, text_of
from tests.cogs.conftest import World
from tests.cogs.permissions import deny


def _lose(world: World, monkeypatch: pytest.MonkeyPatch, channel: int) -> None:
    """Lose Discord's answer to the next message in a channel."""
    send = world.client.http.send_message

    async def lost(to: int, *args: Any, **kwargs: Any) -> Any:
        answered = await send(to, *args, **kwargs)
        if int(to) == channel:
            monkeypatch.setattr(world.client.http, "send_message", send)
            raise TimeoutError
        return answered

    monkeypatch.setattr(world.client.http, "send_message", lost)


async def test_a_milestone_that_stands_in_a_hidden_channel_is_corrected_once_it_is_seen_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    treasury = an_address(77)
    campaign = await world.app.treasury.start_campaign(
        await world.app.spaces.main(world.guild_id),
        MemberId(world.moderator.id),
        title="Mice",
        chain=CHAIN,
        treasury=treasury,
        token=TOKEN,
        targets=[("One", "10")],
        channel=ChannelId(world.announcements.id),
        deadline=None,
    )
    world.chain.give(treasury, 10 * ONE)
    _lose(world, monkeypatch, world.announcements.id)
    await world.app.treasury.observe()
    await world.sweep()
    (stands,) = map(text_of, world.announcements.history())
    assert "Milestone reached" in stands
    give_back = deny(world, world.announcements, view_channel=True)
    world.chain.reorganise(101)
    assert await world.app.corrections.look_again() == 1
    for _ in range(3):
        await world.sweep(400)
    give_back()
    for _ in range(30):
        await world.sweep(400)
    assert not (await world.app.treasury.campaign(world.guild_id, campaign.number)).is_reached(1)
    (stands,) = map(text_of, world.announcements.history())
    assert "Milestone reached" not in stands


async def test_what_stands_in_a_thread_that_was_locked_since_is_not_said_beside_its_card_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.configure(voting_delay=3_600)
    proposal = await world.open_proposal(await world.member("ada", 5, researcher=True))
    await world.sweep()
    thread = present((await world.app.cards.stored(proposal.id)).thread)
    _lose(world, monkeypatch, thread)
    await world.app.withdrawals.withdraw(world.guild_id, proposal.number, proposal.author, "A mistake.")
    await world.sweep()
    raw = world.env.backend.get_channel(thread)
    assert raw.thread_metadata is not None
    raw.thread_metadata.archived = raw.thread_metadata.locked = True
    world.env.backend.emit("THREAD_UPDATE", dict(serializers.channel_payload(world.env.backend, raw)))
    deny(world, world.proposals, manage_threads=True)
    edit = world.client.http.edit_channel

    async def refused(channel: int, **kwargs: Any) -> Any:
        if int(channel) == thread:
            answer: Any = type("Answer", (), {"status": 403, "reason": "Forbidden"})
            raise discord.Forbidden(answer, {"code": 50013, "message": "Missing Permissions"})
        return await edit(channel, **kwargs)

    monkeypatch.setattr(world.client.http, "edit_channel", refused)
    for _ in range(4):
        await world.sweep(400)
    (room,) = world.proposals.threads
    assert len([one for one in map(text_of, room.history()) if "Withdrawn by its author" in one]) == 1
    assert [one.id for one in world.proposals.history() if one.type is discord.MessageType.default] == [thread]
