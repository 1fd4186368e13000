"""How JSON-RPC travels to one endpoint over HTTP, and what can go wrong on the way."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Protocol

import orjson

if TYPE_CHECKING:
    import aiohttp

Json = Any
"""What `orjson` reads: nested dicts, lists, text, numbers, None."""


_OK, _TOO_LARGE = 200, 413
MOST_BYTES, _MOST_BYTES_OF_BLOCK = 8 * 1024 * 1024, 64 * 1024 * 1024
"""What an answer may hold, unpacked: many times the largest that we ask for. The events of many blocks can be asked for
in parts, those of one block can't. Reading so much stops the event loop for about 50 ms."""
_MOST_VALUES = 500_000
"""What an answer may hold in values of JSON, each of which takes memory beyond its bytes."""
TIME_OUT = 8.0
"""Seconds within which a whole answer must have arrived, even if it keeps trickling in."""


class TransportFailed(Exception):
    """No JSON-RPC answer came back.

    `status` is HTTP's, None where not even that was had, and then `late` says that the time was up. `text` is what
    was said instead, and `error` its JSON-RPC error if it held one: for classification only, never to be shown,
    because an endpoint's address and key may stand in them. `retry_after` is in seconds.
    """

    def __init__(
        self,
        status: int | None = None,
        text: str = "",
        retry_after: float | None = None,
        error: Json = None,
        *,
        late: bool = False,
    ) -> None:
        super().__init__("no answer" if status is None else f"HTTP {status}")
        self.status, self.text, self.retry_after, self.error, self.late = status, text, retry_after, error, late


class Transport(Protocol):
    """Sends JSON-RPC to one endpoint."""

    async def request(self, payload: Json) -> Json:
        """Send one request object, or a list of them, and return what the endpoint answers, unexamined.

        Raises:
            TransportFailed: there is no JSON in the answer, or no answer.

        """
        ...

    async def close(self) -> None:
        """Close the connection."""
        ...


def parse_answer(status: int, body: bytes | bytearray, retry_after: str | None) -> Json:
    """Return the JSON-RPC answer that came over HTTP (a batch's list with any status). Raises TransportFailed."""
    if _values(body) > _MOST_VALUES:
        raise too_large()
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        answer = None
    if isinstance(answer, list) or (status == _OK and isinstance(answer, dict)):
        return answer
    error = answer.get("error") if isinstance(answer, dict) else None
    raise TransportFailed(status, body[:2_000].decode("utf-8", "replace"), seconds(retry_after), error)


def most_bytes(payload: Json) -> int:
    """Return how many bytes the answer to a request may hold."""
    calls = payload if isinstance(payload, list) else [payload]
    return _MOST_BYTES_OF_BLOCK if any(map(_of_one_block, calls)) else MOST_BYTES


def _of_one_block(call: Json) -> bool:
    """Whether the events of a single block are asked for."""
    if call.get("method") != "eth_getLogs":
        return False
    asked = call["params"][0]
    return "blockHash" in asked or asked["fromBlock"] == asked["toBlock"]


def too_large() -> TransportFailed:
    """Return the failure of an answer that is not read to its end, so that no endpoint fills the memory."""
    return TransportFailed(_TOO_LARGE, "the answer is too large")


def seconds(header: str | None) -> float | None:
    """Read `Retry-After`: a number of seconds, or a date."""
    text = (header or "").strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
        return max(0.0, (date - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


class HttpTransport:
    """JSON-RPC over HTTP with connections kept alive. The address is in no message, log or repr."""

    def __init__(
        self, url: str, *, time_out: float = TIME_OUT, connections: int = 16, most_bytes: int | None = None
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

        most = most_bytes(payload) if self._most_bytes is None else self._most_bytes
        try:
            async with self._open().post(self._url, data=orjson.dumps(payload), allow_redirects=False) as response:
                status = response.status
                retry_after = response.headers.get("Retry-After")
                body = bytearray()
                async for part in response.content.iter_any():
                    body += part
                    if len(body) > most:
                        raise too_large()
        except TimeoutError:
            raise TransportFailed(late=True) from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise TransportFailed from None  # the cause names the address
        return parse_answer(status, body, retry_after)

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


def _values(body: bytes | bytearray) -> int:
    """Count what would be built of a text of JSON, or more: marks within texts count too."""
    return sum(map(body.count, (b",", b"[", b"{")))
