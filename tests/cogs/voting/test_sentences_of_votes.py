"""Voting by every system in a language that nobody speaks: no sentence of panels, receipts and lists stays English."""

from __future__ import annotations

import pytest

from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Assurance, Rules
from bot.domain.shared.types import MemberId
from bot.domain.spaces.space import DAY
from bot.domain.voting import SYSTEMS, VotingType
from tests.cogs.answers import answer
from tests.cogs.conftest import World, parts
from tests.cogs.made_up_language import says_nothing_english, spoken, spoken_in_full

__all__ = ["spoken"]
CHOICES = ("Mice", "Yeast", "Worms")
SIX = ("Mice", "Yeast", "Worms", "Vault", "Savings", "dan")
MARKS = {
    "basic": 1,
    "single-choice": 2,
    "approval": (1, 3),
    "weighted": (1, 2, 1),
    "quadratic": (4, 0, 1),
    "ranked-choice": (2, 3, 1),
    "copeland": (2, 3, 1),
    "schulze": (2, 3),
    "star": (5, 0, 3),
}
TYPED = {"weighted", "quadratic", "ranked-choice", "copeland", "schulze", "star"}


def test_every_system_is_walked_through() -> None:
    assert set(MARKS) == set(SYSTEMS)


async def _open(world: World, voting: VotingType, choices: tuple[str, ...] = CHOICES) -> Proposal:
    author = await world.member("author", 50, researcher=True)
    if voting == "basic":
        return await world.open_proposal(author)
    return await world.open_proposal(author, voting=voting, choices=choices)


@pytest.mark.parametrize("voting", MARKS)
async def test_a_vote_its_receipt_and_what_there_is_to_read(world: World, voting: VotingType) -> None:
    ada, bob = await world.member("ada", 5), await world.member("bob")
    proposal = await _open(world, voting)
    card = world.card(proposal)
    says_nothing_english(card)
    for name in ("rules", "power"):
        spoken_in_full(await bob.click(card, custom_id=f"{name}:{proposal.id}"))
    spoken_in_full(await ada.slash(world.general, "vote status", proposal=1))
    for mark in (MARKS[voting], MARKS[voting]):
        await world.app.voting.cast(world.guild_id, proposal.id, MemberId(ada.id), mark)
    spoken_in_full(status := await ada.slash(world.general, "vote status", proposal=1))
    spoken_in_full(form := await ada.click(answer(status).message, custom_id=f"reason:{proposal.id}"))
    spoken_in_full(await ada.submit_modal(form, {"reason": "because"}))
    await world.sweep()
    (thread,) = world.proposals.threads
    for message in thread.history():
        says_nothing_english(message)
    if voting in {"ranked-choice", "star", "copeland", "schulze"}:
        spoken_in_full(await bob.click(world.card(proposal), custom_id=f"details:{proposal.id}"))
    spoken_in_full(asked := await ada.slash(world.general, "vote recuse", proposal=1))
    recuse = next(str(part["custom_id"]) for part in parts(answer(asked).components) if part.get("custom_id"))
    spoken_in_full(await ada.click(answer(asked).message, custom_id=recuse))
    spoken_in_full(await ada.slash(world.general, "vote status", proposal=1))
    await world.later(3 * DAY + 120)
    await world.sweep()
    spoken_in_full(await ada.slash(world.general, "vote status", proposal=1))


@pytest.mark.parametrize("voting", sorted(TYPED))
@pytest.mark.parametrize("choices", [CHOICES, SIX])
async def test_ballots_that_are_made_step_by_step_or_typed(
    world: World, voting: VotingType, choices: tuple[str, ...]
) -> None:
    ada = await world.member("ada", 5)
    proposal = await _open(world, voting, choices)
    card = world.card(proposal)
    ids = [
        str(part["custom_id"]) for part in parts([one.to_dict() for one in card.components]) if part.get("custom_id")
    ]
    if f"panel:{proposal.id}" in ids:
        panel = await ada.click(card, custom_id=f"panel:{proposal.id}")
        spoken_in_full(panel)
        step = next(part for part in parts(answer(panel).components) if part.get("custom_id"))
        if "options" in step:
            value = [str(step["options"][1]["value"])]
            spoken_in_full(await ada.select(answer(panel), value, custom_id=str(step["custom_id"])))
        else:
            spoken_in_full(await ada.click(answer(panel), custom_id=str(step["custom_id"])))
    spoken_in_full(form := await ada.click(card, custom_id=f"type:{proposal.id}"))
    fields = [row["component"]["custom_id"] for row in (form.modal or {})["components"] if "component" in row]
    spoken_in_full(await ada.submit_modal(form, dict.fromkeys(fields, "xyz 99")))


async def test_a_ballot_that_a_wallet_signs_and_a_receipt_file(world: World) -> None:
    await world.configure(rules={None: Rules(assurance=Assurance.SIGNED)})
    ada = await world.member("ada", 5)
    proposal = await _open(world, "basic")
    spoken_in_full(await ada.click(world.card(proposal), custom_id=f"vote:{proposal.id}:1"))
    spoken_in_full(await ada.slash(world.general, "vote receipt", proposal=1))
