"""What a tally decides: thresholds and quorums are compared exactly, and the reason holds the numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.types import Units
from bot.domain.voting import (
    SIMPLE,
    SYSTEMS,
    TWO_THIRDS,
    Ballots,
    Base,
    Mark,
    Quorum,
    QuorumCounts,
    Tally,
    Threshold,
    Verdict,
    VotingType,
    Words,
    absolute_majority,
    check_rules,
    decide,
    sentence,
    tally,
)
from tests.refusals import refused

ONE = 10**18


def basic(yes: int, no: int, abstain: int = 0) -> Tally:
    return tally("basic", 3, Ballots.of([(1, yes, (yes,)), (2, no, (no,)), (3, abstain, (abstain,))], 1))


def among(*powers: int, voting: VotingType = "single-choice") -> Tally:
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
def test_a_basic_vote_passes_with_more_for_than_against_and_the_quorum_reached(
    yes: int, no: int, abstain: int, quorum: Units, verdict: Verdict
) -> None:
    assert decide("basic", basic(yes, no, abstain), Units(quorum)).verdict is verdict


def test_the_highest_score_decides_and_a_shared_one_ties() -> None:
    def vote(*powers: int) -> tuple[Verdict, tuple[int, ...]]:
        outcome = decide("single-choice", among(*powers), Units(0))
        return outcome.verdict, outcome.leaders

    assert vote(1, 5, 3) == (Verdict.DECIDED, (2,))
    assert vote(5, 1, 5) == (Verdict.TIED, (1, 3))
    assert vote(0, 0, 0) == (Verdict.NO_QUORUM, ())


@pytest.mark.parametrize(
    ("counts", "reached"),
    [
        (QuorumCounts.TURNOUT, 100),
        (QuorumCounts.FOR_AND_ABSTAIN, 75),
        (QuorumCounts.FOR, 60),
        (QuorumCounts.REJECTION, 25),
    ],
)
def test_a_quorum_counts_what_it_says_and_its_amount_is_enough(counts: QuorumCounts, reached: int) -> None:
    counted = basic(60, 25, 15)
    at, above = (decide("basic", counted, Quorum(amount=amount, counts=counts)) for amount in (reached, reached + 1))
    assert (at.reached, at.counts, at.quorum) == (reached, counts, reached)
    assert at.verdict is Verdict.PASSED
    assert above.verdict is (Verdict.PASSED if counts is QuorumCounts.REJECTION else Verdict.NO_QUORUM)


def test_for_and_abstain_is_for_where_no_abstain_is_offered() -> None:
    two = tally("basic", 2, Ballots.of([(1, 3, (3,)), (2, 1, (1,))], 1))
    assert decide("basic", two, Quorum(amount=3, counts=QuorumCounts.FOR_AND_ABSTAIN)).verdict is Verdict.PASSED


def test_a_rejection_quorum_rejects_above_its_amount_and_passes_otherwise_as_in_snapshot() -> None:
    quorum = Quorum(amount=10, counts=QuorumCounts.REJECTION)
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
        # Nothing is at least two thirds of nothing.
        (TWO_THIRDS, 0, 0, 9 * ONE, Verdict.REJECTED),
        (Threshold(share=Fraction(2, 3), base=Base.VOTABLE, strict=False), 0, 9 * ONE, 0, Verdict.REJECTED),
        (Threshold(share=Fraction(0), strict=False), 0, 9 * ONE, 0, Verdict.PASSED),
        (Threshold(share=Fraction(0), strict=False), 0, 0, 9 * ONE, Verdict.REJECTED),
        (Threshold(), 0, 0, 9 * ONE, Verdict.TIED),
        (Threshold(base=Base.VOTABLE), ONE, 0, 0, Verdict.PASSED),  # where no wallet that is linked had any power
    ],
)
def test_a_threshold_is_compared_to_the_last_unit(
    threshold: Threshold, yes: int, no: int, abstain: int, verdict: Verdict
) -> None:
    assert decide("basic", basic(yes, no, abstain), Units(0), threshold).verdict is verdict


def test_a_threshold_outside_of_basic_is_what_the_first_choice_needs_of_the_turnout() -> None:
    half = Threshold(base=Base.TURNOUT)
    assert decide("single-choice", among(6, 4), Units(0), half).verdict is Verdict.DECIDED
    rejected = decide("single-choice", among(5, 4, 1), Units(0), half)
    assert (rejected.verdict, rejected.leaders, rejected.approval, rejected.whole) == (Verdict.REJECTED, (1,), 5, 10)
    assert decide("approval", among(5, 4, 1, voting="approval"), Units(0)).verdict is Verdict.DECIDED
    assert decide("single-choice", among(6, 4), Units(0), absolute_majority(12)).verdict is Verdict.REJECTED


@given(st.integers(0, 10**40), st.integers(0, 10**40), st.fractions(0, 1), st.booleans())
def test_a_threshold_says_what_fractions_say(yes: int, no: int, share: Fraction, strict: bool) -> None:
    threshold = Threshold(share=share, strict=strict, base=Base.TURNOUT)
    verdict = decide("basic", basic(yes, no), Units(0), threshold).verdict
    if yes + no:
        met = Fraction(yes, yes + no) > share if strict else Fraction(yes, yes + no) >= share
        assert (verdict is Verdict.PASSED) == met


@pytest.mark.parametrize("voting", SYSTEMS)
def test_rules_that_mean_nothing_for_a_system_are_refused(voting: VotingType) -> None:
    check_rules(voting, Quorum(amount=1), SIMPLE)
    if voting != "basic":
        with refused("only basic"):
            check_rules(voting, Quorum(amount=1, counts=QuorumCounts.FOR), SIMPLE)
    if voting in ("quadratic", "copeland", "schulze"):
        with refused("no power"):
            check_rules(voting, Quorum(amount=1), TWO_THIRDS)
    with pytest.raises(InvalidInput):
        check_rules("basic", Quorum(amount=1), Threshold(share=Fraction(3, 2)))


@pytest.mark.parametrize("share", [Fraction(0), Fraction(1)])
def test_nothing_and_all_are_shares_and_a_basic_vote_takes_every_rule(share: Fraction) -> None:
    for counts in QuorumCounts:
        check_rules("basic", Quorum(amount=1, counts=counts), Threshold(share=share, strict=False))


NO_QUORUM = Units(0)


def said(
    voting: VotingType,
    counted: Tally,
    quorum: Units | Quorum = NO_QUORUM,
    threshold: Threshold = SIMPLE,
    choices: str | tuple[str, ...] = ("Mice", "Yeast", "Worms"),
) -> str:
    labels = ("For", "Against", "Abstain") if voting == "basic" else choices
    return sentence(decide(voting, counted, quorum, threshold), counted, voting, labels, Words(amount=str))


def test_a_sentence_holds_the_numbers_that_decided() -> None:
    assert said("basic", basic(3, 1)) == "Passed: “For” has 3, 75 % of For and Against, where more than 50 % is needed."
    assert said("basic", basic(1, 3), Units(4)) == (
        "Rejected: “For” has 1, 25 % of For and Against, where more than 50 % is needed; "
        "the quorum of 4 is reached with 4."
    )
    assert said("basic", basic(6, 4), threshold=TWO_THIRDS) == (
        "Rejected: “For” has 6, 60 % of For and Against, where at least 2/3 is needed."
    )
    assert said("basic", basic(6, 0), threshold=absolute_majority(10)) == (
        "Passed: “For” has 6, 60 % of all that could vote, where more than 50 % is needed."
    )
    assert said("basic", basic(2, 2)) == "Tied: “For” and “Against” have 2 each, so nothing is decided."
    assert said("basic", basic(2, 1), Units(9)) == "No quorum: 3 voted, 6 fewer than the 9 needed."
    assert said("basic", basic(2, 1), Quorum(amount=9, counts=QuorumCounts.FOR)) == (
        "No quorum: 2 voted For, 7 fewer than the 9 needed."
    )
    assert said("basic", basic(0, 0)) == "No quorum: no power voted, so nothing is decided."
    assert said("basic", basic(0, 0, 1)) == (
        "Tied: neither “For” nor “Against” has any power behind it, so nothing is decided."
    )
    assert said("basic", basic(9, 8), Quorum(amount=7, counts=QuorumCounts.REJECTION)) == (
        "Rejected: 8 voted Against, more than the 7 that reject."
    )
    assert said("single-choice", among(1, 5, 4)) == "Decided: “Yeast”, with 5 of 10, more than any other choice."
    assert said("single-choice", among(1, 5, 4), threshold=Threshold(share=Fraction(1, 4))) == (
        "Decided: “Yeast”, with 5 of 10, more than any other choice; it has 50 % of the turnout, where more than 25 % "
        "is needed."
    )


def votes(*rows: tuple[Mark, int]) -> Ballots:
    """Ballots of a mark and its power."""
    return Ballots.of([(mark, power, (power,)) for mark, power in rows], 1)


RANKED = (
    (((2, 1, 3), 3), ((1, 2, 3), 2)),
    (((1, 2, 3), 5), ((2, 3, 1), 3), ((3, 1, 2), 3)),
)


def test_the_sentence_of_a_ranked_choice_names_the_round_and_the_order_of_the_choices_where_that_decided() -> None:
    plain, _ = RANKED
    assert said("ranked-choice", tally("ranked-choice", 3, votes(*plain))) == (
        "Decided: “Yeast”, with 60 % of the 5 that counted in round 1."
    )
    tied = votes(((1, 3, 2), 2), ((2, 3, 1), 2), ((3, 2, 1), 3))
    assert said("ranked-choice", tally("ranked-choice", 3, tied)) == (
        "Decided: “Worms”, with 71.4 % of the 7 that counted in round 2; in round 1 “Mice” and “Yeast” were equal with "
        "the least, and “Mice” went out because it is listed first."
    )
    nobody = votes(((1, 2, 3, 4, 5), 3), ((2, 1, 3, 4, 5), 3))
    assert said("ranked-choice", tally("ranked-choice", 5, nobody), choices="abcde") == (
        "Tied: “a” and “b” have 3 each in round 4, the last, so nothing is decided."
    ), "that a choice without power goes out first moves nothing, and is not told"
    twice = votes(*[((n, *(m for m in range(1, 6) if m != n)), power) for n, power in enumerate((1, 1, 1, 3, 4), 1)])
    assert "; in rounds 1 and 3 the one listed first of several with the least went out" in said(
        "ranked-choice", tally("ranked-choice", 5, twice), choices="abcde"
    )


def test_the_sentence_of_a_copeland_names_wins_points_or_average_support_whichever_decided() -> None:
    plain, ring = RANKED
    assert said("copeland", tally("copeland", 3, votes(*plain))) == (
        "Decided: “Yeast”, which wins most often: it wins 2, loses 0 of 2 head to head."
    )
    assert said("copeland", tally("copeland", 3, votes(*ring))) == (
        "Decided: “Mice”, which has the most average support of those that win most often: "
        "it wins 1, loses 1 of 2 head to head."
    )
    even = votes(((2, 1, 3), 3), ((1, 2, 3), 3))
    assert said("copeland", tally("copeland", 3, even)) == (
        "Tied: “Mice” and “Yeast” have as many points head to head and the same average support, so nothing is decided."
    )


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        # a: one win, three draws, 5 points; b: two wins, two losses, 4; so the one with fewer wins has more points.
        (
            ((0, 2, 1, 1, 1), (0, 0, 2, 2, 0), (1, 0, 0, 1, 2), (1, 0, 1, 0, 2), (1, 2, 0, 0, 0)),
            "has the most points, two for a win and one for a draw",
        ),
    ],
)
def test_points_are_not_wins_where_there_are_draws(pairs: tuple[tuple[int, ...], ...], words: str) -> None:
    scores = (5, 4, 3, 3, 4)
    counted = Tally(scores=scores, by_strategy=(), total=2, ballots=2, winners=(1,), pairs=pairs)
    told = said("copeland", counted, choices="abcde")
    assert words in told
    assert "most often" not in told


def test_the_sentence_of_a_schulze_says_whether_a_chain_of_wins_decided() -> None:
    plain, ring = RANKED
    assert said("schulze", tally("schulze", 3, votes(*plain))) == (
        "Decided: “Yeast”, which beats every other choice: it wins 2, loses 0 of 2 head to head."
    )
    assert said("schulze", tally("schulze", 3, votes(*ring))) == (
        "Decided: “Mice”, which no other choice beats by its strongest chain of wins: "
        "it wins 1, loses 1 of 2 head to head."
    )
    even = votes(((2, 1, 3), 3), ((1, 2, 3), 3))
    assert said("schulze", tally("schulze", 3, even)) == (
        "Tied: “Mice” and “Yeast” are beaten by no other choice, neither head to head nor by a chain of wins, "
        "so nothing is decided."
    )


def test_the_sentence_of_a_star_names_the_run_off_and_what_settled_its_ties() -> None:
    preferred = votes(((2, 5, 3), 3), ((5, 2, 3), 2))
    assert said("star", tally("star", 3, preferred)) == (
        "Decided: “Yeast”, preferred to “Mice” in the run-off by 3 to 2."
    )
    by_score = votes(((1, 5, 0), 3), ((4, 3, 0), 3))
    assert said("star", tally("star", 3, by_score)) == (
        "Decided: “Yeast”, which is even with “Mice” in the run-off and ahead of it by the higher score."
    )
    by_fives = votes(((2, 5, 0), 1), ((4, 1, 0), 1))
    assert said("star", tally("star", 3, by_fives)).endswith("ahead of it by five stars.")
    place = votes(((5, 2, 2), 3), ((5, 3, 3), 2))
    assert said("star", tally("star", 3, place)) == (
        "Decided: “Mice”, preferred to “Yeast” in the run-off by 5 to 0; “Yeast” and “Worms” were equal for the "
        "run-off, settled by the order of the choices."
    )
    level = votes(((5, 1, 0), 1), ((1, 5, 0), 1))
    assert said("star", tally("star", 3, level)) == (
        "Tied: “Mice” and “Yeast” are equal in the run-off, in scores and in power behind five stars, "
        "so nothing is decided."
    )
    assert said("star", tally("star", 3, preferred), threshold=Threshold(share=Fraction(4, 5), strict=False)) == (
        "Rejected: “Yeast” scores 19/5, 76 % of the turnout, where at least 80 % is needed."
    )


def test_the_sentence_of_shares_and_of_approval_says_of_what_they_are() -> None:
    numbers = votes(((2, 5, 3), 3), ((1, 2, 3), 2))
    assert said("weighted", tally("weighted", 3, votes(((1, 3, 0), 4)))) == (
        "Decided: “Yeast”, with 3 of 4, more than any other choice."
    )
    assert said("quadratic", tally("quadratic", 3, numbers)).startswith(
        "Decided: “Yeast”, whose share by square roots is the highest: "
    )
    assert said("quadratic", tally("quadratic", 2, votes(((1, 1), 4)))) == (
        "Tied: “Mice” and “Yeast” have the same share by square roots, 50 % each, so nothing is decided."
    )
    assert said("approval", tally("approval", 3, votes(((1, 2), 3), ((2,), 2)))) == (
        "Decided: “Yeast”, approved by 5 of 5, more than any other choice."
    )


@pytest.mark.parametrize("voting", SYSTEMS)
def test_a_tie_of_many_names_the_first_ones(voting: VotingType) -> None:
    many = 3 if voting == "basic" else 9
    counted = Tally(scores=(2,) * many, by_strategy=(), total=18, ballots=9, winners=tuple(range(1, many + 1)))
    told = said(voting, counted, choices="abcdefghi")
    assert told.startswith("Tied: ")
    assert ("“e” and 4 more" in told) == (voting != "basic")
