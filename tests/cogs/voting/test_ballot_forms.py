"""Ballots that are typed: rankings, weights and stars; what is refused says why and loses nothing."""

from __future__ import annotations

import re

import pytest
import simcord

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import ChainFault, InvalidInput
from bot.domain.shared.types import MemberId
from bot.domain.spaces.space import DAY
from bot.domain.voting import SYSTEMS, Mark, Options, VotingType
from bot.presentation.refusals.invalid_input import input_refusal
from cogs._shared.formatting import quoted
from cogs.voting.typed_ballots.marks import read_mark, write_mark
from tests.cogs.answers import answer, form_rows, present
from tests.cogs.conftest import World, labels, parts, said

SPECIES = ("Mice", "Yeast", "Worms")
FOUR = ("Mice", "Worms", "Yeast", "Apes")
TWENTY = tuple(f"Laboratory {number}" for number in range(1, 21))
RANKED: tuple[VotingType, ...] = ("ranked-choice", "copeland", "schulze")


async def _marks(world: World, proposal: Proposal) -> list[Mark]:
    async with world.app.store.read() as repos:
        return [ballot.mark for ballot in await repos.ballots.in_force(proposal.id)]


def _defaults(form: simcord.InteractionResult) -> list[str | None]:
    """What the fields of a form hold when it opens."""
    inner = [part["component"] for part in form_rows(form) if "component" in part]
    return [field.get("value") for field in inner]


async def _vote(world: World, voting: VotingType, choices: tuple[str, ...]) -> tuple[simcord.MemberActor, Proposal]:
    ada = await world.member("ada", 5, researcher=True)
    return ada, await world.open_proposal(ada, voting=voting, choices=choices)


@pytest.mark.parametrize("voting", RANKED)
@pytest.mark.parametrize(
    ("choices", "typed", "mark"),
    [
        (("Mice", "Yeast"), "2, 1", (2, 1)),
        (TWENTY, " ".join(str(n) for n in range(20, 0, -1)), tuple(range(20, 0, -1))),
    ],
)
async def test_a_typed_ranking_is_cast_at_once(
    world: World, voting: VotingType, choices: tuple[str, ...], typed: str, mark: Mark
) -> None:
    ada, proposal = await _vote(world, voting, choices)
    form = await ada.click(world.card(proposal), label="Type my vote")
    assert f"1\\. {choices[0]}" in form_rows(form)[0]["content"]
    receipt = await ada.submit_modal(form, {"ballot": typed})
    assert "Recorded: **1st " in said(receipt)
    assert receipt.ephemeral
    assert await _marks(world, proposal) == [mark]


@pytest.mark.parametrize("voting", ["weighted", "quadratic"])
async def test_few_choices_get_a_field_each(world: World, voting: VotingType) -> None:
    ada, proposal = await _vote(world, voting, ("Mice", "Yeast"))
    form = await ada.click(world.card(proposal), label="Give weights")
    assert [part["label"] for part in form_rows(form)] == ["1. Mice", "2. Yeast"]
    receipt = await ada.submit_modal(form, {"1": "50 %", "2": "30"})
    assert "Recorded: **62.5 % Mice and 37.5 % Yeast**" in said(receipt)
    assert await _marks(world, proposal) == [(50, 30)]
    again = await ada.click(world.card(proposal), label="Give weights")
    assert _defaults(again) == ["50", "30"]


@pytest.mark.parametrize("voting", ["weighted", "quadratic", "star"])
async def test_amounts_of_twenty_choices_are_typed_in_one_field(world: World, voting: VotingType) -> None:
    ada, proposal = await _vote(world, voting, TWENTY)
    form = await ada.click(world.card(proposal), label="Type my vote")
    await ada.submit_modal(form, {"ballot": "1: 5\n20: 3"})
    assert await _marks(world, proposal) == [(5, *(0,) * 18, 3)]
    again = await ada.click(world.card(proposal), label="Type my vote")
    assert _defaults(again) == ["1: 5\n20: 3"]


