"""The outcome sentence of schema 1 bundles, word for word, so that bundles which were posted then still verify."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from bot.domain.shared.amounts import percent
from bot.domain.voting.counting.ballots_and_tally import Score
from bot.domain.voting.outcome.outcome import Outcome, Verdict
from bot.domain.voting.outcome.quorum_and_threshold import SIMPLE, Base, QuorumCounts, Threshold
from bot.domain.voting.system_registry import VotingType
from bot.domain.voting.systems import basic

_COUNTED = {
    QuorumCounts.TURNOUT: "voted",
    QuorumCounts.FOR_AND_AGAINST: "voted For or Against",
    QuorumCounts.FOR_AND_ABSTAIN: "voted For or Abstain",
    QuorumCounts.FOR: "voted For",
    QuorumCounts.REJECTION: "voted Against",
}
_OF = {Base.CAST: "For and Against", Base.TURNOUT: "the turnout", Base.VOTABLE: "all that could vote"}
_BY_RULE = {
    "quadratic": "has the highest share by the square roots of its support",
    "copeland": "wins most often head to head",
    "schulze": "is beaten by no other choice",
    "star": "wins the run-off",
}


def first_sentence(outcome: Outcome, voting: VotingType, choices: Sequence[str], write: Callable[[Score], str]) -> str:
    """Return the outcome sentence in the words of schema 1; `write` formats an amount of power."""
    leaders = ", ".join(f"“{choices[choice - 1]}”" for choice in outcome.leaders)
    quorum = ""
    if outcome.quorum:
        quorum = f"; the quorum of {write(outcome.quorum)} is reached with {write(outcome.reached)}"
    if outcome.counts is QuorumCounts.REJECTION:
        return _rejection(outcome, write)
    share = percent(outcome.approval, outcome.whole)
    match outcome.verdict:
        case Verdict.NO_QUORUM:
            if not outcome.turnout:
                return "No quorum: no power voted, so nothing is decided."
            return (
                f"No quorum: {write(outcome.reached)} {_COUNTED[outcome.counts]}, "
                f"{write(outcome.quorum - outcome.reached)} fewer than the {write(outcome.quorum)} needed."
            )
        case Verdict.TIED:
            each = "" if voting in _BY_RULE else f" with {write(outcome.approval)} each"
            level = f"{leaders} are equal{each}" if leaders else "no choice has any power behind it"
            return f"Tied: {level}, so nothing is decided{quorum}."
        case Verdict.DECIDED:
            first = _BY_RULE.get(voting, f"has {write(outcome.approval)} of the {write(outcome.turnout)} that voted")
            return f"Decided: {leaders} {first}{_bar(outcome.threshold, share, voting)}{quorum}."
        case Verdict.PASSED | Verdict.REJECTED:
            label = choices[basic.FOR - 1] if voting == "basic" else choices[outcome.leaders[0] - 1]
            return (
                f"{outcome.verdict.capitalize()}: “{label}” has {write(outcome.approval)}, "
                f"{share} of {_base(outcome.threshold, voting)}, where {_needed(outcome.threshold)} is needed{quorum}."
            )


def _rejection(outcome: Outcome, write: Callable[[Score], str]) -> str:
    side = "more than" if outcome.verdict is Verdict.REJECTED else "not more than"
    return (
        f"{outcome.verdict.capitalize()}: {write(outcome.reached)} voted Against, "
        f"{side} the {write(outcome.quorum)} that reject."
    )


def _bar(threshold: Threshold, share: str, voting: VotingType) -> str:
    if threshold == SIMPLE:
        return ""
    return f", {share} of {_base(threshold, voting)}, where {_needed(threshold)} is needed"


def _base(threshold: Threshold, voting: VotingType) -> str:
    return _OF[Base.TURNOUT if voting != "basic" and threshold.base is Base.CAST else threshold.base]


def _needed(threshold: Threshold) -> str:
    share: Fraction = threshold.share * 100
    exact = f"{threshold.share}" if 100 % share.denominator else f"{percent(threshold.share, 1)}"
    return f"{'more than' if threshold.strict else 'at least'} {exact}"
