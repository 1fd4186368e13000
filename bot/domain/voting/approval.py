"""`approval`: each ballot names any number of choices; each of them gets its whole power. The highest score wins.

A ballot that names none is valid: it counts for the turnout and for no choice (as in Snapshot).
"""

from __future__ import annotations

from bot.domain.errors import InvalidInput
from bot.domain.voting._choices import check_index, check_labels
from bot.domain.voting._sums import grouped, tallied
from bot.domain.voting.ballots import PLAIN, Ballots, Mark, Options, Tally

NAME = "approval"
TIES = "Choices that share the highest score are tied, and nothing is decided."


def check_choices(choices: tuple[str, ...]) -> None:
    """Take 2 to 25 different labels."""
    check_labels(choices)


def check_mark(mark: object, choices: int, options: Options = PLAIN) -> Mark:  # noqa: ARG001 - all take the same
    """Take a list of different choices, and return it in the ballot's order."""
    if not isinstance(mark, (list, tuple)):
        raise InvalidInput(field="choice", problem="is not a list", remedy="choose any number of choices")
    marks = sorted(check_index(choice, choices) for choice in mark)
    if len(set(marks)) != len(marks):
        raise InvalidInput(field="choice", problem="names one choice twice", remedy="name each at most once")
    return tuple(marks)


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
