"""Statements: their rows, those that several repositories share, and those that are compiled once.

SQLAlchemy's way of running a statement costs ten times what SQLite's does, on the one thread that serves everybody. So
what every press of a button runs is a `PreparedStatement`, which on that thread goes straight to sqlite3.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from itertools import starmap
from typing import Any, cast

import aiosqlite
from sqlalchemy import CompoundSelect, Delete, Insert, Row, Select, SelectBase, Table, Update, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.shared.types import GuildId
from bot.storage.driver.sqlite import ThreadConnection, as_sqlalchemy
from bot.storage.tables import counters

AnyConnection = AsyncConnection | ThreadConnection
"""What repositories run statements on."""
Stored = Row[*tuple[Any, ...]]
"""A row as it is read; its columns are those of the statement."""
ConflictInsert = sqlite.Insert | postgresql.Insert
"""An INSERT that may say ON CONFLICT."""
PART = 200
"""Rows that are read at a time, so that processing them does not hold up others for long."""
Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | Insert | Update | Delete


def values_of(row: Stored, table: Table) -> dict[str, Any]:
    """Return a row of `select(table)` as a dict by column name."""
    return dict(zip(table.columns.keys(), row, strict=True))


def conflicting_insert(connection: AnyConnection, table: Table) -> ConflictInsert:
    """Begin an INSERT that may say ON CONFLICT."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


async def insert_new(connection: AnyConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> int:
    """Insert rows, except those whose key exists; for one row, return 1 if it was inserted and 0 if not."""
    if not rows:
        return 0
    # One row is inserted by itself, because PostgreSQL's driver gives no row count for several.
    given = rows[0] if len(rows) == 1 else rows
    result = await connection.execute(conflicting_insert(connection, table).on_conflict_do_nothing(), given)
    return result.rowcount


async def next_number(connection: AnyConnection, guild: GuildId, name: str) -> int:
    """Return the next number of a counter in a guild, from 1. It is reused only if the transaction is rolled back."""
    mine = (counters.c.guild == guild, counters.c.name == name)
    counted = update(counters).where(*mine).values(last=counters.c.last + 1).returning(counters.c.last)
    last: int | None = await connection.scalar(counted)
    if last is None:
        last = 1
        await connection.execute(insert(counters).values(guild=guild, name=name, last=last))
    return last


class PreparedStatement:
    """One statement with named parameters; all its columns are integers and texts.

    `on_postgresql` is the statement for PostgreSQL, where its SQL differs from SQLite's.
    """

    def __init__(self, statement: Statement, on_postgresql: Statement | None = None) -> None:
        other = statement if on_postgresql is None else on_postgresql
        self._on_sqlite, self._on_postgresql = self.statements = statement, other
        """What it runs on SQLite, and on PostgreSQL."""
        compiled = statement.compile(dialect=sqlite.dialect())
        self._sql = compiled.string
        # A parameter without a value must be given, but a column that is not inserted is NULL.
        fixed = compiled.params.items()
        self._fixed = {name: value for name, value in fixed if value is not None or isinstance(statement, Insert)}
        self._order = tuple(compiled.positiontup or ())
        self._row = _rows_of(statement)

    async def run_all(self, connection: AnyConnection, rows: Sequence[Mapping[str, object]]) -> None:
        """Run it once for each of `rows`; results are not fetched."""
        if not rows:
            return
        if isinstance(connection, ThreadConnection):
            with as_sqlalchemy():
                connection.raw.executemany(self._sql, [self._parameters(values) for values in rows])
        else:
            await connection.execute(self._portable(connection), rows)

    async def run(self, connection: AnyConnection, values: Mapping[str, object]) -> list[Stored]:
        """Run it within the connection's transaction and return its rows, none if it has none."""
        if isinstance(connection, ThreadConnection):
            with as_sqlalchemy():
                return list(starmap(self._row, connection.raw.execute(self._sql, self._parameters(values))))
        if connection.dialect.name == "sqlite":
            if not connection.in_transaction():
                await connection.begin()
            driver = cast("aiosqlite.Connection", (await connection.get_raw_connection()).driver_connection)
            with as_sqlalchemy():
                return list(starmap(self._row, await driver.execute_fetchall(self._sql, self._parameters(values))))
        result = await connection.execute(self._on_postgresql, values)
        return list(result.all()) if result.returns_rows else []

    async def parts(self, connection: AnyConnection, values: Mapping[str, object]) -> AsyncIterator[list[Stored]]:
        """Run it and yield its rows in batches of `PART`, so that other tasks run in between."""
        if isinstance(connection, ThreadConnection):
            cursor = connection.raw.execute(self._sql, self._parameters(values))
            while part := cursor.fetchmany(PART):
                yield list(starmap(self._row, part))
        else:
            async with connection.stream(self._portable(connection), values) as stored:
                async for rows in stored.partitions(PART):
                    yield list(rows)

    def _portable(self, connection: AnyConnection) -> Statement:
        return self._on_sqlite if connection.dialect.name == "sqlite" else self._on_postgresql

    def _parameters(self, values: Mapping[str, object]) -> list[object]:
        given = {**self._fixed, **values}
        return list(map(given.__getitem__, self._order))


def _rows_of(statement: Statement) -> Callable[..., Stored]:
    returned = statement.selected_columns if isinstance(statement, SelectBase) else statement.exported_columns
    names = [str(column.name) for column in returned]
    return cast("Callable[..., Stored]", namedtuple("Row", names))  # noqa: PYI024 - the statement names them
