"""Which responses to interactions were sent but never confirmed."""

from __future__ import annotations

import re
from collections import OrderedDict

import aiohttp
from aiohttp import tracing

LOST = (aiohttp.ClientError, ConnectionError, TimeoutError)
"""What a request raises if its answer was lost: it may have been done, or not."""
_CALLBACK = re.compile(r"/interactions/(\d+)/[^/]+/callback$")
_MOST = 1_000
"""Interactions that are remembered; each is over within seconds."""
_UNSURE = 500
"""HTTP status from which a request may have been done although it failed."""


class Attempts:
    """Observes requests as they go out, with discord.py's retries. `trace` is the aiohttp trace that does it."""

    def __init__(self) -> None:
        self._open: OrderedDict[int, int] = OrderedDict()
        self.trace = aiohttp.TraceConfig()
        self.trace.on_request_start.append(self._start)
        self.trace.on_request_end.append(self._end)

    def may_have_arrived(self, interaction: int) -> bool:
        """Return whether a response to it was sent of which it is unknown whether it arrived."""
        return self._open.get(interaction, 0) > 0

    async def _start(self, _session: object, _context: object, sent: tracing.TraceRequestStartParams) -> None:
        if found := _CALLBACK.search(sent.url.path):
            number = int(found[1])
            self._open[number] = self._open.pop(number, 0) + 1
            while len(self._open) > _MOST:
                self._open.popitem(last=False)

    async def _end(self, _session: object, _context: object, heard: tracing.TraceRequestEndParams) -> None:
        found = _CALLBACK.search(heard.url.path)
        if found and heard.response.status < _UNSURE and (number := int(found[1])) in self._open:
            self._open[number] -= 1
