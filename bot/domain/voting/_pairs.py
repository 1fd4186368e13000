"""Every choice against every other: the power that prefers one to the other."""

from __future__ import annotations

from bot.domain.voting._sums import Groups

Pairs = list[list[int]]
"""`pairs[a][b]` is the power of the ballots that put choice a + 1 before choice b + 1."""


def pairwise(groups: Groups, choices: int) -> list[Pairs]:
    """Return the pairs of each column, from rankings; choices that a ranking leaves out are equal last."""
    # All columns of a ballot travel in one long number, each in its own lane, so that they are added at once.
    lane = max((sum(column).bit_length() for column in zip(*groups.sums.values(), strict=True)), default=0) + 1
    packed = [[0] * choices for _ in range(choices)]
    for mark, sums in groups.sums.items():
        ranking = mark if isinstance(mark, tuple) else (mark,)
        amount = 0
        for total in reversed(sums):
            amount = amount << lane | total
        after = [choice - 1 for choice in reversed(ranking)]
        left_out = [choice for choice in range(choices) if choice + 1 not in ranking] if len(after) < choices else []
        while after:
            row = packed[after.pop()]
            for choice in after:
                row[choice] += amount
            for choice in left_out:
                row[choice] += amount
    mask = (1 << lane) - 1
    return [[[cell >> lane * column & mask for cell in row] for row in packed] for column in range(groups.width)]
