"""One question put to several endpoints side by side: who answered, who could not, and for how long the slow ones."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Generic, Self, TypeVar

from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.http_transport import TIME_OUT
from bot.chain.rpc.rpc_faults import NodeFault
from bot.domain.shared.errors import ChainFault

T = TypeVar("T")

SILENCE = TIME_OUT
"""Seconds after which endpoints that answer nothing at all are given up, also where one of them is required."""


class ParallelQuery(Generic[T]):
    """Asks endpoints and keeps what came back by their numbers; those still under way when it is left are stopped.

    `attempt` puts the question to one endpoint. It raises NodeFault where that one cannot serve.
    """

    def __init__(self, attempt: Callable[[Endpoint], Awaitable[T]], *, patience: float) -> None:
        self.served: dict[int, T] = {}
        self.faults: dict[int, NodeFault] = {}
        self._attempt, self._patience = attempt, patience
        self._tasks: dict[asyncio.Task[T], Endpoint] = {}
        self._began: float | None = None
        self._started = 0.0
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
        return frozenset(endpoint.number for endpoint in self._tasks.values())

    @property
    def done_with(self) -> frozenset[int]:
        """The numbers of the endpoints that are not asked again: those that have served, and those that hung."""
        return frozenset(self.served) | {number for number, fault in self.faults.items() if fault.late}

    def given_up(self) -> dict[int, NodeFault]:
        """Return the fault of those that are being asked, where nobody waits for them any more."""
        late = NodeFault(ChainFault.UNREACHABLE, "it does not answer in time", late=True)
        return dict.fromkeys(sorted(self.waiting), late)

    def start(self, endpoints: Iterable[Endpoint]) -> None:
        """Ask these endpoints too; if others have answered already, they get the patience from now on."""
        now = asyncio.get_running_loop().time()
        self._began = now if self._began is None else self._began
        self._limit = None if self._limit is None else now + self._patience
        for endpoint in endpoints:
            self._started = now
            self._tasks[asyncio.ensure_future(self._attempt(endpoint))] = endpoint

    async def step(self, *, patient: bool) -> bool:
        """Wait until one more endpoint has answered or failed; False where nobody is waited for any more.

        Unless `patient`, those that are slower than the first one by more than the patience, and than twice its
        time, are not waited for. With patience they are, as long as one of them answers anything at all: after
        `SILENCE` seconds of nothing they are given up, though not before they had the patience for this question.
        """
        if not patient:
            return await self._wait(None if self._limit is None else self._limit - asyncio.get_running_loop().time())
        while True:
            left = SILENCE - min(endpoint.silent_for for endpoint in self._tasks.values())
            chance = self._started + self._patience - asyncio.get_running_loop().time()
            if await self._wait(max(chance, left)):
                return True
            if all(endpoint.silent_for >= SILENCE for endpoint in self._tasks.values()):
                return False

    async def _wait(self, seconds: float | None) -> bool:
        loop = asyncio.get_running_loop()
        left = None if seconds is None else max(0.0, seconds)
        done, _ = await asyncio.wait(self._tasks, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        for number, task in sorted((self._tasks.pop(task).number, task) for task in done):
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
