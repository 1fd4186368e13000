"""Voting systems by name, and the one function that counts with them."""

from __future__ import annotations

from bot.domain.voting.counting.ballots_and_tally import (
    MAX_CHOICES,
    PLAIN,
    Ballots,
    Mark,
    Options,
    Round,
    Score,
    Tally,
    TieRule,
)
from bot.domain.voting.outcome.outcome import Outcome, Verdict, decide, reached
from bot.domain.voting.outcome.outcome_sentence import sentence
from bot.domain.voting.outcome.quorum_and_threshold import (
    SIMPLE,
    TWO_THIRDS,
    Base,
    Quorum,
    QuorumCounts,
    Threshold,
    absolute_majority,
    check_rules,
)
from bot.domain.voting.outcome.reason_sentence import Words
from bot.domain.voting.system_registry import OFFERED, PARTIAL, SYSTEMS, VotingType
from bot.domain.voting.voting_system import Rounds, Scores, System

__all__ = [
    "MAX_CHOICES",
    "OFFERED",
    "PARTIAL",
    "PLAIN",
    "SIMPLE",
    "SYSTEMS",
    "TWO_THIRDS",
    "Ballots",
    "Base",
    "Mark",
    "Options",
    "Outcome",
    "Quorum",
    "QuorumCounts",
    "Round",
    "Rounds",
    "Score",
    "Scores",
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
    "reached",
    "sentence",
    "tally",
]


def tally(voting: VotingType, choices: int, ballots: Ballots, options: Options = PLAIN) -> Tally:
    """Count ballots exactly, as the docstring of the system's module defines; their order makes no difference."""
    return SYSTEMS[voting].count(ballots, choices, options)
