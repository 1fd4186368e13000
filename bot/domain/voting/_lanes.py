"""Columns of whole numbers in one column of long ones, each in its own lane, so that one addition adds them all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from operator import lshift, or_


def packed(columns: Sequence[Sequence[int]], *, room: int = 0) -> tuple[list[int], int]:
    """Return the rows as one number each, and the lanes' width in bits.

    A lane holds the sum of its column, also when multiplied by a number of `room` bits.
    """
    lane = max((sum(column) for column in columns), default=0).bit_length() + room + 1
    rows = list(columns[-1])
    for column in reversed(columns[:-1]):
        rows = list(map(or_, map(lshift, rows, repeat(lane)), column))
    return rows, lane


def unpacked(number: int, lane: int, width: int) -> list[int]:
    """Return what each of `width` lanes holds."""
    mask = (1 << lane) - 1
    return [number >> lane * column & mask for column in range(width)]
