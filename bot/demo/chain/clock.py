"""The demo's clock: it stands still until somebody moves it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.domain.shared.types import Timestamp


class DemoClock:
    """The time of the simulated Discord, as `bot.ports.Clock`; `begin` until `follow` is called.

    Discord, bot and chain share this one clock: moving it moves all three.
    """

    def __init__(self, begin: Timestamp) -> None:
        self.begin = begin
        self._read: Callable[[], datetime] | None = None

    def follow(self, read: Callable[[], datetime]) -> None:
        """Take the time from `read` from now on."""
        self._read = read

    def now(self) -> Timestamp:
        """Return the time in whole seconds since the Unix epoch."""
        return self.begin if self._read is None else Timestamp(int(self._read().timestamp()))