@pytest.mark.parametrize(
    ("voting", "typed", "why"),
    [
        ("ranked-choice", "3, 1", "names 2 of 3 choices"),
        ("ranked-choice", "3, 1, 3", "names choice 3 twice"),
        ("copeland", "1, 2, 4", "which is not a choice"),
        ("schulze", "Mice > Wurms", "“Wurms”, which is not a choice"),
        ("star", "1: 6", "from 0 to 5"),
        ("star", "1 five", "not a choice and a whole number"),
        ("star", "4: 1", "choice 4, which is not on the ballot"),
    ],
)
async def test_what_is_refused_comes_back_to_be_fixed(world: World, voting: VotingType, typed: str, why: str) -> None:
    ada, proposal = await _vote(world, voting, SPECIES)
    form = await ada.click(world.card(proposal), label="Type my vote")
    refused = await ada.submit_modal(form, {"ballot": typed})
    assert why in said(refused)
    assert "Next:" in said(refused)
    assert typed in said(refused)
    assert not await _marks(world, proposal)
    await world.restart()
    again = await ada.click(answer(refused), label="Fix it")
    assert _defaults(again) == [typed]
    right = "1: 5, 3: 2" if voting == "star" else "3, 1, 2"
    fixed = await ada.submit_modal(again, {"ballot": right})
    assert "Recorded" in said(fixed)
    assert labels(answer(fixed)) == ["Give a reason", "My power"]
    assert len(await _marks(world, proposal)) == 1


@pytest.mark.parametrize("typed", [{"1": "much", "2": "30"}, {"1": "0", "2": ""}, {"1": "-5", "2": "30"}])
async def test_weights_that_are_refused_come_back_field_by_field(world: World, typed: dict[str, str]) -> None:
    ada, proposal = await _vote(world, "weighted", ("Mice", "Yeast"))
    form = await ada.click(world.card(proposal), label="Give weights")
    refused = await ada.submit_modal(form, typed)
    assert "Nothing that you typed is lost" in said(refused)
    again = await ada.click(answer(refused), label="Fix it")
    assert [value or "" for value in _defaults(again)] == list(typed.values())
    await ada.submit_modal(again, {"1": "2", "2": "1"})
    assert await _marks(world, proposal) == [(2, 1)]


async def test_what_was_typed_survives_a_chain_that_does_not_answer(world: World) -> None:
    ada, proposal = await _vote(world, "ranked-choice", SPECIES)
    form = await ada.click(world.card(proposal), label="Type my vote")
    await world.link(ada, 2_000, 7)  # whose power is not known yet
    world.chain.down = ChainFault.UNREACHABLE
    refused = await ada.submit_modal(form, {"ballot": "3, 1, 2"})
    assert "could not be read just now" in said(refused)
    world.chain.down = None
    again = await ada.click(answer(refused), label="Try again")
    assert _defaults(again) == ["3, 1, 2"]


async def test_a_form_sent_after_the_end_says_so_and_shows_what_was_typed(world: World) -> None:
    ada, proposal = await _vote(world, "ranked-choice", SPECIES)
    form = await ada.click(world.card(proposal), label="Type my vote")
    await world.later(3 * DAY + 1)
    late = await ada.submit_modal(form, {"ballot": "3, 1, 2"})
    assert "ended <t:" in said(late)
    assert "3, 1, 2" in said(late)
    assert not answer(late).components
    assert not await _marks(world, proposal)


async def test_a_form_that_was_open_over_a_restart_gives_back_what_was_typed(world: World) -> None:
    ada, proposal = await _vote(world, "ranked-choice", SPECIES)
    form = await ada.click(world.card(proposal), label="Type my vote")
    await world.restart()
    lost = await ada.submit_modal(form, {"ballot": "3, 1, 2"})
    assert "restarted" in said(lost)
    assert "3, 1, 2" in said(lost)
    assert not await _marks(world, proposal)


