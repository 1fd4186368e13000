"""Turns doubles into whole numbers of a common small unit, and exact results back into doubles, rounded once."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from typing import overload

from bot.domain.voting import Score

_EXACT = 2**53
_DOUBLES_END = 1_000
"""Products below 2 to this power are safe to form: doubles overflow at 2 ** 1024."""


def unit_of(columns: Iterable[array[float]]) -> int:
    """Return the smallest power of two that makes each of these doubles whole when multiplied by it."""
    return max((max((x.as_integer_ratio()[1] for x in column), default=1) for column in columns), default=1)


class InUnits(Sequence[int]):
    """Doubles read as exact whole numbers of `1 / unit`; with `valid`, only the places where it is true."""

    def __init__(self, column: array[float], unit: int, valid: Sequence[bool] | None = None) -> None:
        self._column = column if valid is None or all(valid) else array("d", compress(column, valid))
        # Multiplying a double by a power of two does not round, unless the product is too large for a double.
        largest = math.frexp(max(column, default=0.0))[1]
        self._factor = float(unit) if unit.bit_length() + max(0, largest) < _DOUBLES_END else None
        self._unit = unit

    def __len__(self) -> int:
        return len(self._column)

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> list[int]: ...
    def __getitem__(self, place: int | slice) -> int | list[int]:
        if isinstance(place, slice):
            return [self._whole(x) for x in self._column[place]]
        return self._whole(self._column[place])

    def __iter__(self) -> Iterator[int]:
        factor = self._factor
        return map(self._whole, self._column) if factor is None else (int(x * factor) for x in self._column)

    def _whole(self, x: float) -> int:
        numerator, denominator = x.as_integer_ratio()
        return numerator * (self._unit // denominator)


def as_json(score: Score, unit: int) -> int | float | str:
    """Return the double nearest to `score / unit`, as int if whole; "Infinity" if it is too large for a double."""
    try:
        double = score.numerator / (score.denominator * unit)
    except OverflowError:
        return "Infinity"
    return int(double) if double.is_integer() and abs(double) < _EXACT else double
