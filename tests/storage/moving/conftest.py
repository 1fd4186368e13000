"""Two databases of both kinds: one that holds rows, and one to which they are moved."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.maintenance.unusable_database import Unusable
from bot.storage.moving.database_move import MovedTable, move
from tests.conftest import POSTGRESQL, SQLITE
from tests.postgres import Server
from tests.storage.moving.rows import fill


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(address)
    try:
        yield engine
    finally:
        await close_engine(engine)


@dataclass
class Two:
    """Where the rows are, and where they go."""

    source: str
    target: str
    file: Path

    async def fill(self, rows: int = 3, seed: int = 1) -> None:
        async with opened(self.source) as engine:
            await fill(engine, rows, seed)

    async def move(self, told: Callable[[MovedTable], None] = lambda _: None) -> int:
        return await move(self.source, self.target, told)

    async def move_refused(self, words: str) -> str:
        with pytest.raises(Unusable) as caught:
            await self.move()
        assert words in str(caught.value)
        return str(caught.value)


@pytest.fixture(params=[POSTGRESQL, SQLITE], ids=["to postgresql", "to sqlite"])
def two(request: pytest.FixtureRequest, tmp_path: Path, migrated: bytes, postgres: Server) -> Two:
    file = tmp_path / "folkmoot.sqlite3"
    file.write_bytes(migrated)
    ends = (f"sqlite:///{file}", postgres.empty())
    source, target = ends if request.param == POSTGRESQL else ends[::-1]
    return Two(source, target, file)


@pytest.fixture
def to_postgres(tmp_path: Path, migrated: bytes, postgres: Server) -> Two:
    file = tmp_path / "folkmoot.sqlite3"
    file.write_bytes(migrated)
    return Two(f"sqlite:///{file}", postgres.empty(), file)
