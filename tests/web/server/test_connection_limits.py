"""The connections below the pages, with real sockets: nobody takes them all, alone or behind a proxy."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.web.server.site import Site, application
from tests.web.conftest import Web

MOST = 3
LARGE = bytes(8 << 20)
"""More than the buffers of a connection hold."""


class Pages:
    """A page that waits until it is let go, and one that is large."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()

    def routes(self) -> tuple[web.RouteDef, ...]:
        async def slow(_request: web.Request) -> web.Response:
            await self.let_go.wait()
            return web.Response(text="done")

        async def large(_request: web.Request) -> web.Response:
            return web.Response(body=LARGE)

        return (web.get("/slow", slow), web.get("/large", large))


class Caller:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, path: str, visitor: str | None = None) -> None:
        head = f"GET {path} HTTP/1.1\r\nHost: x\r\n"
        forwarded = f"X-Forwarded-For: {visitor}\r\n" if visitor else ""
        self._writer.write(f"{head}{forwarded}\r\n".encode())
        await self._writer.drain()

    async def status(self) -> int:
        """The status of the next answer, 0 if the connection ends instead."""
        try:
            head = await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), 5)
        except (asyncio.IncompleteReadError, ConnectionError):
            return 0
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if line)
        await self._reader.readexactly(int(fields[b"content-length"]) if int(fields[b"content-length"]) < 99_999 else 0)
        return int(head.split()[1])

    async def waits(self) -> bool:
        """Whether no answer comes, nor an end."""
        try:
            await asyncio.wait_for(self._reader.read(1), 0.3)
        except TimeoutError:
            return True
        return False

    async def get(self, path: str, visitor: str | None = None) -> int:
        await self.ask(path, visitor)
        return await self.status()

    def drop(self) -> None:
        self._writer.transport.abort()


class Town:
    """The site, and those who connect to it."""

    def __init__(self, port: int) -> None:
        self.port, self.pages = port, Pages()
        self._callers: list[Caller] = []

    async def connect(self, address: str = "127.0.0.1") -> Caller:
        self._callers.append(
            Caller(*await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0), limit=1 << 16))
        )
        return self._callers[-1]

    async def connect_all(self, count: int, address: str = "127.0.0.1") -> list[Caller]:
        return [await self.connect(address) for _ in range(count)]

    def leave(self) -> None:
        self.pages.let_go.set()
        for caller in self._callers:
            caller.drop()


@asynccontextmanager
async def serving(port: int, *trusted: str) -> AsyncIterator[Town]:
    town = Town(port)
    made = application((town.pages,), base_url="https://vote.example.org", trusted_proxies=trusted)
    site = Site(made, host="127.0.0.1", port=port)
    await site.start()
    try:
        yield town
    finally:
        town.leave()
        await site.stop()


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.server.connection_limits._EACH", MOST)


