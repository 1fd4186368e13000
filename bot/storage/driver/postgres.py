"""How PostgreSQL is opened: commits are durable, writers take turns by one lock, and nobody waits without limit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import URL, Connection, ExceptionContext, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

T = TypeVar("T")

WRITERS = 0x666F6C6B6D6F6F74
"""The advisory lock of writers: "folkmoot" in ASCII. Advisory locks are per database, not per server."""
_CONNECT_SECONDS = 10
_IDLE_SECONDS = 60


class CannotConnect(ConnectionError):
    """The server was not reached, or refused the connection; `strerror` says why, without the password.

    `silent`: it did not answer in time.
    """

    def __init__(self, why: str, sqlstate: str | None, *, silent: bool = False) -> None:
        super().__init__(None, why)
        self.sqlstate, self.silent = sqlstate, silent


def open_postgres(
    url: URL, connections: int, busy_seconds: float, writes: str, answer_seconds: float | None
) -> AsyncEngine:
    """Open the database at `url`. Transactions whose option `writes` is set take turns by one advisory lock.

    A writer that does not get the lock within `busy_seconds` fails. The server rolls back a transaction that sends
    nothing for a minute, so that a stopped process does not block all others. A statement that the server does not
    answer within `answer_seconds` (None: no limit) raises TimeoutError, and all connections open then are discarded.
    """
    settings = {
        "application_name": "folkmoot",
        "synchronous_commit": "on",
        # A generic plan compares each row with each of a thousand wallets that a query names, which takes minutes.
        "plan_cache_mode": "force_custom_plan",
        "lock_timeout": f"{round(busy_seconds * 1_000)}ms",
        "idle_in_transaction_session_timeout": f"{_IDLE_SECONDS}s",
    }
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "async_creator_fn": _connect,
            "timeout": _CONNECT_SECONDS,
            "command_timeout": answer_seconds,
            "server_settings": settings,
        },
    )

    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get(writes):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")

    def fail(context: ExceptionContext) -> None:
        if isinstance(context.original_exception, TimeoutError):
            context.is_disconnect = True

    def leave(_connection: object, _record: object, error: BaseException | None) -> None:
        if isinstance(error, TimeoutError):
            engine.sync_engine.dispose(close=False)  # one that was tried before it was used: the others are no better

    event.listen(engine.sync_engine, "begin", begin)
    event.listen(engine.sync_engine, "handle_error", fail)
    event.listen(engine.sync_engine.pool, "invalidate", leave)
    return engine


class ServerWriter:
    """Runs transactions that hold the writers' lock; `writing` is the view of an engine that takes it."""

    def __init__(self, writing: AsyncEngine) -> None:
        self._writing = writing

    async def run_in_transaction(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Run `work` in one transaction; roll back what it did not commit. Raises what the database raises."""
        async with self._writing.connect() as connection:
            await connection.begin()
            return await work(connection)


async def _connect(*args: Any, **options: Any) -> asyncpg.Connection:  # noqa: ANN401 - the driver's own arguments
    try:
        return await asyncpg.connect(*args, **options)
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise CannotConnect(str(error), getattr(error, "sqlstate", None)) from None
    except TimeoutError:
        raise CannotConnect("the server does not answer", None, silent=True) from None
    except OSError as error:
        raise CannotConnect(error.strerror or str(error), None) from None