async def test_a_panel_turns_into_the_form_with_what_was_chosen(world: World) -> None:
    ada, proposal = await _vote(world, "ranked-choice", SPECIES)
    panel = await ada.click(world.card(proposal), label="Rank the choices")
    panel = await ada.click(answer(panel), label="3. Worms")
    form = await ada.click(answer(panel), label="Type it instead")
    assert _defaults(form) == ["3"]
    receipt = await ada.submit_modal(form, {"ballot": "3 > 2 > 1"})
    assert answer(receipt).id == answer(panel).id
    assert "Recorded: **1st Worms, 2nd Yeast and 3rd Mice**" in said(receipt)


async def test_a_second_vote_replaces_the_first_and_the_receipt_names_both(world: World) -> None:
    ada, proposal = await _vote(world, "star", ("Mice", "Yeast"))
    await world.app.voting.cast(world.guild_id, proposal.id, MemberId(ada.id), (5, 1))
    form = await ada.click(world.card(proposal), label="Type my vote")
    text = said(await ada.submit_modal(form, {"ballot": "2: 4"}))
    assert "Recorded: **Yeast 4 stars**" in text
    assert "It replaces your earlier vote: Mice 5 stars and Yeast 1 star." in text


async def test_the_card_of_another_system_opens_no_form(world: World) -> None:
    ada, proposal = await _vote(world, "single-choice", SPECIES)
    card = world.card(proposal)
    stored = world.env.backend.get_message(card.channel.id, card.id)
    for forged in (f"type:{proposal.id}", f"panel:{proposal.id}", f"fix-ballot:{proposal.id}"):
        next(part for part in parts(stored.components) if part.get("label") == "Mice")["custom_id"] = forged
        assert "There is no ballot" in said(await ada.click(card, custom_id=forged))


@pytest.mark.parametrize(
    ("typed", "mark"),
    [
        ("3, 1, 2", (3, 1, 2)),
        ("3 1 2", (3, 1, 2)),
        ("3\n1\n2\n", (3, 1, 2)),
        ("#3 > #1 > #2", (3, 1, 2)),
        ("3.\n1.\n2.", (3, 1, 2)),
        ("worms;  MICE; yeast", (3, 1, 2)),
        ("", ()),
        ("Worms > Mice > Yeast", (3, 1, 2)),
        ("c > a > b", (3, 1, 2)),
        ("Worms -> mice → yeast", (3, 1, 2)),
        ("worms mice yeast", (3, 1, 2)),
        ("“Worms”, 'Mice', Yeast", (3, 1, 2)),
        ("1. Worms\n2. Mice\n3. Yeast", (3, 1, 2)),
        ("1 Worms\n2 Mice\n3 Yeast", (3, 1, 2)),
        ("3. Worms, 1. Mice", (3, 1)),
        ("1st Worms, 2nd Mice", (3, 1)),
        ("1st Worms, Mice", (3, 1)),
        ("2nd Worms, 1st Mice", (1, 3)),
        ("3rd: Worms, 1st: Mice, 2nd: Yeast", (1, 2, 3)),
        ("2nd Yeast\n1st Mice", (1, 2)),
        ("- Worms\n- Mice", (3, 1)),
        ("\uff37orms\uff0c \uff12", (3, 2)),  # as a keyboard for Japanese writes it
    ],
)
def test_rankings_are_read_as_people_type_them(typed: str, mark: tuple[int, ...]) -> None:
    assert read_mark("schulze", typed, SPECIES) == mark


@pytest.mark.parametrize(
    ("choices", "typed", "mark"),
    [
        (("No", "Yes, now"), "yes, now > no", (2, 1)),
        (("C", "A/B", "B"), "A/B > C > B", (2, 1, 3)),
        (("B", "A"), "a > b", (2, 1)),
        (("2026", "2025"), "2025 > 2026", (2, 1)),
        (("2", "1"), "#1, #2", (1, 2)),
        (("1", "2"), "2, 1", (2, 1)),
    ],
)
def test_names_that_hold_separators_letters_or_numbers_are_read_as_they_are(
    choices: tuple[str, ...], typed: str, mark: tuple[int, ...]
) -> None:
    assert read_mark("schulze", typed, choices) == mark


