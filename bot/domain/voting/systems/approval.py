"""`approval`: each ballot names any number of choices; each of them gets its whole power. The highest score wins.

A ballot that names none is valid: it counts for the turnout and for no choice (as in Snapshot).
"""

from __future__ import annotations

from bot.domain.voting.ballot_forms import Set
from bot.domain.voting.counting.ballots_and_tally import Ballots, Options, Tally
from bot.domain.voting.counting.grouped_ballots import grouped, tallied
from bot.domain.voting.outcome.outcome_reason import MostApproved, equal_power, first_score
from bot.domain.voting.voting_system import Rounds, Scores, System


def count(ballots: Ballots, choices: int, options: Options) -> Tally:  # noqa: ARG001 - all take the same
    """Give each choice the power of the ballots that name it among others."""
    groups = grouped(ballots)
    by_column = [[0] * choices for _ in range(groups.width)]
    for mark, sums in groups.rows():
        if isinstance(mark, tuple):
            for scores, amount in zip(by_column, sums, strict=True):
                for choice in mark:
                    scores[choice - 1] += amount
    return tallied(ballots, groups, by_column)


def _why_first(tally: Tally) -> MostApproved:
    return MostApproved(first_score(tally), tally.total)


SYSTEM = System(
    form=Set(),
    count=count,
    scores=Scores.POWER,
    rounds=Rounds.NONE,
    thresholds=True,
    for_against=False,
    why_first=_why_first,
    why_equal=equal_power,
    rule="any number of choices a ballot, also none; the choice with the most power wins",
    ties="Choices that share the highest score are tied, and nothing is decided.",
    offer="any number of the choices",
    note="",
    brief="",
)
