"""A connection that is lost while the server commits leaves open whether it did, and nobody is told that it did not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import make_url

from bot.domain.shared.errors import StorageFault, StorageUnavailable
from bot.ports import Repositories
from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.unit_of_work import SqlStore
from tests.builders import GUILD
from tests.postgres import Server, cutting_line

pytestmark = pytest.mark.timeout(60)
Work = Callable[[Repositories], Coroutine[Any, Any, None]]


async def add(repos: Repositories) -> None:
    await repos.spaces.add(GUILD, "a space")
    await repos.commit()


async def by_itself(store: SqlStore, work: Work) -> None:
    async with store.write() as repos:
        await work(repos)


async def with_others(store: SqlStore, work: Work) -> None:
    await store.run_in_transaction(work)


@asynccontextmanager
async def a_store(server: Server, port: int) -> AsyncIterator[SqlStore]:
    url = make_url(server.empty()).set(port=port)
    engine = open_engine(url.render_as_string(hide_password=False))
    try:
        yield SqlStore(engine)
    finally:
        await close_engine(engine)


@pytest.mark.parametrize("backend", ["postgresql"])
@pytest.mark.parametrize("written", [by_itself, with_others])
@pytest.mark.parametrize("arrives", [True, False])
async def test_who_wrote_is_told_that_it_may_be_stored(
    postgres: Server,
    written: Callable[[SqlStore, Work], Coroutine[Any, Any, None]],
    arrives: bool,
    backend: str,
) -> None:
    async with cutting_line(postgres.port) as line, a_store(postgres, line.port) as store:
        line.cut_at_commit(arrives=arrives)
        with pytest.raises(StorageUnavailable) as told:
            await written(store, add)
        assert told.value.fault is StorageFault.IN_DOUBT
        async with store.read() as repos:
            assert (await repos.spaces.main(GUILD) is not None) is arrives
