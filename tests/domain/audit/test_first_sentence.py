"""The words of the first bundles: what was posted with a result then is what the verifier expects of it still."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from bot.domain.audit.bundle.checking.schema_1_sentence import first_sentence
from bot.domain.shared.types import Units
from bot.domain.voting.outcome.outcome import Outcome, Verdict
from bot.domain.voting.outcome.quorum_and_threshold import SIMPLE, Base, QuorumCounts, Threshold
from bot.domain.voting.system_registry import VotingType

CHOICES = ("Mice", "Yeast", "Worms")


def said(voting: VotingType, verdict: Verdict, *leaders: int, quorum: int = 0, turnout: int = 90, **fields: Any) -> str:
    outcome = Outcome(verdict=verdict, leaders=leaders, turnout=Units(turnout), quorum=Units(quorum), **fields)
    return first_sentence(outcome, voting, CHOICES, lambda amount: f"{amount} VITA")


def test_without_any_power_nothing_is_decided() -> None:
    assert said("approval", Verdict.NO_QUORUM, quorum=50, turnout=0) == (
        "No quorum: no power voted, so nothing is decided."
    )


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (QuorumCounts.TURNOUT, "voted"),
        (QuorumCounts.FOR_AND_AGAINST, "voted For or Against"),
        (QuorumCounts.FOR_AND_ABSTAIN, "voted For or Abstain"),
        (QuorumCounts.FOR, "voted For"),
    ],
)
def test_a_quorum_that_is_not_reached_says_who_counted_and_how_much_was_missing(
    counts: QuorumCounts, words: str
) -> None:
    assert said("basic", Verdict.NO_QUORUM, quorum=100, counts=counts, reached=60) == (
        f"No quorum: 60 VITA {words}, 40 VITA fewer than the 100 VITA needed."
    )


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict.REJECTED, "Rejected: 60 VITA voted Against, more than the 50 VITA that reject."),
        (Verdict.PASSED, "Passed: 60 VITA voted Against, not more than the 50 VITA that reject."),
    ],
)
def test_a_quorum_of_rejection_says_on_which_side_of_it_the_vote_was(verdict: Verdict, words: str) -> None:
    assert said("basic", verdict, 1, quorum=50, counts=QuorumCounts.REJECTION, reached=60) == words


@pytest.mark.parametrize(
    ("voting", "leaders", "quorum", "words"),
    [
        ("approval", (1, 3), 0, "“Mice”, “Worms” are equal with 30 VITA each"),
        ("schulze", (1, 3), 0, "“Mice”, “Worms” are equal"),
        ("approval", (), 0, "no choice has any power behind it"),
        ("approval", (1, 3), 80, "“Mice”, “Worms” are equal with 30 VITA each"),
    ],
)
def test_a_tie_says_between_whom_and_whether_the_quorum_was_reached(
    voting: VotingType, leaders: tuple[int, ...], quorum: int, words: str
) -> None:
    reached = "; the quorum of 80 VITA is reached with 90 VITA" if quorum else ""
    assert said(voting, Verdict.TIED, *leaders, quorum=quorum, reached=90, approval=30) == (
        f"Tied: {words}, so nothing is decided{reached}."
    )


@pytest.mark.parametrize(
    ("voting", "threshold", "words"),
    [
        ("approval", SIMPLE, "has 60 VITA of the 90 VITA that voted"),
        (
            "approval",
            Threshold(share=Fraction(3, 5)),
            "has 60 VITA of the 90 VITA that voted, 66.7 % of the turnout, where more than 60 % is needed",
        ),
        (
            "approval",
            Threshold(share=Fraction(2, 3), base=Base.VOTABLE, strict=False, votable=90),
            "has 60 VITA of the 90 VITA that voted, 66.7 % of all that could vote, where at least 2/3 is needed",
        ),
        ("star", SIMPLE, "wins the run-off"),
    ],
)
def test_what_decided_is_named_with_the_share_where_one_was_needed(
    voting: VotingType, threshold: Threshold, words: str
) -> None:
    fields: dict[str, Any] = {"reached": 90, "approval": 60, "whole": 90, "threshold": threshold}
    assert said(voting, Verdict.DECIDED, 1, **fields) == f"Decided: “Mice” {words}."


@pytest.mark.parametrize(
    ("voting", "leader", "threshold", "words"),
    [
        ("basic", 3, SIMPLE, "“Mice” has 60 VITA, 66.7 % of For and Against, where more than 50 % is needed"),
        ("approval", 3, SIMPLE, "“Worms” has 60 VITA, 66.7 % of the turnout, where more than 50 % is needed"),
        (
            "basic",
            1,
            Threshold(share=Fraction(1, 2), base=Base.TURNOUT, strict=False),
            "“Mice” has 60 VITA, 66.7 % of the turnout, where at least 50 % is needed",
        ),
    ],
)
def test_what_passed_or_not_is_for_in_a_basic_vote_and_the_first_choice_in_others(
    voting: VotingType, leader: int, threshold: Threshold, words: str
) -> None:
    fields: dict[str, Any] = {"reached": 90, "approval": 60, "whole": 90, "threshold": threshold}
    assert said(voting, Verdict.PASSED, leader, **fields) == f"Passed: {words}."
