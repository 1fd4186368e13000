"""Choices of `weighted` are tied where they are given the same, however many sums of weights there are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import pytest

from bot.domain.voting import Ballots, Tally, tally

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
