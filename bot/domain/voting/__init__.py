"""Voting systems by their names, and the one way to count them."""

from __future__ import annotations

from typing import cast, get_args

from bot.domain.voting import (
    approval,
    basic,
    copeland,
    quadratic,
    ranked_choice,
    schulze,
    single_choice,
    star,
    weighted,
)
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
from bot.domain.voting.outcome import Outcome, Verdict, decide, reached
from bot.domain.voting.reasons import Words, record_words, why_first
from bot.domain.voting.rules import SIMPLE, TWO_THIRDS, Base, Counts, Quorum, Threshold, absolute_majority, check_rules
from bot.domain.voting.sentence import level, sentence

__all__ = [
    "MAX_CHOICES",
    "OFFERED",
    "PLAIN",
    "SIMPLE",
    "SYSTEMS",
    "TWO_THIRDS",
    "Ballots",
    "Base",
    "Counts",
    "Mark",
    "OfferedType",
    "Options",
    "Outcome",
    "Quorum",
    "Round",
    "Score",
    "System",
    "Tally",
    "Threshold",
    "TieRule",
    "Verdict",
    "VotingType",
    "Words",
    "absolute_majority",
    "check_rules",
    "decide",
    "level",
    "reached",
    "record_words",
    "sentence",
    "tally",
    "why_first",
]

SYSTEMS: dict[VotingType, System] = {
    cast("VotingType", system.NAME): system
    for system in cast(
        "tuple[System, ...]",
        (basic, single_choice, approval, weighted, quadratic, ranked_choice, copeland, star, schulze),
    )
}
OFFERED: tuple[VotingType, ...] = get_args(OfferedType)


def tally(voting: VotingType, choices: int, ballots: Ballots, options: Options = PLAIN) -> Tally:
    """Count by the system's definition, which its module opens with; exactly, and whatever the ballots' order."""
    return SYSTEMS[voting].count(ballots, choices, options)
