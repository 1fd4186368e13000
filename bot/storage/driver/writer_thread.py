"""The thread on which transactions of SQLite run as a whole: one trip there and back, however many statements.

Each statement of aiosqlite makes several such trips, and they are nearly all the time that a small statement takes.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, CursorResult, Dialect, Engine, Executable, ScalarResult
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")
Results = CursorResult[*tuple[Any, ...]]


class WriterThread:
    """A thread of its own, which alone uses `engine`; it begins with the first transaction, and anew after `close`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread: ThreadPoolExecutor | None = None

    async def run_in_transaction(self, work: Callable[[ThreadConnection], Coroutine[Any, Any, T]]) -> T:
        """Do all of `work`, which awaits nothing but its connection, in one transaction; undo what it did not commit.

        Whoever is cancelled meanwhile is so only when it is done: nobody else has the connection before. Raises
        RuntimeError if the work awaits anything else, and what the database raises.
        """
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        trip = asyncio.get_running_loop().run_in_executor(self._thread, self._do, work)
        try:
            return await asyncio.shield(trip)
        except asyncio.CancelledError:
            await _ended(trip)
            raise

    def close(self) -> None:
        """Wait for what is under way, and close the connection."""
        if self._thread is not None:
            self._thread.submit(self._engine.dispose)
            self._thread.shutdown()
            self._thread = None

    def _do(self, work: Callable[[ThreadConnection], Coroutine[Any, Any, T]]) -> T:
        with self._engine.connect() as connection:
            connection.begin()
            return to_its_end(work(ThreadConnection(connection)))


class ThreadConnection:
    """A connection of that thread with the methods of SQLAlchemy's AsyncConnection that repositories use."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.dialect: Dialect = connection.dialect
        self.raw = cast("sqlite3.Connection", connection.connection.driver_connection)

    async def execute(self, statement: Executable, parameters: Any = None) -> Results:  # noqa: ANN401 - SQLAlchemy's
        """Run a statement and return its result."""
        return self._connection.execute(statement, parameters)

    async def scalar(self, statement: Executable, parameters: Any = None) -> Any:  # noqa: ANN401 - a column's value
        """Run a statement and return the first column of its first row, None if there is none."""
        return self._connection.scalar(statement, parameters)

    async def scalars(self, statement: Executable, parameters: Any = None) -> ScalarResult[Any]:  # noqa: ANN401
        """Run a statement and return the first column of its rows."""
        return self._connection.scalars(statement, parameters)

    async def commit(self) -> None:
        """Make what was written durable."""
        self._connection.commit()


AnyConnection = AsyncConnection | ThreadConnection
"""What repositories run statements on."""


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


@contextmanager
def as_sqlalchemy() -> Iterator[None]:
    """Raise an error of sqlite3 as SQLAlchemy's, which shows no statement and no parameters."""
    try:
        yield
    except sqlite3.Error as error:
        raise DBAPIError.instance(None, None, error, sqlite3.Error, hide_parameters=True) from error
