"""What a tally decides, and the numbers that made it so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.types import Units
from bot.domain.voting import basic
from bot.domain.voting.ballots import Tally, VotingType


class Verdict(StrEnum):
    """What was decided."""

    PASSED = "passed"
    REJECTED = "rejected"
    DECIDED = "decided"
    TIED = "tied"
    NO_QUORUM = "no quorum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A verdict with its reason.

    `leaders` are the choices (from 1) that come first, in the ballot's order, none if there is no power behind
    any; `quorum` and `turnout` are in the proposal's units of power.
    """

    verdict: Verdict
    leaders: tuple[int, ...]
    turnout: Units
    quorum: Units


def decide(voting: VotingType, tally: Tally, quorum: Units) -> Outcome:
    """Apply the rule of the voting system.

    The quorum is reached by a turnout (the power of all ballots, Abstain included) of at least `quorum`. Then
    `basic` passes if For is strictly above Against, is rejected if below, and tied if equal; every other
    system decides for the choice that its rule puts first, and is tied if that is several. A vote without any power
    behind it decides nothing.
    """
    if voting == "basic":
        yes, no = tally.scores[basic.FOR - 1], tally.scores[basic.AGAINST - 1]
        leaders = tuple(c for c, score in ((basic.FOR, yes), (basic.AGAINST, no)) if score == max(yes, no) > 0)
        verdict = Verdict.PASSED if yes > no else Verdict.REJECTED if no > yes else Verdict.TIED
    else:
        leaders = tally.winners
        verdict = Verdict.DECIDED if len(leaders) == 1 else Verdict.TIED
    if tally.total < quorum or not tally.total:
        verdict = Verdict.NO_QUORUM
    return Outcome(verdict=verdict, leaders=leaders, turnout=Units(tally.total), quorum=quorum)
