"""The log, results as files and one's own data in a language that nobody speaks: no sentence stays English."""

from __future__ import annotations

import discord
import pytest
import simcord

from bot.domain.shared.types import MemberId
from bot.domain.spaces.space import DAY
from tests.cogs.answers import answer, is_told
from tests.cogs.conftest import World, parts
from tests.cogs.made_up_language import says_nothing_english, spoken, spoken_in_full

__all__ = ["spoken"]


async def _pressed_through(
    world: World, member: simcord.MemberActor, shown: simcord.InteractionResult
) -> list[simcord.InteractionResult]:
    """Press every button of an answer, one after another."""
    ids = [str(part["custom_id"]) for part in parts(answer(shown).components) if part.get("custom_id")]
    return [await member.click(answer(shown), custom_id=one) for one in ids]


async def test_the_log(world: World) -> None:
    mona = world.moderator
    await mona.slash(world.general, "config channels", audit=world.general)
    await world.sweep()
    await world.link(await world.member("dan"), 5, 10)
    await world.later(DAY)
    await world.sweep()
    for message in filter(is_told, world.general.history()):
        says_nothing_english(message)
    await world.open_proposal(await world.member("ada", 5_000, researcher=True))
    spoken_in_full(await mona.slash(world.general, "audit export"))
    spoken_in_full(await mona.slash(world.general, "audit export", after=10_000))
    await world.app.spaces.set_voting(world.guild_id, period=2 * DAY)
    spoken_in_full(await mona.slash(world.general, "audit verify"))
    spoken_in_full(await mona.slash(world.general, "audit verify", head="ab" * 32))
    await world.configure(voting_period=5 * DAY)
    spoken_in_full(await mona.slash(world.general, "audit verify"))


@pytest.mark.parametrize("limit", [None, 1_200])
async def test_a_result_as_files(world: World, monkeypatch: pytest.MonkeyPatch, limit: int | None) -> None:
    ada = await world.member("ada", 5_000, researcher=True)
    proposal = await world.open_proposal(ada)
    await world.app.voting.cast(world.guild_id, proposal.id, MemberId(ada.id), 1)
    await world.later(3 * DAY + 120)
    if limit is not None:
        monkeypatch.setattr(discord.Guild, "filesize_limit", limit)
    await world.sweep()
    await world.sweep()
    for message in world.announcements.history():
        says_nothing_english(message)
    spoken_in_full(shown := await ada.slash(world.general, "results", proposal=1))
    for handed in await _pressed_through(world, ada, shown):
        spoken_in_full(handed)
        if limit is not None:
            for part in await _pressed_through(world, ada, handed):
                spoken_in_full(part)
    spoken_in_full(await ada.slash(world.general, "vote receipt", proposal=1))


async def test_being_forgotten(world: World) -> None:
    ada = await world.member("ada", 5_000, researcher=True)
    proposal = await world.open_proposal(ada)
    await world.app.voting.cast(world.guild_id, proposal.id, MemberId(ada.id), 1)
    spoken_in_full(await ada.slash(world.general, "privacy export"))
    spoken_in_full(asked := await ada.slash(world.general, "privacy forget"))
    for done in await _pressed_through(world, ada, asked):
        spoken_in_full(done)
    await world.sweep()
    says_nothing_english(world.card(proposal))
