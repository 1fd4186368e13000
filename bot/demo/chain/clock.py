"""The demo's time: it stands still until somebody moves it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.domain.shared.types import Timestamp


class DemoClock:
    """The time of the simulated Discord, as `bot.ports.Clock`; `begin` until there is one to follow.

    There is only one clock: who moves the simulated Discord's time moves the bot's and the chain's with it.
    """

    def __init__(self, begin: Timestamp) -> None:
        self.begin = begin
        self._read: Callable[[], datetime] | None = None

    def follow(self, read: Callable[[], datetime]) -> None:
        """Show from now on what `read` says."""
        self._read = read

    def now(self) -> Timestamp:
        """Return the time in whole seconds since the Unix epoch."""
        return self.begin if self._read is None else Timestamp(int(self._read().timestamp()))
