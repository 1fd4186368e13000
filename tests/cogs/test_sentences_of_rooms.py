"""Wallets, power, delegations, campaigns and treasuries in a language that nobody speaks: no sentence stays English."""

from __future__ import annotations

import pytest
import simcord

from bot.domain.announcements.announcement import Topic
from cogs.wallets.wallet_cards import moved_away_card
from tests.builders import ONE, TOKEN, TREASURY, an_address, an_announcement
from tests.cogs.answers import answer, embed_text, text_of
from tests.cogs.conftest import World, parts
from tests.cogs.made_up_language import english, says_nothing_english, spoken, spoken_in_full

__all__ = ["spoken"]


def test_words_that_are_not_translated_are_found() -> None:
    assert english("⟦Yóú hávé⟧ 5 VITA `code` /power <@5>") == []
    assert english("⟦Yóú hávé⟧ nothing") == ["nothing"]
    assert english("/proposal new shows more, /config voting period:1d") == ["shows", "more"]


async def test_linking_a_wallet(world: World) -> None:
    dan = await world.member("dan")
    spoken_in_full(await dan.slash(world.general, "wallet list"))
    spoken_in_full(asked := await dan.slash(world.general, "wallet link", address=f"0x{'ab' * 20}"))
    spoken_in_full(await dan.click(answer(asked).message, custom_id=_first_id(asked)))
    listed = await dan.slash(world.general, "wallet list")
    spoken_in_full(await dan.click(answer(listed).message, custom_id=_first_id(listed)))
    address = await world.link(dan, 9_001, 5)
    spoken_in_full(await dan.slash(world.general, "wallet list"))
    spoken_in_full(await dan.slash(world.general, "wallet label", address=address, label="Vault"))
    spoken_in_full(await dan.slash(world.general, "wallet primary", address=address))
    spoken_in_full(asked := await dan.slash(world.general, "wallet unlink", address=address))
    await dan.click(answer(asked).message, custom_id=_first_id(asked))
    spoken_in_full(asked)


async def test_a_vote_without_a_wallet(world: World) -> None:
    ada, dan = await world.member("ada", 5_000, researcher=True), await world.member("dan")
    proposal = await world.open_proposal(ada)
    refused = await dan.click(world.card(proposal), custom_id=f"vote:{proposal.id}:1")
    spoken_in_full(refused)
    await world.link(dan, 9_001, 5)
    await dan.click(answer(refused).message, custom_id=_first_id(refused))
    spoken_in_full(refused)


async def test_power(world: World) -> None:
    ada, dan = await world.member("ada", 5_000, researcher=True), await world.member("dan")
    proposal = await world.open_proposal(ada)
    for member in (ada, dan):
        spoken_in_full(await member.slash(world.general, "power"))
        spoken_in_full(await member.slash(world.general, "power", proposal=proposal.number))
        spoken_in_full(await member.click(world.card(proposal), custom_id=f"power:{proposal.id}"))
    await world.link(dan, 9_001, 0)
    spoken_in_full(await dan.slash(world.general, "power"))


async def test_delegations(world: World) -> None:
    ada, dan = await world.member("ada", 5), await world.member("dan")
    spoken_in_full(await dan.slash(world.general, "delegate show"))
    spoken_in_full(await dan.slash(world.general, "delegate clear"))
    spoken_in_full(await dan.slash(world.general, "delegate set", member=ada))
    spoken_in_full(await dan.slash(world.general, "delegate set", member=ada, type="basic", until="90 days"))
    spoken_in_full(await dan.slash(world.general, "delegate show"))
    spoken_in_full(await ada.slash(world.general, "delegate show"))
    spoken_in_full(await ada.slash(world.general, "power"))
    spoken_in_full(await dan.slash(world.general, "delegate clear"))


async def test_campaigns_and_treasuries(world: World) -> None:
    mona = world.moderator
    spoken_in_full(await mona.slash(world.general, "campaign list"))
    spoken_in_full(await mona.slash(world.general, "treasury view"))
    options = {"title": "A mouse study", "treasury": TREASURY, "token": TOKEN}
    spoken_in_full(form := await mona.slash(world.general, "campaign new", **options))
    spoken_in_full(await mona.submit_modal(form, {"targets": "Ethics approval: 100\nFirst 40 volunteers: 1.5k"}))
    spoken_in_full(await mona.slash(world.general, "campaign view", campaign="1"))
    spoken_in_full(await mona.slash(world.general, "campaign list"))
    watched = {"treasury": TREASURY, "label": "Savings", "token": TOKEN}
    spoken_in_full(await mona.slash(world.general, "treasury watch", **watched))
    spoken_in_full(await mona.slash(world.general, "treasury view"))
    world.chain.give(TREASURY, 120 * ONE)
    await world.sweep()
    await world.sweep()
    (message,) = world.announcements.history()
    says_nothing_english(message)
    spoken_in_full(await mona.slash(world.general, "treasury unwatch", treasury="Savings"))


@pytest.mark.parametrize("left", [True, False])
async def test_a_milestone_that_was_not_reached_after_all(world: World, left: bool) -> None:
    mona = world.moderator
    form = await mona.slash(world.general, "campaign new", title="A mouse study", treasury=TREASURY, token=TOKEN)
    await mona.submit_modal(form, {"targets": "Ethics approval: 100"})
    world.chain.give(TREASURY, 120 * ONE)
    at = world.chain.head.number
    await world.sweep()
    if left:
        world.chain.reorganise(at)
    else:
        world.chain._balances[TOKEN, TREASURY] = [(at, 7 * ONE)]
    await world.sweep()
    await world.sweep()
    (message,) = world.announcements.history()
    assert "Córréctéd" in text_of(message)
    says_nothing_english(message)


@pytest.mark.parametrize("guild", ["Methuselah Commons", None])
def test_a_wallet_that_moved_away(guild: str | None) -> None:
    told = moved_away_card(an_announcement(Topic.WALLET_MOVED, facts={"wallet": an_address()}), guild)
    assert english(embed_text(told)) == []


def _first_id(result: simcord.InteractionResult) -> str:
    return next(str(part["custom_id"]) for part in parts(answer(result).components) if part.get("custom_id"))
