"""Ranking, weighing and giving stars step by step, as members do it on a proposal's card."""

from __future__ import annotations

from dataclasses import replace

import discord
import pytest
import simcord

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import ChainFault, NotFound
from bot.domain.shared.types import MemberId, MessageId, Timestamp
from bot.domain.spaces.space import DAY
from bot.domain.voting import PLAIN, Mark, Options, VotingType
from cogs.voting.panel_state import PanelState, base36
from tests.cogs.answers import answer, buttons, menus, present
from tests.cogs.conftest import World, labels, parts, said

SPECIES = ("Mice", "Yeast", "Worms")
TWENTY = tuple(f"Laboratory {number}" for number in range(1, 21))
RANKED: tuple[VotingType, ...] = ("ranked-choice", "copeland", "schulze")


def _buttons(result: simcord.InteractionResult) -> dict[str | None, discord.Button]:
    """The buttons below an answer, by label."""
    return {button.label: button for button in buttons(answer(result).message)}


def _menus(result: simcord.InteractionResult) -> list[discord.SelectMenu]:
    """The menus below an answer, in order."""
    return menus(answer(result).message)


def _menu(result: simcord.InteractionResult, place: int = 0) -> str:
    return present(_menus(result)[place].custom_id)


def _value(result: simcord.InteractionResult, place: int, amount: int) -> str:
    """The value by which a menu offers an amount for its choice, and which no other menu has."""
    found = _menus(result)
    (value,) = [option.value for option in found[place].options if option.value.split(":")[0] == str(amount)]
    assert sum(option.value == value for menu in found for option in menu.options) == 1
    return value


async def _marks(world: World, proposal: Proposal) -> list[Mark]:
    async with world.app.store.read() as repos:
        return [ballot.mark for ballot in await repos.ballots.in_force(proposal.id)]


async def _opened(
    world: World, voting: VotingType, choices: tuple[str, ...], label: str
) -> tuple[simcord.MemberActor, Proposal, simcord.InteractionResult]:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada, voting=voting, choices=choices)
    panel = await ada.click(world.card(proposal), label=label)
    assert panel.ephemeral
    return ada, proposal, panel


@pytest.mark.parametrize("voting", RANKED)
async def test_of_two_choices_one_press_ranks_both(world: World, voting: VotingType) -> None:
    ada, proposal, panel = await _opened(world, voting, ("Mice", "Yeast"), "Rank the choices")
    assert _buttons(panel)["Cast this vote"].disabled
    panel = await ada.click(answer(panel), label="2. Yeast")
    if voting == "schulze":
        assert "Not ranked yet (1)" in said(panel)
        panel = await ada.click(answer(panel), label="1. Mice")
    assert "**1st:** Yeast (choice 2)\n**2nd:** Mice (choice 1)" in said(panel)
    assert not await _marks(world, proposal)
    receipt = await ada.click(answer(panel), label="Cast this vote")
    assert "Recorded: **1st Yeast and 2nd Mice**, with 5 VITA of power." in said(receipt)
    assert labels(answer(receipt)) == ["Give a reason", "My power"]
    assert await _marks(world, proposal) == [(2, 1)]


@pytest.mark.parametrize("voting", RANKED)
async def test_twenty_choices_are_ranked_by_a_menu_that_offers_those_left(world: World, voting: VotingType) -> None:
    ada, proposal, panel = await _opened(world, voting, TWENTY, "Rank the choices")
    for place, choice in enumerate((20, 3, 11), start=1):
        (menu,) = _menus(panel)
        assert len(menu.options) == 21 - place
        panel = await ada.select(answer(panel), [str(choice)], custom_id=_menu(panel))
    assert [menu.placeholder for menu in _menus(panel)] == ["Choose your 4th choice"]
    assert "**2nd:** Laboratory 3 (choice 3)" in said(panel)
    if voting == "schulze":
        assert "Add the rest as listed" not in _buttons(panel)
        expected: tuple[int, ...] = (20, 3, 11)
    else:
        assert _buttons(panel)["Cast this vote"].disabled
        assert "rank every choice" in said(panel)
        panel = await ada.click(answer(panel), label="Add the rest as listed")
        expected = (20, 3, 11, *(n for n in range(1, 20) if n not in (3, 11)))
    await ada.click(answer(panel), label="Cast this vote")
    assert await _marks(world, proposal) == [expected]


