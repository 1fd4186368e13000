"""The voting systems by name: Snapshot's, then ours."""

from __future__ import annotations

from typing import Literal

from bot.domain.voting.systems import (
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
from bot.domain.voting.voting_system import System

VotingType = Literal[
    "basic", "single-choice", "approval", "weighted", "quadratic", "ranked-choice", "copeland", "star", "schulze"
]

SYSTEMS: dict[VotingType, System] = {
    "basic": basic.SYSTEM,
    "single-choice": single_choice.SYSTEM,
    "approval": approval.SYSTEM,
    "weighted": weighted.SYSTEM,
    "quadratic": quadratic.SYSTEM,
    "ranked-choice": ranked_choice.SYSTEM,
    "copeland": copeland.SYSTEM,
    "star": star.SYSTEM,
    "schulze": schulze.SYSTEM,
}
OFFERED: tuple[VotingType, ...] = tuple(SYSTEMS)
"""Voting systems that authors can choose, in the order in which they are offered."""
PARTIAL: tuple[VotingType, ...] = tuple(voting for voting, system in SYSTEMS.items() if system.partial)
"""Systems in which a proposal may allow partial rankings."""
