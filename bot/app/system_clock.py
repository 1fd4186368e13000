"""The only place that reads the machine's time."""

from __future__ import annotations

import time

from bot.domain.shared.types import Timestamp


class SystemClock:
    """The machine's clock, as `bot.ports.Clock`."""

    def now(self) -> Timestamp:
        """Return the time in whole seconds since the Unix epoch."""
        return Timestamp(int(time.time()))
