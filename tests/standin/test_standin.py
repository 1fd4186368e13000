"""The stand-in against a real discord.py bot in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from discord import Permissions

from tests.standin import BotProcess, Discord, NotPossibleError
from tests.standin.world import Channel, Guild, Member, Role

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord() as running:
        yield running


@pytest.fixture
def guild(discord: Discord) -> Guild:
    guild = discord.create_guild("DAO")
    discord.add_channel(guild, "general")
    return guild


@pytest.fixture
async def bot(discord: Discord, guild: Guild, tmp_path: Path) -> AsyncIterator[BotProcess]:
    env = {"API_BASE": discord.api_base, "GATEWAY_URL": discord.gateway_url, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.standin.tiny_bot", discord.token]
    async with BotProcess(command, env=env, log=tmp_path / "bot.log", cwd=ROOT) as process:
        await discord.until(lambda: guild.commands)
        yield process
        assert not discord.unknown, discord.unknown


def here(guild: Guild) -> Channel:
    return next(iter(guild.channels.values()))


async def test_a_bot_posts_edits_threads_and_reads_back(discord: Discord, guild: Guild, bot: BotProcess) -> None:
    answer = await discord.slash(guild, guild.owner, "tiny card", {"channel": here(guild), "nonce": "n"})
    assert (answer.text, answer.ephemeral) == ("posted, 1 there, True", True)
    assert answer.ack_ms is not None
    assert answer.ack_ms < 1000
    (card,) = here(guild).history
    assert card.text == "Hello again\nA card\nwith words\nWho: all"
    assert [version["content"] for version in card.versions] == ["Hello", "Hello again"]
    assert card.files == {"picture.png": b"picture"}
    (thread,) = (channel for channel in guild.channels.values() if channel.parent)
    assert (thread.id, thread.name, [each.text for each in thread.history]) == (card.id, "talk", ["first"])


async def test_a_button_answers_before_and_after_a_kill(discord: Discord, guild: Guild, bot: BotProcess) -> None:
    await discord.slash(guild, guild.owner, "tiny card", {"channel": here(guild), "nonce": "n"})
    (card,) = here(guild).history
    for member in (discord.add_member(guild, "ann"), discord.add_member(guild, "bob")):
        answer = await discord.press(card, "Yes", member)
        assert (answer.text, answer.ephemeral) == (f"{member.mention} pressed yes", True)
        await bot.kill()
        await discord.until(lambda: not discord.gateway.connected)
        await bot.start()
        await discord.until(lambda: discord.gateway.connected)
    assert discord.gateway.identified == 3
    with pytest.raises(NotPossibleError):
        await discord.press(card, "No", guild.owner)


async def test_a_modal_is_filled_in_by_label(discord: Discord, guild: Guild, bot: BotProcess) -> None:
    shown = await discord.slash(guild, guild.owner, "tiny form")
    answer = await discord.submit(shown, {"Name": "Ann", "Why": "because"})
    assert (answer.text, answer.ephemeral) == ("Ann: because", False)
    with pytest.raises(NotPossibleError):
        await discord.submit(shown, {"Name": "longer than ten"})


async def test_options_are_checked_and_completed(discord: Discord, guild: Guild, bot: BotProcess) -> None:
    offered = await discord.autocomplete(guild, guild.owner, "tiny say", {"word": "ho"}, "word")
    assert [each["value"] for each in offered] == ["ho", "hoho"]
    with pytest.raises(NotPossibleError):
        await discord.slash(guild, guild.owner, "tiny say", {"word": "ho"})


async def test_a_nonce_says_it_once_even_if_the_answer_is_lost(discord: Discord, guild: Guild, bot: BotProcess) -> None:
    lost = discord.fault("POST", r"/channels/\d+/messages$", status=502, after=True)
    first = await discord.slash(guild, guild.owner, "tiny say", {"channel": here(guild), "word": "once"})
    again = await discord.slash(guild, guild.owner, "tiny say", {"channel": here(guild), "word": "once"})
    (message,) = (each for each in here(guild).history if each.text == "once")
    assert lost.struck.is_set()
    assert first.text == again.text == f"said {message.id}"
    discord.nonce_window = -1
    await discord.slash(guild, guild.owner, "tiny say", {"channel": here(guild), "word": "once"})
    assert len([each for each in here(guild).history if each.text == "once"]) == 2


@pytest.mark.parametrize("how", [{"status": 429, "retry_after": 0.1}, {"delay": 0.3}], ids=["429", "late"])
async def test_a_passing_fault_is_survived(
    discord: Discord, guild: Guild, bot: BotProcess, how: dict[str, Any]
) -> None:
    discord.fault("POST", r"/channels/\d+/messages$", **how)
    answer = await discord.slash(guild, guild.owner, "tiny say", {"channel": here(guild), "word": "x"})
    assert answer.text.startswith("said")


async def test_a_connection_that_is_cut_and_a_missing_permission_reach_the_bot(
    discord: Discord, guild: Guild, bot: BotProcess
) -> None:
    discord.fault("POST", r"/channels/\d+/messages$", hang_up=True)
    cut = await discord.slash(guild, guild.owner, "tiny say", {"channel": here(guild), "word": "x"})
    here(guild).deny(guild.everyone, "send_messages")
    other = discord.add_channel(guild, "answers")
    here(guild).deny(discord.me(guild), "send_messages")
    words = {"channel": here(guild), "word": "x"}
    denied = await discord.slash(guild, guild.owner, "tiny say", words, channel=other)
    assert (cut.text, denied.text) == ("failed: ServerDisconnectedError", "failed: Forbidden")


async def test_an_answer_after_three_seconds_is_refused(discord: Discord, guild: Guild, bot: BotProcess) -> None:
    discord.ack_deadline = 0.1
    discord.fault("POST", "/callback$", delay=0.2)
    late = await discord.slash(guild, guild.owner, "tiny form", timeout=0)
    await discord.until(lambda: late.refused)
    assert (late.ack_ms, late.refused) == (None, [10062])


async def test_a_role_is_given_and_taken_below_the_bots_own_and_the_reason_is_kept(
    discord: Discord, guild: Guild, bot: BotProcess
) -> None:
    ann = discord.add_member(guild, "ann")
    low, high = discord.add_role(guild, "low"), discord.add_role(guild, "high", position=2)
    own = discord.me(guild).roles[0]

    async def ask(role: Role, member: Member = ann, *, give: bool = True) -> str:
        words = {"member": member, "role": role, "give": give}
        return (await discord.slash(guild, guild.owner, "tiny role", words)).text

    assert (await ask(low), ann.roles) == ("failed: 50013", [])
    discord.change_role(guild, own, permissions=own.permissions | Permissions(manage_roles=True).value)
    assert (await ask(low), await ask(low), ann.roles) == ("done", "done", [low])
    assert (await ask(high), ann.roles) == ("failed: 50013", [low])
    discord.change_role(guild, high, position=0)
    assert (await ask(high), await ask(low, give=False), ann.roles) == ("done", "done", [high])
    assert [(change.given, change.anew) for change in guild.changes] == [
        (True, True),
        (True, False),
        (True, True),
        (False, True),
    ]
    assert {change.reason for change in guild.changes} == {"because: ä"}
    discord.leave(ann)
    assert await ask(high) == "failed: 10007"
    discord.come_back(ann)
    guild.roles.remove(high)
    assert (await ask(high), ann.roles) == ("failed: 10011", [])


async def test_a_bot_resumes_and_misses_nothing(discord: Discord, guild: Guild, bot: BotProcess) -> None:
    await discord.gateway.close()
    answer = asyncio.create_task(discord.slash(guild, guild.owner, "tiny form"))
    assert (await answer).modal
    assert (discord.gateway.identified, discord.gateway.resumed) == (1, 1)


async def test_a_bot_comes_back_after_an_outage(discord: Discord, guild: Guild, bot: BotProcess) -> None:
    await discord.stop()
    await asyncio.sleep(0.2)
    await discord.start()
    await discord.until(lambda: discord.gateway.connected)
    assert (await discord.slash(guild, guild.owner, "tiny form")).modal


async def test_a_stranger_is_turned_away(discord: Discord, guild: Guild, tmp_path: Path) -> None:
    env = {"API_BASE": discord.api_base, "GATEWAY_URL": discord.gateway_url, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.standin.tiny_bot", "wrong"]
    async with BotProcess(command, env=env, log=tmp_path / "bot.log", cwd=ROOT) as process:
        assert process.process is not None
        assert await process.process.wait() != 0
        assert "LoginFailure" in process.output
