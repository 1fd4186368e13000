"""The client: the commands that a guild sees, and what they promise."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Never, Protocol, cast

import aiohttp
import discord
import pytest
import simcord
from discord import app_commands

from bot.client import discord_client as client_module
from bot.client.discord_client import Folkmoot, extensions
from bot.domain.spaces.space import OPTIONAL_COGS
from tests.cogs.answers import present
from tests.cogs.conftest import World, said


def _commands(client: Folkmoot) -> list[app_commands.Command[Any, ..., Any]]:
    return [c for c in client.tree.walk_commands() if isinstance(c, app_commands.Command)]


def test_extensions_are_the_modules_without_an_underscore() -> None:
    names = extensions()
    assert "cogs.general.errors_cog" in names
    assert not [name for name in names if "._" in name]


async def test_it_asks_for_no_privileged_intent_and_pings_nobody(world: World) -> None:
    intents = world.client.intents
    assert intents == discord.Intents(guilds=True)
    assert not any((intents.members, intents.presences, intents.message_content))
    pinged: object = present(world.client.allowed_mentions).to_dict()
    assert pinged == {"parse": []}


async def test_every_command_and_option_is_described_and_for_guilds_only(world: World) -> None:
    assert _commands(world.client)
    for command in world.client.tree.walk_commands():
        assert command.description not in ("", "…"), command.qualified_name
    for top in world.client.tree.get_commands():
        assert top.to_dict(world.client.tree)["contexts"] == [0], top.name
        assert top.to_dict(world.client.tree)["integration_types"] == [0], top.name
    for command in _commands(world.client):
        for option in command.parameters:
            assert option.description not in ("", "…"), (command.qualified_name, option.name)


class Part(Protocol):
    """A cog, which says under which name it is turned off; None where it never is."""

    SWITCH: str | None


async def test_every_switchable_part_is_a_cog(world: World) -> None:
    parts = {cast("Part", cog).SWITCH for cog in world.client.cogs.values()} - {None}
    assert parts <= set(OPTIONAL_COGS)


async def test_nothing_is_synced_globally(world: World) -> None:
    synced = [r.path for r in world.env.http_requests if r.method == "PUT" and r.path.endswith("/commands")]
    assert synced
    assert all("/guilds/" in path for path in synced)


async def test_a_part_that_is_off_leaves_the_guilds_list_and_comes_back(world: World) -> None:
    alice = await world.member("alice")
    assert "power" in alice.available_commands(world.general)
    await world.app.spaces.switch_cog(world.guild_id, "power", on=False)
    await world.client.sync_guild(world.guild_id)
    assert "power" not in alice.available_commands(world.general)
    await world.app.spaces.switch_cog(world.guild_id, "power", on=True)
    await world.client.sync_guild(world.guild_id)
    assert "power" in alice.available_commands(world.general)


async def test_of_two_switches_at_once_the_list_shows_the_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sync, waits = world.client.tree.sync, [0.05, 0.0]
    listed: list[bool] = []

    async def slowly(*, guild: discord.abc.Snowflake) -> list[app_commands.AppCommand]:
        names = {command.name for command in world.client.tree.get_commands(guild=guild)}
        await asyncio.sleep(waits.pop(0))
        listed.append("power" in names)
        return await sync(guild=guild)

    async def switch(*, on: bool) -> None:
        await world.app.spaces.switch_cog(world.guild_id, "power", on=on)
        await world.client.sync_guild(world.guild_id)

    monkeypatch.setattr(world.client.tree, "sync", slowly)
    await switch_after_switch(switch)
    assert listed[-1] is ("power" not in (await world.app.spaces.main(world.guild_id)).cogs_off)


class Switch(Protocol):
    """Turns a part on or off."""

    def __call__(self, *, on: bool) -> Coroutine[Any, Any, None]: ...


async def switch_after_switch(switch: Switch) -> None:
    """The first is still telling Discord when the second comes."""
    first = asyncio.create_task(switch(on=False))
    await asyncio.sleep(0.02)
    await asyncio.gather(first, switch(on=True))


async def test_a_part_that_went_off_is_refused_in_words_where_discord_still_shows_it(world: World) -> None:
    alice = await world.member("alice")
    await world.configure(cogs_off=frozenset({"power"}))
    world.client._off.clear()
    assert "turned off" in said(await alice.slash(world.general, "power"))


async def test_a_restart_gives_the_guild_its_commands_again(world: World) -> None:
    alice = await world.member("alice")
    before = alice.available_commands(world.general)
    await world.restart()
    assert alice.available_commands(world.general) == before
    assert said(await alice.slash(world.general, "power"))


async def test_a_guild_that_refuses_commands_does_not_stop_the_others(
    env: simcord.Env, caplog: pytest.LogCaptureFixture
) -> None:
    env.inject_error("PUT", "/applications/*/guilds/*/commands", status=403, code=50001)
    env.create_guild("closed")
    await env.settle()
    second = env.create_guild("open")
    await env.settle()
    alice = second.add_member(env.create_user("alice"))
    assert alice.available_commands(second.create_text_channel("general"))
    assert "did not get its commands" in caplog.text


async def test_a_guild_whose_commands_must_wait_for_long_is_named_in_a_line(
    env: simcord.Env, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wait(*_: object, **__: object) -> Never:
        raise discord.RateLimited(3_600)

    with monkeypatch.context() as patched:
        patched.setattr(env.bot.http, "bulk_upsert_guild_commands", wait)
        guild = env.create_guild("busy")
        await env.settle()
    (record,) = [one for one in caplog.records if "did not get its commands" in one.getMessage()]
    assert (record.levelname, record.exc_info) == ("WARNING", None)
    assert isinstance(env.bot, Folkmoot)
    await env.bot.on_guild_available(present(env.bot.get_guild(guild.id)))
    alice = guild.add_member(env.create_user("alice"))
    assert alice.available_commands(guild.create_text_channel("general"))


@pytest.mark.parametrize(
    "failure", [aiohttp.ServerDisconnectedError(), TimeoutError(), discord.RateLimited(0.01), ConnectionResetError()]
)
async def test_a_guild_that_did_not_get_its_commands_gets_them_by_itself_later(
    env: simcord.Env, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    monkeypatch.setattr(client_module, "AGAIN", 0.01)
    put, done = env.bot.http.bulk_upsert_guild_commands, asyncio.Event()
    tried: list[object] = []

    async def lost(*args: Any, **how: Any) -> object:
        tried.append(args)
        if len(tried) < 3:
            raise failure
        answer = await put(*args, **how)
        done.set()
        return answer

    monkeypatch.setattr(env.bot.http, "bulk_upsert_guild_commands", lost)
    guild = env.create_guild("unlucky")
    await env.settle()
    async with asyncio.timeout(10):
        await done.wait()
    await env.settle()
    alice = guild.add_member(env.create_user("alice"))
    assert alice.available_commands(guild.create_text_channel("general"))
    assert len(tried) == 3
    assert all(record.exc_info is None for record in caplog.records if record.name == "bot.client.discord_client")
