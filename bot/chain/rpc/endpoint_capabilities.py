"""What was learned of an endpoint by trying."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

LASTS = 600.0
"""Seconds after which something is tried anew: what did not work may have been a passing fault."""
_MOST = 4_096


class ExpiringCache(Generic[K, V]):
    """Findings by their key, each forgotten after a while."""

    def __init__(self, lasts: float = LASTS, clock: Callable[[], float] = time.monotonic) -> None:
        self._lasts, self._clock = lasts, clock
        self._known: dict[K, tuple[V, float]] = {}

    def get(self, key: K) -> V | None:
        """Return what is known, None if nothing is, or no longer."""
        value, until = self._known.get(key, (None, 0.0))
        return value if self._clock() < until else None

    def put(self, key: K, value: V) -> None:
        """Remember from now on."""
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = value, self._clock() + self._lasts

    def forget(self, key: K) -> None:
        """Know nothing of it."""
        self._known.pop(key, None)
