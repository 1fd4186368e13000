"""Which endpoints of a chain failed or were slow a moment ago."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

REST = 30.0
"""Seconds for which that is remembered."""


class Rests:
    """Remembers endpoints by their numbers."""

    def __init__(self) -> None:
        self._weary: dict[int, float] = {}
        self._slow: dict[int, float] = {}

    @property
    def weary(self) -> set[int]:
        """Those that failed, or were too slow: others are asked first."""
        return _now(self._weary)

    @property
    def slow(self) -> set[int]:
        """Those of them that let somebody wait: once a `REST` each."""
        return _now(self._slow)

    def tire(self, numbers: Iterable[int], *, slow: bool = False) -> None:
        """Have others asked before these for a while, and remember whether they were `slow`."""
        until, known = asyncio.get_running_loop().time() + REST, self.slow
        for number in numbers:
            self._weary[number] = until
            if slow and number not in known:
                self._slow[number] = until

    def serves(self, number: int) -> None:
        """Note that one serves again."""
        self._weary.pop(number, None)
        self._slow.pop(number, None)


def _now(resting: Mapping[int, float]) -> set[int]:
    now = asyncio.get_running_loop().time()
    return {number for number, until in resting.items() if until > now}
