"""Quorum and approval threshold, as data: what a tally has to reach."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.proposals import QuorumCountsNeedBasic, RuleFlaw, ThresholdWithoutPower
from bot.domain.shared.errors.fields import Field
from bot.domain.voting.system_registry import SYSTEMS, VotingType


class QuorumCounts(StrEnum):
    """What counts towards a quorum."""

    TURNOUT = "turnout"
    FOR_AND_AGAINST = "for and against"
    FOR_AND_ABSTAIN = "for and abstain"
    FOR = "for"
    REJECTION = "rejection"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum:
    """An amount of power that has to be reached: exactly `amount` is enough.

    A percentage of the supply or of the votable power is converted to an amount before. `REJECTION` works the other way
    round, as in Snapshot: the proposal passes unless Against is above `amount`.
    """

    amount: int
    counts: QuorumCounts = QuorumCounts.TURNOUT


class Base(StrEnum):
    """What the approval is a share of."""

    CAST = "for and against"
    TURNOUT = "turnout"
    VOTABLE = "votable power"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """The share of `base` that For needs: more than `share` if `strict`, else at least that.

    `votable` is the total power of all who could vote, which `Base.VOTABLE` refers to. In systems other than `basic`,
    the score of the first choice needs the share, of the turnout or of the votable power.
    """

    share: Fraction = Fraction(1, 2)
    base: Base = Base.CAST
    strict: bool = True
    votable: int = 0

    def met(self, part: int | Fraction, whole: int | Fraction) -> bool:
        """Return whether `part` is enough of `whole`, compared exactly."""
        needed = self.share * whole
        return part > needed if self.strict else part >= needed


SIMPLE = Threshold()
"""More For than Against."""
TWO_THIRDS = Threshold(share=Fraction(2, 3), strict=False)


def absolute_majority(votable: int) -> Threshold:
    """More than half of all that could vote."""
    return Threshold(base=Base.VOTABLE, votable=votable)


def check_rules(voting: VotingType, quorum: Quorum, threshold: Threshold) -> None:
    """Refuse rules that have no meaning for the voting system. Raises InvalidInput."""
    if not SYSTEMS[voting].for_against and quorum.counts is not QuorumCounts.TURNOUT:
        raise InvalidInput(Field.QUORUM, QuorumCountsNeedBasic(quorum.counts))
    if not SYSTEMS[voting].thresholds and threshold != SIMPLE:
        raise InvalidInput(Field.THRESHOLD, ThresholdWithoutPower(voting))
    if not 0 <= threshold.share <= 1:
        raise InvalidInput(Field.THRESHOLD, RuleFlaw.SHARE_OUT_OF_RANGE)
