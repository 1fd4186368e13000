"""How SQLite is opened: commits are durable, writers take turns, and a write transaction takes one trip to a thread.

Each statement of aiosqlite makes several trips to a thread and back, which take nearly all the time of a small
statement. `WriterThread` runs a whole transaction in one trip, however many its statements.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import URL, Connection, CursorResult, Dialect, Engine, Executable, ScalarResult, create_engine, event
from sqlalchemy.engine import AdaptedConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

T = TypeVar("T")
# At DEBUG it logs each statement with its values, among them secret tokens, which no log may hold.
logging.getLogger("aiosqlite").setLevel(logging.INFO)
Results = CursorResult[*tuple[Any, ...]]


def open_sqlite(url: URL, connections: int, busy_seconds: float, writes: str, outside: str) -> AsyncEngine:
    """Open the file at `url`; it and its folder are made where they are missing, the file for its owner alone.

    A transaction whose option `writes` is set holds the write lock from its start, and fails if another process does
    not release it within `busy_seconds`. With the option `outside` alone, statements run outside any transaction.
    Raises OSError where the file or its folder cannot be made.
    """
    path = Path(str(url.database))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o600))
    engine = create_async_engine(url, pool_size=connections, **_options(busy_seconds))
    _listen(engine.sync_engine, writes, outside)
    return engine


def open_writer_thread(engine: AsyncEngine, busy_seconds: float, writes: str, outside: str) -> WriterThread:
    """Open a thread that writes to the file of `engine`, which `open_sqlite` opened, and is closed with it."""
    url = engine.url.set(drivername="sqlite+pysqlite")
    writing = create_engine(url, pool_size=1, execution_options={writes: True}, **_options(busy_seconds))
    _listen(writing, writes, outside)
    thread = WriterThread(writing)
    event.listen(engine.sync_engine, "engine_disposed", lambda _: thread.close())
    return thread


class WriterThread:
    """The only thread that uses `engine`. It starts with the first transaction, and again with one after `close`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread: ThreadPoolExecutor | None = None

    async def run_in_transaction(self, work: Callable[[ThreadConnection], Coroutine[Any, Any, T]]) -> T:
        """Run `work`, which awaits nothing but its connection, in one transaction; roll back what it did not commit.

        A caller that is cancelled still waits for the transaction's end, so that nobody gets the connection before.
        Raises RuntimeError if the work awaits anything else, and what the database raises.
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
        """Wait for running work, and close the connection."""
        if self._thread is not None:
            self._thread.submit(self._engine.dispose)
            self._thread.shutdown()
            self._thread = None

    def _do(self, work: Callable[[ThreadConnection], Coroutine[Any, Any, T]]) -> T:
        with self._engine.connect() as connection:
            connection.begin()
            return to_its_end(work(ThreadConnection(connection)))


class ThreadConnection:
    """A connection on that thread, with those methods of SQLAlchemy's AsyncConnection that repositories use."""

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


def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Run, without an event loop, a coroutine that awaits only a ThreadConnection; if it awaits more, RuntimeError."""
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
    """Convert errors of sqlite3 to SQLAlchemy's, without statement and parameters in them."""
    try:
        yield
    except sqlite3.Error as error:
        raise DBAPIError.instance(None, None, error, sqlite3.Error, hide_parameters=True) from error


def _options(busy_seconds: float) -> dict[str, Any]:
    # None: otherwise sqlite3 would begin transactions by itself; `_listen` begins them explicitly.
    arguments = {"timeout": busy_seconds, "isolation_level": None}
    return {"max_overflow": 0, "hide_parameters": True, "connect_args": arguments}


def _listen(engine: Engine, writes: str, outside: str) -> None:
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get(outside) and not options.get(writes):
            return
        statement = "BEGIN IMMEDIATE" if options.get(writes) else "BEGIN"
        adapted: object = connection.connection.dbapi_connection
        if isinstance(adapted, AdaptedConnection):  # SQLAlchemy's cursor would make three trips to aiosqlite's thread
            with as_sqlalchemy():
                adapted.run_async(lambda driver: driver.execute_fetchall(statement))
        else:
            connection.exec_driver_sql(statement)

    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", begin)


def _set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
