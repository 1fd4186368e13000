"""Connections of the web server: limited in number, closed if no request comes in time, unreadable ones not logged."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage
from aiohttp.streams import StreamReader

from bot.presentation.catalogue.messages import gettext as _
from bot.web.server.rate_limits import ConcurrencyLimit, VisitorNames
from bot.web.server.request_guard import CROWDED, VISITORS, headers

_CONNECTIONS = 500
"""More are turned away, so that the database and Discord never lack descriptors."""
_EACH = 40
"""Most connections of one visitor, or requests under way of one behind a proxy; a browser opens six."""
_FIRST_REQUEST = 15.0
_KEPT_OPEN = 75.0
_LINE, _FIELD, _FIELDS = 4_096, 8_190, 64

_SILENT = logging.getLogger("bot.web.server.connection_limits")
_SILENT.disabled = True
"""aiohttp would log what it cannot read, and the secret of an address could be in it."""


class _Connection(web.RequestHandler):
    """One connection: a visitor's `own`, or a proxy's, which carries requests of many visitors.

    `visitor` is whom it is counted for: who connected or, through a proxy, whose request is under way.
    """

    asked = False
    own = True
    visitor: str | None = None

    def __init__(self, server: _Server, **settings: Any) -> None:  # noqa: ANN401 - aiohttp's
        super().__init__(server, **settings)
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        asyncio.get_running_loop().call_later(_FIRST_REQUEST, self._lose_patience)

    def connection_lost(self, exc: BaseException | None) -> None:
        self.leave()
        super().connection_lost(exc)

    def greet(self, visitor: str | None) -> bool:
        """Note who connected (None: a proxy). Return False if the visitor has as many connections as allowed."""
        self.own = visitor is not None
        return visitor is None or self.enter(visitor)

    def enter(self, visitor: str) -> bool:
        """Count this connection as the visitor's; return False if the visitor has as many as allowed."""
        self.leave()
        if not self._server.crowd.enter(visitor):
            return False
        self.visitor = visitor
        return True

    def leave(self) -> None:
        """Stop counting this connection for its visitor."""
        if self.visitor is not None:
            self._server.crowd.leave(self.visitor)
            self.visitor = None

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send all of an answer. A proxy's connection may then be used for another visitor."""
        try:
            return await super().finish_response(request, resp, start_time)
        finally:
            if not self.own:
                self.leave()

    def _lose_patience(self) -> None:
        if not self.asked:
            self.force_close()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,  # noqa: ARG002 - aiohttp passes it
        message: str | None = None,  # noqa: ARG002 - likewise; it quotes what was sent
    ) -> web.StreamResponse:
        """Answer a request that cannot be read, in few words."""
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun already")
        response = web.Response(status=status, text=_("This request cannot be answered."), headers=headers(https=False))
        response.force_close()
        return response


class _Server(web.Server):
    """Creates a `_Connection` for each incoming connection, and counts them by visitor."""

    def __init__(self, *given: Any, visitors: VisitorNames, **settings: Any) -> None:  # noqa: ANN401 - aiohttp's
        super().__init__(*given, **settings)
        self.visitors, self.crowd = visitors, ConcurrencyLimit(_EACH)

    def __call__(self) -> web.RequestHandler:
        return _Connection(
            self,
            loop=asyncio.get_running_loop(),
            access_log=_SILENT,
            logger=_SILENT,
            keepalive_timeout=_KEPT_OPEN,
            max_line_size=_LINE,
            max_field_size=_FIELD,
            max_headers=_FIELDS,
            auto_decompress=False,
        )

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        crowded = isinstance(handler, _Connection) and not handler.greet(self.visitors.direct(_peer(transport)))
        if crowded or len(self.connections) > _CONNECTIONS:
            transport.abort()


def limited(made: web.AppRunner) -> web.Server:
    """Return a server, with these limits on its connections, for the application of a runner that is set up."""
    assert made.server is not None  # noqa: S101 - it is set up
    below, visitors = made.server.request_factory, made.app[VISITORS]

    def notice(
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: Any,  # noqa: ANN401 - a connection of ours
        writer: AbstractStreamWriter,
        task: asyncio.Task[None],
    ) -> web.BaseRequest:
        protocol.asked = True
        request = below(message, payload, protocol, writer, task)
        if not protocol.own:
            forwarded = request.headers.getall("X-Forwarded-For", [])
            request[CROWDED] = not protocol.enter(visitors.name(request.remote, forwarded))
        return request

    return _Server(made.server.request_handler, request_factory=notice, visitors=visitors)


def _peer(transport: asyncio.Transport) -> str | None:
    peer = transport.get_extra_info("peername")
    return str(peer[0]) if isinstance(peer, tuple) else None
