"""`copeland`: every choice against every other, exactly as Snapshot counts it. The highest score wins.

A choice gets 2 points for each other choice that less power prefers to it than the reverse, and 1 for each with
which it is even. Equal points are told apart by average support: half of the power that prefers the choice to
another, summed over the others, over the number of others and the power of all ballots; less than one point.
Scores are the points' shares of the power of all ballots; so a score is not the power cast for the choice. By
strategy the whole method is run on each strategy's own column.

A ballot ranks every choice; where the proposal allows partial rankings, those left out are equal last.
"""

from __future__ import annotations

from fractions import Fraction

from bot.domain.voting._choices import check_labels
from bot.domain.voting._pairs import Pairs, pairwise
from bot.domain.voting._ranking import check_ranking
from bot.domain.voting._sums import grouped, tallied
from bot.domain.voting.ballots import PLAIN, Ballots, Mark, Options, Score, Tally

NAME = "copeland"
TIES = (
    "Choices that win as often are told apart by their average support; "
    "if that is equal too they are tied, and nothing is decided."
)


def check_choices(choices: tuple[str, ...]) -> None:
    """Take 2 to 25 different labels."""
    check_labels(choices)


def check_mark(mark: object, choices: int, options: Options = PLAIN) -> Mark:
    """Take every choice once, best first; fewer where the proposal allows it."""
    return check_ranking(mark, choices, partial=options.partial)


def count(ballots: Ballots, choices: int, options: Options) -> Tally:  # noqa: ARG001 - all take the same
    """Share the power by points of victory, told apart by average support."""
    groups = grouped(ballots)
    pairs = pairwise(groups, choices)
    by_column = [_scores(prefers, sum(column)) for prefers, column in zip(pairs, groups.columns, strict=True)]
    return tallied(ballots, groups, by_column, pairs=pairs[0])


def _scores(pairs: Pairs, total: int) -> list[Score]:
    choices = len(pairs)
    if not total or choices == 1:
        return [total] * choices
    weight = 2 * (choices - 1) * total
    points = [
        weight * sum(_points(pairs[a][b], pairs[b][a]) for b in range(choices) if b != a) + sum(pairs[a])
        for a in range(choices)
    ]
    return [Fraction(total * point, sum(points)) for point in points]


def _points(mine: int, theirs: int) -> int:
    return 2 if mine > theirs else 1 if mine == theirs else 0
