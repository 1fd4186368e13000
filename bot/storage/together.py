"""Transactions that are asked for at the same time become durable together; each is done or undone as a whole.

A disk takes as long to make one durable as to make many. So those that come while others are made durable wait for
the next time, and go in one trip to the connection's thread; none is told that it is done before it is durable.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.ports import Books
from bot.storage.connection import to_its_end
from bot.storage.hot import begin_to_write, commit, driver_of, rollback

MOST = 32
"""Transactions that go together, so that none waits long for the others."""
_SAVEPOINT, _UNDO, _KEEP = "SAVEPOINT one", "ROLLBACK TO one", "RELEASE one"

T = TypeVar("T")
Work = Callable[[Books], Coroutine[Any, Any, T]]
Outcome = tuple[Any, Exception | None]


class Bookkeeper(Protocol):
    """Opens the books of a transaction whose `commit` is a call of `committed`."""

    def __call__(self, connection: AsyncConnection, *, committed: Callable[[], None]) -> Books: ...  # noqa: D102


@dataclass(slots=True, eq=False)
class _Asked(Generic[T]):
    work: Work[T]
    answer: asyncio.Future[T]


class Together:
    """Does what is asked in order, as much at a time as waits. For SQLite; `turn` is that of all writers."""

    def __init__(self, writing: AsyncEngine, turn: asyncio.Lock, books: Bookkeeper) -> None:
        self._writing, self._turn, self._books = writing, turn, books
        self._waiting: deque[_Asked[Any]] = deque()
        self._leader: asyncio.Task[None] | None = None

    async def do(self, work: Work[T]) -> T:
        """Do `work`, and return when it is durable. Whoever is cancelled meanwhile may have been done."""
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        asked = _Asked(work, answer)
        self._waiting.append(asked)
        if self._leader is None:
            self._leader = asyncio.create_task(self._lead(), name="transactions together")
        return await answer

    async def _lead(self) -> None:
        """Work until nobody waits. What goes wrong with all is told to all who were in it."""
        try:
            while self._waiting:
                await self._next()
        finally:
            self._leader = None
            while self._waiting:  # only if it was cancelled, at the very end
                self._waiting.popleft().answer.cancel()

    async def _next(self) -> None:
        taken: list[_Asked[Any]] = []
        try:
            async with self._turn, self._writing.connect() as connection:
                while self._waiting and len(taken) < MOST:
                    asked = self._waiting.popleft()
                    if not asked.answer.done():
                        taken.append(asked)
                works = [asked.work for asked in taken]
                outcomes = await driver_of(connection).at_once(self._all(connection, works))
        except Exception as error:  # noqa: BLE001 - each of them raises it
            if not taken:
                taken = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
            outcomes = [(None, error)] * len(taken)
        except BaseException:
            for asked in taken:
                asked.answer.cancel()
            raise
        for asked, (result, failed) in zip(taken, outcomes, strict=True):
            if asked.answer.done():
                continue
            if failed is not None:
                asked.answer.set_exception(failed)
            else:
                asked.answer.set_result(result)

    async def _all(self, connection: AsyncConnection, works: Sequence[Work[Any]]) -> list[Outcome]:
        """On the connection's thread."""
        await begin_to_write(connection)
        try:
            outcomes = [await self._one(connection, work) for work in works]
            await commit(connection)
            return outcomes
        finally:
            await rollback(connection)

    async def _one(self, connection: AsyncConnection, work: Work[Any]) -> Outcome:
        wanted: list[bool] = []
        driver = driver_of(connection)
        outcome: Outcome
        await driver.trip(lambda raw: raw.execute(_SAVEPOINT))
        try:
            books = self._books(connection, committed=lambda: wanted.append(True))
            outcome = (to_its_end(work(books)), None)
        except Exception as error:  # noqa: BLE001 - it is for who asked
            outcome = (None, error)
        if not driver.in_transaction:
            # A full disk ends the whole transaction, and with it what the others before did.
            raise outcome[1] or RuntimeError("the transaction ended too early")
        if not wanted:
            await driver.trip(lambda raw: raw.execute(_UNDO))
        await driver.trip(lambda raw: raw.execute(_KEEP))
        return outcome
