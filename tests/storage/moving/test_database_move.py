"""All rows of a database are on the other side, the same, or none is; and nobody takes a part for the whole."""

from __future__ import annotations

import asyncio
import re
import secrets
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, Table, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.shared.errors import StorageFault, StorageUnavailable
from bot.storage.driver.engine import for_reading, for_writing
from bot.storage.maintenance import process_lease
from bot.storage.maintenance.file_lock import FileLock, lock_file
from bot.storage.maintenance.integrity import faults
from bot.storage.maintenance.opening import open_database
from bot.storage.maintenance.process_lease import Lease
from bot.storage.maintenance.unusable_database import Unusable
from bot.storage.moving import database_move
from bot.storage.moving.database_move import MovedTable, move, moved_tables
from bot.storage.rows import ordered_rows
from bot.storage.schema_version import UNFINISHED, mark_version, newest_version, schema_version
from bot.storage.start import started
from bot.storage.tables import leases, metadata
from bot.storage.unit_of_work import SqlStore
from tests.builders import GUILD, NOW
from tests.postgres import Server
from tests.presence import present
from tests.storage.moving.conftest import Two, opened
from tests.storage.moving.rows import contents


async def held(address: str) -> dict[str, set[object]]:
    async with opened(address) as engine:
        return await contents(engine)


async def version_of(address: str) -> str | None:
    async with opened(address) as engine:
        return await schema_version(engine)


async def rows_of(address: str) -> int:
    return sum(len(rows) for rows in (await held(address)).values())


async def test_every_row_of_every_table_is_there_as_it_was_and_the_source_is_as_before(two: Two) -> None:
    await two.fill(20)
    before = await held(two.source)
    told: list[MovedTable] = []
    await two.move(told.append)
    assert await held(two.source) == before
    assert await held(two.target) == before | {"leases": set()}
    assert {table.name: table.rows for table in told} == {name: 20 for name in metadata.tables if name != "leases"}
    assert await version_of(two.target) == newest_version()
    async with opened(two.target) as engine:
        assert [fault async for fault in faults(engine)] == []


async def test_every_table_is_moved_but_that_of_the_processes_that_work_with_this_very_database() -> None:
    assert {table.name for table in moved_tables()} == metadata.tables.keys() - {leases.name}


async def test_new_rows_are_numbered_behind_those_that_came(two: Two) -> None:
    await two.fill()
    await two.move()
    async with opened(two.target) as engine, for_writing(engine).begin() as connection:
        numbered = [table for table in metadata.sorted_tables if table.autoincrement_column is not None]
        assert numbered
        for table in numbered:
            number = table.autoincrement_column
            last = await connection.scalar(select(func.max(number)))
            if connection.dialect.name == "postgresql":
                assert number is not None
                asked = select(func.nextval(func.pg_get_serial_sequence(table.name, number.name)))
                assert await connection.scalar(asked) == present(last) + 1
        space = metadata.tables["spaces"]
        values = {"guild": 12, "name": "", "strategies": "[]", "proposer_roles": "[]", "cogs_off": "[]"}
        added = insert(space).values(voting_delay=0, voting_period=1, **values).returning(space.c.id)
        last = await connection.scalar(select(func.max(space.c.id)))
        assert await connection.scalar(added) > last


async def test_an_empty_database_is_moved_and_its_first_row_has_the_number_1(two: Two) -> None:
    await two.move()
    async with opened(two.target) as engine:
        async with SqlStore(engine).write() as repos:
            space = await repos.spaces.add(GUILD, "Hearthspan")
        assert space.id == 1


async def test_a_target_without_tables_gets_them(tmp_path: Path, migrated: bytes, postgres: Server) -> None:
    file = tmp_path / "folkmoot.sqlite3"
    file.write_bytes(migrated)
    name = postgres.make("template0")
    try:
        two = Two(f"sqlite:///{file}", postgres.address(name), file)
        await two.fill()
        await two.move()
        again = Two(two.target, f"sqlite:///{tmp_path}/back/folkmoot.sqlite3", tmp_path / "back")
        await again.move()
        assert await held(again.target) == await held(two.source) | {"leases": set()}
    finally:
        postgres.drop(name)


async def test_what_is_in_memory_at_a_time_is_bounded_and_comes_in_order(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordered_rows, "MOST_BYTES", 100_000)
    table = metadata.tables["counters"]
    names = [f"{number:05}" for number in range(3_000)]
    rows = [{"guild": 1, "name": name, "last": 1} for name in names]
    async with opened(two.source) as engine:
        async with for_writing(engine).begin() as connection:
            await connection.execute(insert(table), rows)
        async with for_reading(engine).connect() as connection:
            found = [list(part) async for part in ordered_rows.parts(connection, table)]
    assert [row.name for part in found for row in part] == sorted(names)
    assert max(map(len, found)) == ordered_rows.MOST_ROWS
    assert [len(part) for part in found[:3]] == [16, 32, 64]


