"""What can go wrong between the bot and Discord, on request."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from tests.standin.api import reply


@dataclass(kw_only=True)
class Fault:
    """Befalls the next `times` requests of `method` whose path `path` (a regular expression) finds.

    The request waits for `delay` seconds and is then answered with `status`, or the line is cut (`hang_up`), or
    neither: then it was only late. The work of the request is done before that if `after`, and not at all
    otherwise, unless it was only late. `struck` is set when the first such request has come, and with `after`,
    when its work is done.
    """

    method: str
    path: str
    status: int | None = None
    times: int = 1
    delay: float = 0
    after: bool = False
    hang_up: bool = False
    retry_after: float = 0.5
    code: int = 0
    struck: asyncio.Event = field(default_factory=asyncio.Event)

    def befalls(self, method: str, path: str) -> bool:
        return self.times > 0 and method == self.method and re.search(self.path, path) is not None

    async def strike(self, request: web.Request, work: Callable[[], Awaitable[web.Response]]) -> web.Response:
        self.times -= 1
        done = await work() if self.after else None
        self.struck.set()
        await asyncio.sleep(self.delay)
        if self.hang_up:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=502)
        if self.status is not None:
            words = {
                "code": self.code,
                "message": "a fault, on request",
                "retry_after": self.retry_after,
                "global": False,
            }
            return reply(self.status, words)
        return done or await work()
