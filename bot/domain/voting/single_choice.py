"""`single-choice`: each ballot names one choice, which gets its whole power. The highest score wins."""

from __future__ import annotations

from bot.domain.voting._choices import check_index, check_labels
from bot.domain.voting._sums import grouped, tallied
from bot.domain.voting.ballots import PLAIN, Ballots, Mark, Options, Tally

NAME = "single-choice"
TIES = "Choices that share the highest score are tied, and nothing is decided."


def check_choices(choices: tuple[str, ...]) -> None:
    """Take 2 to 25 different labels."""
    check_labels(choices)


def check_mark(mark: object, choices: int, options: Options = PLAIN) -> Mark:  # noqa: ARG001 - all take the same
    """Take the number of one choice."""
    return check_index(mark, choices)


def count(ballots: Ballots, choices: int, options: Options) -> Tally:  # noqa: ARG001 - all take the same
    """Give each choice the power of the ballots that name it."""
    groups = grouped(ballots)
    by_column = [[0] * choices for _ in range(groups.width)]
    for mark, sums in groups.rows():
        if isinstance(mark, int):
            for scores, amount in zip(by_column, sums, strict=True):
                scores[mark - 1] += amount
    return tallied(ballots, groups, by_column)
