"""The content of a result's picture as plain values: every number and word as it will be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from bot.presentation.catalogue.messages import gettext as _

MOST_BARS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A choice: its key ("A"), its name, how much of its bar is filled, from 0 to 1, and that figure in words.

    `won` says that this choice is the decision; `out` says when it was eliminated ("out in round 2"), else it is empty.
    """

    key: str
    label: str
    share: Fraction
    figure: str
    won: bool = False
    out: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPicture:
    """A result, or an open vote's standing: up to `MOST_BARS` bars in the ballot's order, and the verdict in words.

    `threshold` is the share that a bar needs, from 0 to 1; `quorum` is how much of the quorum is reached (1: just
    reached). `passed` adds a tick or a cross to the verdict, None neither. `wins` is the word beside a winner.
    """

    bars: tuple[Bar, ...]
    verdict: str
    threshold: Fraction | None = None
    threshold_words: str = ""
    quorum: Fraction | None = None
    quorum_words: str = ""
    passed: bool | None = None
    wins: str = field(default_factory=lambda: _("wins"))
