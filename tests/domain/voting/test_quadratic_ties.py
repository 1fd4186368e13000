"""Choices of `quadratic` are tied where their sums of square roots are equal, whatever their roots are rounded to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.shared.types import Units
from bot.domain.voting import Ballots, Tally, decide, tally
from bot.domain.voting.counting.root_sums import sign
from bot.domain.voting.outcome.outcome import Verdict

ONE = 10**18
Vote = tuple[tuple[int, ...], int]


def counted(votes: Sequence[Vote]) -> Tally:
    """The tally of ballots, each of weights and power."""
    marks, powers = [mark for mark, _ in votes], [power for _, power in votes]
    return tally("quadratic", len(marks[0]), Ballots(marks=marks, powers=powers, scores=(powers,)))


@pytest.mark.parametrize(
    "votes",
    [
        [((1, 0), 2 * ONE)] * 4 + [((0, 1), 32 * ONE)],
        [((1, 0), 500 * ONE)] * 2 + [((0, 1), 2_000 * ONE)],
        [((1, 0), 3)] * 3 + [((0, 1), 27)],
        [((1, 0), 8), ((1, 0), 18), ((0, 1), 50)],
        [((1, 0), 8 * ONE), ((1, 0), 27 * ONE), ((0, 1), 3 * ONE)] + [((0, 1), 2 * ONE)] * 2 + [((0, 1), 12 * ONE)],
    ],
)
def test_choices_whose_sums_of_roots_are_equal_are_tied(votes: list[Vote]) -> None:
    """Four roots of 2 are the root of 32, though no rounded roots add up so."""
    for some in (votes, votes[::-1], [(mark[::-1], power) for mark, power in votes]):
        found = counted(some)
        assert found.winners == (1, 2)
        assert found.scores[0] == found.scores[1] == Fraction(found.total, 2)
        assert decide("quadratic", found, Units(0)).verdict is Verdict.TIED


def test_weights_in_the_same_ratio_are_the_same_weights() -> None:
    """Of two with the same power one writes 1 and 3, the other 2 and 6."""
    found = counted([((1, 3, 0, 0), ONE), ((0, 0, 2, 6), ONE)])
    assert found.winners == (2, 4)
    assert (found.scores[0], found.scores[1]) == (found.scores[2], found.scores[3])


@pytest.mark.parametrize("unit", [10**9, 10**12, 10**18, 10**30])
@pytest.mark.parametrize("first", [True, False])
def test_a_lead_too_small_for_rounded_roots_decides(unit: int, first: bool) -> None:
    """Of the same sum two equal powers have the larger roots, by a difference of some 2^-100 here."""
    equal, apart = [unit + 1] * 2, [unit, unit + 2]
    ahead, behind = ((1, 0), (0, 1)) if first else ((0, 1), (1, 0))
    found = counted([(ahead, power) for power in equal] + [(behind, power) for power in apart])
    assert found.winners == (1 if first else 2,)


def test_who_stands_apart_keeps_the_score() -> None:
    """Only what is near to another changes, and nothing is taken for tied that has no power."""
    votes = [((1, 0, 0, 0), 2 * ONE)] * 4 + [((0, 1, 0, 0), 32 * ONE), ((0, 0, 1, 0), 7 * ONE)]
    found = counted(votes)
    assert found.winners == (1, 2)
    alone = counted([((1, 0), 32 * ONE), ((0, 1), 7 * ONE)])
    assert found.scores[2] * 2 < found.scores[1]
    assert found.scores[2] / found.scores[1] == pytest.approx(alone.scores[1] / alone.scores[0])
    assert found.scores[3] == 0


def test_a_strategys_own_column_has_the_same_ties() -> None:
    marks = [(1, 0)] * 4 + [(0, 1)]
    lent, held = [2] * 4 + [32], [1, 2, 3, 4, 5]
    powers = [one + other for one, other in zip(lent, held, strict=True)]
    found = tally("quadratic", 2, Ballots(marks=marks, powers=powers, scores=(lent, held)))
    assert found.by_strategy[0][0] == found.by_strategy[1][0]
    assert found.by_strategy[0][1] != found.by_strategy[1][1]


roots = st.fractions(min_value=0, max_value=10**30, max_denominator=10**6)


@given(st.lists(st.tuples(roots, st.integers(1, 9)), max_size=4))
def test_a_sum_of_multiples_of_roots_is_that_of_the_multiples_squares(some: list[tuple[Fraction, int]]) -> None:
    sums = Counter[Fraction]()
    for root, times in some:
        sums[root] += times
        sums[root * times**2] -= 1
    assert sign(sums) == 0


@given(st.lists(st.tuples(roots, st.integers(-9, 9)), max_size=5))
def test_a_sign_is_that_of_the_sum_to_many_digits(some: list[tuple[Fraction, int]]) -> None:
    sums = Counter[Fraction]()
    for root, times in some:
        sums[root] += times
    with localcontext(prec=200):
        told = sum(
            (times * (Decimal(root.numerator) / root.denominator).sqrt() for root, times in sums.items()), Decimal(0)
        )
    assert sign(sums) == (0 if abs(told) < Decimal("1e-120") else 1 if told > 0 else -1)