async def test_a_connection_that_asks_nothing_is_closed(free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.server.connection_limits._FIRST_REQUEST", 0.2)
    async with serving(free_port) as town:
        slow = await town.connect()
        slow._writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
        assert await slow.status() == 0


async def test_more_connections_than_there_is_room_for_are_turned_away(
    free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.server.connection_limits._CONNECTIONS", 4)
    async with serving(free_port) as town:
        callers = [await town.connect(f"127.0.0.{last}") for last in range(2, 10)]
        assert [await caller.get("/health") for caller in callers] == [200] * 4 + [0] * 4
        for caller in callers:
            caller.drop()
        await asyncio.sleep(0.1)
        assert await (await town.connect()).get("/health") == 200


async def test_one_address_cannot_take_all_connections(free_port: int) -> None:
    async with serving(free_port) as town:
        silent = await town.connect_all(MOST + 3)
        kept = [await caller.waits() for caller in silent]
        assert kept == [True] * MOST + [False] * 3
        other = await town.connect("127.0.0.2")
        assert await other.get("/health") == 200
        silent[0].drop()
        await asyncio.sleep(0.1)
        assert await (await town.connect()).get("/health") == 200
        assert await (await town.connect()).get("/health") == 0


async def test_who_says_to_come_from_elsewhere_is_not_believed_without_a_proxy(free_port: int) -> None:
    async with serving(free_port) as town:
        callers = await town.connect_all(MOST + 2)
        seen = [await caller.get("/health", f"198.51.100.{n}") for n, caller in enumerate(callers)]
        assert seen == [200] * MOST + [0] * 2


async def test_behind_a_proxy_each_visitor_has_so_many_requests_under_way(free_port: int) -> None:
    async with serving(free_port, "127.0.0.1") as town:
        mine, theirs = await town.connect_all(MOST), await town.connect_all(2)
        for caller in mine:
            await caller.ask("/slow", "198.51.100.1")
        assert [await caller.waits() for caller in mine] == [True] * MOST
        assert await theirs[0].get("/health", "198.51.100.1") == 429
        assert await theirs[0].get("/health", "198.51.100.2") == 200
        assert await theirs[1].get("/health", "1.1.1.1, 198.51.100.1") == 429
        town.pages.let_go.set()
        assert [await caller.status() for caller in mine] == [200] * MOST
        assert await theirs[0].get("/health", "198.51.100.1") == 200


async def test_an_answer_counts_until_it_is_sent(free_port: int) -> None:
    async with serving(free_port, "127.0.0.1") as town:
        mine, other = await town.connect_all(MOST), await town.connect()
        for caller in mine:
            assert await caller.get("/large", "198.51.100.1") == 200
        assert await other.get("/health", "198.51.100.1") == 429
        for caller in mine:
            caller.drop()
        await asyncio.sleep(0.2)
        assert await other.get("/health", "198.51.100.1") == 200


async def test_what_a_proxy_gives_up_counts_no_more(free_port: int) -> None:
    async with serving(free_port, "127.0.0.1") as town:
        mine, other = await town.connect_all(MOST), await town.connect()
        for caller in mine:
            await caller.ask("/slow", "198.51.100.1")
        await asyncio.sleep(0.1)
        assert await other.get("/health", "198.51.100.1") == 429
        for caller in mine:
            caller.drop()
        await asyncio.sleep(0.2)
        assert await other.get("/health", "198.51.100.1") == 200


async def test_what_a_proxy_keeps_open_for_the_next_is_nobodys(free_port: int) -> None:
    async with serving(free_port, "127.0.0.1") as town:
        for caller in await town.connect_all(MOST * 2):
            assert await caller.get("/health", "198.51.100.1") == 200
            assert await caller.get("/nowhere", "198.51.100.2") == 404


def _reset(port: int, *parts: bytes) -> None:
    """Send, and be gone as a phone is that loses its network: the line is reset."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        for part in parts:
            line.sendall(part)
            time.sleep(0.02)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def test_what_strangers_send_and_lines_that_break_are_no_errors_in_the_log(
    web: Web, free_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ticket = (await web.ticket()).removeprefix(web.url)
    post = f"POST {ticket}/text HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nOrigin: {web.url}\r\n"
    begun = (post + "Content-Length: 400\r\n\r\n").encode() + b'{"address"'
    chunked = (post + "Transfer-Encoding: chunked\r\n\r\n").encode()
    for parts in (
        [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200],
        [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
        [b"\x00" * 5_000],
        [b"GET / HTTP/9.9\r\n\r\n"],
        [b"GET / HTTP/1.1\r\nHost: x\r\n"],
        [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 50],
        [b"GET / HTTP/1.1\r\n" + b"x" * 20_000],
        [begun],
        [begun, b': "0x'],
        [chunked + b"not a length\r\n"],
        [chunked + b"5\r\n{"],
        [],
    ):
        await asyncio.to_thread(_reset, free_port, *parts)
    for _ in range(20):
        async with web.http.get(web.url + "/health") as answer:
            assert answer.status == 200
    assert [record.getMessage() for record in caplog.records if record.levelno > logging.INFO] == []
    assert [record for record in caplog.records if record.exc_info] == []
