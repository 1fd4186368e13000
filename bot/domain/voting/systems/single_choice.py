"""`single-choice`: each ballot names one choice, which gets its whole power. The highest score wins."""

from __future__ import annotations

from bot.domain.voting.ballot_forms import Single
from bot.domain.voting.counting.ballots_and_tally import Ballots, Options, Tally
from bot.domain.voting.counting.grouped_ballots import grouped, tallied
from bot.domain.voting.outcome.outcome_reason import equal_power, most_power
from bot.domain.voting.voting_system import Rounds, Scores, System


def count(ballots: Ballots, choices: int, options: Options) -> Tally:  # noqa: ARG001 - all take the same
    """Give each choice the power of the ballots that name it."""
    groups = grouped(ballots)
    by_column = [[0] * choices for _ in range(groups.width)]
    for mark, sums in groups.rows():
        if isinstance(mark, int):
            for scores, amount in zip(by_column, sums, strict=True):
                scores[mark - 1] += amount
    return tallied(ballots, groups, by_column)


SYSTEM = System(
    form=Single(),
    count=count,
    scores=Scores.POWER,
    rounds=Rounds.NONE,
    thresholds=True,
    for_against=False,
    why_first=most_power,
    why_equal=equal_power,
    rule="one choice a ballot; the choice with the most power wins",
    ties="Choices that share the highest score are tied, and nothing is decided.",
    offer="one of several choices",
    note="",
    brief="",
)
