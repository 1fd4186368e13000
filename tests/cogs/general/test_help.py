"""What /help shows, to whom."""

from __future__ import annotations

from bot.domain.spaces.space import OPTIONAL_COGS
from cogs.general.help_cog import help_embed
from tests.builders import a_space, a_wallet
from tests.cogs.conftest import embed_text, fits, said


async def test_a_member_sees_what_members_can_do(world):
    alice = await world.member("alice")
    result = await alice.slash(world.general, "help")
    assert result.ephemeral
    fits(result.response.embeds[0])
    text = said(result)
    assert "**/wallet link**: Link a wallet by signing a text" in text
    assert "sign a text, which costs nothing" in text
    assert f"<#{world.proposals.id}>" in text
    assert "/config" not in text
    assert "**/campaign new**" not in text
    assert "**/treasury watch**" not in text
    assert "**/treasury view**" in text


async def test_a_moderator_sees_everything_that_is_registered(world):
    text = said(await world.moderator.slash(world.general, "help"))
    assert all(f"**/{name}**" in text for name in world.moderator.available_commands(world.general))


async def test_steps_that_are_done_are_said_to_be(world):
    alice = await world.member("alice", 5)
    assert "done: you have linked 1" in said(await alice.slash(world.general, "help"))


async def test_a_moderator_is_told_what_is_missing(world):
    await world.configure(strategies=(), proposals_channel=None)
    text = said(await world.moderator.slash(world.general, "help"))
    assert "what gives voting power: /config strategies" in text
    assert "the channel for proposals: /config channels" in text
    alice = await world.member("alice")
    assert "/config" not in said(await alice.slash(world.general, "help"))


def test_with_every_part_off_no_step_names_one():
    embed = help_embed(a_space(cogs_off=frozenset(OPTIONAL_COGS)), [], [("help", "Show")], moderator=False)
    assert "First steps" not in embed_text(embed)
    fits(help_embed(a_space(), [a_wallet()], [("x" * 32, "y" * 100)] * 60, moderator=True))
