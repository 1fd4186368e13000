"""Presses that come together share a transaction on both databases, and each is done or undone as a whole."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.domain.shared.errors import StorageFault, StorageUnavailable
from bot.domain.shared.types import GuildId
from bot.ports import Repositories, Store
from bot.storage.unit_of_work import SqlStore
from tests.builders import GUILD
from tests.conftest import POSTGRESQL
from tests.tables import connection_of


async def add(repos: Repositories, number: int) -> int:
    """Store a space; each tenth is undone, one by an error and one by saying nothing of `commit`."""
    await repos.spaces.add(GuildId(number), f"part {number}")
    if number % 10 == 3:
        raise KeyError(number)
    if number % 10 == 6:
        await connection_of(repos).execute(text("SELECT nothing FROM nowhere"))
    if number % 10 != 4:
        await repos.commit()
    if number % 10 == 5:
        raise LookupError(number)
    return number


async def stored(store: Store) -> set[str]:
    async with store.read() as repos:
        return {space.name for space in await repos.spaces.all()}


async def test_those_that_wait_become_durable_together_and_each_is_undone_alone(engine: AsyncEngine) -> None:
    store = SqlStore(engine)
    commits: list[Connection] = []
    if engine.dialect.name == "postgresql":
        event.listen(engine.sync_engine, "commit", commits.append)
    asked = [store.run_in_transaction(partial(add, number=number)) for number in range(100)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    told = [type(answer).__name__ for answer in answers[:8]]
    assert told[:6] == ["int"] * 3 + ["KeyError", "int", "LookupError"]
    assert told[6] in ("OperationalError", "ProgrammingError")
    assert told[7] == "int"
    assert await stored(store) == {f"part {number}" for number in range(100) if number % 10 not in {3, 4, 6}}
    assert len(commits) in (0, 4)
    assert bool(commits) is (engine.dialect.name == "postgresql")


@pytest.mark.parametrize("backend", [POSTGRESQL])
async def test_nobody_is_told_before_it_is_durable_and_all_are_told_if_it_cannot_be(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_: AsyncConnection) -> None:
        raise OSError("no")

    store = SqlStore(engine)
    with monkeypatch.context() as broken:
        broken.setattr(AsyncConnection, "commit", full)
        asked = (store.run_in_transaction(partial(add, number=number)) for number in (1, 2))
        assert [str(answer) for answer in await asyncio.gather(*asked, return_exceptions=True)] == ["no", "no"]
    assert await stored(store) == set()


@pytest.mark.parametrize("backend", [POSTGRESQL])
async def test_a_connection_that_is_cut_during_one_is_told_to_all_who_share_it_and_the_next_go_on(
    engine: AsyncEngine,
) -> None:
    async def cut(repos: Repositories) -> None:
        await connection_of(repos).execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    store = SqlStore(engine)
    works: list[Callable[[Repositories], Coroutine[Any, Any, int | None]]] = [
        partial(add, number=1),
        cut,
        partial(add, number=2),
    ]
    answers = await asyncio.gather(*map(store.run_in_transaction, works), return_exceptions=True)
    for answer in answers:
        assert isinstance(answer, StorageUnavailable)
        assert answer.fault is StorageFault.UNREACHABLE
    assert await store.run_in_transaction(partial(add, number=GUILD)) == GUILD
    assert await stored(store) == {f"part {GUILD}"}