@pytest.mark.parametrize(
    ("choices", "typed"),
    [
        (("2", "1"), "1, 2"),
        (SPECIES, "2. Worms\n1. Mice"),
        (SPECIES, "2. Yeast\n1. Mice"),
        (SPECIES, "3. Worms, 1. Mice, 2. Yeast"),
        (SPECIES, "2. Yeast, Mice"),
        (SPECIES, "3rd Worms, 1st Mice"),
        (SPECIES, "1st Worms, 1st Mice"),
        (SPECIES, "2nd Worms, Mice"),
        (SPECIES, "Mice 2"),
        (SPECIES, "Worms = Mice > Yeast"),
        (SPECIES, "Worms > 3"),
        (("Yes", "yes!"), "Yess"),
    ],
)
def test_rankings_that_could_mean_something_else_are_refused(choices: tuple[str, ...], typed: str) -> None:
    with pytest.raises(InvalidInput):
        read_mark("schulze", typed, choices)


@pytest.mark.parametrize(
    ("typed", "mark"),
    [
        ("5,3,1", (5, 3, 1)),
        ("5 3 1", (5, 3, 1)),
        ("5/3/1", (5, 3, 1)),
        ("5\n3\n1\n", (5, 3, 1)),
        ("5,3", (5, 3, 0)),
        ("5,,1", (5, 0, 1)),
        ("Mice: 5, Worms: 2", (5, 0, 2)),
        ("mice 5 worms 2", (5, 0, 2)),
        ("Mice - 5 stars & Worms = 2 stars", (5, 0, 2)),
        ("5 stars for Mice and 2 stars for Worms", (5, 0, 2)),
        ("Mice ★★★★★, Worms ★★", (5, 0, 2)),
        ("1) Mice: 5\n3) Worms: 2", (5, 0, 2)),
        ("A: 5, C: 2", (5, 0, 2)),
        ("", (0, 0, 0)),
    ],
)
def test_stars_are_read_as_people_type_them(typed: str, mark: tuple[int, ...]) -> None:
    assert read_mark("star", typed, SPECIES) == mark


@pytest.mark.parametrize(
    ("typed", "mark"),
    [
        ("60%/40%", (60, 40, 0)),
        ("60 40", (60, 40, 0)),
        ("60% Mice, 40% Worms", (60, 0, 40)),
        ("Mice 60 % Worms 40 %", (60, 0, 40)),
        ("33.3%/66.7%", (3330, 6670, 0)),
        ("100% worms", (0, 0, 100)),
    ],
)
def test_shares_are_read_as_people_type_them(typed: str, mark: tuple[int, ...]) -> None:
    assert read_mark("weighted", typed, SPECIES) == mark


@pytest.mark.parametrize("typed", ["1 5", "5,3,1,2", "1: 6", "5", "-3, 2, 1", "a > b > c", "5, 3 Mice x"])
def test_stars_that_could_mean_something_else_are_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        read_mark("star", typed, SPECIES)


