"""A bot in a process of its own, started, killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self


class BotProcess:
    """One command line with its log file. Leaving the context kills what still runs."""

    def __init__(self, command: Sequence[str], *, env: Mapping[str, str], log: Path, cwd: Path | None = None) -> None:
        self.command, self.env, self.log, self.cwd = tuple(command), dict(env), log, cwd
        self.process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    @property
    def output(self) -> str:
        """Everything it printed, over all starts."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.cwd,
                env={**os.environ, **self.env},
            )

    async def kill(self) -> None:
        """End it as the kernel does: no goodbye, nothing flushed."""
        await self._end(signal.SIGKILL)

    async def terminate(self) -> int:
        """Ask it to end, and return its exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        assert self.process is not None, "it was never started"
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await self.process.wait()
