"""`single-choice`: each ballot names one choice, which gets its whole power."""

from __future__ import annotations

from bot.domain.voting._choices import check_index, check_labels
from bot.domain.voting.ballots import Mark

NAME = "single-choice"


def check_choices(choices: tuple[str, ...]) -> None:
    """Take 2 to 25 different labels."""
    check_labels(choices)


def check_mark(mark: object, choices: int) -> Mark:
    """Take the number of one choice."""
    return check_index(mark, choices)


def approves(mark: Mark, choice: int) -> bool:
    """Return whether `choice` is the one named."""
    return mark == choice
