"""How JSON-RPC travels to one endpoint, and what can go wrong on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import orjson

if TYPE_CHECKING:
    import aiohttp

Json = Any
"""What `orjson` reads: nested dicts, lists, text, numbers, None."""


_OK, _TOO_LARGE = 200, 413
MOST_BYTES = 64 * 1024 * 1024
"""What an answer may hold, unpacked: many times the largest that we ask for."""


class TransportFailed(Exception):
    """No JSON-RPC answer came back.

    `status` is HTTP's, None where not even that was had. `text` is what was said instead, and `error` its
    JSON-RPC error if it held one: for classification only, never to be shown, because an endpoint's address and
    key may stand in them. `retry_after` is in seconds.
    """

    def __init__(
        self, status: int | None = None, text: str = "", retry_after: float | None = None, error: Json = None
    ) -> None:
        super().__init__("no answer" if status is None else f"HTTP {status}")
        self.status, self.text, self.retry_after, self.error = status, text, retry_after, error


class Transport(Protocol):
    """Carries JSON-RPC to one endpoint."""

    async def request(self, payload: Json) -> Json:
        """Send one request object, or a list of them, and return what the endpoint answers, unexamined.

        Raises:
            TransportFailed: there is no JSON in the answer, or no answer.

        """
        ...

    async def close(self) -> None:
        """Give the connection back."""
        ...


def read_answer(status: int, body: bytes, retry_after: str | None) -> Json:
    """Return the JSON-RPC answer that came over HTTP (a batch's list with any status). Raises TransportFailed."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        answer = None
    if isinstance(answer, list) or (status == _OK and isinstance(answer, dict)):
        return answer
    error = answer.get("error") if isinstance(answer, dict) else None
    raise TransportFailed(status, body[:2_000].decode("utf-8", "replace"), _seconds(retry_after), error)


def too_large() -> TransportFailed:
    """Return the failure of an answer that is not read to its end, so that no endpoint fills the memory."""
    return TransportFailed(_TOO_LARGE, "the answer is too large")


class HttpTransport:
    """JSON-RPC over HTTP with connections kept alive. The address is in no message, log or repr."""

    def __init__(
        self, url: str, *, time_out: float = 15.0, connections: int = 16, most_bytes: int = MOST_BYTES
    ) -> None:
        import aiohttp  # noqa: PLC0415 - as long to load as all the rest; the command line uses another transport

        self._url = url
        self._time_out = aiohttp.ClientTimeout(total=time_out, sock_connect=min(5.0, time_out))
        self._connections, self._most_bytes = connections, most_bytes
        self._session: aiohttp.ClientSession | None = None

    def __repr__(self) -> str:
        return "HttpTransport(…)"

    async def request(self, payload: Json) -> Json:
        """Post the payload and return the JSON that comes with HTTP's OK (a batch's list with any status)."""
        import aiohttp  # noqa: PLC0415 - loaded by now

        try:
            async with self._open().post(self._url, data=orjson.dumps(payload), allow_redirects=False) as response:
                status = response.status
                retry_after = response.headers.get("Retry-After")
                body = bytearray()
                async for part in response.content.iter_any():
                    body += part
                    if len(body) > self._most_bytes:
                        raise too_large()
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError):
            raise TransportFailed from None  # the cause names the address
        return read_answer(status, bytes(body), retry_after)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        import aiohttp  # noqa: PLC0415 - loaded by now

        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                timeout=self._time_out,
                headers={"Content-Type": "application/json"},
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _seconds(header: str | None) -> float | None:
    return float(header) if header is not None and header.isascii() and header.isdigit() else None
