"""Equal marks are summed first, so that a rule is applied once for each distinct mark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from bot.domain.voting.counting.ballots_and_tally import Ballots, Mark, Round, Score, Tally

_SAMPLE = 4_096
_NEARLY_ALL = 0.95


class Groups(NamedTuple):
    """Ballots grouped by mark, with the sum of each column for each distinct mark.

    A mark may occur more than once; rules add up its rows. Column 0 is the power; `of_strategy[s]` is the number of
    strategy s's column, which may be 0 too.
    """

    marks: Sequence[Mark]
    columns: Sequence[Sequence[int]]
    of_strategy: tuple[int, ...]

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.columns)

    def rows(self) -> Iterator[tuple[Mark, tuple[int, ...]]]:
        """Yield each mark with its sum in each column."""
        return zip(self.marks, zip(*self.columns, strict=True), strict=True)


def grouped(ballots: Ballots) -> Groups:
    """Sum power and scores of equal marks. If nearly all of many marks differ, return the ballots ungrouped."""
    distinct: list[Sequence[int]] = [ballots.powers]
    of_strategy: list[int] = []
    for column in ballots.scores:
        known = [place for place, seen in enumerate(distinct) if seen is column]
        if not known:
            distinct.append(column)
        of_strategy.append(known[0] if known else len(distinct) - 1)
    sample = ballots.marks[:_SAMPLE]
    if len(ballots.marks) > _SAMPLE and len(set(sample)) > _NEARLY_ALL * _SAMPLE:
        return Groups(ballots.marks, distinct, tuple(of_strategy))
    sums = _single(ballots) if len(distinct) == 1 else _several(ballots.marks, distinct)
    return Groups(*sums, tuple(of_strategy))


def _single(ballots: Ballots) -> tuple[list[Mark], list[list[int]]]:
    cells: dict[Mark, list[int]] = {}
    for mark, power in zip(ballots.marks, ballots.powers, strict=True):
        # A cell that holds the sum is found with one hash of the mark; to add in place would take two.
        try:
            cells[mark][0] += power
        except KeyError:
            cells[mark] = [power]
    return list(cells), [[cell[0] for cell in cells.values()]]


def _several(marks: Sequence[Mark], columns: list[Sequence[int]]) -> tuple[list[Mark], list[list[int]]]:
    places: dict[Mark, int] = {}
    place = places.setdefault
    which = [place(mark, len(places)) for mark in marks]
    totals = []
    for column in columns:
        total = [0] * len(places)
        for index, amount in zip(which, column, strict=True):
            total[index] += amount
        totals.append(total)
    return list(places), totals


def tallied(
    ballots: Ballots,
    groups: Groups,
    by_column: Sequence[Sequence[Score]],
    *,
    scores: Sequence[Score] | None = None,
    winners: Iterable[int] | None = None,
    rounds: Sequence[Round] = (),
    pairs: Sequence[Sequence[int]] = (),
) -> Tally:
    """Make a tally from each choice's score in each column.

    By default the scores are those of the power column, and the choices with the highest score win.
    """
    scores = tuple(plain(score) for score in (by_column[0] if scores is None else scores))
    cells = [[plain(score) for score in by_column[column]] for column in groups.of_strategy]
    return Tally(
        scores=scores,
        by_strategy=tuple(tuple(column[choice] for column in cells) for choice in range(len(scores))),
        total=sum(ballots.powers),
        ballots=len(ballots.marks),
        winners=highest(scores) if winners is None else tuple(winners),
        rounds=tuple(rounds),
        pairs=tuple(tuple(row) for row in pairs),
    )


def highest(scores: Sequence[Score]) -> tuple[int, ...]:
    """Return the choices with the highest score, none if that is 0."""
    top = max(scores, default=0)
    return tuple(choice for choice, score in enumerate(scores, start=1) if score == top > 0)


def plain(score: Score) -> Score:
    """Return a fraction with denominator 1 as an int, any other score unchanged."""
    return score.numerator if isinstance(score, Fraction) and score.denominator == 1 else score
