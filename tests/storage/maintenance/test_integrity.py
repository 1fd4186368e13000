"""`folkmoot db check`: what is whole is told so, and what is not is named; on both databases."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.__main__ import main
from bot.cli.checks.stored_rows import check_rows
from bot.settings import StorageSettings
from bot.storage.driver.engine import close_engine, for_writing, name_of, open_engine
from bot.storage.maintenance.integrity import faults
from bot.storage.schema_version import UNFINISHED, mark_version, newest_version
from bot.storage.unit_of_work import SqlStore
from tests.builders import GUILD, NOW, a_ballot, a_proposal
from tests.conftest import POSTGRESQL, SQLITE
from tests.postgres import Server
from tests.storage.moving.rows import fill


async def told(address: str) -> list[str]:
    return [str(finding) async for finding in check_rows(StorageSettings(url=SecretStr(address)))]


async def spoil(engine: AsyncEngine, statement: str) -> None:
    """Do what no part of the bot does."""
    async with for_writing(engine).begin() as connection:
        if engine.dialect.name == "postgresql":
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
            await connection.execute(text("SET LOCAL allow_system_table_mods = on"))
        else:
            await connection.execute(text("PRAGMA writable_schema = ON"))
        await connection.execute(text(statement))


@pytest.fixture
async def url(backend: str, address: str, engine: AsyncEngine) -> str:
    """Where a proposal with a ballot is stored."""
    async with SqlStore(engine).write() as repos:
        space = await repos.spaces.add(GUILD, "Methuselah Commons")
        proposal = await repos.proposals.add(a_proposal(space=space.id))
        await repos.ballots.cast(a_ballot(proposal=proposal.id))
        await repos.log.begin(GUILD, NOW)
        await repos.commit()
    return address if backend == POSTGRESQL else f"sqlite:///{address}"


async def test_a_database_that_is_whole_is_told_so_and_each_log_is_held_against_it(
    url: str, engine: AsyncEngine
) -> None:
    assert await told(url) == [
        f"ok: the database {name_of(engine)} is sound, is writable and at version {newest_version()}",
        f"ok: tables, indexes and rows of {name_of(engine)} are whole",
        f"ok: what is stored of server {GUILD} is as its log says: 4 entries",
    ]


async def test_what_was_changed_past_the_log_is_told(url: str, engine: AsyncEngine) -> None:
    await spoil(engine, "UPDATE ballots SET mark = '2'")
    *_, line = await told(url)
    assert f"problem: what is stored of server {GUILD} is not as its log says" in line


async def test_a_row_that_refers_to_none_is_named(url: str, engine: AsyncEngine) -> None:
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(name_of(engine))) as raw, raw:
            raw.execute("UPDATE ballots SET proposal = 77")
    else:
        await spoil(engine, "UPDATE ballots SET proposal = 77")
    assert [fault async for fault in faults(engine)] == ["ballots (id 1): proposal refers to no row of proposals"]
    _, line = await told(url)
    assert line.startswith("problem: ballots (id 1): proposal refers to no row of proposals — look after the ")


@pytest.fixture
async def own(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """The engine of a database whose tables the test may change."""
    if backend == SQLITE:
        (tmp_path / "own.sqlite3").write_bytes(request.getfixturevalue("migrated"))
        engine = open_engine(f"sqlite:///{tmp_path}/own.sqlite3")
        yield engine
        await close_engine(engine)
        return
    server: Server = request.getfixturevalue("postgres")
    name = server.make()
    engine = open_engine(server.address(name))
    yield engine
    await close_engine(engine)
    server.drop(name)


async def test_tables_and_indexes_that_are_not_those_of_their_version_are_named(own: AsyncEngine) -> None:
    for statement in (
        "DROP INDEX ix_moves_guild_member",
        "ALTER TABLE role_rules ADD COLUMN more TEXT",
        "ALTER TABLE watches DROP COLUMN added_at",
        "DROP TABLE salts",
        "CREATE TABLE of_another_program (id INTEGER)",
    ):
        await spoil(own, statement)
    found = {fault async for fault in faults(own)}
    for said in (
        "add index ix_moves_guild_member",
        "remove column role_rules more",
        "add column watches added_at",
        "add table salts",
    ):
        found.remove(f"the tables are not those of its version (it lacks: {said})")
    assert sorted(fault.split("(")[0] for fault in found) == ["salts cannot be read ", "watches cannot be read "]


@pytest.mark.parametrize("backend", [POSTGRESQL])
async def test_numbers_that_would_be_given_twice_and_indexes_that_nobody_uses_are_named_on_postgresql(
    own: AsyncEngine,
) -> None:
    async with SqlStore(own).write() as repos:
        await repos.spaces.add(GUILD, "Hearthspan")
        await repos.commit()
    assert [fault async for fault in faults(own)] == []
    await spoil(own, "SELECT setval('spaces_id_seq', 1, false)")
    await spoil(own, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'pk_votable'::regclass")
    assert [fault async for fault in faults(own)] == [
        "the index pk_votable is not valid",
        "spaces has a row 1, and counts on from 0",
    ]


@pytest.mark.parametrize("backend", [SQLITE])
async def test_what_no_column_of_its_type_holds_and_an_index_that_lost_rows_are_named_on_sqlite(
    own: AsyncEngine,
) -> None:
    await fill(own, 2, 1)
    assert [fault async for fault in faults(own)] == []
    await spoil(own, "UPDATE log SET entry = char(0)")
    async with for_writing(own).begin() as connection:
        await connection.exec_driver_sql("PRAGMA writable_schema = ON")
        kept = "SELECT sql FROM sqlite_master WHERE name = 'ix_moves_guild_member'"
        words = (await connection.exec_driver_sql(kept)).scalar_one()
        narrower = words.replace("moves (guild, member)", "moves (guild, member) WHERE member = 0")
        await connection.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE sql = ?", (narrower, words))
    await close_engine(own)
    found = [fault async for fault in faults(own)]
    assert sum("entry is text with the character NUL" in fault for fault in found) == 2
    assert any("ix_moves_guild_member" in fault for fault in found)


async def test_a_move_that_did_not_end_is_told_with_the_remedy(url: str, engine: AsyncEngine) -> None:
    async with for_writing(engine).begin() as connection:
        await mark_version(connection, UNFINISHED)
    (line,) = await told(url)
    assert line.startswith("problem: ")
    assert "has not all rows of the one that was to be moved there — start the same folkmoot db move again" in line


def test_db_check_says_by_its_exit_code_whether_all_is_well_and_makes_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kept.sqlite3"
    monkeypatch.setenv("FOLKMOOT_STORAGE__URL", f"sqlite:///{file}")
    assert main(["db", "check"]) == 0
    assert capsys.readouterr().out == f"ok: the database {file} will be made at the first start\n"
    assert not file.exists()
    file.write_bytes(b"not a database, but a text that is longer than a header" * 20)
    assert main(["db", "check"]) == 1
    assert f"problem: the database {file} is damaged" in capsys.readouterr().out
