"""Columns of whole numbers in one column of long ones, each in its own lane, so that one addition adds them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import lshift, or_

AT_ONCE = 8_192
"""So many rows are sooner packed and used, then so many more, than all of them in two goes."""


def lane_of(columns: Sequence[Sequence[int]], *, room: int = 0) -> int:
    """Return how many bits a lane takes to hold the sum of any column, also when multiplied by `room` bits."""
    return max((sum(column) for column in columns), default=0).bit_length() + room + 1


def packed(columns: Sequence[Sequence[int]], lane: int) -> list[int]:
    """Return the rows as one number each."""
    rows: Iterable[int] = columns[-1]
    for column in reversed(columns[:-1]):
        rows = map(or_, map(lshift, rows, repeat(lane)), column)
    return list(rows)


def unpacked(number: int, lane: int, width: int) -> list[int]:
    """Return what each of `width` lanes holds."""
    mask = (1 << lane) - 1
    return [number >> lane * column & mask for column in range(width)]
