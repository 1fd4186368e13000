"""Requests to Discord whose answer was lost: which may have arrived, and which come too late to be sent again."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import aiohttp
from aiohttp import tracing

from bot.storage.maintenance.process_lease import elapsed

LOST = (aiohttp.ClientError, ConnectionError, TimeoutError)
"""What a request raises if its answer was lost: it may have been done, or not."""
_CALLBACK = re.compile(r"/interactions/(\d+)/[^/]+/callback$")
_MOST = 1_000
"""Interactions that are remembered; each is over within seconds."""
_UNSURE = 500
"""The lowest HTTP status with which a request may have been carried out although it failed."""
REPEATED = 120.0
"""Seconds for which a request that may have been done is sent again: Discord knows a nonce for a few minutes only."""
_RATE_LIMITED = 429


class RepeatedTooLate(aiohttp.ClientError):
    """A request may have been carried out minutes ago, so it was not sent again; the caller must find out if it was."""


@dataclass(slots=True)
class _Post:
    """A POST of a task: when it was first sent, and whether it may have been done by now."""

    began: float
    unsure: bool = False


class Attempts:
    """Observes requests as they go out, with discord.py's retries. `trace` is the aiohttp trace that does it.

    A POST whose outcome is unknown may be repeated by its task within `REPEATED` seconds of `clock`, which also counts
    the time in which the machine slept; after that, repeating it raises RepeatedTooLate.
    """

    def __init__(self, clock: Callable[[], float] = elapsed) -> None:
        self._clock = clock
        self._open: OrderedDict[int, int] = OrderedDict()
        self._posts: WeakKeyDictionary[asyncio.Task[object], dict[str, _Post]] = WeakKeyDictionary()
        self.trace = aiohttp.TraceConfig()
        self.trace.on_request_start.append(self._start)
        self.trace.on_request_end.append(self._end)
        self.trace.on_request_exception.append(self._broke)

    def may_have_arrived(self, interaction: int) -> bool:
        """Return whether a response to the interaction was sent whose arrival is unknown."""
        return self._open.get(interaction, 0) > 0

    async def _start(self, _session: object, _context: object, sent: tracing.TraceRequestStartParams) -> None:
        if sent.method == "POST":
            self._begin(sent.url.path)
        if found := _CALLBACK.search(sent.url.path):
            number = int(found[1])
            self._open[number] = self._open.pop(number, 0) + 1
            while len(self._open) > _MOST:
                self._open.popitem(last=False)

    async def _end(self, _session: object, _context: object, heard: tracing.TraceRequestEndParams) -> None:
        status, path = heard.response.status, heard.url.path
        if status >= _UNSURE:
            self._doubt(path)
            return
        if status != _RATE_LIMITED or not self._is_unsure(path):
            self._of_task().pop(path, None)
        found = _CALLBACK.search(path)
        if found and (number := int(found[1])) in self._open:
            self._open[number] -= 1

    async def _broke(self, _session: object, _context: object, lost: tracing.TraceRequestExceptionParams) -> None:
        self._doubt(lost.url.path)

    def _of_task(self) -> dict[str, _Post]:
        task = asyncio.current_task()
        return {} if task is None else self._posts.setdefault(task, {})

    def _is_unsure(self, path: str) -> bool:
        return (post := self._of_task().get(path)) is not None and post.unsure

    def _begin(self, path: str) -> None:
        """Note a POST that is sent now. Raises RepeatedTooLate, once, if it would repeat one sent too long ago."""
        posts = self._of_task()
        if self._is_unsure(path):
            if self._clock() - posts[path].began > REPEATED:
                del posts[path]
                raise RepeatedTooLate("it may have been done minutes ago")
        else:
            posts[path] = _Post(self._clock())

    def _doubt(self, path: str) -> None:
        if (post := self._of_task().get(path)) is not None:
            post.unsure = True
