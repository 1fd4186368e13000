"""Fast pairwise comparisons over many rankings: the results of eight pairs are packed into one byte a ranking.

For a few thousand rankings at a time, the positions of one choice form one large integer, a byte a ranking. Subtracting
two such integers tells for all rankings at once which of two choices is ranked before the other. Eight such results
make a byte; amounts are summed by byte, and only these 256 sums are split into pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

from bot.domain.voting.counting.packed_columns import AT_ONCE, packed

MAX_SMALL = 63
"""The largest number of choices whose positions fit into a byte here."""

_RANKED = 0x40
_BEST = 0x7F
_NOT_RANKED = bytes(byte if byte >= _RANKED else 0 for byte in range(256))
_TABLE = 256

Pair = tuple[int, int]


def packed_pairwise(
    rankings: Sequence[tuple[int, ...]], columns: Sequence[Sequence[int]], lane: int, choices: int
) -> list[list[int]]:
    """Return `pairs[a][b]`: the packed amounts of the rankings that put choice a + 1 before b + 1.

    Choices that a ranking leaves out are equal last. `lane` is the width of a packed column in bits.
    """
    complete = set(map(len, rankings)) == {choices}
    every = list((combinations if complete else permutations)(range(choices), 2))
    eights = [every[start : start + 8] for start in range(0, len(every), 8)]
    sums = [[0] * _TABLE for _ in eights]
    for start in range(0, len(rankings), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        amounts = packed([column[some] for column in columns], lane)
        for by_answer, answers in zip(sums, _answers(rankings[some], choices, eights, complete=complete), strict=True):
            for answer, amount in zip(answers, amounts, strict=True):
                by_answer[answer] += amount
    pairs = [[0] * choices for _ in range(choices)]
    for eight, by_answer in zip(eights, sums, strict=True):
        for place, (a, b) in enumerate(eight, start=8 - len(eight)):
            pairs[a][b] = sum(amount for answer, amount in enumerate(by_answer) if answer >> place & 1)
            if complete:
                pairs[b][a] = sum(by_answer) - pairs[a][b]
    return pairs


def _answers(
    rankings: Sequence[tuple[int, ...]], choices: int, eights: list[list[Pair]], *, complete: bool
) -> Iterator[bytes]:
    """Yield for each eight pairs one byte a ranking: bit i says whether the first choice of pair i is ahead."""
    order = [bytes(range(_BEST, _BEST - length, -1)) for length in range(choices + 1)]
    # What bytes.maketrans gives is the ranking turned round: at each choice its place, at those left out themselves.
    places = b"".join(map(bytes.maketrans, map(bytes, rankings), map(order.__getitem__, map(len, rankings))))
    columns = [places[choice::_TABLE] for choice in range(1, choices + 1)]
    if not complete:
        columns = [column.translate(_NOT_RANKED) for column in columns]
    size = len(rankings)
    high, one = (int.from_bytes(bytes((byte,)) * size) for byte in (0x80, 1))
    standing = [int.from_bytes(column, "little") for column in columns]
    # The highest bit of a byte is left over if and only if what is taken away is less.
    before = [(places | high) - one for places in standing]
    for eight in eights:
        answers = 0
        for a, b in eight:
            answers = answers >> 1 | (before[a] - standing[b]) & high
        yield answers.to_bytes(size, "little")