async def test_undo_takes_back_the_last_and_the_one_that_followed_by_itself(world: World) -> None:
    ada, _, panel = await _opened(world, "ranked-choice", SPECIES, "Rank the choices")
    panel = await ada.click(answer(panel), label="3. Worms")
    panel = await ada.click(answer(panel), label="1. Mice")
    assert "**3rd:** Yeast" in said(panel)
    panel = await ada.click(answer(panel), label="Undo the last")
    assert "**1st:** Worms" in said(panel)
    assert "Not ranked yet (2)" in said(panel)
    panel = await ada.click(answer(panel), label="Start over")
    assert "Nothing is ranked yet." in said(panel)


@pytest.mark.parametrize("choices", [("Mice", "Yeast"), TWENTY])
async def test_stars_are_given_four_choices_at_a_time(world: World, choices: tuple[str, ...]) -> None:
    ada, proposal, panel = await _opened(world, "star", choices, "Give stars")
    begun = _value(panel, 1, 4)
    panel = await ada.select(answer(panel), [begun], custom_id=_menu(panel, 1))
    assert _value(panel, 1, 4) != begun
    assert "**4 stars**" in said(panel)
    expected = [0, 4] + [0] * (len(choices) - 2)
    if len(choices) > 4:
        for _ in range(4):
            panel = await ada.click(answer(panel), label="Next")
        assert _buttons(panel)["Next"].disabled
        panel = await ada.select(answer(panel), [_value(panel, 3, 5)], custom_id=_menu(panel, 3))
        assert "Laboratory 20: **5 stars**" in said(panel)
        assert "choices 17 to 20." in said(panel)
        expected[19] = 5
    receipt = await ada.click(answer(panel), label="Cast this vote")
    assert "4 stars" in said(receipt)
    assert await _marks(world, proposal) == [tuple(expected)]


@pytest.mark.parametrize("voting", ["weighted", "quadratic"])
async def test_of_twenty_choices_one_gets_its_weight_after_the_other(world: World, voting: VotingType) -> None:
    ada, proposal, panel = await _opened(world, voting, TWENTY, "Give weights")
    assert _buttons(panel)["Cast this vote"].disabled
    for choice, weight in ((7, 50), (20, 30)):
        panel = await ada.select(answer(panel), [str(choice)], custom_id=_menu(panel))
        panel = await ada.select(answer(panel), [_value(panel, 1, weight)], custom_id=_menu(panel, 1))
    assert "7\\. Laboratory 7: **weight 50**, 62.5 % of your power" in said(panel)
    receipt = await ada.click(answer(panel), label="Cast this vote")
    assert "Recorded: **62.5 % Laboratory 7 and 37.5 % Laboratory 20**" in said(receipt)
    assert await _marks(world, proposal) == [tuple({7: 50, 20: 30}.get(n, 0) for n in range(1, 21))]


async def test_a_panel_goes_on_after_a_restart(world: World) -> None:
    ada, proposal, panel = await _opened(world, "ranked-choice", SPECIES, "Rank the choices")
    panel = await ada.click(answer(panel), label="3. Worms")
    await world.restart()
    panel = await ada.click(answer(panel), label="2. Yeast")
    await world.restart()
    assert "Recorded" in said(await ada.click(answer(panel), label="Cast this vote"))
    assert await _marks(world, proposal) == [(3, 2, 1)]


