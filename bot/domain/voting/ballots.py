"""What is counted: ballots with their mark and power, and the tally that comes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from bot.domain.types import Units

VotingType = Literal["basic", "single-choice", "approval"]
"""Snapshot's names."""
Mark = int | tuple[int, ...]
"""What is on a ballot, choices counted from 1: one number, or several for approval."""

MAX_CHOICES = 25
"""A select menu of Discord's holds no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One ballot as counting sees it. `power` is the sum of `by_strategy`, all in the proposal's units."""

    mark: Mark
    power: Units
    by_strategy: tuple[Units, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What counting gives. All amounts are in the proposal's units of power.

    `scores` has one entry a choice, `by_strategy[choice][strategy]` splits each; `total` is the turnout:
    the power of all ballots; `ballots` is their number.
    """

    scores: tuple[Units, ...]
    by_strategy: tuple[tuple[Units, ...], ...]
    total: Units
    ballots: int


class System(Protocol):
    """What a voting-system module knows. A module is a `System` by having these names."""

    NAME: str

    def check_choices(self, choices: tuple[str, ...]) -> None:
        """Refuse labels that the system cannot be held with. Raises InvalidInput."""
        ...

    def check_mark(self, mark: object, choices: int) -> Mark:
        """Return the mark in canonical form. Raises InvalidInput."""
        ...

    def approves(self, mark: Mark, choice: int) -> bool:
        """Return whether the ballot gives its power to `choice` (counted from 1)."""
        ...
