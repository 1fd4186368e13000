"""Several columns of integers packed into one column of large integers, so that one addition adds them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import lshift, or_

AT_ONCE = 8_192
"""Rows that are packed and used at a time; more at once is slower."""


def lane_of(columns: Sequence[Sequence[int]], *, room: int = 0) -> int:
    """Return the bits that one column takes in a packed number: enough for its sum, times a factor of `room` bits."""
    return max((sum(column) for column in columns), default=0).bit_length() + room + 1


def packed(columns: Sequence[Sequence[int]], lane: int) -> list[int]:
    """Return each row as one integer, with column i shifted left by i times `lane` bits."""
    rows: Iterable[int] = columns[-1]
    for column in reversed(columns[:-1]):
        rows = map(or_, map(lshift, rows, repeat(lane)), column)
    return list(rows)


def unpacked(number: int, lane: int, width: int) -> list[int]:
    """Return the `width` columns of a packed number."""
    mask = (1 << lane) - 1
    return [number >> lane * column & mask for column in range(width)]
