from __future__ import annotations

import asyncio
import gc
import socket
import threading
import traceback
import zlib
from asyncio.streams import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Never

import orjson
import pytest
from aiohttp import web
from aiohttp.web_request import Request
from aiohttp.web_response import Response, StreamResponse

from bot.chain.chain_reader import ChainReader
from bot.chain.rpc.http_transport import HttpTransport, TransportFailed, seconds
from bot.chain.rpc.network import Network
from bot.chain.rpc.stdlib_transport import PlainTransport
from bot.demo import node
from bot.demo.chain.json_rpc import Rpc
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from tests.chain.nodes import CHAIN, Patience, Scene, balances, wallet
from tests.serving import serving

Handler = Callable[[Request], Awaitable[StreamResponse]]
CALL: dict[str, Any] = {"jsonrpc": "2.0", "id": 7, "method": "eth_chainId", "params": []}


@asynccontextmanager
async def answering(answer: Handler) -> AsyncIterator[HttpTransport]:
    """A server that gives `answer(request)`, and the transport to it, whose address holds a key."""
    application = web.Application()
    application.router.add_route("*", "/{key}", answer)
    async with serving(application) as url:
        transport = HttpTransport(f"{url}/SECRETKEY", time_out=0.5)
        try:
            yield transport
        finally:
            await transport.close()


