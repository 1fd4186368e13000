"""Opening a database: what cannot be used says so with its remedy, and nothing is changed before a copy is there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection

from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.maintenance.backups import Backups
from bot.storage.maintenance.opening import open_database
from bot.storage.maintenance.unusable_database import Unusable
from bot.storage.schema_version import _config, newest_version, schema_version
from tests.builders import NOW

OLD = "0007"


@pytest.fixture
def backups(path: Path) -> Backups:
    return Backups(path, path.parent / "backups", 0)


async def opened(path: Path, backups: Backups) -> str | None:
    engine = await open_database(str(path), backups, NOW)
    version = await schema_version(engine)
    await close_engine(engine)
    return version


async def make_old(path: Path) -> None:
    """A database of an older version."""
    engine = open_engine(str(path))

    def upgrade(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, OLD)

    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    await close_engine(engine)


async def test_a_new_database_and_one_of_this_version_are_opened_without_a_copy(path: Path, backups: Backups) -> None:
    assert await opened(path, backups) == newest_version()
    assert await opened(path, backups) == newest_version()
    assert backups.newest() is None


async def test_before_tables_are_changed_a_copy_of_the_old_ones_is_made(path: Path, backups: Backups) -> None:
    await make_old(path)
    assert await opened(path, backups) == newest_version()
    made = backups.newest()
    assert made is not None
    with closing(sqlite3.connect(made)) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [(OLD,)]


async def test_where_no_copy_can_be_made_no_table_is_changed(path: Path) -> None:
    await make_old(path)
    (path.parent / "backups").write_text("in the way")
    with pytest.raises(Unusable, match="no backup could be made before the tables are changed"):
        await opened(path, Backups(path, path.parent / "backups", 0))
    engine = open_engine(str(path))
    assert await schema_version(engine) == OLD
    await close_engine(engine)


async def test_tables_of_a_newer_program_are_left_alone_and_not_copied_again_and_again(
    path: Path, migrated: bytes, backups: Backups
) -> None:
    path.parent.mkdir()
    path.write_bytes(migrated)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.commit()
    with pytest.raises(Unusable, match="version 9999, which this version of Folkmoot does not know"):
        await opened(path, backups)
    assert backups.newest() is None


@pytest.mark.parametrize("where", ["header", "middle"])
async def test_a_damaged_file_is_named_with_the_newest_backup_as_the_remedy(
    path: Path, migrated: bytes, where: str
) -> None:
    path.parent.mkdir()
    path.write_bytes(migrated)
    backups = Backups(path, path.parent / "backups", 2)
    made = backups.make_daily(NOW)
    whole = path.read_bytes()
    spoiled = b"\xff" * 4_096
    path.write_bytes(spoiled + whole[4_096:] if where == "header" else whole[:8_192] + spoiled * 8 + whole[40_960:])
    with pytest.raises(Unusable) as caught:
        await opened(path, backups)
    assert f"the database {path} is damaged" in caught.value.flaw.problem
    assert f"folkmoot db restore {made}" in caught.value.flaw.remedy


async def test_a_damaged_file_without_a_backup_says_so(path: Path, backups: Backups) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database, but a text that is longer than a header" * 20)
    with pytest.raises(Unusable, match="is damaged"):
        await opened(path, backups)


@pytest.mark.parametrize("empty", [True, False])
async def test_a_database_whose_log_alone_is_left_is_not_begun_anew_which_would_delete_the_newest_votes(
    path: Path, migrated: bytes, backups: Backups, empty: bool
) -> None:
    path.parent.mkdir()
    if empty:
        path.touch()
    log = path.with_name(path.name + "-wal")
    log.write_bytes(b"the newest votes")
    with pytest.raises(Unusable, match=r"and its log folkmoot\.sqlite3-wal is not — put the file back beside its log"):
        await opened(path, backups)
    assert log.read_bytes() == b"the newest votes"
    assert path.exists() is empty


async def test_a_database_that_begins_anew_though_there_are_backups_of_one_is_told(
    path: Path, backups: Backups, caplog: pytest.LogCaptureFixture
) -> None:
    await opened(path, backups)
    assert caplog.records == []
    made = backups.make_before_migration("0007", NOW)
    path.unlink()
    await opened(path, backups)
    (record,) = caplog.records
    assert f"was not there and begins anew; a backup of an earlier one: {made}" in record.message
