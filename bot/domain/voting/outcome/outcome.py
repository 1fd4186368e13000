"""What a tally decides, with the numbers that decided."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from bot.domain.shared.types import Units
from bot.domain.voting.counting.ballots_and_tally import Score, Tally
from bot.domain.voting.counting.grouped_ballots import plain
from bot.domain.voting.outcome.quorum_and_threshold import SIMPLE, Base, Quorum, QuorumCounts, Threshold
from bot.domain.voting.system_registry import SYSTEMS, VotingType
from bot.domain.voting.systems import basic

_LEAST = Fraction(1, 1 << 256)
"""By how much of a unit `approval` is beside what is needed, if rounding put the score on the other side."""


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

    `leaders` are the choices (from 1) that come first, in the ballot's order; none if no power is behind any. `quorum`
    and `turnout` are in the proposal's units of power. `reached` is what counted towards the quorum (for a rejection
    quorum: Against). `approval` is what the threshold was applied to, and `whole` the total of which it is a share.
    """

    verdict: Verdict
    leaders: tuple[int, ...]
    turnout: Units
    quorum: Units
    counts: QuorumCounts = QuorumCounts.TURNOUT
    reached: Score = 0
    threshold: Threshold = SIMPLE
    approval: Score = 0
    whole: Score = 0


def decide(voting: VotingType, tally: Tally, quorum: Quorum | Units, threshold: Threshold = SIMPLE) -> Outcome:
    """Apply the rule of the voting system; a bare amount is a quorum on the turnout.

    The quorum is reached if what it counts is at least its amount: the turnout (the power of all ballots, Abstain
    included), For and Against, For and Abstain, or For. A vote without any power behind it reaches no quorum.

    With For and Against (`basic`), the vote then passes if For meets the threshold. By default that is more than half
    of For and Against, and exactly half is a tie. If there is no power at all, no threshold is met. A rejection quorum
    ignores the threshold: the vote is rejected if Against is above it, and passes otherwise, even if nobody voted.

    Every other system decides for the choice that its rule puts first, and is tied if there are several. If a threshold
    other than the default is set, the first choice's score must meet it, or the vote is rejected; where sums were
    rounded, its exact score.
    """
    if not isinstance(quorum, Quorum):
        quorum = Quorum(amount=quorum)
    judge = _for_against if SYSTEMS[voting].for_against else _among_choices
    verdict, leaders, approval, whole = judge(tally, threshold)
    counted = reached(tally, quorum.counts)
    if quorum.counts is QuorumCounts.REJECTION:
        verdict = Verdict.REJECTED if counted > quorum.amount else Verdict.PASSED
        leaders = (basic.AGAINST,) if counted > quorum.amount else (basic.FOR,)
    elif counted < quorum.amount or not tally.total:
        verdict = Verdict.NO_QUORUM
    return Outcome(
        verdict=verdict,
        leaders=leaders,
        turnout=Units(tally.total),
        quorum=Units(quorum.amount),
        counts=quorum.counts,
        reached=counted,
        threshold=threshold,
        approval=approval,
        whole=whole,
    )


_Judged = tuple[Verdict, tuple[int, ...], Score, Score]


def _for_against(tally: Tally, threshold: Threshold) -> _Judged:
    yes, no = tally.scores[basic.FOR - 1], tally.scores[basic.AGAINST - 1]
    leaders = tuple(c for c, score in ((basic.FOR, yes), (basic.AGAINST, no)) if score == max(yes, no) > 0)
    whole = yes + no if threshold.base is Base.CAST else _whole(tally, threshold)
    if (yes or whole) and threshold.met(yes, whole):  # 0 is at least two thirds of 0, and passes nothing
        return Verdict.PASSED, leaders, yes, whole
    return Verdict.TIED if yes == no and threshold == SIMPLE else Verdict.REJECTED, leaders, yes, whole


def _among_choices(tally: Tally, threshold: Threshold) -> _Judged:
    leaders = tally.winners
    whole = _whole(tally, threshold)
    best = _beside(tally, leaders[0], threshold, whole) if leaders else 0
    verdict = Verdict.DECIDED if len(leaders) == 1 else Verdict.TIED
    if verdict is Verdict.DECIDED and threshold != SIMPLE and not threshold.met(best, whole):
        verdict = Verdict.REJECTED
    return verdict, leaders, best, whole


def _beside(tally: Tally, leader: int, threshold: Threshold, whole: int) -> Score:
    """Return the leader's score; if rounding put it on the wrong side of the threshold, an amount on the right one."""
    score = tally.scores[leader - 1]
    if tally.beside is None or threshold == SIMPLE:
        return score
    needed = threshold.share * whole
    side = tally.beside(leader, needed)
    if threshold.met(score, whole) is threshold.met(needed + side, whole):
        return score
    return plain(needed + side * _LEAST)


def _whole(tally: Tally, threshold: Threshold) -> int:
    return threshold.votable if threshold.base is Base.VOTABLE else tally.total


def reached(tally: Tally, counts: QuorumCounts) -> Score:
    """Return the power that counts towards a quorum."""
    match counts:
        case QuorumCounts.TURNOUT:
            return tally.total
        case QuorumCounts.REJECTION:
            return tally.scores[basic.AGAINST - 1]
        case QuorumCounts.FOR:
            return tally.scores[basic.FOR - 1]
        case QuorumCounts.FOR_AND_AGAINST:
            return tally.scores[basic.FOR - 1] + tally.scores[basic.AGAINST - 1]
        case QuorumCounts.FOR_AND_ABSTAIN:
            return tally.scores[basic.FOR - 1] + sum(tally.scores[basic.ABSTAIN - 1 :])
