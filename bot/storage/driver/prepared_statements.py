"""Statements that every press of a button runs, compiled once; on SQLite they go straight to the connection's thread.

SQLAlchemy's way of running a statement costs ten times what SQLite's does, on the one thread that serves everybody.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from itertools import starmap
from typing import TypeVar, cast

from sqlalchemy import Connection, Executable, Insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

from bot.storage.driver.portable_statements import Stored
from bot.storage.driver.sqlite_connection import SqliteConnection

T = TypeVar("T")

PART = 200
"""Rows that come at a time where there are many: what is made of them holds up nobody else for long."""


class PreparedStatement:
    """One statement with named parameters, whose columns are integers and texts; `elsewhere` where SQL differs."""

    def __init__(self, statement: Executable, elsewhere: Executable | None = None) -> None:
        self._elsewhere = statement if elsewhere is None else elsewhere
        self.statements = (statement, self._elsewhere)
        """What it runs on SQLite, and elsewhere."""
        compiled = cast("SQLCompiler", cast("ClauseElement", statement).compile(dialect=sqlite.dialect()))
        self._sql = compiled.string
        # A parameter without a value must be given, but a column that is not inserted is NULL.
        fixed = compiled.params.items()
        self._fixed = {name: value for name, value in fixed if value is not None or isinstance(statement, Insert)}
        self._order = tuple(compiled.positiontup or ())
        self._row = _rows_of([str(column[0]) for column in compiled._result_columns])  # noqa: SLF001 - its only list

    async def run_all(self, connection: AsyncConnection, rows: Sequence[Mapping[str, object]]) -> None:
        """Run it with each of `rows`; what it would return is not fetched."""
        if not rows:
            return
        if connection.dialect.name != "sqlite":
            await connection.execute(self._elsewhere, rows)
            return
        given = [self._parameters(values) for values in rows]
        await self._trip(connection, lambda raw: raw.executemany(self._sql, given))

    async def run(self, connection: AsyncConnection, values: Mapping[str, object]) -> list[Stored]:
        """Run it within the connection's transaction and return its rows, none if it has none."""
        if connection.dialect.name != "sqlite":
            result = await connection.execute(self._elsewhere, values)
            return list(result.all()) if result.returns_rows else []
        given = self._parameters(values)
        rows = await self._trip(connection, lambda raw: raw.execute(self._sql, given).fetchall())
        return list(starmap(self._row, rows))

    async def parts(self, connection: AsyncConnection, values: Mapping[str, object]) -> AsyncIterator[list[Stored]]:
        """Run it and return its many rows a part at a time, so that everybody else is served between the parts."""
        if connection.dialect.name != "sqlite":
            async with connection.stream(self._elsewhere, values) as stored:
                async for part in stored.partitions(PART):
                    yield list(part)
            return
        cursor = driver_of(connection).cursor()
        await cursor.execute(self._sql, self._parameters(values))
        while part := await cursor.fetchmany(PART):
            yield list(starmap(self._row, part))

    def _parameters(self, values: Mapping[str, object]) -> list[object]:
        given = {**self._fixed, **values}
        return list(map(given.__getitem__, self._order))

    async def _trip(self, connection: AsyncConnection, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return cast("T", await driver_of(connection).trip(work))
        except sqlite3.Error as error:
            raise DBAPIError.instance(None, None, error, sqlite3.Error, hide_parameters=True) from error


async def begin_to_write(connection: AsyncConnection) -> None:
    """Begin a transaction on SQLite that holds the write lock; SQLAlchemy joins it with its first own statement."""
    await driver_of(connection).trip(lambda raw: raw.execute("BEGIN IMMEDIATE"))


async def commit(connection: AsyncConnection) -> None:
    """Make what was written durable, whoever began the transaction; only SQLite's may not be SQLAlchemy's."""
    if connection.in_transaction():
        await connection.commit()
    else:
        await driver_of(connection).commit()


async def rollback(connection: AsyncConnection) -> None:
    """Undo on SQLite what was not committed, whoever began the transaction."""
    if connection.in_transaction():
        await connection.rollback()
    else:
        await driver_of(connection).rollback()


def driver_of(connection: AsyncConnection) -> SqliteConnection:
    """Return what SQLAlchemy's connection to SQLite stands on."""
    return cast("SqliteConnection", cast("Connection", connection.sync_connection).connection.driver_connection)


def _rows_of(columns: Sequence[str]) -> Callable[..., Stored]:
    return cast("Callable[..., Stored]", namedtuple("Row", columns))  # noqa: PYI024 - the statement names them
