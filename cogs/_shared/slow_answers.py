"""What a member sees while an answer is slow: after some seconds a word that it goes on, and later what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import discord

from bot.ports.deadline import wait_at_most

SLOW, LONGEST = 6.5, 40.0
"""Seconds after which a member is told that it takes longer, and after which a chain is given up."""
STILL = (
    "This takes longer than usual: a chain, or Discord, is slow to answer me. I go on for up to half a minute and tell "
    "you here what came of it. You need not ask again."
)


class Patience:
    """Tells once that an answer takes longer, unless it is there by then. `tell` shows a text in its place."""

    def __init__(self, tell: Callable[[str], Awaitable[None]]) -> None:
        wait_at_most(LONGEST)
        self._tell = tell
        self._timer = asyncio.get_running_loop().call_later(SLOW, self._begin)
        self._telling: asyncio.Task[None] | None = None
        if (asking := asyncio.current_task()) is not None:
            asking.add_done_callback(lambda _: self._timer.cancel())

    async def over(self) -> bool:
        """Wait for a word that is under way, let no other begin, and return whether one was said."""
        self._timer.cancel()
        if self._telling is None:
            return False
        await self._telling
        return True

    def _begin(self) -> None:
        self._telling = asyncio.get_running_loop().create_task(self._say())

    async def _say(self) -> None:
        with suppress(discord.HTTPException, OSError, TimeoutError):  # the answer itself is what matters
            await self._tell(STILL)
