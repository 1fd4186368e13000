"""When a process is killed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from tests.kill.scene import Scene


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When to kill: when such a request has come (`after`: was granted), or `pause` seconds after the first of all.

    The request is `late` seconds late, so that it may be granted, or answered, after the kill.
    """

    method: str = ""
    path: str = ""
    after: bool = False
    late: float = 0.2
    pause: float = 0

    async def comes(self, scene: Scene) -> None:
        """Return at that moment."""
        if not self.path:
            before = len(scene.discord.requests)
            await scene.discord.until(lambda: len(scene.discord.requests) > before, timeout=30)
            await asyncio.sleep(self.pause)
            return
        fault = scene.discord.fault(self.method, self.path, delay=self.late, after=self.after)
        async with asyncio.timeout(30):
            await fault.struck.wait()

    def __str__(self) -> str:
        return f"{self.method} {self.path} {'granted' if self.after else 'asked'}" if self.path else f"{self.pause:.3f}"
