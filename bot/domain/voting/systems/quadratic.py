"""`quadratic`: many small supporters weigh more than one large one. The highest score wins.

Each ballot splits its power by its weights, as in `weighted`; the square roots of what a choice is given are
summed over the ballots, and the sum is squared. Scores are these squares, brought to the sum of the power of all
ballots; so a score is a share of the power, not the power cast for the choice. By strategy likewise, where all
cells together are brought to that sum. There is no budget of credits: this is Snapshot's rule.

Choices whose sums of roots are equal are tied, and no others: where rounding could hide or feign it, they are compared
exactly and put right. Each root of a power is rounded to 40 binary places of the root of a unit (or to 100 significant
bits, if that is coarser), those of a weight and of a sum of weights to 100; all the rest is exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from math import floor, isqrt, sqrt

from bot.domain.voting.ballot_forms import Weights
from bot.domain.voting.counting.ballots_and_tally import Ballots, Options, Score, Tally
from bot.domain.voting.counting.exact_order import put_right
from bot.domain.voting.counting.grouped_ballots import Groups, grouped, tallied
from bot.domain.voting.counting.packed_amounts import AmountsByWeight
from bot.domain.voting.counting.packed_columns import AT_ONCE, lane_of, packed, unpacked
from bot.domain.voting.counting.root_sums import comparing
from bot.domain.voting.outcome.outcome_reason import EqualRootShare, LargestRootShare, first_score
from bot.domain.voting.voting_system import SHARES_NOTE, Rounds, Scores, System

_PLACES, _SHARE_PLACES = 40, 100
_SCALE, _SHIFT = float(1 << _PLACES), 2 * _PLACES
_LARGEST = 1 << 1_000
"""Powers below this are exact enough as a double."""
_FEW_SUMS = 16
"""Up to this many distinct sums of weights, each gets a table of its own."""


def count(ballots: Ballots, choices: int, options: Options) -> Tally:  # noqa: ARG001 - all take the same
    """Sum the roots of what each choice is given, square the sums, and bring them to the power cast."""
    groups = grouped(_roots_of(ballots))
    sums = _summed(groups, choices)
    squares = [[root * root for root in column] for column in _put_right(sums, groups, ballots)]
    cast = sum(ballots.powers)
    everything = sum(squares[0])
    scores: list[Score] = [Fraction(cast * square, everything) if everything else 0 for square in squares[0]]
    cells = sum(sum(squares[column]) for column in groups.of_strategy)
    by_column: list[list[Score]] = [[Fraction(cast * square, cells) if cells else 0 for square in c] for c in squares]
    return tallied(ballots, groups, by_column, scores=scores)


def _roots_of(ballots: Ballots) -> Ballots:
    """Put in the place of each power and score its root, all times the same number."""
    roots = _roots(ballots.powers)
    scores = tuple(roots if column is ballots.powers else _roots(column) for column in ballots.scores)
    return Ballots(marks=ballots.marks, powers=roots, scores=scores)


def _roots(powers: Sequence[int]) -> list[int]:
    if max(powers, default=0) >= _LARGEST:
        return [isqrt(power << _SHIFT) << 1 for power in powers]
    # A double's root is good to 52 bits; one step of Newton's method in whole numbers doubles that, for the sum of
    # the two is twice the root.
    return [(root := floor(sqrt(power) * _SCALE)) + (power << _SHIFT) // root if power else 0 for power in powers]


def _summed(groups: Groups, choices: int) -> list[list[int]]:
    """Return for each column the sum of each choice's roots, all times the same number."""
    marks = [mark if isinstance(mark, tuple) else () for mark in groups.marks]
    wholes = list(map(sum, marks))
    over = {whole: _over(whole) for whole in set(wholes)}
    few = len(over) <= _FEW_SUMS
    lane = lane_of(groups.columns, room=0 if few else _SHARE_PLACES + 1)
    # A power's root over that of the ballot's sum of weights is the same for all its choices. Added up by weight, it
    # is multiplied by the root of each weight once, and where such sums are few, divided once too.
    cells: defaultdict[tuple[int, int], AmountsByWeight] = defaultdict(lambda: AmountsByWeight(choices))
    for start in range(0, len(marks), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        parted: defaultdict[tuple[int, int], tuple[list[tuple[int, ...]], list[int]]] = defaultdict(lambda: ([], []))
        rows = packed([column[some] for column in groups.columns], lane)
        for mark, whole, row in zip(marks[some], wholes[some], rows, strict=True):
            halvings, factor = over[whole]
            alike, amounts = parted[halvings, factor if few else 1]
            alike.append(mark)
            amounts.append(row if few else row * factor)
        for key, (alike, amounts) in parted.items():
            cells[key].add(alike, amounts)
    sums = [[0] * choices for _ in range(groups.width)]
    for (halvings, factor), by_weight in cells.items():
        for choice, cell in enumerate(by_weight.sums()):
            for weight, amount in cell.items():
                root = factor * isqrt(weight << 2 * _SHARE_PLACES >> halvings)
                for column, part in zip(sums, unpacked(amount, lane, groups.width), strict=True):
                    column[choice] += root * part
    return sums


def _put_right(sums: Sequence[Sequence[int]], groups: Groups, ballots: Ballots) -> list[list[int]]:
    """Return the sums of each column in their exact order, equal where they are."""
    amounts: list[Sequence[int]] = [ballots.powers] * groups.width
    for column, scores in zip(groups.of_strategy, ballots.scores, strict=True):
        amounts[column] = scores
    return [
        put_right(column, _near(column, roots, len(ballots.marks)), comparing(ballots.marks, held))
        for column, roots, held in zip(sums, groups.columns, amounts, strict=True)
    ]


def _near(sums: Sequence[int], roots: Sequence[int], ballots: int) -> int:
    """Return by how much two sums may differ otherwise than exact ones.

    A ballot's root is less than 4 off, or a part of 2^-100 of it; that of a share of weights, in units of 2^-200, less
    than 2^101, or a part of 2^-97.
    """
    return (sum(roots) << _SHARE_PLACES + 2) + (max(sums) >> 95) + (ballots << 2 * _SHARE_PLACES + 3)


def _over(whole: int) -> tuple[int, int]:
    """Return by how many bits (an even number) `whole` is shifted to come near 1, and the inverse root of the rest.

    Weights are shifted by as many bits.
    """
    halvings = max(whole.bit_length() - 1, 0) // 2 * 2
    return halvings, isqrt((1 << 2 * _SHARE_PLACES + halvings) // whole) if whole else 0


def _why_first(tally: Tally) -> LargestRootShare:
    return LargestRootShare(first_score(tally), tally.total)


def _why_equal(tally: Tally, leaders: Sequence[int]) -> EqualRootShare:
    return EqualRootShare(tally.scores[leaders[0] - 1], tally.total)


SYSTEM = System(
    form=Weights(),
    count=count,
    scores=Scores.SHARES,
    rounds=Rounds.NONE,
    thresholds=False,
    for_against=False,
    why_first=_why_first,
    why_equal=_why_equal,
    rule="each ballot splits its power by weights; square roots are added up, so many small supporters weigh "
    "more than one large one",
    ties="Choices that share the highest score are tied, and nothing is decided.",
    offer="weights, where many small supporters weigh more than one large",
    note=SHARES_NOTE,
    brief="Scores are shares by the square roots of support.",
)
