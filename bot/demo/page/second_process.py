"""The second server of the demo, which a process of its own serves: a simulated Discord takes a whole event loop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


class SecondProcess:
    """A `folkmoot demo` beside this one. Its first line of output is the address of its page."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._line = asyncio.ensure_future(self._first_line())

    async def address(self) -> str | None:
        """Wait for the address of its page; None if it ended without one."""
        return await self._line

    async def stop(self) -> None:
        """End it, and wait until it has cleaned up."""
        self._line.cancel()
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        await self._process.wait()

    async def _first_line(self) -> str | None:
        if self._process.stdout is None:
            return None
        return (await self._process.stdout.readline()).decode().strip() or None


@asynccontextmanager
async def second_process(*arguments: str) -> AsyncIterator[SecondProcess]:
    """Run `folkmoot demo` with these arguments while the context is open."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "demo", *arguments),
        stdin=asyncio.subprocess.PIPE,  # closes when this process ends, however it ends
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for this process, which ends the other
    )
    second = SecondProcess(process)
    try:
        yield second
    finally:
        await second.stop()


async def until_parent_ends(done: Coroutine[Any, Any, None]) -> None:
    """Wait for `done`; in a `second_process`, until the process that started it is gone, if that is sooner."""
    ends = [asyncio.ensure_future(done)]
    if stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
        ends.append(asyncio.ensure_future(_drained(reader)))
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for end in ends:
        end.cancel()


async def _drained(reader: asyncio.StreamReader) -> None:
    await reader.read()
