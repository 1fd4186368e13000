from __future__ import annotations

import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.ports import Store
from bot.storage.driver import engine as engine_module
from bot.storage.driver.engine import close_engine, open_engine, unwritable
from bot.storage.schema_version import schema_version
from tests.builders import a_challenge


@pytest.mark.sqlite
async def test_every_connection_is_opened_our_way(engine: AsyncEngine) -> None:
    async def pragmas() -> tuple[object, ...]:
        async with engine.connect() as connection:
            found = [
                await connection.scalar(text(f"PRAGMA {name}"))
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
            await asyncio.sleep(0.05)
            return tuple(found)

    full = 2
    assert set(await asyncio.gather(*(pragmas() for _ in range(4)))) == {
        ("wal", full, 1, engine_module.BUSY_SECONDS * 1000)
    }


async def test_the_file_and_its_log_are_for_their_owner_alone(engine: AsyncEngine, path: Path) -> None:
    async with engine.connect() as connection:
        await connection.scalar(text("SELECT count(*) FROM spaces"))
        files = sorted(path.parent.iterdir())
        assert [file.name for file in files] == [f"{path.name}{end}" for end in ("", "-shm", "-wal")]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_closing_folds_the_log_into_the_file(engine: AsyncEngine, path: Path) -> None:
    await close_engine(engine)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("spelling", ["{}", "sqlite:///{}", "sqlite+aiosqlite:///{}"])
async def test_a_path_and_both_spellings_of_the_address_open_the_same_file(
    engine: AsyncEngine, path: Path, spelling: str
) -> None:
    again = open_engine(spelling.format(path))
    assert await schema_version(again) is not None
    await close_engine(again)


@pytest.mark.parametrize(
    "address",
    [
        ":memory:",
        "",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?uri=true",
        "mysql://root:s3cret@host/db",
        "://s3cret",
    ],
)
def test_a_database_that_would_forget_or_is_of_another_kind_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(ValueError, match="the database must be") as caught:
        open_engine(address)
    assert "s3cret" not in str(caught.value)


async def test_a_database_that_can_be_written_is_said_to_be(engine: AsyncEngine, path: Path) -> None:
    assert await unwritable(engine) is None
    await close_engine(engine)
    with sqlite3.connect(path) as raw:
        names = {name for (name,) in raw.execute("SELECT name FROM sqlite_master")}
    raw.close()
    assert not any("probe" in name for name in names)


async def test_a_database_that_cannot_be_written_says_why(
    engine: AsyncEngine, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0.05)
    other = open_engine(str(path))
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert "locked" in str(await unwritable(other))
    holder.close()
    assert await unwritable(other) is None
    await close_engine(other)


async def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but a text that is longer than a header of one hundred bytes" * 3)
    engine = open_engine(str(path))
    assert "not a database" in str(await unwritable(engine))
    await close_engine(engine)


def test_a_folder_where_a_file_stands_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(OSError, match="data"):
        open_engine(str(tmp_path / "data" / "folkmoot.sqlite3"))


async def test_an_error_of_the_database_never_prints_what_was_to_be_stored(store: Store) -> None:
    async with store.write() as repos:
        await repos.wallets.add_challenge(a_challenge(text="a very private text"))
        with pytest.raises(IntegrityError, match=r"(?i)unique") as caught:
            await repos.wallets.add_challenge(a_challenge(text="a very private text"))
    assert "private" not in str(caught.value)
