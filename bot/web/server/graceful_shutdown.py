"""How a server ends without leaving a connection behind."""

from __future__ import annotations

import asyncio

from aiohttp import web

_TURNS = 4
"""Turns of the event loop until an accepted connection is known to the server: asyncio takes three."""


async def stop(runner: web.BaseRunner) -> None:
    """Stop listening, let answers under way finish, and close every connection, also one that was just accepted.

    `cleanup` alone closes only the connections that the server knows; it would miss one accepted just before.
    """
    await _settled()  # asyncio drops what it has accepted and not yet handed over when a server closes
    for site in list(runner.sites):
        await site.stop()
    await _settled()
    await runner.cleanup()


async def _settled() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)
