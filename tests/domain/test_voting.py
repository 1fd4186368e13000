"""Counting equals Snapshot's on its own ballots, and is exact where Snapshot rounds."""

import json
import math
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvalidInput
from bot.domain.types import Units
from bot.domain.voting import SYSTEMS, Ballots, Verdict, decide, tally

CASES = [
    case
    for line in (Path(__file__).parents[1] / "vectors" / "snapshot-tally.jsonl").read_text().splitlines()
    if (case := json.loads(line))["type"] in SYSTEMS
]
LOOSE = {"odd-ballot", "invalid-mixed"}
"""Cases with loosely typed ballots, where we are stricter: only real whole numbers name a choice."""


def accepted(case):
    """Return the indices of the ballots whose mark we accept."""
    valid = []
    for index, vote in enumerate(case["votes"]):
        try:
            SYSTEMS[case["type"]].check_mark(vote["choice"], len(case["choices"]))
        except InvalidInput:
            continue
        valid.append(index)
    return valid


def finite(case):
    return case["tag"] != "vp-overflow"  # Snapshot's doubles end in Infinity there; ours go on


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_same_ballots_are_valid_as_in_snapshot(case):
    if case["tag"] in LOOSE:
        assert set(accepted(case)) <= set(case["valid"])
    else:
        assert accepted(case) == case["valid"]


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if finite(case) and len(case["valid"]) == len(case["votes"]) == len(accepted(case))],
    ids=lambda case: case["id"],
)
def test_scores_equal_those_of_snapshot(case):
    unit = max((Fraction(x).denominator for v in case["votes"] for x in (v["balance"], *v["scores"])), default=1)
    system = SYSTEMS[case["type"]]
    counted = tally(
        case["type"],
        len(case["choices"]),
        Ballots.of(
            (
                (
                    system.check_mark(vote["choice"], len(case["choices"])),
                    int(Fraction(vote["balance"]) * unit),
                    [int(Fraction(score) * unit) for score in vote["scores"]],
                )
                for vote in case["votes"]
            ),
            len(case["strategies"]),
        ),
    )

    def same(ours, theirs):
        return math.isclose(ours / unit, theirs, rel_tol=1e-9, abs_tol=0)

    assert all(same(a, b) for a, b in zip(counted.scores, case["scores"], strict=True))
    for ours, theirs in zip(counted.by_strategy, case["scoresByStrategy"], strict=True):
        assert all(same(a, b) for a, b in zip(ours, theirs, strict=True))
    assert same(counted.total, case["scoresTotal"])
    assert counted.ballots == len(case["votes"])


@pytest.mark.parametrize("voting", SYSTEMS)
@pytest.mark.parametrize("mark", [True, "1", 1.0, None, 0, 4, -1, {"1": 1}, [1, "1"], [1, 1], [True]])
def test_marks_of_another_shape_are_refused(voting, mark):
    with pytest.raises(InvalidInput):
        SYSTEMS[voting].check_mark(mark, 3)


def test_approving_nothing_is_a_ballot_that_counts_for_the_turnout():
    mark = SYSTEMS["approval"].check_mark([], 3)
    counted = tally("approval", 3, Ballots.of([(mark, 7, (7,))], 1))
    assert (counted.scores, counted.total, counted.ballots) == ((0, 0, 0), 7, 1)


BALLOTS = st.lists(
    st.tuples(st.integers(1, 4), st.lists(st.integers(0, 2**256 - 1), min_size=2, max_size=2)), max_size=30
)


def _count(voting, ballots):
    return tally(
        voting,
        4,
        Ballots.of(((mark if voting != "approval" else (mark,), sum(scores), scores) for mark, scores in ballots), 2),
    )


@given(BALLOTS, st.randoms(use_true_random=False))
def test_the_order_of_ballots_never_matters(ballots, random):
    before = _count("single-choice", ballots)
    random.shuffle(ballots)
    assert _count("single-choice", ballots) == before


@given(BALLOTS)
def test_scores_of_a_single_choice_add_up_to_the_turnout_to_the_last_unit(ballots):
    counted = _count("single-choice", ballots)
    assert sum(counted.scores) == counted.total == sum(sum(scores) for _, scores in ballots)
    assert tuple(sum(row) for row in counted.by_strategy) == counted.scores


@given(BALLOTS, st.integers(0, 2**256 - 1))
def test_splitting_a_wallet_changes_nothing(ballots, part):
    whole = [*ballots, (1, [2**256, 5])]
    split = [*ballots, (1, [part, 2]), (1, [2**256 - part, 3])]
    for voting in ("single-choice", "approval"):
        assert _count(voting, whole).scores == _count(voting, split).scores


def _basic(yes, no, abstain, quorum):
    ballots = [(mark, power, (power,)) for mark, power in ((1, yes), (2, no), (3, abstain))]
    return decide("basic", tally("basic", 3, Ballots.of(ballots, 1)), Units(quorum))


@pytest.mark.parametrize(
    ("yes", "no", "abstain", "quorum", "verdict"),
    [
        (2, 1, 0, 0, Verdict.PASSED),
        (1, 2, 0, 0, Verdict.REJECTED),
        (2, 2, 9, 0, Verdict.TIED),
        (2, 1, 2, 5, Verdict.PASSED),
        (2, 1, 1, 5, Verdict.NO_QUORUM),
        (10**27 + 1, 10**27, 0, 0, Verdict.PASSED),
        (0, 0, 9, 0, Verdict.TIED),
        (0, 0, 0, 0, Verdict.NO_QUORUM),
    ],
)
def test_a_basic_vote_passes_with_more_for_than_against_and_the_quorum_reached(yes, no, abstain, quorum, verdict):
    assert _basic(yes, no, abstain, quorum).verdict is verdict


def test_the_highest_score_decides_and_a_shared_one_ties():
    def vote(*scores):
        ballots = [(mark, power, (power,)) for mark, power in enumerate(scores, start=1)]
        return decide("single-choice", tally("single-choice", 3, Ballots.of(ballots, 1)), Units(0))

    assert (vote(1, 5, 3).verdict, vote(1, 5, 3).leaders) == (Verdict.DECIDED, (2,))
    assert (vote(5, 1, 5).verdict, vote(5, 1, 5).leaders) == (Verdict.TIED, (1, 3))
    assert (vote(0, 0, 0).verdict, vote(0, 0, 0).leaders) == (Verdict.NO_QUORUM, ())


@pytest.mark.parametrize(
    ("voting", "choices"),
    [
        ("basic", ("For",)),
        ("basic", ("a", "b", "c", "d")),
        ("single-choice", ("only",)),
        ("single-choice", ("same", "SAME ")),
        ("approval", ("a", "")),
        ("approval", ("a", "x" * 81)),
        ("approval", tuple(str(n) for n in range(26))),
    ],
)
def test_choices_that_cannot_be_shown_or_told_apart_are_refused(voting, choices):
    with pytest.raises(InvalidInput):
        SYSTEMS[voting].check_choices(choices)
