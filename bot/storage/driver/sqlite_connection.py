"""A SQLite connection on a thread of its own, to which each statement makes one trip there and back.

aiosqlite makes four: for a cursor, for the statement, for the rows and for closing it. Nearly all the time of a
small statement is such trips; so a whole transaction can make a single one.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from functools import partial
from threading import get_ident
from typing import Any, Self, TypeVar, cast

import aiosqlite

T = TypeVar("T")

_FIRST = 1_000
"""Rows that come back with the statement; more are fetched as they are asked for."""
_UNCHANGED = -1


def connect(*args: Any, **options: Any) -> SqliteConnection:  # noqa: ANN401 - the driver's own arguments
    """Return a connection that opens the file once it is awaited, as `aiosqlite.connect` does."""
    return SqliteConnection(partial(sqlite3.connect, *args, **options))


class SqliteConnection(aiosqlite.Connection):
    """What SQLAlchemy's dialect for aiosqlite asks of a connection."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=_FIRST)
        self._thread.daemon = True
        self._begins = self._idle = False

    def cursor(self) -> SqliteCursor:  # type: ignore[override]
        """Return a cursor, without a trip."""
        return SqliteCursor(self)

    def begin(self) -> None:
        """Let the next statement begin a transaction that reads, which sees the moment of that statement."""
        self._begins = True

    async def commit(self) -> None:
        """Make what was written durable."""
        await self._send(lambda connection: connection.commit())
        self._idle = True

    async def rollback(self) -> None:
        """Undo what was not committed; no trip where nothing has been done since."""
        self._begins = False
        if not self._idle:
            await self._send(lambda connection: connection.rollback())
            self._idle = True

    async def trip(self, work: Callable[[sqlite3.Connection], Any]) -> Any:  # noqa: ANN401 - whatever the work returns
        """Do `work` on the connection's thread."""
        begins, self._begins, self._idle = self._begins, False, False
        if not begins:
            return await self._send(work)

        def begin_and_work(connection: sqlite3.Connection) -> Any:  # noqa: ANN401
            connection.execute("BEGIN")
            return work(connection)

        return await self._send(begin_and_work)

    async def run_in_transaction(self, work: Coroutine[Any, Any, T]) -> T:
        """Do all of `work`, which awaits nothing but this connection, on its thread, in one trip.

        Whoever is cancelled meanwhile is so only when it is done: nobody else has the connection before.
        """
        trip = asyncio.ensure_future(self._execute(to_its_end, work))  # type: ignore[no-untyped-call]
        try:
            return cast("T", await asyncio.shield(trip))
        except asyncio.CancelledError:
            await _ended(trip)
            raise
        finally:
            work.close()

    async def _send(self, work: Callable[[sqlite3.Connection], Any]) -> Any:  # noqa: ANN401
        if get_ident() == self._thread.ident:
            return work(self._conn)
        return await self._execute(work, self._conn)  # type: ignore[no-untyped-call]


def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Do what awaits nothing but a connection, on that connection's thread. Raises RuntimeError if it does."""
    try:
        work.send(None)
    except StopIteration as done:
        return cast("T", done.value)
    finally:
        work.close()
    raise RuntimeError("a transaction in one trip waited for something else than its connection")


async def _ended(trip: asyncio.Future[Any]) -> None:
    while not trip.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait([trip])
    if not trip.cancelled():
        trip.exception()


class SqliteCursor:
    """A cursor of one statement; its first rows are there when the statement is done."""

    def __init__(self, connection: SqliteConnection) -> None:
        self._connection = connection
        self._cursor: sqlite3.Cursor | None = None
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = _UNCHANGED
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Self:
        """Run a statement and take its first rows."""
        return await self._run(lambda cursor: cursor.execute(statement, parameters))

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> Self:
        """Run a statement many times."""
        return await self._run(lambda cursor: cursor.executemany(statement, parameters))

    async def fetchone(self) -> Any:  # noqa: ANN401 - a row
        """Return the next row, None after the last."""
        return next(iter(await self.fetchmany(1)), None)

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return the next rows, fewer than `size` after the last."""
        size = self.arraysize if size is None else size
        if len(self._rows) < size and self._cursor is not None:
            cursor, wanted = self._cursor, max(size, _FIRST)
            self._rows += await self._connection.trip(lambda _: cursor.fetchmany(wanted))
        found, self._rows = self._rows[:size], self._rows[size:]
        return found

    async def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        found, self._rows = self._rows, []
        if self._cursor is not None:
            cursor = self._cursor
            found += await self._connection.trip(lambda _: cursor.fetchall())
            await self.close()
        return found

    async def close(self) -> None:
        """Forget what was not fetched."""
        self._rows = []
        if self._cursor is not None:
            cursor, self._cursor = self._cursor, None
            await self._connection.trip(lambda _: cursor.close())

    async def _run(self, statement: Callable[[sqlite3.Cursor], object]) -> Self:
        await self.close()

        def run(connection: sqlite3.Connection) -> tuple[sqlite3.Cursor, list[Any]]:
            cursor = connection.cursor()
            statement(cursor)
            rows = cursor.fetchmany(_FIRST) if cursor.description else []
            if len(rows) < _FIRST:
                cursor.close()
            return cursor, rows

        cursor, self._rows = await self._connection.trip(run)
        self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        self._cursor = cursor if len(self._rows) == _FIRST else None
        return self