async def test_large_rows_come_few_at_a_time(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordered_rows, "MOST_BYTES", 100_000)
    table = metadata.tables["log"]
    async with opened(two.source) as engine:
        async with for_writing(engine).begin() as connection:
            rows = [{"guild": 1, "seq": seq, "entry": "x" * 30_000, "hash": ""} for seq in range(40)]
            await connection.execute(insert(table), rows)
        async with for_reading(engine).connect() as connection:
            found = [len(part) async for part in ordered_rows.parts(connection, table)]
    assert found == [16, *[3] * 8]


@pytest.mark.parametrize("why", ["row lost", "row changed", "row too many"])
async def test_what_is_not_the_same_on_both_sides_does_not_stay(
    two: Two, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    await two.fill(20)
    inserted = database_move._insert

    async def spoilt(into: AsyncConnection, table: Table, part: Sequence[Row[Any]]) -> None:
        await inserted(into, table, part[1:] if why == "row lost" and table.name == "log" else part)
        if table.name == "log" and why == "row changed":
            await into.execute(text("UPDATE log SET entry = 'x' WHERE hash = (SELECT max(hash) FROM log)"))
        if table.name == "log" and why == "row too many":
            await into.execute(insert(table), {"guild": 77, "seq": len(part), "entry": "", "hash": ""})

    monkeypatch.setattr(database_move, "_insert", spoilt)
    with pytest.raises(Unusable, match="rows of log are not the same on both sides"):
        await two.move()
    assert await rows_of(two.target) == 0
    assert await version_of(two.target) == UNFINISHED


async def test_heads_of_the_log_are_compared_by_themselves(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    await two.fill()
    heads = iter([{1: (1, "a")}, {1: (1, "b")}])

    async def told(_: object) -> object:
        return next(heads)

    monkeypatch.setattr(database_move, "log_heads", told)
    with pytest.raises(Unusable, match="heads of the log are not the same"):
        await two.move()
    assert await rows_of(two.target) == 0


async def test_nobody_works_with_what_was_not_moved_to_its_end_and_moving_again_begins_anew(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    await two.fill()

    async def cut(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(database_move, "count_on", cut)
        with pytest.raises(asyncio.CancelledError):
            await two.move()
    for address in (two.target, two.target):
        with pytest.raises(Unusable, match="has not all rows of the one that was to be moved there — start the same"):
            await open_database(address, None, NOW)
    with pytest.raises(Unusable, match="has not all rows"):
        await move(two.target, two.source, lambda _: None)
    await two.move()
    assert await held(two.target) == await held(two.source) | {"leases": set()}
    await two.move_refused("is not empty: challenges has 3 rows — move into a new, empty database")


async def test_a_database_is_not_moved_to_one_of_its_kind(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"both databases are SQLite — folkmoot db backup"):
        await move(f"sqlite:///{tmp_path}/a", f"sqlite:///{tmp_path}/b", lambda _: None)
    with pytest.raises(Unusable, match=r"both databases are PostgreSQL — pg_dump"):
        await move("postgresql://a/b", "postgresql://c/d", lambda _: None)
    assert list(tmp_path.iterdir()) == []


async def test_a_source_that_is_not_there_is_not_made(to_postgres: Two) -> None:
    to_postgres.file.unlink()
    with pytest.raises(Unusable, match="does not exist — check the address behind --from"):
        await to_postgres.move()
    assert not to_postgres.file.exists()


@pytest.mark.parametrize("end", ["source", "target"])
@pytest.mark.parametrize("version", ["0007", "9999"])
async def test_tables_of_another_version_are_not_moved_and_the_command_is_named(
    two: Two, end: str, version: str
) -> None:
    async with opened(getattr(two, end)) as engine, for_writing(engine).begin() as connection:
        await mark_version(connection, version)
    await two.move_refused(
        f"is at version {version}, not {newest_version()} — bring it up to date with folkmoot db migrate"
    )
    assert await version_of(getattr(two, end)) == version


@pytest.mark.parametrize("end", ["source", "target"])
async def test_nothing_is_moved_while_a_bot_works_with_either_database(
    two: Two, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_lease, "RENEW", 0.02)
    monkeypatch.setattr(process_lease, "_LOOK", 0.2)
    address = getattr(two, end)
    file = two.file if address.startswith("sqlite") else None
    async with started(address, file, None, NOW, f"the token of a bot {secrets.token_hex(8)}"):
        await two.move_refused("works with the database")
        await two.move_refused("stop the bot first, and let it rest until the move is done")
    if end == "target":
        assert await version_of(two.target) == newest_version()


async def test_who_died_with_the_lease_hinders_no_move(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_lease, "LIFE", 0.1)
    monkeypatch.setattr(process_lease, "_LOOK", 0.05)
    for address in (two.source, two.target):
        lock = FileLock(lock_file(two.file)) if address.startswith("sqlite") else None
        if lock is not None:
            assert lock.take()
        async with opened(address) as engine:
            await Lease(secrets.token_hex(), lock).take(engine)
        if lock is not None:
            lock.release()
    await two.fill()
    await two.move()


async def test_nobody_writes_in_the_source_while_it_is_moved(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    await two.fill()
    faults = []
    counted = database_move.count_on

    async def write_meanwhile(connection: AsyncConnection, table: Table) -> None:
        await counted(connection, table)
        if table.name == "log":
            async with opened(two.source) as engine:
                with pytest.raises(StorageUnavailable) as caught:
                    async with SqlStore(engine).write() as repos:
                        await repos.spaces.add(GUILD, "Hearthspan")
                faults.append(caught.value.fault)

    monkeypatch.setattr("bot.storage.driver.engine.BUSY_SECONDS", 0.05)
    monkeypatch.setattr(database_move, "count_on", write_meanwhile)
    await two.move()
    assert faults == [StorageFault.LOCKED]
    assert await held(two.target) == await held(two.source) | {"leases": set()}


async def test_a_file_whose_log_alone_is_left_is_not_moved(to_postgres: Two) -> None:
    to_postgres.file.with_name(to_postgres.file.name + "-wal").write_bytes(b"the newest votes")
    to_postgres.file.write_bytes(b"")
    await to_postgres.move_refused("and its log folkmoot.sqlite3-wal is not")


async def test_a_damaged_file_is_not_moved(to_postgres: Two) -> None:
    await to_postgres.fill()
    whole = to_postgres.file.read_bytes()
    to_postgres.file.write_bytes(whole[:8_192] + b"\xff" * 32_768 + whole[40_960:])
    await to_postgres.move_refused("is damaged")


@pytest.mark.parametrize(
    ("table", "column", "value", "said"),
    [
        ("counters", "name", "'a' || char(0) || 'b'", "is text with the character NUL"),
        ("ballots", "mark", "CAST(x'EDA080' AS TEXT)", "is text that is not UTF-8, such as half of a surrogate pair"),
        ("ballots", "mark", "x'00'", "is not stored as text"),
        ("ballots", "cast_at", "9.3e18", "is no whole number of 64 bits"),
        ("ballots", "cast_at", "18446744073709551616", "is no whole number of 64 bits"),
        ("ballots", "cast_at", "'soon'", "is no whole number of 64 bits"),
        ("ballots", "counts", "2", "is neither true nor false"),
        ("bundles", "content", "'text'", "is not stored as bytes"),
        ("ballots", "proposal", "4", "refers to no row of proposals"),
        ("role_holders", "rule", "4", "refers to no row of role_rules"),
    ],
)
async def test_what_postgresql_does_not_hold_is_named_with_its_table_and_row_before_anything_is_written(
    to_postgres: Two, table: str, column: str, value: str, said: str
) -> None:
    await to_postgres.fill(1, seed=4)
    with closing(sqlite3.connect(to_postgres.file)) as raw, raw:
        assert raw.execute(f"UPDATE {table} SET {column} = {value}").rowcount == 1  # noqa: S608 - from above
    error = await to_postgres.move_refused(f"holds what PostgreSQL does not: {table} (")
    assert re.search(rf"{table} \(\w+ [^)]+\): (guild, )?{column} {re.escape(said)}", error)
    assert error.endswith(" — another program wrote it: mend these rows in a copy, and move that")
    assert await version_of(to_postgres.target) == newest_version()


async def test_of_very_many_rows_that_do_not_fit_twenty_are_named_and_the_rest_counted(to_postgres: Two) -> None:
    await to_postgres.fill(30)
    with closing(sqlite3.connect(to_postgres.file)) as raw, raw:
        raw.execute("UPDATE log SET entry = char(0)")
    error = await to_postgres.move_refused("; and 10 more — ")
    assert error.count("entry is text with the character NUL") == 20


async def test_a_row_that_the_other_database_refuses_all_the_same_is_named_and_nothing_stays(to_postgres: Two) -> None:
    await to_postgres.fill(5)
    long = secrets.token_hex(9_000)  # no index of PostgreSQL takes it
    with closing(sqlite3.connect(to_postgres.file)) as raw, raw:
        raw.execute("INSERT INTO salts VALUES (7, 7, 'x')")
        raw.execute("INSERT INTO counters VALUES (7, ?, 1)", (long,))
    error = await to_postgres.move_refused("does not take counters (guild 7, name ")
    assert len(error) < 1_000
    assert await rows_of(to_postgres.target) == 0


async def test_numbers_at_the_edge_of_64_bits_and_empty_texts_are_the_same_on_both(to_postgres: Two) -> None:
    async with opened(to_postgres.source) as engine, for_writing(engine).begin() as connection:
        edge = 2**63
        rows = [{"guild": guild, "name": "", "last": last} for guild, last in ((-edge, edge - 1), (edge - 1, -edge))]
        await connection.execute(insert(metadata.tables["counters"]), rows)
    await to_postgres.move()
    assert (await held(to_postgres.target))["counters"] == {(-edge, "", edge - 1), (edge - 1, "", -edge)}
