"""A Discord on loopback sockets, for tests with a bot in a process of its own."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self
from urllib.parse import unquote

from aiohttp import web

from bot.web.server.graceful_shutdown import stop
from tests.standin import answers, member_roles, rest
from tests.standin.api import ApiError, Call, Seen, read, reply
from tests.standin.faults import Fault
from tests.standin.people import People

ENDPOINTS = [
    (method, re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path)), endpoint)
    for method, path, endpoint in (*rest.ROUTES, *member_roles.ROUTES, *answers.ROUTES)
]


class Discord(People):
    """The stand-in. It listens while it is entered; `stop` and `start` make an outage of it.

    Facts: `requests` (every REST request), `interactions` by token, `Channel.history`, `gateway`; `unknown` lists
    requests that there is no endpoint for. Nothing is rate limited unless a fault says so. A nonce is remembered
    for `nonce_window` seconds; an interaction must be acknowledged within `ack_deadline`.
    """

    def __init__(
        self,
        *,
        token: str | None = None,
        nonce_window: float = 300,
        ack_deadline: float = 3,
        token_life: float = 900,
    ) -> None:
        self.token, self.ack_deadline, self.token_life = token or secrets.token_hex(16), ack_deadline, token_life
        super().__init__(token=self.token, nonce_window=nonce_window)
        self.requests: list[Seen] = []
        self.unknown: list[str] = []
        self.faults: list[Fault] = []
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def api_base(self) -> str:
        return f"http://127.0.0.1:{self._port}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self._port}/gateway"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; again on the same port after a stop."""
        app = web.Application(client_max_size=64 << 20)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_route("*", "/api/v10{path:/.*}", self._rest)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.gateway.url = self.gateway_url

    async def stop(self) -> None:
        """Be gone: connections are cut, new ones refused; what was stored stays."""
        if self._runner is not None:
            await self.gateway.close()
            await stop(self._runner)
            self._runner = None

    async def until(self, holds: Callable[[], object], timeout: float = 10) -> None:  # noqa: ASYNC109 - a test's patience
        """Wait until `holds()`; it is asked after every request and event."""
        async with asyncio.timeout(timeout):
            while not holds():
                self._changed.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), 0.05)

    def fault(self, method: str, path: str, **how: Any) -> Fault:
        """Let requests fail or be late: see Fault."""
        self.faults.append(fault := Fault(method=method, path=path, **how))
        return fault

    async def _rest(self, request: web.Request) -> web.Response:
        method, path = request.method, request.match_info["path"]
        try:
            body, files = await read(request)
        except (ConnectionError, EOFError):
            return web.Response(status=400)  # the bot died in the middle of it
        self.requests.append(seen := Seen(method, path, body))

        async def work() -> web.Response:
            return self._work(request, seen, files)

        fault = next((each for each in self.faults if each.befalls(method, path)), None)
        response = await (work() if fault is None else fault.strike(request, work))
        seen.status = None if fault is not None and fault.hang_up else response.status
        self._changed.set()
        return response

    def _work(self, request: web.Request, seen: Seen, files: dict[str, bytes]) -> web.Response:
        by_token = seen.path.startswith(("/interactions/", "/webhooks/"))
        if not by_token and request.headers.get("Authorization") != f"Bot {self.token}":
            return reply(401, {"code": 0, "message": "401: Unauthorized"})
        for method, pattern, endpoint in ENDPOINTS:
            if method == seen.method and (match := pattern.fullmatch(seen.path)) is not None:
                reason = request.headers.get("X-Audit-Log-Reason")
                call = Call(self, match.groupdict(), dict(request.query), seen.body, files, reason and unquote(reason))
                try:
                    return reply(200, endpoint(call))
                except ApiError as error:
                    return reply(error.status, error.body)
        self.unknown.append(f"{seen.method} {seen.path}")
        return reply(404, {"code": 0, "message": "404: Not Found"})
