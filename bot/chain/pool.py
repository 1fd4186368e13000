"""One chain's endpoints behind one door: the first that serves, or two that must agree."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bot.chain.endpoint import LAST_RESORT, Endpoint, Sleep
from bot.chain.faults import CallFailed, NoContract, NodeFault
from bot.chain.together import together
from bot.domain.errors import ChainFault, ChainUnavailable
from bot.domain.types import ChainId

T = TypeVar("T")
Work = Callable[[Endpoint], Awaitable[T]]

_PASSING = {ChainFault.RATE_LIMITED, ChainFault.UNREACHABLE, ChainFault.LAGGING, ChainFault.BAD_ANSWER}
"""Faults that may be gone a moment later."""
_TIRING = {ChainFault.RATE_LIMITED, ChainFault.UNREACHABLE, ChainFault.UNAUTHORIZED, ChainFault.WRONG_CHAIN}
"""Faults after which the other endpoints are asked first for a while."""
_PAUSE, _REST = 1.0, 30.0
"""The seconds between the two rounds in which all endpoints are tried, and of an endpoint's rest."""


class Pool:
    """Asks the endpoints of one chain in order until one serves; a failing call of a contract is an answer.

    An endpoint that serves another chain is never asked. What is raised names endpoints by number only.
    """

    def __init__(self, chain: ChainId, endpoints: Sequence[Endpoint], *, sleep: Sleep = asyncio.sleep) -> None:
        self.chain = chain
        self.endpoints = tuple(endpoints)
        self._sleep = sleep
        self._resting: dict[int, float] = {}

    async def run(self, work: Work[T]) -> T:
        """Return what `work` makes with the first endpoint that can serve it.

        Raises:
            ChainUnavailable: none can.
            NoContract: all agree that the contract asked for is not there.

        """
        ((_, answer),) = await self._served(work, 1)
        return answer

    async def agreed(self, work: Work[T], differ: Callable[[T, T], str]) -> T:
        """Return what `work` makes, the same with two endpoints where there are two.

        `differ` says how two answers differ, empty if they do not. Raises as `run`.
        """
        (one, answer), *others = await self._served(work, min(2, len(self.endpoints)))
        for other, second in others:
            if difference := differ(answer, second):
                detail = f"endpoints {one.number} and {other.number} differ: {difference}"
                raise ChainUnavailable(self.chain, ChainFault.DISAGREEMENT, detail)
        return answer

    async def every(self, work: Work[T]) -> dict[int, T]:
        """Return what `work` makes with each endpoint that can serve it and does not rest, by its number."""

        async def one(endpoint: Endpoint) -> tuple[int, T] | None:
            try:
                await endpoint.verify()
                return endpoint.number, await work(endpoint)
            except NodeFault as fault:
                self._tired(endpoint, fault)
            except CallFailed:
                pass
            return None

        now = asyncio.get_running_loop().time()
        awake = [endpoint for endpoint in self.endpoints if self._resting.get(endpoint.number, 0.0) <= now]
        return dict(made for made in await together(map(one, awake)) if made is not None)

    async def close(self) -> None:
        """Close all connections."""
        for endpoint in self.endpoints:
            await endpoint.close()

    async def _served(self, work: Work[T], wanted: int) -> list[tuple[Endpoint, T]]:
        served: dict[int, tuple[Endpoint, T]] = {}
        faults = await self._round(work, wanted, served)
        if len(served) < wanted and any(_may_pass(fault) for fault in faults.values()):
            await self._sleep(_PAUSE)
            token = LAST_RESORT.set(True)
            try:
                faults |= await self._round(work, wanted, served)
            finally:
                LAST_RESORT.reset(token)
        if len(served) == wanted:
            return list(served.values())
        faults = {number: fault for number, fault in faults.items() if number not in served}
        absent = [fault for fault in faults.values() if isinstance(fault, NoContract)]
        raise absent[0] if absent and len(absent) == len(self.endpoints) else self._unavailable(faults)

    async def _round(self, work: Work[T], wanted: int, served: dict[int, tuple[Endpoint, T]]) -> dict[int, NodeFault]:
        """Ask each endpoint that has not served yet, until enough have, and return the faults of the others."""
        faults: dict[int, NodeFault] = {}
        for endpoint in self._order():
            if endpoint.number in served:
                continue
            try:
                await endpoint.verify()
                served[endpoint.number] = (endpoint, await work(endpoint))
                self._resting.pop(endpoint.number, None)
            except NodeFault as fault:
                faults[endpoint.number] = fault
                self._tired(endpoint, fault)
            except CallFailed as failed:
                faults[endpoint.number] = NodeFault(ChainFault.BAD_ANSWER, failed.failure.value)
            if len(served) == wanted:
                break
        return faults

    def _tired(self, endpoint: Endpoint, fault: NodeFault) -> None:
        if fault.kind in _TIRING:
            self._resting[endpoint.number] = asyncio.get_running_loop().time() + _REST

    def _order(self) -> list[Endpoint]:
        now = asyncio.get_running_loop().time()
        return sorted(self.endpoints, key=lambda endpoint: self._resting.get(endpoint.number, 0.0) > now)

    def _unavailable(self, faults: dict[int, NodeFault]) -> ChainUnavailable:
        if not faults:
            return ChainUnavailable(self.chain, ChainFault.NOT_CONFIGURED, "it has no endpoint")
        first = faults[min(faults)]
        if len(self.endpoints) == 1:
            return ChainUnavailable(self.chain, first.kind, first.detail)
        detail = "; ".join(f"endpoint {number}: {fault.detail}" for number, fault in sorted(faults.items()))
        return ChainUnavailable(self.chain, first.kind, detail)


def _may_pass(fault: NodeFault) -> bool:
    return fault.kind in _PASSING and not isinstance(fault, NoContract)
