"""A peer in a process of its own, which answers one line of JSON to each line of JSON."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson

_LONGEST_LINE = 64 << 20


class PeerFailed(Exception):
    """A peer ended, or answered with what went wrong."""


class Peer:
    """Asks a process. It measures itself, so that neither its start nor the pipe counts."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Return what it answers. Raises PeerFailed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(orjson.dumps(question) + b"\n")
        await self._process.stdin.drain()
        line = await self._process.stdout.readline()
        answer: dict[str, Any] = orjson.loads(line) if line else {"error": "it ended"}
        if "error" in answer:
            raise PeerFailed(answer["error"])
        return answer


@asynccontextmanager
async def talking(*command: str | Path, cwd: Path | None = None) -> AsyncIterator[Peer]:
    """Start a peer; end it on leaving."""
    process = await asyncio.create_subprocess_exec(
        *(str(word) for word in command),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=cwd,
        limit=_LONGEST_LINE,
    )
    try:
        yield Peer(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
