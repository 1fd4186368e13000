"""An outcome as one sentence: what was decided, by which rule, and with which numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from bot.domain.shared.amounts import exact_percent, percent
from bot.domain.voting.counting.ballots_and_tally import Tally
from bot.domain.voting.outcome.outcome import Outcome, Verdict
from bot.domain.voting.outcome.quorum_and_threshold import SIMPLE, Base, QuorumCounts, Threshold
from bot.domain.voting.outcome.reason_sentence import Words, listed, why_equal, why_first
from bot.domain.voting.system_registry import SYSTEMS, VotingType
from bot.domain.voting.systems import basic
from bot.domain.voting.voting_system import Scores, System

_COUNTED = {
    QuorumCounts.TURNOUT: "voted",
    QuorumCounts.FOR_AND_AGAINST: "voted For or Against",
    QuorumCounts.FOR_AND_ABSTAIN: "voted For or Abstain",
    QuorumCounts.FOR: "voted For",
    QuorumCounts.REJECTION: "voted Against",
}
_OF = {Base.CAST: "For and Against", Base.TURNOUT: "the turnout", Base.VOTABLE: "all that could vote"}
_NAMED = 5
"""Equal choices that are listed by name at most."""


def sentence(
    outcome: Outcome,
    tally: Tally,
    voting: VotingType,
    choices: Sequence[str],
    words: Words,
    *,
    rounded: bool = False,
) -> str:
    """Return what was decided and why; `words` formats amounts of power, choices and shares.

    With `rounded`, in the earlier wording, in which both the share reached and the share needed were rounded.
    """
    write, system = words.amount, SYSTEMS[voting]
    quorum = ""
    if outcome.quorum:
        quorum = f"; the quorum of {write(outcome.quorum)} is reached with {write(outcome.reached)}"
    if outcome.counts is QuorumCounts.REJECTION:
        return _rejection(outcome, words)
    share = percent(outcome.approval, outcome.whole, beside=None if rounded else outcome.threshold.share)
    base, needed = _base(outcome.threshold, system), _needed(outcome.threshold, rounded=rounded)
    has = _has(system)
    match outcome.verdict:
        case Verdict.NO_QUORUM:
            if not outcome.turnout:
                return "No quorum: no power voted, so nothing is decided."
            return (
                f"No quorum: {write(outcome.reached)} {_COUNTED[outcome.counts]}, "
                f"{write(outcome.quorum - outcome.reached)} fewer than the {write(outcome.quorum)} needed."
            )
        case Verdict.TIED:
            return f"Tied: {_level(outcome, tally, voting, choices, words)}, so nothing is decided{quorum}."
        case Verdict.DECIDED:
            leader = words.label(choices[outcome.leaders[0] - 1])
            bar = "" if outcome.threshold == SIMPLE else f"; it {has} {share} of {base}, where {needed} is needed"
            return f"Decided: {leader}, {why_first(system.why_first(tally), choices, words)}{bar}{quorum}."
        case Verdict.PASSED | Verdict.REJECTED:
            label = words.label(choices[(basic.FOR if system.for_against else outcome.leaders[0]) - 1])
            return (
                f"{outcome.verdict.capitalize()}: {label} {has} {write(outcome.approval)}, "
                f"{share} of {base}, where {needed} is needed{quorum}."
            )


def _level(outcome: Outcome, tally: Tally, voting: VotingType, choices: Sequence[str], words: Words) -> str:
    """Return which choices are tied, and by which rules."""
    if outcome.leaders:
        equal = why_equal(SYSTEMS[voting].why_equal(tally, outcome.leaders), choices, words)
        return f"{listed([words.label(choices[leader - 1]) for leader in outcome.leaders], _NAMED)} {equal}"
    if SYSTEMS[voting].for_against:
        yes, no = (words.label(choice) for choice in choices[: basic.AGAINST])
        return f"neither {yes} nor {no} has any power behind it"
    return "no choice has any power behind it"


def _has(system: System) -> str:
    """Return the verb of "it … 60 % of the turnout": power is "had", points are "scored"."""
    return "scores" if system.scores is Scores.POINTS else "has"


def _rejection(outcome: Outcome, words: Words) -> str:
    side = "more than" if outcome.verdict is Verdict.REJECTED else "not more than"
    return (
        f"{outcome.verdict.capitalize()}: {words.amount(outcome.reached)} voted Against, "
        f"{side} the {words.amount(outcome.quorum)} that reject."
    )


def _base(threshold: Threshold, system: System) -> str:
    return _OF[Base.TURNOUT if not system.for_against and threshold.base is Base.CAST else threshold.base]


def _needed(threshold: Threshold, *, rounded: bool) -> str:
    share: Fraction = threshold.share * 100
    if 100 % share.denominator:
        exact = f"{threshold.share}"
    else:
        exact = percent(threshold.share, 1) if rounded else exact_percent(threshold.share)
    return f"{'more than' if threshold.strict else 'at least'} {exact}"
