"""What was learned about an endpoint by trying, forgotten after a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

LASTS = 600.0
"""Seconds after which it is tried again: what failed may have been a passing fault."""
_MOST = 4_096


class ExpiringCache(Generic[K, V]):
    """Values by key, each forgotten after a while."""

    def __init__(self, lasts: float = LASTS, clock: Callable[[], float] = time.monotonic) -> None:
        self._lasts, self._clock = lasts, clock
        self._known: dict[K, tuple[V, float]] = {}

    def get(self, key: K) -> V | None:
        """Return the value, None if there is none or it has expired."""
        value, until = self._known.get(key, (None, 0.0))
        return value if self._clock() < until else None

    def put(self, key: K, value: V) -> None:
        """Store a value, whose time begins now."""
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = value, self._clock() + self._lasts

    def forget(self, key: K) -> None:
        """Remove a value."""
        self._known.pop(key, None)
