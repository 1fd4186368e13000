"""Fast sums by choice and weight over many ballots, with the weights of several choices packed into a byte.

If all weights are below 6, for example, the weights of three choices are one number in base 6, less than 216: one byte
a ballot. Amounts are summed by byte, and only these at most 256 sums are split by choice.
"""

from __future__ import annotations

from collections.abc import Sequence

Weights = tuple[int, ...]

_DIGITS = {2: 8, 3: 5, 4: 4, 6: 3, 16: 2}
"""How many digits of each base fit into a byte."""
_BELOW = {base: bytes(range(base)) for base in _DIGITS}
_FEW = 256
"""Up to this many ballots, reading them one by one is faster."""


class AmountsByWeight:
    """For each choice, the sum of amounts by weight. Weights of 0 are left out."""

    def __init__(self, choices: int) -> None:
        """Begin with nothing."""
        self._choices = choices
        self._cells: list[dict[int, int]] = [{} for _ in range(choices)]
        self._tables: dict[int, list[list[int]]] = {}

    def add(self, marks: Sequence[Weights], amounts: Sequence[int]) -> None:
        """Add ballots. A mark has a weight for every choice; one more at its end, for none of them, is ignored."""
        lengths = set(map(len, marks))
        try:
            weights = b"".join(map(bytes, marks)) if len(marks) > _FEW and len(lengths) == 1 else b""
        except ValueError:  # a weight that no byte holds
            weights = b""
        base = next((base for base in _DIGITS if not weights.translate(None, _BELOW[base])), 0)
        if not weights or not base:
            self._add_one_by_one(marks, amounts)
            return
        columns = [int.from_bytes(weights[choice :: max(lengths)], "little") for choice in range(self._choices)]
        starts = range(0, self._choices, _DIGITS[base])
        tables = self._tables.setdefault(base, [[0] * base ** _DIGITS[base] for _ in starts])
        for start, table in zip(starts, tables, strict=True):
            numbers = 0
            for column in columns[start : start + _DIGITS[base]]:
                numbers = numbers * base + column
            for number, amount in zip(numbers.to_bytes(len(marks), "little"), amounts, strict=True):
                table[number] += amount

    def sums(self) -> list[dict[int, int]]:
        """Return for each choice a dict from weight to the sum of amounts."""
        cells = [dict(cell) for cell in self._cells]
        for base, tables in self._tables.items():
            for start, table in zip(range(0, self._choices, _DIGITS[base]), tables, strict=True):
                for number, amount in enumerate(table):
                    left = number
                    for cell in reversed(cells[start : start + _DIGITS[base]]):
                        left, weight = divmod(left, base)
                        if amount and weight:
                            cell[weight] = cell.get(weight, 0) + amount
        return cells

    def _add_one_by_one(self, marks: Sequence[Weights], amounts: Sequence[int]) -> None:
        for mark, amount in zip(marks, amounts, strict=True):
            for cell, weight in zip(self._cells, mark, strict=False):
                if weight:
                    try:
                        cell[weight] += amount
                    except KeyError:
                        cell[weight] = amount
