"""Takes all rows of a database to an empty one of the other kind, and compares them there before they stay.

All is written in one transaction, which is committed once both sides agree. Before it the target is marked as
unfinished, in a way that no version of the bot works with; so a move that is killed leaves it empty and marked.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Table, func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.driver.engine import close_engine, file_of, for_reading, name_of, open_engine
from bot.storage.driver.statements import Stored, values_of
from bot.storage.maintenance.opening import cut_off, damage_of, flaw_of, unfinished_move, what_failed
from bot.storage.maintenance.unusable_database import Flaw, Unusable
from bot.storage.moving.sole_use import dead_holders, locked, wait_patiently, writing_alone
from bot.storage.rows.ordered_rows import Digest, count, log_heads, parts
from bot.storage.rows.unfit_rows import MOST_NAMED, orphans, row_name, unfit_rows
from bot.storage.schema_version import UNFINISHED, mark_version, migrate, newest_version, schema_version
from bot.storage.tables import metadata
from bot.storage.tables.base import kept_of

_COPY = "folkmoot db backup and folkmoot db restore copy it from one file to another"
_DUMP = "pg_dump and pg_restore copy it from one to another, as docs/postgresql.md says"
_AGAIN = "nothing stays of it in the target; start the move again, and if it fails in the same way, report it"


@dataclass(frozen=True, slots=True)
class MovedTable:
    """A table whose rows are the same on both sides."""

    name: str
    rows: int
    digest: str


def moved_tables() -> list[Table]:
    """Return the tables whose rows are moved, each after those that it refers to."""
    return [table for table in metadata.sorted_tables if kept_of(table).moves]


async def move(source: str, target: str, told: Callable[[MovedTable], None]) -> int:
    """Move a database from one address to another of the other kind. Return of how many servers there is a log.

    `told` is called for each table once it was copied and compared. Nothing is changed in the source. A target without
    tables gets them.

    Raises:
        Unusable: with the remedy; the target then holds no row, and is marked if it was to be written already.
        ValueError: an address is none; the message does not repeat it.

    """
    if (file_of(source) is None) is (file_of(target) is None):
        kind, remedy = ("PostgreSQL", _DUMP) if file_of(source) is None else ("SQLite", _COPY)
        raise Unusable(Flaw(f"both databases are {kind}", remedy))
    async with AsyncExitStack() as stack:
        here, dead = await stack.enter_async_context(_source(source))
        with _faults_of(here):
            await stack.enter_async_context(writing_alone(here, dead))  # so that nobody else writes
            reading = await stack.enter_async_context(for_reading(here).connect())
            await wait_patiently(reading)
            await _refuse_what_does_not_fit(file_of(source), reading)
        there, dead = await stack.enter_async_context(_target(target))
        with _faults_of(there):
            await _mark(there, dead)
            into = await stack.enter_async_context(writing_alone(there, dead))
        for table in moved_tables():
            told(await _move_table(here, reading, there, into, table))
        heads = await log_heads(reading)
        if heads != await log_heads(into):
            raise Unusable(Flaw("the heads of the log are not the same on both sides", _AGAIN))
        with _faults_of(there):
            await mark_version(into, newest_version())
            await into.commit()
    return len(heads)


@asynccontextmanager
async def _source(address: str) -> AsyncIterator[tuple[AsyncEngine, list[Stored]]]:
    file = file_of(address)
    if file is not None and not file.exists():
        raise Unusable(cut_off(file) or Flaw(f"the database {file} does not exist", "check the address behind --from"))
    async with _alone(address) as (engine, dead):
        with _faults_of(engine):
            version = await schema_version(engine)
            if version == UNFINISHED:
                raise Unusable(unfinished_move(name_of(engine)))
            if version != newest_version():
                raise Unusable(_of_another_version(engine, version))
            if damage := await damage_of(engine):
                remedy = "look after the disk, restore the newest backup with folkmoot db restore, and move that"
                raise Unusable(Flaw(f"the database {name_of(engine)} is damaged ({damage})", remedy))
        yield engine, dead


@asynccontextmanager
async def _target(address: str) -> AsyncIterator[tuple[AsyncEngine, list[Stored]]]:
    async with _alone(address) as (engine, dead):
        with _faults_of(engine):
            version = await schema_version(engine)
            if version not in (UNFINISHED, None, newest_version()):
                raise Unusable(_of_another_version(engine, version))
            if version != UNFINISHED and (flaw := await flaw_of(engine, None)):
                raise Unusable(flaw)
            if version is None:
                await migrate(engine)
        yield engine, dead


@asynccontextmanager
async def _alone(address: str) -> AsyncIterator[tuple[AsyncEngine, list[Stored]]]:
    """Open a database that no bot works with, and return the leases of those that died in it."""
    file = file_of(address)
    if file is not None and (flaw := cut_off(file)):
        raise Unusable(flaw)
    async with AsyncExitStack() as stack:
        lock = stack.enter_context(locked(file))
        try:
            engine = open_engine(address)
        except OSError as error:
            raise Unusable(Flaw(f"the database {file} cannot be made ({error.strerror})", "check the path")) from None
        stack.push_async_callback(close_engine, engine)
        with _faults_of(engine):
            dead = await dead_holders(engine, lock)
        yield engine, dead


async def _refuse_what_does_not_fit(file: Path | None, reading: AsyncConnection) -> None:
    """Raise Unusable with all that SQLite holds and PostgreSQL would not; what PostgreSQL holds SQLite does."""
    if file is None:
        return
    tables = moved_tables()
    found = await asyncio.to_thread(lambda: list(unfit_rows(file, tables)))
    found += await orphans(reading, tables)
    if found:
        more = f"; and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
        problem = f"the database {file} holds what PostgreSQL does not: {'; '.join(found[:MOST_NAMED])}{more}"
        raise Unusable(Flaw(problem, "another program wrote it: mend these rows in a copy, and move that"))


async def _mark(engine: AsyncEngine, dead: list[Stored]) -> None:
    """Have nobody take an empty database, or a part of one, for the whole. Raises Unusable where it is not empty."""
    async with writing_alone(engine, dead) as connection:
        for table in moved_tables():
            if rows := await count(connection, table):
                problem = f"the database {name_of(engine)} is not empty: {table.name} has {rows} rows"
                raise Unusable(Flaw(problem, "move into a new, empty database"))
        await mark_version(connection, UNFINISHED)
        await connection.commit()


async def _move_table(
    here: AsyncEngine, reading: AsyncConnection, there: AsyncEngine, into: AsyncConnection, table: Table
) -> MovedTable:
    with _faults_of(here):
        given = Digest()
        async for part in parts(reading, table):
            given.add(part)
            with _faults_of(there):
                await _insert(into, table, part)
        wanted = (await count(reading, table), given.hex)
    with _faults_of(there):
        found = Digest()
        async for part in parts(into, table):
            found.add(part)
        if not (wanted == (await count(into, table), found.hex) and given.rows == found.rows == wanted[0]):
            raise Unusable(Flaw(f"the rows of {table.name} are not the same on both sides", _AGAIN))
        await count_on(into, table)
    return MovedTable(table.name, found.rows, found.hex)


async def _insert(into: AsyncConnection, table: Table, part: Sequence[Stored]) -> None:
    rows = [values_of(row, table) for row in part]
    try:
        async with into.begin_nested():
            await into.execute(insert(table), rows)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        for row in rows:  # to name the first that is refused; the whole move is undone
            try:
                async with into.begin_nested():
                    await into.execute(insert(table), row)
            except DBAPIError as refusal:
                problem = f"{name_of(into.engine)} does not take {row_name(table, row)}: {refusal.orig}"
                raise Unusable(Flaw(problem, _AGAIN)) from None
        raise


async def count_on(connection: AsyncConnection, table: Table) -> None:
    """Let PostgreSQL number new rows behind those that came with their numbers; SQLite does so by itself."""
    column = table.autoincrement_column
    if column is None or connection.dialect.name != "postgresql":
        return
    numbers = func.pg_get_serial_sequence(table.name, column.name)
    last = select(func.max(column)).scalar_subquery()
    await connection.execute(select(func.setval(numbers, func.coalesce(last, 1), last.is_not(None))))


def _of_another_version(engine: AsyncEngine, version: str | None) -> Flaw:
    problem = f"the database {name_of(engine)} is at version {version or 'none'}, not {newest_version()}"
    return Flaw(problem, "bring it up to date with folkmoot db migrate; a later version needs a later Folkmoot")


@contextmanager
def _faults_of(engine: AsyncEngine) -> Iterator[None]:
    """Raise what fails in a database as Unusable."""
    try:
        yield
    except (DBAPIError, OSError) as error:
        raise Unusable(what_failed(engine, error)) from None
