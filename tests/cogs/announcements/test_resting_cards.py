"""A card that Discord lets nobody change now is changed later: none says for ever what was."""

from __future__ import annotations

from typing import Never

import discord
import pytest

from bot.services.proposals.proposal_cards import FIRST_REST
from tests.cogs.answers import refusal, text_of
from tests.cogs.conftest import World

REFUSALS = [(429, 30046, discord.HTTPException), (403, 50013, discord.Forbidden), (400, 50035, discord.HTTPException)]
"""Too many edits of old messages, a permission that was taken away, and what Discord does not like."""


@pytest.mark.parametrize(("status", "code", "kind"), REFUSALS, ids=["old", "forbidden", "disliked"])
async def test_a_card_that_could_not_be_changed_rests_and_is_changed_later(
    world: World, monkeypatch: pytest.MonkeyPatch, status: int, code: int, kind: type[discord.HTTPException]
) -> None:
    proposal = await world.open_proposal(await world.member("ada", 5, researcher=True))
    asked = 0

    async def refused(*_: object, **__: object) -> Never:
        nonlocal asked
        asked += 1
        raise kind(refusal(status, "No"), {"code": code, "message": "No"})

    with monkeypatch.context() as patched:
        patched.setattr(world.client.http, "edit_message", refused)
        await world.app.voting.cast(world.guild_id, proposal.id, proposal.author, 1)
        for _ in range(4):
            await world.sweep(FIRST_REST // 5)
        assert asked == 1
        await world.sweep(FIRST_REST)
        await world.sweep(FIRST_REST)  # it rests twice as long now
        assert asked == 2
    await world.sweep(FIRST_REST)
    assert "1 wallet voted" in text_of(world.card(proposal))
    assert await world.app.cards.stale(0) == []
