"""The bot says hello once in a server that it joined."""

from __future__ import annotations

import logging

import discord
import pytest

from bot.domain.shared.types import Timestamp
from tests.cogs.answers import answer, buttons, text_of
from tests.cogs.conftest import World, said

HELLO = "Hello, I am Folkmoot"


def hellos(world: World) -> list[str]:
    """The channels that hold a hello, once for each."""
    channels = (world.proposals, world.announcements, world.moderators, world.general)
    return [str(channel.name) for channel in channels for message in channel.history() if HELLO in text_of(message)]


def guild_of(world: World) -> discord.Guild:
    found = world.client.get_guild(world.guild_id)
    assert found is not None
    return found


async def happens(world: World, event: str) -> None:
    """Have an event of the server reach all that listens for it, and wait until that is done."""
    client, arguments = world.client, () if event == "ready" else (guild_of(world),)
    own = getattr(client, f"on_{event}", None)
    for heard in (*([own] if own else []), *client.extra_events.get(f"on_{event}", [])):
        await heard(*arguments)
    await world.env.settle()


async def test_it_says_hello_once_however_often_discord_tells_of_the_joining(world: World) -> None:
    assert hellos(world) == []
    await happens(world, "guild_join")
    assert hellos(world) == ["proposals"]
    for event in ("guild_join", "guild_unavailable", "guild_available", "ready", "guild_join"):
        await happens(world, event)
    await world.restart()
    await world.env.settle()
    await happens(world, "guild_join")
    assert hellos(world) == ["proposals"]


async def test_a_server_of_before_this_version_is_not_greeted(world: World) -> None:
    async with world.app.store.write() as repos:
        await repos.spaces.greet(world.guild_id, Timestamp(world.clock.now() + 60))
        await repos.commit()
    await happens(world, "guild_join")
    assert hellos(world) == []


async def test_who_invites_it_again_is_greeted_again(world: World) -> None:
    await happens(world, "guild_join")
    await happens(world, "guild_remove")
    await happens(world, "guild_join")
    assert hellos(world) == ["proposals"] * 2


async def test_who_invites_it_again_while_it_is_down_is_greeted_again(world: World) -> None:
    async with world.app.store.write() as repos:
        await repos.spaces.greet(world.guild_id, Timestamp(1))
        await repos.commit()
    await happens(world, "guild_join")
    assert hellos(world) == ["proposals"]


async def test_it_speaks_in_the_system_channel_if_it_may(world: World) -> None:
    guild = world.env.backend.get_guild(world.guild_id)
    world.env.backend.edit_guild(guild.id, {"system_channel_id": world.general.id})
    await world.env.settle()
    await happens(world, "guild_join")
    assert hellos(world) == ["general"]


async def test_where_it_may_write_nowhere_it_is_silent_and_logs_a_line(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(discord.TextChannel, "permissions_for", lambda *_: discord.Permissions(view_channel=True))
    caplog.set_level(logging.INFO, "cogs.general.welcome_cog")
    before = len(world.env.http_requests)
    await happens(world, "guild_join")
    assert hellos(world) == []
    assert [one.path for one in world.env.http_requests[before:] if one.method == "POST"] == []
    assert "I may write in none of its channels" in caplog.text


async def test_a_channel_that_refuses_gives_way_to_the_next(world: World) -> None:
    world.env.inject_error("POST", f"/channels/{world.proposals.id}/messages", status=403, code=50013)
    await happens(world, "guild_join")
    assert hellos(world) == ["announcements"]


async def test_its_button_begins_setting_up_for_a_moderator_and_is_kind_to_a_member(world: World) -> None:
    await world.configure(strategies=())
    await happens(world, "guild_join")
    hello = next(message for message in world.proposals.history() if HELLO in text_of(message))
    assert [button.label for button in buttons(hello)] == ["Set me up"]
    begun = await world.moderator.click(hello, label="Set me up")
    assert begun.ephemeral
    assert "what gives voting power: /config strategies" in said(begun)
    assert [button.label for button in buttons(answer(begun).message)] == ["Next: say what gives power"]
    alice = await world.member("alice")
    kind = await alice.click(hello, label="Set me up")
    assert "Thank you for looking!" in said(kind)
    assert "/help" in said(kind)
