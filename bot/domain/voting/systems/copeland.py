"""`copeland`: every choice against every other, exactly as Snapshot counts it. The highest score wins.

A choice gets 2 points for each other choice that less power prefers to it than the reverse, and 1 for each with
which it is even. Equal points are told apart by average support: half of the power that prefers the choice to
another, summed over the others, over the number of others and the power of all ballots; less than one point.
Scores are the points' shares of the power of all ballots; so a score is not the power cast for the choice. By
strategy the whole method is run on each strategy's own column.

A ballot ranks every choice; where the proposal allows partial rankings, those left out are equal last.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from bot.domain.voting.ballot_forms import Partial, Ranking
from bot.domain.voting.counting.ballots_and_tally import Ballots, Options, Score, Tally
from bot.domain.voting.counting.grouped_ballots import grouped, tallied
from bot.domain.voting.counting.pairwise import Pairs, pairwise
from bot.domain.voting.outcome.outcome_reason import EqualPoints, MostPoints, MostPower, most_power, record_of
from bot.domain.voting.voting_system import SHARES_NOTE, Rounds, Scores, System


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


def _why_first(tally: Tally) -> MostPower | MostPoints:
    """Find why the winner won: by points (wins, and draws for half), then by average support."""
    if not tally.pairs:
        return most_power(tally)
    winner = tally.winners[0]
    records = {choice: record_of(choice, tally) for choice in range(1, len(tally.pairs) + 1)}
    level = [choice for choice in records if records[choice].points == records[winner].points]
    wins = {records[choice].won for choice in level}
    others = [records[choice].won for choice in records if choice not in level]
    most_wins = len(wins) == 1 and records[winner].won > max(others, default=-1)
    return MostPoints(records[winner], most_wins=most_wins, by_support=len(level) > 1)


def _why_equal(_tally: Tally, _leaders: Sequence[int]) -> EqualPoints:
    return EqualPoints()


SYSTEM = System(
    form=Ranking(Partial.OPTION),
    count=count,
    scores=Scores.SHARES,
    rounds=Rounds.NONE,
    thresholds=False,
    for_against=False,
    why_first=_why_first,
    why_equal=_why_equal,
    rule="each ballot ranks the choices; each meets every other head to head, and who wins most often wins",
    ties="Choices that win as often are told apart by their average support; "
    "if that is equal too they are tied, and nothing is decided.",
    offer="rank the choices; who wins most duels wins",
    note=SHARES_NOTE,
    brief="Scores are shares of the points of pairwise victories.",
)
