"""Checks on choice labels that all voting systems share."""

from __future__ import annotations

import unicodedata

from bot.domain.shared.errors import InvalidInput
from bot.domain.voting.counting.ballots_and_tally import MAX_CHOICES

MAX_LABEL = 80
"""A button's label holds no more."""
_INVISIBLE = {"Cf", "Cc"}
_LATIN_TWINS = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u051b\u0261\u03bf\u03b1\u03bd\u0131",
    "aeopcyxijsdqgoavi",
)
"""Cyrillic and Greek letters that are drawn like Latin ones, after case folding (from Unicode's confusables, TR 39)."""


def check_labels(choices: tuple[str, ...], *, fewest: int = 2, most: int = MAX_CHOICES) -> None:
    """Refuse too few, too many, empty, overlong or repeated labels."""
    if not fewest <= len(choices) <= most:
        raise InvalidInput(
            field="choices", problem=f"number {len(choices)}", remedy=f"give {fewest} to {most}, one a line"
        )
    for label in choices:
        if not _seen(label):
            raise InvalidInput(field="choices", problem="hold an empty line", remedy="remove it")
        if len(label) > MAX_LABEL:
            raise InvalidInput(
                field="choices",
                problem=f"hold one of {len(label)} characters",
                remedy=f"use at most {MAX_LABEL}",
            )
    if len({_seen(label) for label in choices}) != len(choices):
        raise InvalidInput(field="choices", problem="hold two that look the same", remedy="make each different")


def _seen(label: str) -> str:
    """Return what tells a label from another to the eye: no invisible signs, no letters dressed up as others."""
    text = unicodedata.normalize("NFKC", label).casefold().translate(_LATIN_TWINS)
    visible = (c for c in text if unicodedata.category(c) not in _INVISIBLE and not "\ufe00" <= c <= "\ufe0f")
    return " ".join("".join(visible).split())


def check_index(mark: object, choices: int) -> int:
    """Return `mark` if it is the number of a choice; booleans are not numbers."""
    if isinstance(mark, bool) or not isinstance(mark, int) or not 1 <= mark <= choices:
        raise InvalidInput(
            field="choice", problem="is not on the ballot", remedy=f"choose one of the {choices} choices"
        )
    return mark
