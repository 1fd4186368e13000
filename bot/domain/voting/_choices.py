"""Checks on choice labels that all voting systems share."""

from __future__ import annotations

from bot.domain.errors import InvalidInput
from bot.domain.voting.ballots import MAX_CHOICES

MAX_LABEL = 80
"""A button's label holds no more."""


def check_labels(choices: tuple[str, ...], *, fewest: int = 2, most: int = MAX_CHOICES) -> None:
    """Refuse too few, too many, empty, overlong or repeated labels."""
    if not fewest <= len(choices) <= most:
        raise InvalidInput(
            field="choices", problem=f"number {len(choices)}", remedy=f"give {fewest} to {most}, one a line"
        )
    for label in choices:
        if not label.strip():
            raise InvalidInput(field="choices", problem="hold an empty line", remedy="remove it")
        if len(label) > MAX_LABEL:
            raise InvalidInput(
                field="choices",
                problem=f"hold one of {len(label)} characters",
                remedy=f"use at most {MAX_LABEL}",
            )
    if len({label.casefold().strip() for label in choices}) != len(choices):
        raise InvalidInput(field="choices", problem="hold the same one twice", remedy="make each different")


def check_index(mark: object, choices: int) -> int:
    """Return `mark` if it is the number of a choice; booleans are not numbers."""
    if isinstance(mark, bool) or not isinstance(mark, int) or not 1 <= mark <= choices:
        raise InvalidInput(
            field="choice", problem="is not on the ballot", remedy=f"choose one of the {choices} choices"
        )
    return mark
