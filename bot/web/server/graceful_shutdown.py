"""How a server ends without leaving a connection behind."""

from __future__ import annotations

import asyncio

from aiohttp import web

_TURNS = 4
"""Of the loop, until a connection that has come in is known to the server: asyncio takes three."""


async def stop(runner: web.BaseRunner) -> None:
    """Listen no more, let answers under way be finished, and close every connection, also one that just came in.

    `cleanup` alone closes those that the server knows: one accepted in the moment before is left to nobody.
    """
    await _settled()  # asyncio drops what it has accepted and not yet handed over when a server closes
    for site in list(runner.sites):
        await site.stop()
    await _settled()
    await runner.cleanup()


async def _settled() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)