@pytest.mark.parametrize(
    ("voting", "typed", "wrong"),
    [
        ("star", "Wurms: 1, Mice: 3, Yeest: 2", 2),
        ("schulze", "Wurms > Yeest > Mice", 2),
        ("weighted", "1: x, 9: 1, 2: 3", 2),
    ],
)
def test_all_that_is_wrong_with_a_ballot_is_told_at_once(voting: VotingType, typed: str, wrong: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_mark(voting, typed, SPECIES)
    assert len(caught.value.every) == wrong


@pytest.mark.parametrize(
    ("voting", "typed"), [("star", "x"), ("star", "1 5"), ("weighted", "x"), ("schulze", "x"), ("copeland", "a = b")]
)
@pytest.mark.parametrize("choices", [("Mice", "Yeast"), SPECIES, TWENTY])
def test_the_way_that_a_refusal_names_is_taken(voting: VotingType, typed: str, choices: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_mark(voting, typed, choices)
    step = input_refusal(caught.value, quoted).step
    example = re.search(r"\d.*?(?=,? or one a line|\.$)", step.rpartition(": ")[2] if "first:" in step else step)
    mark = read_mark(voting, present(example)[0], choices)
    options = Options(partial=voting == "schulze" or len(choices) > len(SPECIES))
    SYSTEMS[voting].check_mark(mark, len(choices), options)


@pytest.mark.parametrize(
    "typed", ["1: 50, 3: 30", "1=50;3=30", "3: 30\n1: 50 %", "1 50\n3 30", "#1: 50, #3: 30,", "1. 50, 3. 30"]
)
def test_weights_are_read_as_people_type_them(typed: str) -> None:
    assert read_mark("weighted", typed, SPECIES) == (50, 0, 30)


@pytest.mark.parametrize(
    "typed", ["1: 1,000", "1: 2.5", "1.5, 2.5", "1.50; 3.30", "1: -3", "1", "x: 1", "1: 1, 1: 2", "0: 1"]
)
def test_weights_that_could_mean_something_else_are_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        read_mark("weighted", typed, SPECIES)


@pytest.mark.parametrize(
    ("voting", "typed", "choices"),
    [
        ("weighted", "50% 1, 30% 2", FOUR),
        ("weighted", "50% 1", FOUR),
        ("weighted", "50 % 1 50 % 2", FOUR),
        ("weighted", "1 50% 2 30%", FOUR),
        ("star", "5 stars 1, 3 stars 2", FOUR),
        ("star", "5\u2605 1, 3\u2605 2", FOUR),
        ("weighted", "50 1, 30 2", FOUR),
        ("weighted", "50 1\n30 2", FOUR),
        ("weighted", "10 20\n30 40", FOUR),
        ("weighted", "1 50 2 30", FOUR),
        ("weighted", "50 1 30 2", FOUR),
        ("weighted", "50 1", FOUR),
        ("star", "3 1, 4 2", FOUR),
        ("weighted", "10 20", ("20", "10")),
        ("weighted", "50,5, 49,5", FOUR),
        ("weighted", "50,5; 49,5", FOUR),
        ("weighted", "50,5 % / 49,5 %", FOUR),
        ("weighted", "50,5\n49,5", FOUR),
    ],
)
def test_numbers_that_could_be_a_choice_or_an_amount_are_refused(
    voting: VotingType, typed: str, choices: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_mark(voting, typed, choices)
    refusal = input_refusal(caught.value.every[0], quoted)
    assert "could" in refusal.what
    example = refusal.step.removeprefix("write them like ").rstrip(".")
    assert any(read_mark(voting, example, choices))


@pytest.mark.parametrize(
    ("voting", "typed", "choices", "mark"),
    [
        ("weighted", "2025 30\n2024 70", ("2025", "2024"), (30, 70)),
        ("weighted", "1: 50,2: 30", FOUR, (50, 30, 0, 0)),
        ("weighted", "10 20 30 40", FOUR, (10, 20, 30, 40)),
        ("weighted", "10% 20% 30% 40%", FOUR, (10, 20, 30, 40)),
        ("star", "5,3, 1", FOUR, (5, 3, 1, 0)),
        ("weighted", "1 50, 2 30", FOUR, (50, 30, 0, 0)),
    ],
)
def test_numbers_that_can_mean_one_thing_alone_are_taken(
    voting: VotingType, typed: str, choices: tuple[str, ...], mark: tuple[int, ...]
) -> None:
    assert read_mark(voting, typed, choices) == mark


@pytest.mark.parametrize(
    ("typed", "why"), [("2. Yeast, 1. Mice", "could be its place"), ("3rd Mice", "its only choice")]
)
def test_places_that_are_not_taken_are_named_with_a_way_to_write_them(typed: str, why: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_mark("schulze", typed, SPECIES)
    refusal = input_refusal(caught.value, quoted)
    assert why in refusal.what
    assert refusal.step == "write the names alone, the best first."


@pytest.mark.parametrize(("voting", "mark"), [("schulze", (2, 3)), ("weighted", (0, 7, 1)), ("star", (5, 0, 0))])
def test_a_ballot_that_is_written_reads_the_same(voting: VotingType, mark: tuple[int, ...]) -> None:
    assert read_mark(voting, write_mark(voting, mark), SPECIES) == mark
