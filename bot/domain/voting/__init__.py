"""Voting systems by their names, and the one way to count them."""

from __future__ import annotations

from typing import cast, get_args

from bot.domain.voting import approval, basic, single_choice
from bot.domain.voting.ballots import (
    MAX_CHOICES,
    PLAIN,
    Ballots,
    Mark,
    OfferedType,
    Options,
    Round,
    Score,
    System,
    Tally,
    TieRule,
    VotingType,
)
from bot.domain.voting.outcome import Outcome, Verdict, decide

__all__ = [
    "MAX_CHOICES",
    "OFFERED",
    "PLAIN",
    "SYSTEMS",
    "Ballots",
    "Mark",
    "OfferedType",
    "Options",
    "Outcome",
    "Round",
    "Score",
    "System",
    "Tally",
    "TieRule",
    "Verdict",
    "VotingType",
    "decide",
    "tally",
]

SYSTEMS: dict[VotingType, System] = {
    cast("VotingType", system.NAME): system for system in cast("tuple[System, ...]", (basic, single_choice, approval))
}
OFFERED: tuple[VotingType, ...] = get_args(OfferedType)


def tally(voting: VotingType, choices: int, ballots: Ballots, options: Options = PLAIN) -> Tally:
    """Count by the system's definition, which its module opens with; exactly, and whatever the ballots' order."""
    return SYSTEMS[voting].count(ballots, choices, options)
