"""What a tally decides: thresholds and quorums are compared exactly, and the reason holds the numbers."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvalidInput
from bot.domain.types import Units
from bot.domain.voting import (
    SIMPLE,
    SYSTEMS,
    TWO_THIRDS,
    Ballots,
    Base,
    Counts,
    Quorum,
    Threshold,
    Verdict,
    absolute_majority,
    check_rules,
    decide,
    sentence,
    tally,
)

ONE = 10**18


def basic(yes, no, abstain=0):
    return tally("basic", 3, Ballots.of([(1, yes, (yes,)), (2, no, (no,)), (3, abstain, (abstain,))], 1))


def among(*powers, voting="single-choice"):
    marks = [place if voting == "single-choice" else (place,) for place in range(1, len(powers) + 1)]
    rows = ((mark, power, (power,)) for mark, power in zip(marks, powers, strict=True))
    return tally(voting, len(powers), Ballots.of(rows, 1))


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
    assert decide("basic", basic(yes, no, abstain), Units(quorum)).verdict is verdict


def test_the_highest_score_decides_and_a_shared_one_ties():
    def vote(*powers):
        outcome = decide("single-choice", among(*powers), Units(0))
        return outcome.verdict, outcome.leaders

    assert vote(1, 5, 3) == (Verdict.DECIDED, (2,))
    assert vote(5, 1, 5) == (Verdict.TIED, (1, 3))
    assert vote(0, 0, 0) == (Verdict.NO_QUORUM, ())


@pytest.mark.parametrize(
    ("counts", "reached"),
    [(Counts.TURNOUT, 100), (Counts.FOR_AND_ABSTAIN, 75), (Counts.FOR, 60), (Counts.REJECTION, 25)],
)
def test_a_quorum_counts_what_it_says_and_its_amount_is_enough(counts, reached):
    counted = basic(60, 25, 15)
    at, above = (decide("basic", counted, Quorum(amount=amount, counts=counts)) for amount in (reached, reached + 1))
    assert (at.reached, at.counts, at.quorum) == (reached, counts, reached)
    assert at.verdict is Verdict.PASSED
    assert above.verdict is (Verdict.PASSED if counts is Counts.REJECTION else Verdict.NO_QUORUM)


def test_for_and_abstain_is_for_where_no_abstain_is_offered():
    two = tally("basic", 2, Ballots.of([(1, 3, (3,)), (2, 1, (1,))], 1))
    assert decide("basic", two, Quorum(amount=3, counts=Counts.FOR_AND_ABSTAIN)).verdict is Verdict.PASSED


def test_a_rejection_quorum_rejects_above_its_amount_and_passes_otherwise_as_in_snapshot():
    quorum = Quorum(amount=10, counts=Counts.REJECTION)
    assert decide("basic", basic(99, 11), quorum).verdict is Verdict.REJECTED
    assert decide("basic", basic(0, 10), quorum).verdict is Verdict.PASSED
    assert decide("basic", basic(0, 0), quorum).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("threshold", "yes", "no", "abstain", "verdict"),
    [
        (TWO_THIRDS, 2 * ONE, ONE, 9 * ONE, Verdict.PASSED),
        (TWO_THIRDS, 2 * ONE - 1, ONE, 0, Verdict.REJECTED),
        (TWO_THIRDS, ONE, ONE, 0, Verdict.REJECTED),
        (Threshold(base=Base.TURNOUT), 51, 0, 49, Verdict.PASSED),
        (Threshold(base=Base.TURNOUT), 50, 0, 50, Verdict.REJECTED),
        (absolute_majority(200), 101, 0, 0, Verdict.PASSED),
        (absolute_majority(200), 100, 0, 0, Verdict.REJECTED),
        (Threshold(share=Fraction(3, 5), strict=False), 3, 2, 0, Verdict.PASSED),
        (Threshold(share=Fraction(3, 5)), 3, 2, 0, Verdict.REJECTED),
        (Threshold(share=Fraction(1, 3), strict=False), 1, 2, 0, Verdict.PASSED),
    ],
)
def test_a_threshold_is_compared_to_the_last_unit(threshold, yes, no, abstain, verdict):
    assert decide("basic", basic(yes, no, abstain), Units(0), threshold).verdict is verdict


def test_a_threshold_outside_of_basic_is_what_the_first_choice_needs_of_the_turnout():
    half = Threshold(base=Base.TURNOUT)
    assert decide("single-choice", among(6, 4), Units(0), half).verdict is Verdict.DECIDED
    rejected = decide("single-choice", among(5, 4, 1), Units(0), half)
    assert (rejected.verdict, rejected.leaders, rejected.approval, rejected.whole) == (Verdict.REJECTED, (1,), 5, 10)
    assert decide("approval", among(5, 4, 1, voting="approval"), Units(0)).verdict is Verdict.DECIDED
    assert decide("single-choice", among(6, 4), Units(0), absolute_majority(12)).verdict is Verdict.REJECTED


@given(st.integers(0, 10**40), st.integers(0, 10**40), st.fractions(0, 1), st.booleans())
def test_a_threshold_says_what_fractions_say(yes, no, share, strict):
    threshold = Threshold(share=share, strict=strict, base=Base.TURNOUT)
    verdict = decide("basic", basic(yes, no), Units(0), threshold).verdict
    if yes + no:
        met = Fraction(yes, yes + no) > share if strict else Fraction(yes, yes + no) >= share
        assert (verdict is Verdict.PASSED) == met


@pytest.mark.parametrize("voting", SYSTEMS)
def test_rules_that_mean_nothing_for_a_system_are_refused(voting):
    check_rules(voting, Quorum(amount=1), SIMPLE)
    if voting != "basic":
        with pytest.raises(InvalidInput, match="only basic"):
            check_rules(voting, Quorum(amount=1, counts=Counts.FOR), SIMPLE)
    if voting in ("quadratic", "copeland", "schulze"):
        with pytest.raises(InvalidInput, match="no power"):
            check_rules(voting, Quorum(amount=1), TWO_THIRDS)
    with pytest.raises(InvalidInput):
        check_rules("basic", Quorum(amount=1), Threshold(share=Fraction(3, 2)))


def said(voting, counted, quorum=0, threshold=SIMPLE, choices=("Mice", "Yeast", "Worms")):
    labels = ("For", "Against", "Abstain") if voting == "basic" else choices
    return sentence(decide(voting, counted, quorum, threshold), voting, labels, str)


def test_a_sentence_holds_the_numbers_that_decided():
    assert said("basic", basic(3, 1)) == "Passed: “For” has 3, 75 % of For and Against, where more than 50 % is needed."
    assert said("basic", basic(1, 3), 4) == (
        "Rejected: “For” has 1, 25 % of For and Against, where more than 50 % is needed; "
        "the quorum of 4 is reached with 4."
    )
    assert said("basic", basic(6, 4), threshold=TWO_THIRDS) == (
        "Rejected: “For” has 6, 60 % of For and Against, where at least 2/3 is needed."
    )
    assert said("basic", basic(6, 0), threshold=absolute_majority(10)) == (
        "Passed: “For” has 6, 60 % of all that could vote, where more than 50 % is needed."
    )
    assert said("basic", basic(2, 2)) == "Tied: “For”, “Against” are equal with 2 each, so nothing is decided."
    assert said("basic", basic(2, 1), 9) == "No quorum: 3 voted, 6 fewer than the 9 needed."
    assert said("basic", basic(2, 1), Quorum(amount=9, counts=Counts.FOR)) == (
        "No quorum: 2 voted For, 7 fewer than the 9 needed."
    )
    assert said("basic", basic(0, 0)) == "No quorum: no power voted, so nothing is decided."
    assert said("basic", basic(0, 0, 1)) == "Tied: no choice has any power behind it, so nothing is decided."
    assert said("basic", basic(9, 8), Quorum(amount=7, counts=Counts.REJECTION)) == (
        "Rejected: 8 voted Against, more than the 7 that reject."
    )
    assert said("single-choice", among(1, 5, 4)) == "Decided: “Yeast” has 5 of the 10 that voted."
    assert said("single-choice", among(1, 5, 4), threshold=Threshold(share=Fraction(1, 4))) == (
        "Decided: “Yeast” has 5 of the 10 that voted, 50 % of the turnout, where more than 25 % is needed."
    )


def test_every_system_has_a_sentence():
    rankings = Ballots.of([((2, 1, 3), 3, (3,)), ((1, 2, 3), 2, (2,))], 1)
    for voting in ("ranked-choice", "copeland", "schulze"):
        assert said(voting, tally(voting, 3, rankings)).startswith("Decided: “Yeast” ")
    numbers = Ballots.of([((2, 5, 3), 3, (3,)), ((1, 2, 3), 2, (2,))], 1)
    for voting in ("weighted", "quadratic", "star"):
        assert said(voting, tally(voting, 3, numbers)).startswith("Decided: “Yeast” ")
    even = Ballots.of([((2, 1, 3), 3, (3,)), ((1, 2, 3), 3, (3,))], 1)
    assert said("copeland", tally("copeland", 3, even)) == "Tied: “Mice”, “Yeast” are equal, so nothing is decided."
