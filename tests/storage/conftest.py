"""A migrated SQLite file for each test, and a store upon it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.domain.proposals.proposal import Proposal
from bot.ports import Store
from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.unit_of_work import SqlStore
from tests.builders import GUILD, a_proposal


@pytest.fixture
def path(tmp_path: Path):
    return tmp_path / "data" / "folkmoot.sqlite3"


@pytest.fixture
async def engine(path: Path, migrated: bytes):
    engine = open_engine(str(path))
    await asyncio.to_thread(path.write_bytes, migrated)
    async with engine.connect():
        pass  # the first connection is open before the test begins
    yield engine
    await close_engine(engine)


@pytest.fixture
def store(engine) -> Store:
    return SqlStore(engine)


@pytest.fixture
async def proposal(store: Store) -> Proposal:
    """An open proposal that is stored, in a space that is."""
    async with store.write() as repos:
        space = await repos.spaces.add(GUILD, "Methuselah Commons")
        stored = await repos.proposals.add(a_proposal(space=space.id))
        await repos.commit()
    return stored
