"""Counting equals Snapshot's on its own ballots, and is exact where Snapshot rounds."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bot.cli.tallying.choice_validity import RULES as RULES_OF_SNAPSHOT
from bot.domain.shared.errors import InvalidInput
from bot.domain.voting import OFFERED, SYSTEMS, Ballots, Options, VotingType, tally
from bot.domain.voting.counting.ballots_and_tally import Score
from bot.domain.voting.voting_system import System
from tests.refusals import refused

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "vectors" / "snapshot-tally.jsonl").read_text().splitlines()
]
LOOSE = {"odd-ballot", "invalid-mixed", "weight-huge", "duplicate-ranks"}
"""Cases with loosely typed ballots, where we are stricter: only real whole numbers name a choice, or weigh it."""
INFINITE = {"vp-overflow"}
"""Cases in which Snapshot's doubles end in Infinity; ours go on."""


def accepted(case: dict[str, Any]) -> list[int]:
    """Return the indices of the ballots whose mark we accept."""
    valid = []
    for index, vote in enumerate(case["votes"]):
        try:
            SYSTEMS[case["type"]].check_mark(vote["choice"], len(case["choices"]))
        except InvalidInput:
            continue
        valid.append(index)
    return valid


def fractional(case: dict[str, Any]) -> bool:
    """Return whether some weight is not whole: ours are, as only their ratios matter."""
    weights = (vote["choice"].values() for vote in case["votes"] if isinstance(vote["choice"], dict))
    return any(isinstance(weight, float) for given in weights for weight in given)


STRICT = [case for case in CASES if case["tag"] not in INFINITE and accepted(case) == list(range(len(case["votes"])))]


def test_the_vectors_are_all_there() -> None:
    assert len(CASES) == 250
    assert {case["type"] for case in STRICT} == set(RULES_OF_SNAPSHOT)
    assert len(STRICT) > 160


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_same_ballots_are_valid_as_in_snapshot(case: dict[str, Any]) -> None:
    if case["tag"] in LOOSE or fractional(case):
        assert set(accepted(case)) <= set(case["valid"])
    else:
        assert accepted(case) == case["valid"]


@pytest.mark.parametrize("case", STRICT, ids=lambda case: case["id"])
def test_scores_equal_those_of_snapshot(case: dict[str, Any]) -> None:
    amounts = [x for v in case["votes"] for x in (v["balance"], *v["scores"])]
    unit = max((Fraction(amount).denominator for amount in amounts), default=1)
    system = SYSTEMS[case["type"]]
    rows = (
        (
            system.check_mark(vote["choice"], len(case["choices"])),
            int(Fraction(vote["balance"]) * unit),
            [int(Fraction(score) * unit) for score in vote["scores"]],
        )
        for vote in case["votes"]
    )
    counted = tally(case["type"], len(case["choices"]), Ballots.of(rows, len(case["strategies"])))

    def same(ours: Score, theirs: float) -> bool:
        return math.isclose(float(Fraction(ours) / unit), theirs, rel_tol=1e-9, abs_tol=1e-12 * counted.total / unit)

    assert all(same(a, b) for a, b in zip(counted.scores, case["scores"], strict=True))
    for ours, theirs in zip(counted.by_strategy, case["scoresByStrategy"], strict=True):
        assert all(same(a, b) for a, b in zip(ours, theirs, strict=True))
    assert same(counted.total, case["scoresTotal"])
    assert counted.ballots == len(case["votes"])


ODD = [True, "1", 1.0, None, 0, 4, -1, [], {}, {"1": 0}, {"1": 1.5}, {"01": 1}, {"4": 1}, {"1": -1}, {"1": True}]
ODD += [[1, "1"], [1, 1], [True], [1, 2, 3, 3], [1, 2, True], [0, 0, -1], [1, 2, 10_001], [1.0, 2, 3], {True: 1}]


VALID_AFTER_ALL = [("approval", []), ("star", {}), ("star", {"1": 0})]
"""To approve of nobody, and to give no stars, are ballots."""


@pytest.mark.parametrize("voting", SYSTEMS)
@pytest.mark.parametrize("mark", ODD, ids=str)
def test_marks_of_another_shape_are_refused(
    voting: VotingType, mark: float | str | Sequence[float | str] | dict[bool | str, Any] | None
) -> None:
    if (voting, mark) in VALID_AFTER_ALL:
        SYSTEMS[voting].check_mark(mark, 3)
    else:
        with pytest.raises(InvalidInput):
            SYSTEMS[voting].check_mark(mark, 3)


@pytest.mark.parametrize(
    ("voting", "mark", "canonical"),
    [
        ("single-choice", 3, 3),
        ("approval", [3, 1], (1, 3)),
        ("approval", [], ()),
        ("weighted", {"1": 2, "3": 4}, (2, 0, 4)),
        ("quadratic", {2: 7}, (0, 7, 0)),
        ("weighted", [1, 0, 2], (1, 0, 2)),
        ("star", {"1": 5}, (5, 0, 0)),
        ("star", [0, 5, 3], (0, 5, 3)),
        ("ranked-choice", [2, 3, 1], (2, 3, 1)),
        ("copeland", (2, 3, 1), (2, 3, 1)),
        ("schulze", [2], (2,)),
    ],
)
def test_a_mark_is_kept_in_one_form(
    voting: VotingType, mark: int | Sequence[int] | Mapping[int | str, int], canonical: int | Sequence[int]
) -> None:
    checked = SYSTEMS[voting].check_mark(mark, 3)
    assert checked == canonical
    assert SYSTEMS[voting].check_mark(checked, 3) == canonical


@pytest.mark.parametrize("voting", ["ranked-choice", "copeland"])
def test_a_partial_ranking_is_taken_where_the_proposal_says_so(voting: VotingType) -> None:
    system = SYSTEMS[voting]
    with refused("names 2 of 3 choices"):
        system.check_mark([2, 1], 3)
    assert system.check_mark([2, 1], 3, Options(partial=True)) == (2, 1)
    for wrong in ([], [2, 2], [4], "21"):
        with pytest.raises(InvalidInput):
            system.check_mark(wrong, 3, Options(partial=True))


def test_six_stars_are_refused() -> None:
    with refused("0 to 5"):
        SYSTEMS["star"].check_mark([6, 0, 0], 3)


def test_approving_nothing_is_a_ballot_that_counts_for_the_turnout() -> None:
    counted = tally("approval", 3, Ballots.of([((), 7, (7,))], 1))
    assert (counted.scores, counted.total, counted.ballots) == ((0, 0, 0), 7, 1)


def test_what_is_offered_is_a_part_of_what_is_counted() -> None:
    assert set(OFFERED) <= set(SYSTEMS)


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)
@pytest.mark.parametrize(
    "choices", [("only",), ("same", "SAME "), ("a", ""), ("a", "x" * 81), tuple(str(n) for n in range(26))]
)
def test_choices_that_cannot_be_shown_or_told_apart_are_refused(system: System, choices: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput):
        system.check_choices(choices)


def test_a_basic_vote_has_at_most_three_choices() -> None:
    SYSTEMS["basic"].check_choices(("Yea", "Nay", "Abstain"))
    with pytest.raises(InvalidInput):
        SYSTEMS["basic"].check_choices(("a", "b", "c", "d"))


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)
def test_every_system_says_in_a_sentence_what_happens_to_ties(system: System) -> None:
    assert system.ties.endswith(".")
    assert "tie" in system.ties
