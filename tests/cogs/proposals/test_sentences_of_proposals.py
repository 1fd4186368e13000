"""Proposing in a language that nobody speaks: no sentence of drafts, cards, lists and changes stays English."""

from __future__ import annotations

import pytest
import simcord

from bot.domain.shared.types import MemberId
from bot.domain.spaces.space import DAY
from tests.cogs.answers import answer, buttons
from tests.cogs.conftest import World, parts
from tests.cogs.made_up_language import says_nothing_english, spoken, spoken_in_full

__all__ = ["spoken"]
TYPED = {"title": "A mouse study", "summary": "", "body": "Fund the mouse study", "discussion": ""}


def _id(result: simcord.InteractionResult, end: str) -> str:
    ids = [str(part["custom_id"]) for part in parts(answer(result).components) if part.get("custom_id")]
    return next(one for one in ids if one.endswith(end))


async def _draft(world: World, ada: simcord.MemberActor, **options: str) -> simcord.InteractionResult:
    spoken_in_full(form := await ada.slash(world.general, "proposal new", **options))
    more = {"choices": "Mice\nYeast"} if options else {}
    spoken_in_full(draft := await ada.submit_modal(form, TYPED | more))
    return draft


async def test_from_a_draft_to_a_result(world: World) -> None:
    await world.configure(voting_delay=DAY)
    ada, bob = await world.member("ada", 5, researcher=True), await world.member("bob", 5)
    spoken_in_full(await bob.slash(world.general, "proposal list"))
    draft = await _draft(world, ada)
    await ada.click(answer(draft), custom_id=_id(draft, ":submit"))
    spoken_in_full(draft)
    await world.sweep()
    spoken_in_full(form := await ada.slash(world.general, "proposal edit", proposal=1))
    spoken_in_full(await ada.submit_modal(form, TYPED | {"body": "Twelve months of a rapamycin trial."}))
    await world.sweep()
    spoken_in_full(await bob.slash(world.general, "proposal history", proposal=1))
    await world.later(DAY + 60)
    await world.sweep()
    for state in ("open", "over", "upcoming"):
        spoken_in_full(await bob.slash(world.general, "proposal list", state=state))
    spoken_in_full(await bob.slash(world.general, "proposal view", proposal=1))
    (card,) = [message for message in world.proposals.history() if message.flags.components_v2][:1]
    (read,) = [one.custom_id for one in buttons(card) if (one.custom_id or "").startswith("read:1")]
    spoken_in_full(await bob.click(card, custom_id=read))
    spoken_in_full(await ada.slash(world.general, "proposal withdraw", proposal=1, reason="because"))
    await bob.click(card, custom_id="vote:1:1")
    await world.later(4 * DAY)
    await world.sweep()
    spoken_in_full(await bob.slash(world.general, "proposal list"))
    for channel in (world.proposals, world.announcements, *world.proposals.threads):
        for message in channel.history():
            says_nothing_english(message)


@pytest.mark.parametrize("step", ["withdraw", "delete"])
async def test_what_is_taken_back(world: World, step: str) -> None:
    if step == "withdraw":
        await world.configure(voting_delay=DAY)
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    if step == "delete":
        await world.app.voting.cast(world.guild_id, proposal.id, MemberId(ada.id), 1)
    taker = ada if step == "withdraw" else world.moderator
    spoken_in_full(asked := await taker.slash(world.general, f"proposal {step}", proposal=1, reason="because"))
    await taker.click(answer(asked), custom_id=_id(asked, f"{step}:{proposal.id}"))
    spoken_in_full(asked)
    await world.sweep()
    await world.sweep()
    for channel in (world.proposals, world.announcements, *world.proposals.threads):
        for message in channel.history():
            says_nothing_english(message)


async def test_drafts_that_are_refused_or_discarded(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    spoken_in_full(form := await ada.slash(world.general, "proposal new", type="ranked-choice"))
    spoken_in_full(await ada.submit_modal(form, TYPED | {"choices": "Mice"}))
    draft = await _draft(world, ada, type="ranked-choice")
    await ada.click(answer(draft), custom_id=_id(draft, ":discard"))
    spoken_in_full(draft)
