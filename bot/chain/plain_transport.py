"""JSON-RPC over HTTP with the standard library alone: what a command that must start fast sends with."""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import unquote, urlsplit

import orjson

from bot.chain.transport import MOST_BYTES, Json, TransportFailed, read_answer, too_large


class PlainTransport:
    """Sends each request from a thread, over connections kept alive. The address is in no message, log or repr."""

    def __init__(self, url: str, *, time_out: float = 30.0, most_bytes: int = MOST_BYTES) -> None:
        parts = urlsplit(url)
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname or "", parts.port
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {"Content-Type": "application/json", "Connection": "keep-alive"}
        if parts.username is not None:
            user = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            self._headers["Authorization"] = "Basic " + base64.b64encode(user).decode()
        self._time_out, self._most_bytes = time_out, most_bytes
        self._idle: deque[HTTPConnection] = deque()
        self._closed = False

    def __repr__(self) -> str:
        return "PlainTransport(…)"

    async def request(self, payload: Json) -> Json:
        """Post the payload and return the JSON-RPC answer. Raises TransportFailed."""
        return await asyncio.to_thread(self._post, orjson.dumps(payload))

    async def close(self) -> None:
        """Close the connections, also those of requests that are still under way once they are answered."""
        self._closed = True
        self._let_go()

    def _post(self, body: bytes) -> Json:
        try:
            kept = self._idle.pop()
        except IndexError:
            kept = None
        if kept is not None:
            try:
                return self._over(kept, body)
            except (OSError, HTTPException):
                kept.close()  # it was closed at the other end since; a fresh one decides
        fresh = self._connection()
        try:
            return self._over(fresh, body)
        except (OSError, HTTPException, ValueError):
            fresh.close()
            raise TransportFailed from None  # the cause names the address

    def _over(self, connection: HTTPConnection, body: bytes) -> Json:
        connection.request("POST", self._path, body, self._headers)
        response = connection.getresponse()
        read = response.read(self._most_bytes + 1)
        if len(read) > self._most_bytes:
            connection.close()
            raise too_large()
        if response.will_close:
            connection.close()
        else:
            self._idle.append(connection)
            if self._closed:
                self._let_go()
        return read_answer(response.status, read, response.headers.get("Retry-After"))

    def _let_go(self) -> None:
        while True:
            try:
                self._idle.popleft().close()
            except IndexError:
                return

    def _connection(self) -> HTTPConnection:
        kind = HTTPSConnection if self._secure else HTTPConnection
        return kind(self._host, self._port, timeout=self._time_out)
