"""A migrated database for each test, and a store upon it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.proposals.proposal import Proposal
from bot.ports import Store
from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.schema_version import _config
from bot.storage.unit_of_work import SqlStore
from tests.builders import GUILD, a_proposal
from tests.conftest import POSTGRESQL, on_both


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run all that stands here on both databases."""
    on_both(metafunc, "path", "migrated")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "folkmoot.sqlite3"


@pytest.fixture
async def address(backend: str, request: pytest.FixtureRequest) -> str:
    """Where the test's database is, for what opens it once more."""
    if backend == POSTGRESQL:
        return str(request.getfixturevalue("postgres").empty())
    path, migrated = request.getfixturevalue("path"), request.getfixturevalue("migrated")
    await asyncio.to_thread(path.parent.mkdir, mode=0o700, parents=True)
    await asyncio.to_thread(path.write_bytes, migrated)
    path.chmod(0o600)
    return str(path)


@pytest.fixture
async def engine(address: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(address)
    async with engine.connect():
        pass  # the first connection is open before the test begins
    yield engine
    await close_engine(engine)


@pytest.fixture
async def bare(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """The engine of a database without tables."""
    if backend != POSTGRESQL:
        engine = open_engine(str(tmp_path / "bare.sqlite3"))
        yield engine
        await close_engine(engine)
        return
    server = request.getfixturevalue("postgres")
    name = server.make("template0")
    engine = open_engine(server.address(name))
    yield engine
    await close_engine(engine)
    server.drop(name)


def upgrade_to(connection: Connection, version: str) -> None:
    """Bring the tables to a version, within a transaction that writes."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, version)


@pytest.fixture
def store(engine: AsyncEngine) -> Store:
    return SqlStore(engine)


@pytest.fixture
async def proposal(store: Store) -> Proposal:
    """An open proposal that is stored, in a space that is."""
    async with store.write() as repos:
        space = await repos.spaces.add(GUILD, "Methuselah Commons")
        stored = await repos.proposals.add(a_proposal(space=space.id))
        await repos.commit()
    return stored
