"""What the picture of a result shows, as plain values: every number and word as it shall be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from bot.presentation.catalogue.messages import gettext as _

MOST_BARS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A choice: its key ("A"), its name, and how much of its bar is filled, from 0 to 1, with the figure in words.

    `won` says that the choice is decided for; `out` when it left the count ("out in round 2"), empty if it did not.
    """

    key: str
    label: str
    share: Fraction
    figure: str
    won: bool = False
    out: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPicture:
    """A result, or how a vote stands: up to `MOST_BARS` bars in the ballot's order, and the verdict in words.

    `threshold` is the share of every bar that is needed, `quorum` how much of the quorum is reached (1: just reached).
    `passed` adds a tick or a cross to the verdict, None adds nothing. `wins` is the word that marks a winner.
    """

    bars: tuple[Bar, ...]
    verdict: str
    threshold: Fraction | None = None
    threshold_words: str = ""
    quorum: Fraction | None = None
    quorum_words: str = ""
    passed: bool | None = None
    wins: str = field(default_factory=lambda: _("wins"))
