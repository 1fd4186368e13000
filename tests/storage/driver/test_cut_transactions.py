"""A transaction that is cancelled holds no lock of SQLite any more."""

from __future__ import annotations

import asyncio
import gc
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app.composition import App
from bot.domain.audit.log.entry_kinds import Kind
from bot.settings import Settings, StorageSettings
from tests.builders import GUILD
from tests.fakes import FakeChain, FakeClock


def _is_locked(file: Path) -> bool:
    """Return whether another connection may not write."""
    other = sqlite3.connect(file, timeout=2, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    finally:
        other.close()
    return False


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Have Python collect no cycles, as it seldom does in a bot that runs for days."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
async def test_a_write_that_is_cancelled_at_any_moment_leaves_the_file_to_others(tmp_path: Path) -> None:
    file, clock, dice = tmp_path / "folkmoot.sqlite3", FakeClock(), random.Random(1)  # noqa: S311 - no secret
    settings = Settings(storage=StorageSettings(url=SecretStr(f"sqlite+aiosqlite:///{file}")))
    async with App.open(settings, clock=clock, chain=FakeChain(clock=clock)) as app:
        await app.spaces.main(GUILD)

        async def write() -> None:
            async with app.store.write() as repos:
                await repos.spaces.main(GUILD)
                await repos.log.append(GUILD, Kind.UNWATCHED, at=clock.now())
                await repos.outbox.end("key")
                await repos.commit()

        cut = 0
        for _ in range(100):
            task = asyncio.create_task(write())
            for _ in range(dice.choice((1, 2, 3, 5))):
                await asyncio.sleep(0)
            await asyncio.sleep(dice.random() * 0.006)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                cut += 1
            del task
            assert not await asyncio.to_thread(_is_locked, file)
        assert cut
