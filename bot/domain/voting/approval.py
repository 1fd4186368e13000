"""`approval`: each ballot names any number of choices; each of them gets its whole power.

A ballot that names none is valid: it counts for the turnout and for no choice (as in Snapshot).
"""

from __future__ import annotations

from bot.domain.errors import InvalidInput
from bot.domain.voting._choices import check_index, check_labels
from bot.domain.voting.ballots import Mark

NAME = "approval"


def check_choices(choices: tuple[str, ...]) -> None:
    """Take 2 to 25 different labels."""
    check_labels(choices)


def check_mark(mark: object, choices: int) -> Mark:
    """Take a list of different choices, and return it in the ballot's order."""
    if not isinstance(mark, (list, tuple)):
        raise InvalidInput(field="choice", problem="is not a list", remedy="choose any number of choices")
    marks = sorted(check_index(choice, choices) for choice in mark)
    if len(set(marks)) != len(marks):
        raise InvalidInput(field="choice", problem="names one choice twice", remedy="name each at most once")
    return tuple(marks)


def approves(mark: Mark, choice: int) -> bool:
    """Return whether `choice` is among those named."""
    return isinstance(mark, tuple) and choice in mark