def saying(body: bytes, status: int = 200, **headers: str) -> Handler:
    async def answer(_request: Request) -> Response:
        return web.Response(body=body, status=status, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return answer


async def test_a_request_and_a_batch_travel_as_json_on_one_connection() -> None:
    peers = set()

    async def echo(request: Request) -> Response:
        assert request.transport is not None
        peers.add(request.transport.get_extra_info("peername"))
        return web.Response(body=await request.read())

    async with answering(echo) as transport:
        assert await transport.request(CALL) == CALL
        assert await transport.request([CALL, CALL]) == [CALL, CALL]
    assert len(peers) == 1


INTERIM = {
    "hints": b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n",
    "several": b"HTTP/1.1 102 Processing\r\n\r\n" * 3 + b"HTTP/1.1 103 Early Hints\r\n\r\n",
    "continue": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
}


@asynccontextmanager
async def talking(
    kind: type[HttpTransport | PlainTransport], *parts: bytes
) -> AsyncIterator[HttpTransport | PlainTransport]:
    """A server that says these parts to each request, one packet each, and the transport to it."""

    serving: set[asyncio.Task[Any]] = set()

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while await reader.readuntil(b"\r\n\r\n"):
                await reader.readuntil(b"}")
                for part in parts:
                    writer.write(part)
                    await writer.drain()
                    await asyncio.sleep(0.001)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    transport = kind(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", time_out=2)
    try:
        yield transport
    finally:
        await transport.close()
        server.close()
        await asyncio.gather(*serving)


@pytest.mark.parametrize("kind", [HttpTransport, PlainTransport])
@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("name", INTERIM)
async def test_interim_answers_are_passed_over(
    kind: type[HttpTransport | PlainTransport], together: bool, name: str
) -> None:
    final = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(orjson.dumps(CALL)) + orjson.dumps(CALL)
    parts = [INTERIM[name] + final] if together else [INTERIM[name], final]
    async with talking(kind, *parts) as transport:
        assert [await transport.request(CALL) for _ in range(3)] == [CALL] * 3


@pytest.mark.parametrize("kind", [HttpTransport, PlainTransport])
async def test_nothing_but_interim_answers_is_none(kind: type[HttpTransport | PlainTransport]) -> None:
    async with talking(kind, INTERIM["hints"] * 100) as transport:
        with pytest.raises(TransportFailed):
            await transport.request(CALL)


@pytest.mark.parametrize("body", [b"<html>Welcome</html>", b"", b"17", b'"0x1"', b"null", b'{"jsonrpc": "2.0"'])
async def test_what_is_no_json_rpc_is_a_failure(body: bytes) -> None:
    async with answering(saying(body)) as transport:
        with pytest.raises(TransportFailed) as caught:
            await transport.request(CALL)
    assert caught.value.status == 200


@pytest.mark.parametrize("kind", [HttpTransport, PlainTransport])
@pytest.mark.parametrize("packed", [False, True])
async def test_an_answer_without_end_is_not_read_to_its_end(
    kind: type[HttpTransport | PlainTransport], packed: bool
) -> None:
    sent = 0

    async def endless(request: Request) -> StreamResponse:
        nonlocal sent
        gzip = packed and "gzip" in request.headers.get("Accept-Encoding", "")
        response = web.StreamResponse(headers={"Content-Encoding": "gzip"} if gzip else {})
        await response.prepare(request)
        pack = zlib.compressobj(wbits=31)
        while sent < 50_000_000:
            part = b" " * 100_000
            await response.write(pack.compress(part) + pack.flush(zlib.Z_SYNC_FLUSH) if gzip else part)
            sent += len(part)
        return response

    async with answering(endless) as transport:
        bounded = kind(transport._url, time_out=5, most_bytes=1_000_000)
        with pytest.raises(TransportFailed) as caught:
            await bounded.request(CALL)
        await bounded.close()
    assert caught.value.status == 413
    assert packed or sent < 50_000_000


@pytest.mark.parametrize("kind", [HttpTransport, PlainTransport])
@pytest.mark.parametrize("where", ["in the head", "in the body"])
async def test_an_answer_that_trickles_in_has_as_long_as_any_other(
    kind: type[HttpTransport | PlainTransport], where: str
) -> None:
    ended = asyncio.Event()

    async def trickle(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        with suppress(ConnectionError):
            writer.write(
                b"HTTP/1.1 200 OK\r\n" + (b"Content-Length: 100000\r\n\r\n" if where == "in the body" else b"X: ")
            )
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.02)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        ended.set()

    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    transport = kind(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", time_out=0.3)
    async with asyncio.timeout(5):
        with pytest.raises(TransportFailed) as caught:
            await transport.request(CALL)
    assert (caught.value.status, caught.value.late) == (None, True)
    await transport.close()
    await ended.wait()
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize("kind", [HttpTransport, PlainTransport])
@pytest.mark.parametrize("unit", [b"[],", b"{},", b"0,", b'"",', b'{"":0},', b"["])
async def test_an_answer_of_many_values_is_refused_before_they_are_built(
    kind: type[HttpTransport | PlainTransport], unit: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[int] = []
    loads = orjson.loads

    def counted(body: bytes) -> Any:
        built.append(len(body))
        return loads(body)

    monkeypatch.setattr("bot.chain.rpc.http_transport.orjson.loads", counted)
    async with answering(saying(b"[" + unit * 600_000 + b"0]")) as transport:
        other = kind(transport._url, time_out=5)
        with pytest.raises(TransportFailed) as caught:
            await other.request(CALL)
        await other.close()
    assert (caught.value.status, built) == (413, [])


@pytest.mark.parametrize("kind", [HttpTransport, PlainTransport])
async def test_the_events_of_one_block_may_be_more_than_other_answers(
    kind: type[HttpTransport | PlainTransport],
) -> None:
    def logs(**asked: Any) -> dict[str, object]:
        return CALL | {"method": "eth_getLogs", "params": [asked]}

    body = orjson.dumps({"jsonrpc": "2.0", "id": 7, "result": "0x" + "00" * 5_000_000})
    async with answering(saying(body)) as transport:
        other = kind(transport._url, time_out=5)
        for one in (logs(fromBlock="0x7", toBlock="0x7"), logs(blockHash="0x" + "00" * 32)):
            assert await other.request(one) == orjson.loads(body)
        for several in (CALL, logs(fromBlock="0x7", toBlock="0x8"), [CALL]):
            with pytest.raises(TransportFailed) as caught:
                await other.request(several)
            assert caught.value.status == 413, "fewer blocks are asked for"
        await other.close()


@pytest.mark.parametrize(
    ("header", "within"),
    [("7", (7, 7)), ("1.5", (1.5, 1.5)), ("0", (0, 0)), ("Wed, 21 Oct 2015 07:28:00 GMT", (0, 0))],
)
def test_how_long_to_wait_is_read_as_seconds_or_as_a_date(header: str, within: tuple[float, float]) -> None:
    waits = seconds(header)
    assert waits is not None
    assert within[0] <= waits <= within[1]


def test_a_date_to_wait_for_is_read_as_the_seconds_until_then() -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    waits = seconds(format_datetime(until, usegmt=True))
    assert waits is not None
    assert 3_500 < waits <= 3_600


@pytest.mark.parametrize("header", [None, "", "soon", "-1", "1e9", "٣", "NaN", "Wed, 99 Oct 2015"])
def test_what_says_nothing_of_how_long_to_wait_is_passed_over(header: str | None) -> None:
    assert seconds(header) is None


async def test_a_request_that_is_answered_after_the_end_leaves_no_connection_open() -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_request: Request) -> Response:
        asked.set()
        await go_on.wait()
        return web.Response(body=orjson.dumps(CALL))

    async with answering(slow) as transport:
        plain = PlainTransport(transport._url, time_out=5)
        under_way = asyncio.create_task(plain.request(CALL))
        await asked.wait()
        closing = asyncio.create_task(plain.close())
        await asyncio.sleep(0)
        go_on.set()
        assert await under_way == CALL
        await closing
        assert not plain._idle
        assert [each.name for each in threading.enumerate() if each.name.startswith("rpc") and each.is_alive()] == []


async def test_a_failure_that_nobody_waits_for_any_more_is_told_to_nobody() -> None:
    """It would stand in the terminal, with its trace, in the midst of an answer."""
    told = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context["message"]))
    plain = PlainTransport("http://127.0.0.1:1/SECRETKEY")
    under_way = asyncio.create_task(plain.request(CALL))
    await asyncio.sleep(0)
    plain._threads.shutdown(wait=True)  # it has failed by now, and the loop has not heard of it
    under_way.cancel()
    with suppress(asyncio.CancelledError):
        await under_way
    del under_way
    gc.collect()
    await asyncio.sleep(0)
    assert told == []


async def test_a_failing_status_carries_how_long_to_wait_and_what_was_said() -> None:
    body = orjson.dumps({"error": {"code": 429, "message": "slow down"}})
    async with answering(saying(body, 429, Retry_After="7")) as transport:
        with pytest.raises(TransportFailed) as caught:
            await transport.request(CALL)
    failed = caught.value
    assert (failed.status, failed.retry_after, failed.error["code"]) == (429, 7.0, 429)


async def test_a_redirect_is_not_followed() -> None:
    hits = 0

    async def away(request: Request) -> Never:
        nonlocal hits
        hits += 1
        raise web.HTTPTemporaryRedirect("/elsewhere")

    async with answering(away) as transport:
        with pytest.raises(TransportFailed) as caught:
            await transport.request(CALL)
    assert (caught.value.status, hits) == (307, 1)


async def slow(_request: Request) -> Response:
    await asyncio.sleep(2)
    return web.Response(body=b"{}")


async def hang_up(request: Request) -> Response:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


@pytest.mark.parametrize("answer", [slow, hang_up])
async def test_silence_is_a_failure_in_time(answer: Handler) -> None:
    began = asyncio.get_running_loop().time()
    async with answering(answer) as transport:
        with pytest.raises(TransportFailed) as caught:
            await transport.request(CALL)
        assert asyncio.get_running_loop().time() - began < 1.5
    assert caught.value.status is None


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/SECRETKEY",
        "http://user:SECRETKEY@127.0.0.1:{port}/",
        "https://127.0.0.1:{port}/SECRETKEY",
        "http://[SECRETKEY",
        "SECRETKEY",
    ],
)
async def test_the_address_is_in_no_error_and_in_no_repr(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    url = url.format(port=closed_port())
    network = Network(id=CHAIN, name="Testnet", rpc_urls=(url,))
    reader = ChainReader({CHAIN: network}, sleep=Patience())
    with pytest.raises(ChainUnavailable) as caught:
        await reader.finalized(CHAIN)
    assert caught.value.fault is ChainFault.UNREACHABLE
    transport = HttpTransport(url)
    with pytest.raises(TransportFailed) as failed:
        await transport.request(CALL)
    told = [repr(network), repr(transport), caplog.text]
    for error in (caught.value, failed.value):
        told += [repr(error), repr(error.__dict__), error.__class__.__name__]
        told += traceback.format_exception(error)
    assert "SECRETKEY" not in "".join(told)
    await transport.close()
    await reader.close()


async def test_it_can_be_used_again_after_it_was_closed() -> None:
    async with answering(saying(orjson.dumps(CALL))) as transport:
        await transport.close()
        assert await transport.request(CALL) == CALL


async def test_a_reader_reads_over_http(scene: Scene) -> None:
    async with node.serving(Rpc(scene.evm)) as port:
        network = Network(id=CHAIN, name="Testnet", rpc_urls=(f"http://127.0.0.1:{port}",))
        reader = ChainReader({CHAIN: network})
        try:
            block = await reader.finalized(CHAIN)
            (answers,) = await reader.read([balances(scene.token, [wallet(3), wallet(30)])], {CHAIN: block})
        finally:
            await reader.close()
    assert answers == [3 * 10**18, 0]
