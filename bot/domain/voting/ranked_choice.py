"""`ranked-choice`: instant run-off, exactly as Snapshot runs it. The last round's highest score wins.

In each round every ballot gives its power to the first of its choices that is still in. If one choice has more
than half of the power given in this round, or fewer than three choices are left, the count ends; else the choice
with the least goes out, of several with the least the one listed first. Scores are those of the last round: who
went out before has 0. Every round is kept.

A ballot ranks every choice; where the proposal allows partial rankings, one whose choices are all out is
exhausted: it counts for the turnout, and not for the half.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.domain.voting._choices import check_labels
from bot.domain.voting._ranking import check_ranking
from bot.domain.voting._sums import grouped, highest, tallied
from bot.domain.voting.ballots import PLAIN, Ballots, Mark, Options, Round, Tally, TieRule

NAME = "ranked-choice"
TIES = (
    "Of several choices with the least power, the one listed first goes out; "
    "choices that share the highest score of the last round are tied, and nothing is decided."
)

_FINALISTS = 2

_Placed = tuple[tuple[int, ...], int, Sequence[int]]
"""A distinct ballot: the ranking, the place in it that counts now, and the sums behind."""


def check_choices(choices: tuple[str, ...]) -> None:
    """Take 2 to 25 different labels."""
    check_labels(choices)


def check_mark(mark: object, choices: int, options: Options = PLAIN) -> Mark:
    """Take every choice once, best first; fewer where the proposal allows it."""
    return check_ranking(mark, choices, partial=options.partial)


def count(ballots: Ballots, choices: int, options: Options) -> Tally:  # noqa: ARG001 - all take the same
    """Hold rounds until one choice has more than half, or two are left."""
    groups = grouped(ballots)
    piles: dict[int, list[_Placed]] = {choice: [] for choice in range(1, choices + 1)}
    totals = {choice: [0] * groups.width for choice in piles}
    exhausted = 0

    def give(pile: Iterable[_Placed]) -> int:
        """Give each ballot to its first choice that is in; return the power of those without any."""
        without = 0
        for ranking, start, sums in pile:
            for place in range(start, len(ranking)):
                choice = ranking[place]
                if choice in piles:
                    piles[choice].append((ranking, place, sums))
                    total = totals[choice]
                    for column, amount in enumerate(sums):
                        total[column] += amount
                    break
            else:
                without += sums[0]
        return without

    give((mark, 0, sums) for mark, sums in groups.rows() if isinstance(mark, tuple))
    rounds: list[Round] = []
    while groups.marks:
        powers = {choice: totals[choice][0] for choice in piles}
        scores = tuple(powers.get(choice) for choice in range(1, choices + 1))
        if 2 * max(powers.values()) > sum(powers.values()) or len(piles) <= _FINALISTS:
            rounds.append(Round(scores=scores, exhausted=exhausted))
            break
        least = min(powers.values())
        tied = tuple(choice for choice, power in powers.items() if power == least)
        counted = Round(scores=scores, exhausted=exhausted, eliminated=tied[0])
        rounds.append(counted if len(tied) == 1 else replace(counted, tied=tied, rule=TieRule.LISTED))
        exhausted += give(piles.pop(tied[0]))
    by_column = [
        [totals[choice][column] if choice in piles else 0 for choice in totals] for column in range(groups.width)
    ]
    return tallied(ballots, groups, by_column, winners=highest(by_column[0]), rounds=rounds)
