"""Pairwise comparisons: for every two choices, the power that prefers one to the other."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.voting.counting.grouped_ballots import Groups
from bot.domain.voting.counting.packed_columns import lane_of, packed, unpacked
from bot.domain.voting.counting.packed_pairs import MAX_SMALL, packed_pairwise

Pairs = list[list[int]]
"""`pairs[a][b]` is the power of the ballots that put choice a + 1 before choice b + 1."""

_FEW = 256
"""Up to this many rankings, reading them one by one is faster."""


def pairwise(groups: Groups, choices: int) -> list[Pairs]:
    """Return the pairs of each column from rankings; choices that a ranking leaves out are equal last."""
    lane = lane_of(groups.columns)
    rankings = [mark if isinstance(mark, tuple) else (mark,) for mark in groups.marks]
    if choices > MAX_SMALL or len(rankings) <= _FEW:
        pairs = pairwise_one_by_one(rankings, packed(groups.columns, lane), choices)
    else:
        pairs = packed_pairwise(rankings, groups.columns, lane, choices)
    cells = [[unpacked(cell, lane, groups.width) for cell in row] for row in pairs]
    return [[[cell[column] for cell in row] for row in cells] for column in range(groups.width)]


def pairwise_one_by_one(rankings: Sequence[tuple[int, ...]], amounts: Sequence[int], choices: int) -> Pairs:
    """Return the pairs, adding the amount of each ranking in turn."""
    pairs = [[0] * choices for _ in range(choices)]
    for ranking, amount in zip(rankings, amounts, strict=True):
        after = [choice - 1 for choice in reversed(ranking)]
        left_out = [choice for choice in range(choices) if choice + 1 not in ranking] if len(after) < choices else []
        while after:
            row = pairs[after.pop()]
            for choice in after:
                row[choice] += amount
            for choice in left_out:
                row[choice] += amount
    return pairs