async def test_another_members_panel_does_nothing_and_says_so(world: World) -> None:
    _, proposal, panel = await _opened(world, "ranked-choice", ("Mice", "Yeast"), "Rank the choices")
    eve = await world.member("eve", 50)
    copy = await world.channel(world.general).send(view=_view_of(answer(panel).message))
    refused = said(await eve.click(copy, label="2. Yeast"))
    assert "another member's" in refused
    assert "Nothing was changed" in refused
    await eve.click(copy, label="Type it instead")
    assert not await _marks(world, proposal)


def _view_of(message: discord.Message) -> discord.ui.LayoutView:
    return discord.ui.LayoutView.from_message(message, timeout=None)


async def test_a_second_press_on_the_same_button_is_harmless(world: World) -> None:
    ada, proposal, first = await _opened(world, "ranked-choice", SPECIES, "Rank the choices")
    stale = world.env.backend.get_message(answer(first).channel_id, answer(first).id)
    before = [dict(row) for row in stale.components]
    await ada.click(answer(first), label="3. Worms")
    stale.components = before
    panel = await ada.click(answer(first), label="3. Worms")
    assert "**1st:** Worms (choice 3)" in said(panel)
    assert "Not ranked yet (2)" in said(panel)
    panel = await ada.click(answer(panel), label="1. Mice")
    ready = [dict(row) for row in stale.components]
    await ada.click(answer(panel), label="Cast this vote")
    stale.components = ready
    again = await ada.click(answer(panel), label="Cast this vote")
    assert "confirms your earlier vote" in said(again)
    assert await _marks(world, proposal) == [(3, 1, 2)]


async def test_a_panel_of_a_vote_that_is_over_says_so_and_keeps_what_was_chosen(world: World) -> None:
    ada, proposal, panel = await _opened(world, "ranked-choice", SPECIES, "Rank the choices")
    panel = await ada.click(answer(panel), label="3. Worms")
    panel = await ada.click(answer(panel), label="1. Mice")
    await world.later(3 * DAY + 1)
    for label in ("Cast this vote",):
        late = await ada.click(answer(panel), label=label)
        assert "ended <t:" in said(late)
        assert "**1st:** Worms" in said(late)
        assert not _buttons(late)
    assert not await _marks(world, proposal)
    assert "ended <t:" in said(await ada.click(world.card(proposal), label="Rank the choices"))


async def test_a_step_in_a_vote_that_is_over_says_so(world: World) -> None:
    ada, _, panel = await _opened(world, "ranked-choice", SPECIES, "Rank the choices")
    await world.later(3 * DAY + 1)
    late = await ada.click(answer(panel), label="Type it instead")
    assert late.modal is None
    assert "ended <t:" in said(late)


@pytest.mark.parametrize(
    ("voting", "choices", "label", "mark", "shown"),
    [
        ("ranked-choice", SPECIES, "Rank the choices", (3, 1, 2), "**1st:** Worms (choice 3)\n**2nd:** Mice"),
        ("star", SPECIES, "Give stars", (0, 5, 2), "2\\. Yeast: **5 stars**"),
        ("weighted", TWENTY, "Give weights", (0, 3, *(0,) * 17, 1), "2\\. Laboratory 2: **weight 3**, 75 %"),
        ("weighted", TWENTY, "Give weights", (0, 9000, *(0,) * 17, 3000), "2\\. Laboratory 2: **weight 3**, 75 %"),
    ],
)
async def test_a_panel_begins_with_the_vote_that_counts(
    world: World, voting: VotingType, choices: tuple[str, ...], label: str, mark: Mark, shown: str
) -> None:
    ada, proposal, _ = await _opened(world, voting, choices, label)
    await world.app.voting.cast(world.guild_id, proposal.id, MemberId(ada.id), mark)
    panel = await ada.click(world.card(proposal), label=label)
    assert "your vote as it is recorded" in said(panel)
    assert shown in said(panel)


