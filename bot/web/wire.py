"""The connection below the pages: bounded, patient for a while only, and silent about what it cannot read."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage
from aiohttp.streams import StreamReader

from bot.web.shield import headers

_CONNECTIONS = 500
"""More are turned away, so that the database and Discord never lack descriptors."""
_FIRST_REQUEST = 15.0
_KEPT_OPEN = 75.0
_LINE, _FIELD, _FIELDS = 4_096, 8_190, 64

_SILENT = logging.getLogger("bot.web.wire")
_SILENT.disabled = True
"""aiohttp would log what it cannot read, and the secret of an address could be in it."""


class _Connection(web.RequestHandler):
    """One connection."""

    asked = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        asyncio.get_running_loop().call_later(_FIRST_REQUEST, self._lose_patience)

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
        response = web.Response(status=status, text="This request cannot be answered.", headers=headers(https=False))
        response.force_close()
        return response


class _Server(web.Server):
    """Makes a connection for each that comes in."""

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
        if len(self.connections) > _CONNECTIONS:
            transport.abort()


class Runner(web.AppRunner):
    """Runs an application on such connections."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        below = made.request_factory

        def notice(
            message: RawRequestMessage,
            payload: StreamReader,
            protocol: Any,  # noqa: ANN401 - a connection of ours
            writer: AbstractStreamWriter,
            task: asyncio.Task[None],
        ) -> web.BaseRequest:
            protocol.asked = True
            return below(message, payload, protocol, writer, task)

        return _Server(made.request_handler, request_factory=notice)
