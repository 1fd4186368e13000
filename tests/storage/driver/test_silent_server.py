"""A PostgreSQL that falls silent with connections open, as where its machine died, keeps nobody waiting for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from sqlalchemy import make_url

from bot.domain.shared.errors import StorageFault, StorageUnavailable
from bot.storage.driver import engine as engine_module
from bot.storage.driver.engine import close_engine, open_engine, unhurried
from bot.storage.unit_of_work import SqlStore
from tests.builders import GUILD
from tests.postgres import Server
from tests.presence import present

pytestmark = pytest.mark.timeout(60)


class Line:
    """What lies between the bot and a server. While it is dead, nothing comes through, and nobody is told."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.alive = asyncio.Event()
        self.alive.set()
        self.connections = 0
        self._pumps: list[asyncio.Task[None]] = []
        self.port = 0

    async def open(self) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def close(self) -> None:
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        self._pumps += [asyncio.create_task(self._pump(*ends)) for ends in ((reader, back), (there, writer))]

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while some := await reader.read(65_536):
                await self.alive.wait()
                writer.write(some)
        writer.close()


@pytest.fixture
async def line(postgres: Server) -> AsyncIterator[Line]:
    line = Line(postgres.port)
    server = await line.open()
    yield line
    server.close()
    await line.close()


@pytest.fixture
async def store(postgres: Server, line: Line, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SqlStore]:
    monkeypatch.setattr(engine_module, "ANSWER_SECONDS", 0.3)
    engine = open_engine(make_url(postgres.empty()).set(port=line.port).render_as_string(hide_password=False))
    yield SqlStore(engine)
    line.alive.set()
    await close_engine(engine)


async def written(store: SqlStore, name: str) -> str:
    async with store.write() as repos:
        space = await repos.spaces.main(GUILD) or await repos.spaces.add(GUILD, name)
        await repos.commit()
    return space.name


async def test_a_writer_whom_it_does_not_answer_fails_those_behind_do_not_try_and_it_goes_on_by_itself(
    store: SqlStore, line: Line
) -> None:
    assert await written(store, "Commons") == "Commons"
    line.alive.clear()
    before = line.connections  # one more asks to cancel what was not answered
    failed = await asyncio.gather(*(written(store, "Commons") for _ in range(20)), return_exceptions=True)
    assert all(isinstance(one, StorageUnavailable) and one.fault is StorageFault.UNREACHABLE for one in failed)
    assert line.connections <= before + 1, "who stood behind has waited for the same silence once more"
    line.alive.set()
    assert await written(store, "Commons") == "Commons"


async def test_a_reader_whom_it_does_not_answer_fails_and_it_goes_on_by_itself(store: SqlStore, line: Line) -> None:
    await written(store, "Commons")
    line.alive.clear()
    with pytest.raises(StorageUnavailable):
        async with store.read() as repos:
            await repos.spaces.main(GUILD)
    line.alive.set()
    async with store.read() as repos:
        assert present(await repos.spaces.main(GUILD)).name == "Commons"


async def test_what_may_take_long_is_waited_for_however_long_it_takes(
    postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "ANSWER_SECONDS", 0.05)
    engine = open_engine(postgres.empty())
    async with unhurried(engine) as patient, patient.connect() as connection:
        await connection.exec_driver_sql("SELECT pg_sleep(0.4)")
    await close_engine(engine)
