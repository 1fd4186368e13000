"""The database: how a SQLite file or a PostgreSQL database is opened, read, written and named."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.driver.postgres import ServerWriter, open_postgres
from bot.storage.driver.sqlite import WriterThread, open_sqlite, open_writer_thread

Database = AsyncEngine
"""An open database, for callers that do not know SQLAlchemy."""
BUSY_SECONDS = 4
"""Seconds that a writer waits for a writer of another process."""
MIGRATION_SECONDS = 60
"""Seconds that a migration waits for another writer, which may be migrating too."""
ANSWER_SECONDS = 60
"""Seconds to wait for the server's answer. A server may fall silent with the connection open, if its machine dies or
hangs."""
_CONNECTIONS = 8
_WRITES, _OUTSIDE = "folkmoot_writes", "folkmoot_outside"
"""Execution options of a connection: its transactions write; its statements run outside any transaction."""
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


def open_engine(address: str) -> AsyncEngine:
    """Open the database at `address`: a URL, or the plain path of a SQLite file.

    A file and its folder are created where they are missing, the file for its owner alone.

    Raises:
        ValueError: not the address of a SQLite file or of PostgreSQL; the message never repeats the address.
        OSError: the file or its folder cannot be made.

    """
    url = _parse(address)
    if url.get_backend_name() == "postgresql":
        return open_postgres(url, _CONNECTIONS, BUSY_SECONDS, _WRITES, ANSWER_SECONDS)
    return open_sqlite(url, _CONNECTIONS, BUSY_SECONDS, _WRITES, _OUTSIDE)


def writer_of(engine: AsyncEngine) -> WriterThread | ServerWriter:
    """Return a writer that runs a group of transactions as one; closing `engine` closes it too."""
    return open_writer(engine) if engine.dialect.name == "sqlite" else ServerWriter(for_writing(engine))


def open_writer(engine: AsyncEngine) -> WriterThread:
    """Open a thread that writes to the SQLite file of `engine`, and is closed with it."""
    return open_writer_thread(engine, BUSY_SECONDS, _WRITES, _OUTSIDE)


async def close_engine(engine: AsyncEngine) -> None:
    """Close every connection; SQLite then checkpoints its write-ahead log."""
    await engine.dispose()


def for_writing(engine: AsyncEngine) -> AsyncEngine:
    """Return a view of `engine` whose transactions hold the write lock from their start, and see all earlier commits.

    On PostgreSQL the isolation level is READ COMMITTED, whatever the server's default: a snapshot would be taken before
    the transaction has waited for the lock.
    """
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="READ COMMITTED", **{_WRITES: True})
    return engine.execution_options(**{_WRITES: True})


def for_reading(engine: AsyncEngine) -> AsyncEngine:
    """Return a view of `engine` whose transactions see the database as of one moment."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return engine


@asynccontextmanager
async def unhurried(engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """Open the database of `engine` again, without a time limit for statements."""
    if engine.dialect.name == "sqlite":
        yield engine
        return
    async with of_one_connection(engine, None, MIGRATION_SECONDS) as patient:
        yield patient


@asynccontextmanager
async def of_one_connection(
    engine: AsyncEngine, answer_seconds: float | None, busy_seconds: float = BUSY_SECONDS
) -> AsyncIterator[AsyncEngine]:
    """Open the PostgreSQL database of `engine` again with one connection, separate from the working ones."""
    apart = open_postgres(engine.url, 1, busy_seconds, _WRITES, answer_seconds)
    try:
        yield apart
    finally:
        await close_engine(apart)


@asynccontextmanager
async def for_migrating(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Hold a write transaction in which a table that others refer to may be dropped and recreated.

    SQLite would otherwise empty the referring tables, or refuse; the caller recreates rows with the same ids.
    """
    if engine.dialect.name == "postgresql":
        async with unhurried(engine) as patient, for_writing(patient).begin() as connection:
            yield connection
        return
    async with engine.execution_options(**{_OUTSIDE: True}).connect() as connection:
        await _set(connection, references=False, busy_seconds=MIGRATION_SECONDS)
        try:
            await connection.execution_options(**{_WRITES: True})
            async with connection.begin():
                yield connection
        finally:
            await connection.execution_options(**{_WRITES: False})
            await _set(connection, references=True, busy_seconds=BUSY_SECONDS)


async def _set(connection: AsyncConnection, *, references: bool, busy_seconds: float) -> None:
    await connection.exec_driver_sql(f"PRAGMA foreign_keys={'ON' if references else 'OFF'}")
    await connection.exec_driver_sql(f"PRAGMA busy_timeout={round(busy_seconds * 1_000)}")
    await connection.rollback()


async def checkpoint(engine: AsyncEngine) -> None:
    """Move SQLite's write-ahead log into the file and empty it, so that erased data remains in neither.

    While a reader needs the log, it is left for the next call. PostgreSQL keeps such bytes until
    it cleans up; docs/postgresql.md says what a host can do.
    """
    if engine.dialect.name == "sqlite":
        async with engine.execution_options(**{_OUTSIDE: True}).connect() as connection:
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


async def rewrite(engine: AsyncEngine) -> None:
    """Commit a write that changes nothing, to test whether writing works. Raises what the database raises."""
    async with for_writing(engine).begin() as connection:
        if engine.dialect.name == "sqlite":
            number = (await connection.exec_driver_sql("PRAGMA user_version")).scalar_one()
            await connection.exec_driver_sql(f"PRAGMA user_version = {number}")


async def unwritable(engine: AsyncEngine) -> Exception | None:
    """Try a write that changes nothing. Return the error that was raised, None if it succeeded."""
    try:
        await rewrite(engine)
    except (DBAPIError, OSError) as error:
        return error
    return None


def name_of(engine: AsyncEngine) -> str:
    """Return what the operator calls the database: its file, or its address without the password."""
    if engine.dialect.name == "sqlite":
        return str(Path(str(engine.url.database)).absolute())
    return engine.url.render_as_string(hide_password=True)


def address_of(address: str) -> str:
    """Return a PostgreSQL address without its password, as `name_of` does. Raises ValueError as `open_engine` does."""
    return _parse(address).render_as_string(hide_password=True)


def libpq_url(address: str) -> URL:
    """Return a PostgreSQL address as its own tools take it, without the password. Raises ValueError."""
    url = _parse(address)
    query = {"sslmode" if name == "ssl" else name: value for name, value in url.query.items()}
    return URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)


def file_of(address: str) -> Path | None:
    """Return the SQLite file of an address, None for PostgreSQL. Raises ValueError as `open_engine` does."""
    url = _parse(address)
    return Path(str(url.database)).absolute() if url.get_backend_name() == "sqlite" else None


def _parse(address: str) -> URL:
    try:
        url = make_url(address) if "://" in address else URL.create("sqlite", database=address)
        backend = url.get_backend_name()
        url = url.set(drivername=_DRIVERS[backend])
    except (ArgumentError, KeyError, ValueError):
        raise ValueError("the database must be a path, sqlite:///path or postgresql://host/name") from None
    if backend == "sqlite" and (not url.database or url.database.startswith((":memory:", "file:"))):
        raise ValueError("the database must be a file: one in memory would forget every vote")
    return url
