"""Applications of the tests, served on loopback for as long as a test needs them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.web.server.graceful_shutdown import stop


@asynccontextmanager
async def serving(application: web.Application) -> AsyncIterator[str]:
    """Give the address of its root, without a slash at the end."""
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await stop(runner)
