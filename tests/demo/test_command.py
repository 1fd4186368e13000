"""`folkmoot demo` as it is typed: what it says, and that it leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError, ClientSession

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/#\S+")
pytestmark = pytest.mark.timeout(120)


async def test_it_says_what_it_does_and_serves_two_servers_until_it_is_stopped() -> None:
    command = [sys.executable, "-m", "bot", "demo"]
    started = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert started.stdout is not None
    said = ""
    try:
        while "Ctrl-C ends it" not in said:
            line = (await started.stdout.readline()).decode()
            assert line, said
            said += line
        before, welcome = said.split("is open:")
        for words in ("Starting", "is founded", "Opening the page"):
            assert words in before
        assert "A server of your own to set up" in welcome
        addresses = [found.rpartition("#")[0] for found in ADDRESS.findall(welcome)]
        assert len(addresses) == 2
        async with ClientSession() as session:
            for address in addresses:
                async with session.get(address) as page:
                    assert page.status == 200
    finally:
        started.send_signal(signal.SIGTERM)
        assert await started.wait() == 0
    async with ClientSession() as session:
        for address in addresses:
            with pytest.raises(ClientConnectionError):
                await session.get(address)


async def test_the_second_server_ends_with_the_process_that_started_it() -> None:
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "bot", "demo", "--new-server"]
    started = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=reading, stdout=asyncio.subprocess.PIPE)
    os.close(reading)
    assert started.stdout is not None
    assert ADDRESS.fullmatch((await started.stdout.readline()).decode().strip())
    os.close(writing)
    assert await started.wait() == 0
