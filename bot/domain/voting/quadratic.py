"""`quadratic`: many small supporters weigh more than one large one. The highest score wins.

Each ballot splits its power by its weights, as in `weighted`; the square roots of what a choice is given are
summed over the ballots, and the sum is squared. Scores are these squares, brought to the sum of the power of all
ballots; so a score is a share of the power, not the power cast for the choice. By strategy likewise, where all
cells together are brought to that sum. There is no budget of credits: this is Snapshot's rule.

Each root of a power is rounded to 40 binary places of the root of a unit (or to 100 significant bits, if that is
coarser), each root of a share of weights to 100; all the rest is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import isqrt, sqrt

from bot.domain.voting._choices import check_labels
from bot.domain.voting._sums import grouped, tallied
from bot.domain.voting._weights import check_weights
from bot.domain.voting.ballots import PLAIN, Ballots, Mark, Options, Score, Tally

NAME = "quadratic"
TIES = "Choices that share the highest score are tied, and nothing is decided."

_PLACES, _SHARE_PLACES = 40, 100
_SCALE, _SHIFT = float(1 << _PLACES), 2 * _PLACES
_LARGEST = 1 << 1_000
"""Powers below this have a double near them."""


def check_choices(choices: tuple[str, ...]) -> None:
    """Take 2 to 25 different labels."""
    check_labels(choices)


def check_mark(mark: object, choices: int, options: Options = PLAIN) -> Mark:  # noqa: ARG001 - all take the same
    """Take whole weights from 0 to 10,000, at least one of them not 0."""
    return check_weights(mark, choices)


def count(ballots: Ballots, choices: int, options: Options) -> Tally:  # noqa: ARG001 - all take the same
    """Sum the roots of what each choice is given, square the sums, and bring them to the power cast."""
    groups = grouped(_roots_of(ballots))
    squares = [[0] * choices for _ in range(groups.width)]
    for mark, sums in groups.sums.items():
        weights = mark if isinstance(mark, tuple) else ()
        whole = sum(weights)
        shares = [_root_of_share(weight, whole) for weight in weights[:choices]]
        for column, roots in zip(squares, sums, strict=True):
            for choice, share in enumerate(shares):
                column[choice] += share * roots
    squares = [[root * root for root in column] for column in squares]
    cast = sum(ballots.powers)
    everything = sum(squares[0])
    scores: list[Score] = [Fraction(cast * square, everything) if everything else 0 for square in squares[0]]
    cells = sum(sum(squares[column]) for column in groups.columns)
    by_column: list[list[Score]] = [[Fraction(cast * square, cells) if cells else 0 for square in c] for c in squares]
    return tallied(ballots, groups, by_column, scores=scores)


def _roots_of(ballots: Ballots) -> Ballots:
    """Put in the place of each power and score its root, all times the same number."""
    roots = _roots(ballots.powers)
    scores = tuple(roots if column is ballots.powers else _roots(column) for column in ballots.scores)
    return Ballots(marks=ballots.marks, powers=roots, scores=scores)


def _roots(powers: Sequence[int]) -> list[int]:
    # A double's root is good to 52 bits; one step of Newton's method in whole numbers doubles that, for the sum of
    # the two is twice the root.
    return [
        (root := int(sqrt(power) * _SCALE)) + (power << _SHIFT) // root
        if 0 < power < _LARGEST
        else isqrt(power << _SHIFT) << 1
        for power in powers
    ]


@lru_cache(maxsize=100_000)
def _root_of_share(weight: int, whole: int) -> int:
    return isqrt((weight << 2 * _SHARE_PLACES) // whole)
