"""Voting systems by Snapshot's names, and the one way to count them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import cast

from bot.domain.types import Units
from bot.domain.voting import approval, basic, single_choice
from bot.domain.voting.ballots import MAX_CHOICES, Counted, Mark, System, Tally, VotingType
from bot.domain.voting.outcome import Outcome, Verdict, decide

__all__ = [
    "MAX_CHOICES",
    "SYSTEMS",
    "Counted",
    "Mark",
    "Outcome",
    "System",
    "Tally",
    "Verdict",
    "VotingType",
    "decide",
    "tally",
]

SYSTEMS: dict[VotingType, System] = {
    cast("VotingType", system.NAME): system for system in cast("tuple[System, ...]", (basic, single_choice, approval))
}


def tally(voting: VotingType, choices: int, strategies: int, ballots: Iterable[Counted]) -> Tally:
    """Count: a choice's score is the power of all ballots that give it theirs; exact, in any order.

    Equal marks are summed first, so the rule is applied once a distinct mark.
    """
    system = SYSTEMS[voting]
    count = total = 0
    by_mark: defaultdict[Mark, list[int]] = defaultdict(lambda: [0] * (strategies + 1))
    for ballot in ballots:
        sums = by_mark[ballot.mark]
        sums[strategies] += ballot.power
        for index, score in enumerate(ballot.by_strategy):
            sums[index] += score
        total += ballot.power
        count += 1
    columns = [[0] * (strategies + 1) for _ in range(choices)]
    for mark, sums in by_mark.items():
        for choice in range(choices):
            if system.approves(mark, choice + 1):
                columns[choice] = [a + b for a, b in zip(columns[choice], sums, strict=True)]
    return Tally(
        scores=tuple(Units(column[strategies]) for column in columns),
        by_strategy=tuple(tuple(Units(score) for score in column[:strategies]) for column in columns),
        total=Units(total),
        ballots=count,
    )
