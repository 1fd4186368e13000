"""Rounding neither ties nor decides in `weighted`, however many sums of weights there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm, prod

import pytest

from bot.domain.shared.types import Units
from bot.domain.voting import Ballots, Base, Tally, Threshold, Verdict, decide, tally

ONE = 10**18
Vote = tuple[tuple[int, ...], int]
ODD = [number for number in range(5_001, 9_001) if all(number % divisor for divisor in range(2, 95))][:330]
"""Sums of weights by which shares have no common multiple that is small enough."""


def counted(votes: Sequence[Vote]) -> Tally:
    """The tally of ballots, each of weights and power, beside so many others that shares are rounded."""
    others = [((0, 0, number), 1) for number in ODD]
    marks, powers = [mark for mark, _ in [*votes, *others]], [power for _, power in [*votes, *others]]
    return tally("weighted", 3, Ballots(marks=marks, powers=powers, scores=(powers,)))


def test_shares_are_rounded_here() -> None:
    assert lcm(*ODD).bit_length() > 4_096


@pytest.mark.parametrize(
    "votes",
    [
        [((1, 0, 2), ONE), ((1, 0, 5), ONE), ((0, 1, 1), ONE)],
        [((3, 0, 4), 10 * ONE), ((4, 0, 10), 10 * ONE), ((0, 10, 4), 10 * ONE)],
        [((1, 0, 2), 7 * ONE), ((10, 0, 5), 7 * ONE), ((0, 1, 0), 7 * ONE)],
    ],
)
def test_choices_that_are_given_the_same_are_tied_though_their_shares_are_rounded(votes: list[Vote]) -> None:
    """A third and a sixth of one token are half of one, and rounded down they are not."""
    for some in (votes, [((mark[1], mark[0], mark[2]), power) for mark, power in votes]):
        found = counted(some)
        assert found.scores[0] == found.scores[1] != found.scores[2]


def test_a_lead_of_the_least_there_is_decides() -> None:
    ahead: list[Vote] = [((1, 0, 2), 3 * ONE + 1), ((1, 0, 5), 6 * ONE), ((0, 1, 0), 2 * ONE)]
    found = counted(ahead)
    assert 0 < found.scores[0] - found.scores[1] < Fraction(1, 2)
    found = counted([((mark[1], mark[0], mark[2]), power) for mark, power in ahead])
    assert 0 < found.scores[1] - found.scores[0] < Fraction(1, 2)


PRIMES = [number for number in range(3, 3_334) if all(number % divisor for divisor in range(2, min(number, 58)))]


@pytest.mark.parametrize("base", [Base.TURNOUT, Base.VOTABLE])
@pytest.mark.parametrize(
    ("marks", "share", "strict", "verdict"),
    [
        ([(3, 2, 1)], Fraction(1, 2), True, Verdict.REJECTED),
        ([(3, 2, 1)], Fraction(1, 2), False, Verdict.DECIDED),
        ([(5, 1, 1)], Fraction(5, 7), True, Verdict.REJECTED),
        ([(5, 1, 1)], Fraction(5, 7), False, Verdict.DECIDED),
        ([(1, 2, 0), (2, 0, 1)], Fraction(1, 2), True, Verdict.REJECTED),
        ([(1, 2, 0), (2, 0, 1)], Fraction(1, 2), False, Verdict.DECIDED),
    ],
)
def test_a_rounded_score_neither_meets_nor_misses_a_threshold_that_the_exact_one_does_not(
    marks: Sequence[tuple[int, ...]], share: Fraction, strict: bool, base: Base, verdict: Verdict
) -> None:
    """Exactly half is not more than half, and at least half, whatever sums of weights there are."""
    every = [tuple(weight * prime for weight in mark) for prime in PRIMES for mark in marks]
    for power in (1, 2, 7, ONE + 1):
        powers = [power] * len(every)
        found = tally("weighted", 3, Ballots(marks=every, powers=powers, scores=(powers,)))
        threshold = Threshold(share=share, base=base, strict=strict, votable=found.total if base is Base.VOTABLE else 0)
        outcome = decide("weighted", found, Units(0), threshold)
        assert outcome.verdict is verdict
        assert threshold.met(outcome.approval, outcome.whole) is (verdict is Verdict.DECIDED)


@pytest.mark.parametrize(("numerator", "verdict"), [(1, Verdict.DECIDED), (-1, Verdict.REJECTED)])
@pytest.mark.parametrize("strict", [True, False])
def test_a_score_that_is_all_but_half_is_on_its_exact_side(numerator: int, verdict: Verdict, strict: bool) -> None:
    """One part of the product of all sums of weights more than half is more than half, however it is rounded."""
    product = prod(ODD)
    given = [numerator * pow(product // number, -1, number) % number for number in ODD]
    near = sum((Fraction(weight, number) for weight, number in zip(given, ODD, strict=True)), Fraction(0))
    marks = [(weight, 0, number - weight) for weight, number in zip(given, ODD, strict=True)]
    marks += [(1, 0, 0) if 2 * near < len(ODD) else (0, 0, 1)] * abs(len(ODD) - 2 * round(near))
    powers = [1] * len(marks)
    found = tally("weighted", 3, Ballots(marks=marks, powers=powers, scores=(powers,)))
    exact = sum((Fraction(mark[0], sum(mark)) for mark in marks), Fraction(0))
    assert exact - Fraction(len(marks), 2) == Fraction(numerator, product)
    led = replace(found, winners=(1,))
    outcome = decide("weighted", led, Units(0), Threshold(base=Base.TURNOUT, strict=strict))
    assert outcome.verdict is verdict
    assert (2 * outcome.approval > found.total) is (numerator > 0)
