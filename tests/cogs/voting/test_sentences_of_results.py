"""Results by every system in a language that nobody speaks: no sentence of them or behind their buttons is English."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.domain.shared.types import MemberId
from bot.domain.spaces.space import DAY
from bot.domain.voting import Mark, VotingType
from tests.cogs.answers import text_of
from tests.cogs.conftest import World, parts
from tests.cogs.made_up_language import says_nothing_english, spoken, spoken_in_full

__all__ = ["spoken"]
CHOICES = ("Mice", "Yeast", "Worms", "Vault")
CYCLE = [((1, 2, 3, 4), 4), ((2, 3, 1, 4), 3), ((3, 1, 2, 4), 3)]
VOTES: list[tuple[VotingType, Sequence[tuple[Mark, int]]]] = [
    ("basic", [(1, 5), (2, 3)]),
    ("basic", [(1, 5), (2, 5)]),
    ("single-choice", [(2, 5), (1, 3)]),
    ("single-choice", [(2, 5), (1, 5)]),
    ("approval", [((1, 3), 5), ((3,), 2)]),
    ("weighted", [((1, 2, 1, 0), 5)]),
    ("quadratic", [((4, 0, 1, 0), 5)]),
    ("quadratic", [((1, 1, 0, 0), 5)]),
    ("ranked-choice", [((2, 3, 1, 4), 5)]),
    ("ranked-choice", [((1, 2, 3, 4), 5), ((3, 2, 1, 4), 4), ((2, 1, 3, 4), 1), ((4, 1, 2, 3), 1)]),
    ("ranked-choice", [((1, 2, 3, 4), 5), ((3, 2, 1, 4), 5)]),
    ("ranked-choice", [((1, 2, 3, 4), 4), ((2, 1, 3, 4), 2), ((3, 1, 2, 4), 2), ((4, 3, 1, 2), 1)]),
    ("copeland", [((2, 3, 1, 4), 5)]),
    ("copeland", CYCLE),
    ("copeland", [((1, 2, 3, 4), 5), ((2, 1, 3, 4), 5)]),
    ("schulze", [((2, 3, 1, 4), 5)]),
    ("schulze", CYCLE),
    ("schulze", [((1, 2, 3, 4), 5), ((2, 1, 3, 4), 5)]),
    ("star", [((5, 0, 3, 0), 5), ((0, 5, 0, 0), 2)]),
    ("star", [((5, 3, 3, 0), 5), ((0, 4, 4, 0), 3)]),
    ("star", [((5, 0, 0, 0), 5), ((0, 5, 0, 0), 5)]),
]
"""Ballots that are decided, tied, and settled by each rule that a result names."""


@pytest.mark.parametrize(("voting", "votes"), VOTES)
async def test_a_result_and_what_is_behind_its_buttons(
    world: World, voting: VotingType, votes: Sequence[tuple[Mark, int]]
) -> None:
    author = await world.member("author", 50, researcher=True)
    voters = [await world.member(f"member{at}", tokens) for at, (_mark, tokens) in enumerate(votes)]
    choices = ("For", "Against", "Abstain") if voting == "basic" else CHOICES
    proposal = await world.open_proposal(author, voting=voting, choices=choices)
    for voter, (mark, _tokens) in zip(voters, votes, strict=True):
        await world.app.voting.cast(world.guild_id, proposal.id, MemberId(voter.id), mark)
    await world.later(3 * DAY + 120)
    await world.sweep()
    (result,) = [one for one in world.announcements.history() if "#1" in text_of(one)][-1:]
    says_nothing_english(result)
    says_nothing_english(world.card(proposal))
    ids = [
        str(part["custom_id"]) for part in parts([one.to_dict() for one in result.components]) if part.get("custom_id")
    ]
    assert {one.partition(":")[0] for one in ids} >= {"rules", "proof", "voters"}
    for one in ids:
        spoken_in_full(await author.click(result, custom_id=one))
