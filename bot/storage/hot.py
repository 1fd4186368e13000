"""Statements that every press of a button runs, compiled once; on SQLite they go straight to the connection's thread.

SQLAlchemy's way of running a statement costs ten times what SQLite's does, on the one thread that serves everybody.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from sqlalchemy import Connection, Executable, Insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

from bot.storage.connection import OneTrip
from bot.storage.statements import Stored


class Hot:
    """One statement with named parameters, whose columns are integers and texts; `elsewhere` where SQL differs."""

    def __init__(self, statement: Executable, elsewhere: Executable | None = None) -> None:
        self._elsewhere = statement if elsewhere is None else elsewhere
        compiled = cast("SQLCompiler", cast("ClauseElement", statement).compile(dialect=sqlite.dialect()))
        self._sql = compiled.string
        # A parameter without a value must be given, but a column that is not inserted is NULL.
        fixed = compiled.params.items()
        self._fixed = {name: value for name, value in fixed if value is not None or isinstance(statement, Insert)}
        self._order = tuple(compiled.positiontup or ())
        self._row = _rows_of([str(column[0]) for column in compiled._result_columns])  # noqa: SLF001 - its only list

    async def run(self, connection: AsyncConnection, values: Mapping[str, object]) -> list[Stored]:
        """Run it within the connection's transaction and return its rows, none if it has none."""
        if connection.dialect.name != "sqlite":
            result = await connection.execute(self._elsewhere, values)
            return list(result.all()) if result.returns_rows else []
        given = {**self._fixed, **values}
        driver = cast("OneTrip", cast("Connection", connection.sync_connection).connection.driver_connection)
        cursor = driver.cursor()
        try:
            await cursor.execute(self._sql, [given[name] for name in self._order])
            rows = await cursor.fetchall()
        except sqlite3.Error as error:
            raise DBAPIError.instance(None, None, error, sqlite3.Error, hide_parameters=True) from error
        return [self._row(*row) for row in rows]


def _rows_of(columns: Sequence[str]) -> Callable[..., Stored]:
    return cast("Callable[..., Stored]", namedtuple("Row", columns))  # noqa: PYI024 - the statement names them
