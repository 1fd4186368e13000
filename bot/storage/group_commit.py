"""Group commit: transactions requested at the same time become durable together, and each is done or undone as a whole.

A disk takes as long to make one durable as to make many. So those that arrive while others are being committed wait,
and share the next commit; on SQLite they take one trip to the writer's thread. None is reported as done before it is
durable.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.shared.errors import StorageUnavailable
from bot.ports import Repositories
from bot.storage.driver.postgres import ServerWriter
from bot.storage.driver.sqlite import ThreadConnection, WriterThread, to_its_end
from bot.storage.driver.statements import AnyConnection
from bot.storage.maintenance.database_faults import CommitInDoubt, fault_of
from bot.storage.maintenance.health import Health, OpenedFile, Waiting
from bot.storage.maintenance.process_lease import Lease

MOST = 32
"""Transactions in one group at most, so that none waits long for the others."""
_SAVEPOINT, _UNDO, _KEEP = "SAVEPOINT one", "ROLLBACK TO one", "RELEASE one"

T = TypeVar("T")
Work = Callable[[Repositories], Coroutine[Any, Any, T]]
Outcome = tuple[Any, Exception | None]


class OpenRepositories(Protocol):
    """Opens the repositories of a transaction; their `commit` calls `committed`."""

    def __call__(self, connection: AnyConnection, *, committed: Callable[[], None]) -> Repositories: ...  # noqa: D102


@dataclass(slots=True, eq=False)
class _Request(Generic[T]):
    work: Work[T]
    answer: asyncio.Future[T]
    waiting: Waiting

    def is_refused(self) -> bool:
        """Return whether trying is pointless now; the waiting caller then gets the error."""
        try:
            self.waiting.check()
        except StorageUnavailable as error:
            self.answer.set_exception(error)
            return True
        return False


class GroupCommit:
    """Runs requested transactions in order, all that wait in one group; `turn` is the lock of all writers."""

    def __init__(
        self,
        writer: WriterThread | ServerWriter,
        turn: asyncio.Lock,
        repos: OpenRepositories,
        health: Health,
        lease: Lease | None = None,
        file: OpenedFile | None = None,
    ) -> None:
        self._writer, self._turn, self._repos, self._health = writer, turn, repos, health
        self._lease, self._file = lease, file
        self._waiting: deque[_Request[Any]] = deque()
        self._leader: asyncio.Task[None] | None = None

    async def do(self, work: Work[T]) -> T:
        """Run `work`, and return when it is durable. If the caller is cancelled before, it may still have been done."""
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        asked = _Request(work, answer, self._health.waiting())
        self._waiting.append(asked)
        if self._leader is None:
            self._leader = asyncio.create_task(self._lead(), name="transactions together")
        return await answer

    async def _lead(self) -> None:
        """Run groups until no request waits. An error of a whole group is raised to every caller in it."""
        try:
            while self._waiting:
                await self._next()
        finally:
            self._leader = None
            while self._waiting:  # only if it was cancelled, at the very end
                self._waiting.popleft().answer.cancel()

    async def _next(self) -> None:
        taken: list[_Request[Any]] = []
        kept: list[bool] = []
        try:
            with self._health.watched():
                if self._file is not None:
                    self._file.check()
                async with self._turn:
                    taken += self._take()
                    if not taken:
                        return
                    works = [asked.work for asked in taken]
                    outcomes = await self._writer.run_in_transaction(partial(self._all, works=works, kept=kept))
        except Exception as error:  # noqa: BLE001 - each of them raises it
            if not taken:
                taken = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
            outcomes = [(None, error)] * len(taken)
        except BaseException:
            for asked in taken:
                asked.answer.cancel()
            raise
        for asked, (result, failed) in zip(taken, outcomes, strict=True):
            self._tell(asked, result, failed)
        if kept:
            self._health.worked()

    def _take(self) -> list[_Request[Any]]:
        """Return the requests of the next group, in order."""
        taken: list[_Request[Any]] = []
        while self._waiting and len(taken) < MOST:
            asked = self._waiting.popleft()
            if not asked.answer.done() and not asked.is_refused():
                taken.append(asked)
        return taken

    def _tell(self, asked: _Request[Any], result: object, failed: Exception | None) -> None:
        if failed is not None:
            failed = self._health.told(failed)
        if asked.answer.done():
            return
        if failed is not None:
            asked.answer.set_exception(failed)
        else:
            asked.answer.set_result(result)

    async def _all(self, connection: AnyConnection, works: Sequence[Work[Any]], kept: list[bool]) -> list[Outcome]:
        """Run a group in its transaction (for SQLite on its thread); adds to `kept` if something was written."""
        wanted: list[bool] = []
        if self._lease is not None:
            await self._lease.check(connection)
        outcomes = [await self._one(connection, work, wanted) for work in works]
        await commit(connection)
        kept += wanted
        return outcomes

    async def _one(self, connection: AnyConnection, work: Work[Any], kept: list[bool]) -> Outcome:
        if isinstance(connection, ThreadConnection):
            return self._one_on_thread(connection, work, kept)
        return await self._one_on_server(connection, work, kept)

    def _one_on_thread(self, connection: ThreadConnection, work: Work[Any], kept: list[bool]) -> Outcome:
        wanted: list[bool] = []
        outcome: Outcome
        connection.raw.execute(_SAVEPOINT)
        try:
            repos = self._repos(connection, committed=lambda: wanted.append(True))
            outcome = (to_its_end(work(repos)), None)
        except Exception as error:  # noqa: BLE001 - it is for who asked
            outcome = (None, error)
        if not connection.raw.in_transaction:
            # A full disk ends the whole transaction, and undoes what the requests before this one did.
            raise outcome[1] or RuntimeError("the transaction ended too early")
        if not wanted:
            connection.raw.execute(_UNDO)
        connection.raw.execute(_KEEP)
        kept += wanted
        return outcome

    async def _one_on_server(self, connection: AsyncConnection, work: Work[Any], kept: list[bool]) -> Outcome:
        wanted: list[bool] = []
        outcome: Outcome
        savepoint = await connection.begin_nested()
        try:
            repos = self._repos(connection, committed=lambda: wanted.append(True))
            outcome = (await work(repos), None)
        except Exception as error:
            if fault_of(error) is not None:
                raise  # the server is to blame, and nothing of the transaction is left
            outcome = (None, error)
        if wanted and not isinstance(outcome[1], DBAPIError):
            await savepoint.commit()
            kept += wanted
        else:
            await savepoint.rollback()
        return outcome


async def commit(connection: AnyConnection) -> None:
    """Commit. Raises CommitInDoubt where the server was lost and may have done it, and what the database raises."""
    try:
        await connection.commit()
    except (DBAPIError, TimeoutError) as error:
        if isinstance(error, TimeoutError) or error.connection_invalidated:
            raise CommitInDoubt(waited=isinstance(error, TimeoutError)) from error
        raise
