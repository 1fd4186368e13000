"""JSON-RPC over HTTP with the standard library alone: what a command that must start fast sends with."""

from __future__ import annotations

import asyncio
import base64
import socket
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from urllib.parse import unquote, urlsplit

import orjson

from bot.chain.rpc.http_transport import TIME_OUT, Json, TransportFailed, most_bytes, parse_answer, too_large

_THREADS = 16
_PARTING = 0.25
"""Seconds that a request which was broken off has to end its connection."""
_PART = 1 << 18
_MOST_INTERIM = 32
"""How many interim answers may come before the final one."""


class PlainTransport:
    """Sends each request from a thread, over connections kept alive. The address is in no message, log or repr."""

    def __init__(self, url: str, *, time_out: float = TIME_OUT, most_bytes: int | None = None) -> None:
        parts = urlsplit(url)
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname or "", parts.port
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {"Content-Type": "application/json", "Connection": "keep-alive"}
        if parts.username is not None:
            user = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            self._headers["Authorization"] = "Basic " + base64.b64encode(user).decode()
        self._time_out, self._most_bytes = time_out, most_bytes
        self._idle: deque[HTTPConnection] = deque()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="rpc")
        self._closed = False

    def __repr__(self) -> str:
        return "PlainTransport(…)"

    async def request(self, payload: Json) -> Json:
        """Post the payload and return the JSON-RPC answer. Raises TransportFailed."""
        most = most_bytes(payload) if self._most_bytes is None else self._most_bytes
        exchange = _Exchange(self._time_out)
        posted = asyncio.wrap_future(self._threads.submit(self._post, orjson.dumps(payload), most, exchange))
        try:
            await asyncio.wait([posted], timeout=self._time_out)
            if posted.done():
                return posted.result()
            raise TransportFailed(late=True)
        finally:
            exchange.end()  # where nobody waits any more, the thread must not either
            if not posted.done():
                await asyncio.wait([posted], timeout=_PARTING)
                posted.cancel()
            await asyncio.gather(posted, return_exceptions=True)  # what nobody waits for is not told as forgotten

    async def close(self) -> None:
        """Close the connections, also those of requests that are still under way: no thread is left of them."""
        self._closed = True
        self._let_go()
        await asyncio.to_thread(self._threads.shutdown)

    def _post(self, body: bytes, most: int, exchange: _Exchange) -> Json:
        try:
            kept = self._idle.pop()
        except IndexError:
            kept = None
        if kept is not None:
            try:
                return self._over(kept, body, most, exchange)
            except (OSError, HTTPException):
                kept.close()  # it was closed at the other end since; a fresh one decides
        fresh = self._connection()
        try:
            return self._over(fresh, body, most, exchange)
        except (OSError, HTTPException, ValueError) as failure:
            fresh.close()
            raise TransportFailed(late=isinstance(failure, TimeoutError)) from None  # the cause names the address

    def _over(self, connection: HTTPConnection, body: bytes, most: int, exchange: _Exchange) -> Json:
        exchange.begin(connection)
        connection.request("POST", self._path, body, self._headers)
        exchange.begin(connection)  # a socket is there by now
        response = connection.getresponse()
        read = bytearray()
        while part := response.read1(_PART):
            read += part
            if len(read) > most:
                connection.close()
                raise too_large()
        if response.length:
            raise IncompleteRead(b"", response.length)
        response.close()
        exchange.done()
        if response.will_close:
            connection.close()
        else:
            self._idle.append(connection)
            if self._closed:
                self._let_go()
        return parse_answer(response.status, read, response.headers.get("Retry-After"))

    def _let_go(self) -> None:
        while True:
            try:
                self._idle.popleft().close()
            except IndexError:
                return

    def _connection(self) -> HTTPConnection:
        kind = HTTPSConnection if self._secure else HTTPConnection
        connection = kind(self._host, self._port, timeout=self._time_out)
        connection.response_class = _FinalAnswer
        return connection


class _FinalAnswer(HTTPResponse):
    """The answer behind any interim ones (RFC 9110, 15.2), of which the library passes over 100 alone."""

    def begin(self) -> None:
        """Read heads up to that of the final answer. Raises HTTPException: there are too many before it."""
        super().begin()
        for _ in range(_MOST_INTERIM):
            if not self._interim():
                return
            self.headers = None  # type: ignore[assignment]  # else the head counts as read
            super().begin()
        if self._interim():
            raise HTTPException

    def _interim(self) -> bool:
        return HTTPStatus.CONTINUE <= self.status < HTTPStatus.OK and self.status != HTTPStatus.SWITCHING_PROTOCOLS


class _Exchange:
    """One request and its answer, which can be broken off from another thread."""

    def __init__(self, time_out: float) -> None:
        self._ends = time.monotonic() + time_out
        self._socket: socket.socket | None = None
        self._over = False

    def begin(self, connection: HTTPConnection) -> None:
        """Go on over this connection. Raises TimeoutError where the exchange was broken off."""
        left = self._ends - time.monotonic()
        if self._over or left <= 0:
            raise TimeoutError
        connection.timeout = left
        self._socket = connection.sock
        if self._socket is not None:
            self._socket.settimeout(left)
            if self._over:  # broken off a moment ago, before the socket was known here
                raise TimeoutError

    def done(self) -> None:
        """Leave the connection to others. Raises TimeoutError where the exchange was broken off."""
        self._socket = None
        if self._over:
            raise TimeoutError

    def end(self) -> None:
        """Break off, if it still goes on: whatever waits for the connection fails at once."""
        self._over = True
        if (open_ := self._socket) is not None:
            with suppress(OSError):
                open_.shutdown(socket.SHUT_RDWR)
