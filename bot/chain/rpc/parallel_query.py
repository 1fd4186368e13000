"""One question put to several endpoints side by side: who answered, who could not, and for how long the slow ones."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Generic, Self, TypeVar

from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.rpc_faults import NodeFault

T = TypeVar("T")


class ParallelQuery(Generic[T]):
    """Asks endpoints and keeps what came back by their numbers; those still under way when it is left are stopped.

    `attempt` puts the question to one endpoint. It raises NodeFault where that one cannot serve.
    """

    def __init__(self, attempt: Callable[[Endpoint], Awaitable[T]], *, patience: float) -> None:
        self.served: dict[int, T] = {}
        self.faults: dict[int, NodeFault] = {}
        self._attempt, self._patience = attempt, patience
        self._tasks: dict[asyncio.Task[T], int] = {}
        self._began: float | None = None
        self._limit: float | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def running(self) -> int:
        """How many endpoints are being asked."""
        return len(self._tasks)

    @property
    def waiting(self) -> frozenset[int]:
        """The numbers of the endpoints that are being asked."""
        return frozenset(self._tasks.values())

    def start(self, endpoints: Iterable[Endpoint]) -> None:
        """Ask these endpoints too; if others have answered already, they get the patience from now on."""
        now = asyncio.get_running_loop().time()
        self._began = now if self._began is None else self._began
        self._limit = None if self._limit is None else now + self._patience
        for endpoint in endpoints:
            self._tasks[asyncio.ensure_future(self._attempt(endpoint))] = endpoint.number

    async def step(self, *, patient: bool) -> bool:
        """Wait until one more endpoint has answered or failed.

        Unless `patient`, those that are slower than the first one by more than the patience, and than twice its
        time, are not waited for: then it is False.
        """
        loop = asyncio.get_running_loop()
        left = None if patient or self._limit is None else max(0.0, self._limit - loop.time())
        done, _ = await asyncio.wait(self._tasks, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        for number, task in sorted((self._tasks.pop(task), task) for task in done):
            try:
                self.served[number] = task.result()
            except NodeFault as fault:
                self.faults[number] = fault
            else:
                self.faults.pop(number, None)
                if self._limit is None:
                    now = loop.time()
                    self._limit = now + max(self._patience, now - (self._began or now))
        return bool(done)