async def test_nothing_is_lost_when_the_chain_does_not_answer(world: World) -> None:
    ada, proposal, panel = await _opened(world, "ranked-choice", ("Mice", "Yeast"), "Rank the choices")
    panel = await ada.click(answer(panel), label="2. Yeast")
    await world.link(ada, 2_000, 7)  # whose power is not known yet
    world.chain.down = ChainFault.UNREACHABLE
    refused = await ada.click(answer(panel), label="Cast this vote")
    assert "could not be read just now" in said(refused)
    assert "**1st:** Yeast" in said(refused)
    world.chain.down = None
    await ada.click(answer(refused), label="Cast this vote")
    assert await _marks(world, proposal) == [(2, 1)]


@pytest.mark.parametrize("marks", ["11", "9", "zz1", "1z"])
async def test_a_forged_panel_is_refused_in_words(world: World, marks: str) -> None:
    ada, proposal, panel = await _opened(world, "ranked-choice", SPECIES, "Rank the choices")
    stored = world.env.backend.get_message(answer(panel).channel_id, answer(panel).id)
    (button,) = [part for part in parts(stored.components) if part.get("custom_id", "").endswith(":add1")]
    button["custom_id"] = f"work:{proposal.id}:{base36(ada.id)}:{marks}:add1"
    assert "no ballot" in said(await ada.click(answer(panel), custom_id=button["custom_id"]))
    assert not await _marks(world, proposal)


@pytest.mark.parametrize("voting", ["weighted", "quadratic", *RANKED, "star"])
@pytest.mark.parametrize("choices", [2, 20, 25])
def test_what_is_chosen_fits_into_a_button_and_comes_back(voting: VotingType, choices: int) -> None:
    everything = tuple(range(choices, 0, -1)) if voting in RANKED else (1295 if voting != "star" else 5,) * choices
    steps = PanelState(voting=voting, choices=choices, marks=everything)
    assert PanelState.read(voting, choices, PLAIN, steps.write()) == steps
    assert len(f"work:{10**18 - 1}:{base36(2**64 - 1)}:{steps.write()}:clear") <= 100


def test_where_partial_rankings_are_allowed_nothing_follows_by_itself() -> None:
    steps = PanelState(voting="ranked-choice", choices=3, options=Options(partial=True)).ranked(2).ranked(1)
    assert steps.marks == (2, 1)
    assert steps.lacking() is None
    assert not steps.complete


def test_a_ballot_written_by_nobody_is_refused() -> None:
    with pytest.raises(NotFound):
        PanelState.read("star", 3, PLAIN, "12")


async def test_the_menus_say_in_words_what_they_set(world: World) -> None:
    _, _, panel = await _opened(world, "star", SPECIES, "Give stars")
    found = _menus(panel)
    assert found
    for menu in found:
        assert [option.label.split(":")[0] for option in menu.options] == [
            "5 stars",
            "4 stars",
            "3 stars",
            "2 stars",
            "1 star",
            "0 stars",
        ]
        assert (menu.placeholder or "").partition(" now for ")[2] in menu.options[0].label


@pytest.mark.parametrize("step", ["Cast this vote", "Type it instead", "Undo the last"])
async def test_a_panel_of_before_a_restored_backup_casts_nothing_on_the_proposal_that_has_its_id_now(
    world: World, step: str
) -> None:
    ada, proposal, panel = await _opened(world, "ranked-choice", ("Mice", "Yeast", "Worms"), "Rank the choices")
    for label in ("2. Yeast", "1. Mice"):
        panel = await ada.click(answer(panel), label=label)
    newer = discord.Object(answer(panel).message.id + (1 << 30))
    async with world.app.store.write() as repos:
        stored = present(await repos.proposals.get(proposal.id))
        later = Timestamp(int(newer.created_at.timestamp()) + 1)
        await repos.proposals.save(replace(stored, card=MessageId(newer.id), created_at=later, submitted_at=later))
        await repos.commit()
    told = said(await ada.click(answer(panel), label=step))
    assert "is of a proposal that I have no record of any more" in told
    assert await _marks(world, proposal) == []
