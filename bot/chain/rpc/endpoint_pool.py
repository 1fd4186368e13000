"""The endpoints of one chain: the first that serves, or two that must agree."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from bot.chain.rpc.endpoint import LAST_RESORT, Endpoint, Sleep
from bot.chain.rpc.endpoint_agreement import PAIR, Agreed, Differing, contradictory, settled
from bot.chain.rpc.endpoint_rests import Rests
from bot.chain.rpc.parallel_query import ParallelQuery
from bot.chain.rpc.rpc_faults import CallFailed, NoContract, NodeFault
from bot.domain.shared.endpoint_confirmation import Confirmation
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import ChainId
from bot.ports.deadline import DEADLINE

_log = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")
Work = Callable[[Endpoint], Awaitable[T]]

_PASSING = {ChainFault.RATE_LIMITED, ChainFault.UNREACHABLE, ChainFault.LAGGING, ChainFault.BAD_ANSWER}
"""Faults that may be over a moment later."""
_TIRING = {ChainFault.RATE_LIMITED, ChainFault.UNREACHABLE, ChainFault.UNAUTHORIZED, ChainFault.WRONG_CHAIN}
"""Faults after which other endpoints are asked first for a while."""
_PAUSE = 1.0
"""The seconds between the two rounds in which all endpoints are tried."""
PATIENCE = 2.0
"""Seconds that a slow endpoint gets after the first one has answered, before the result is used without it if
possible."""


def in_time(method: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Let a pool's method take no longer than whoever asks waits; then it raises ChainUnavailable, UNREACHABLE."""

    @wraps(method)
    async def limited(*args: P.args, **options: P.kwargs) -> T:
        limit = asyncio.timeout_at(DEADLINE.get())
        try:
            async with limit:
                return await method(*args, **options)
        except TimeoutError:
            if not limit.expired():
                raise
            pool = args[0]
            assert isinstance(pool, Pool)  # noqa: S101 - it decorates the methods below alone
            detail = "no answer came within the time that somebody waits"
            raise ChainUnavailable(pool.chain, ChainFault.UNREACHABLE, detail) from None

    return limited


class Pool:
    """Asks the endpoints of one chain in order until one serves; a failing call of a contract is an answer.

    An endpoint that serves another chain is never believed. What is raised names endpoints by number only.
    """

    def __init__(
        self,
        chain: ChainId,
        endpoints: Sequence[Endpoint],
        *,
        sleep: Sleep = asyncio.sleep,
        patience: float = PATIENCE,
    ) -> None:
        self.chain = chain
        self.endpoints = tuple(endpoints)
        self._sleep, self._patience = sleep, patience
        self._rests = Rests()

    @in_time
    async def run(self, work: Work[T]) -> T:
        """Return what `work` makes with the first endpoint that can serve it.

        Raises:
            ChainUnavailable: none can.
            NoContract: all agree that the contract asked for is not there.

        """
        return (await self._first(work)).value

    @in_time
    async def agreed(
        self, work: Work[T], differ: Callable[[T, T], str], confirm: Confirmation = Confirmation.REQUIRED
    ) -> Agreed[T]:
        """Return what `work` makes, the same with two endpoints where the chain has two, and whose answer it is.

        `differ` says how two answers differ, empty if they do not. All that may be needed are asked at once. Of
        three or more, two that agree stand against one that does not; that another two agree on something else is
        never overlooked. No endpoint is left out because it failed before.

        Raises:
            ChainUnavailable: DISAGREEMENT, if they differ; or fewer can serve than `confirm` asks for.
            NoContract: they agree that the contract asked for is not there.

        """
        if confirm is Confirmation.NOT_NEEDED or len(self.endpoints) < PAIR:
            return await self._first(work)

        async def attempt(endpoint: Endpoint) -> T | NoContract:
            try:
                return await self._attempt(work, endpoint)
            except NoContract as absent:
                return absent

        async with ParallelQuery(attempt, patience=self._patience) as inquiry:
            found = await self._rounds(inquiry, differ, confirm)
            if found is None:
                absent = {number: answer for number, answer in inquiry.served.items() if isinstance(answer, NoContract)}
                raise self._unavailable(inquiry.faults | inquiry.given_up() | absent)
            self._tell_of_others(found.by, inquiry.served)
            if isinstance(found.value, NoContract):
                raise found.value
            return Agreed(value=found.value, by=found.by)

    @in_time
    async def every(self, work: Work[T], confirm: Confirmation = Confirmation.WANTED) -> dict[int, T]:
        """Return what `work` makes with each endpoint that can serve it, by its number.

        No endpoint is left out because it failed before. Those that are slow are not waited for once two have
        answered; or one, unless a second is required. Those that were slow a moment ago get no time then, and where two
        have answered also those that failed. One that answers nothing at all is given up.

        Raises:
            ChainUnavailable: none can serve it, or one alone where the chain has two and two are required.

        """
        wanted = min(PAIR, len(self.endpoints)) if confirm is Confirmation.REQUIRED else 1
        weary, known_slow = self._rests.weary, self._rests.slow
        async with ParallelQuery(lambda endpoint: self._attempt(work, endpoint), patience=self._patience) as inquiry:
            for last in (False, True):
                with self._insisting(confirm, last=last):
                    inquiry.start(endpoint for endpoint in self._order() if endpoint.number not in inquiry.done_with)
                while inquiry.running and await inquiry.step(patient=len(inquiry.served) < wanted):
                    served = len(inquiry.served)
                    if inquiry.waiting <= (weary if served >= PAIR else known_slow if served >= wanted else set()):
                        break
                else:
                    self._rests.tire(inquiry.waiting, slow=True)
                if last or len(inquiry.served) >= PAIR or not self._worth_another_round(inquiry, confirm, weary):
                    break
                await self._sleep(_PAUSE)
            if len(inquiry.served) < wanted:
                raise self._unavailable(inquiry.faults | inquiry.given_up())
            return dict(sorted(inquiry.served.items()))

    async def close(self) -> None:
        """Close all connections."""
        for endpoint in self.endpoints:
            await endpoint.close()

    async def _rounds(
        self, inquiry: ParallelQuery[T | NoContract], differ: Callable[[T, T], str], confirm: Confirmation
    ) -> Agreed[T | NoContract] | None:
        """Return what is agreed on, or what one alone says where that suffices; None if too few can serve.

        Raises ChainUnavailable, DISAGREEMENT.
        """
        weary = self._rests.weary
        for last in (False, True):
            differing, found = None, None
            with self._insisting(confirm, last=last):
                try:
                    found = await self._settle(inquiry, differ, confirm)
                except Differing as error:
                    differing = error
            if found is not None:
                return found
            if last or not self._worth_another_round(inquiry, confirm, weary):
                break
            await self._sleep(_PAUSE)
        if differing is not None:
            raise ChainUnavailable(self.chain, ChainFault.DISAGREEMENT, str(differing))
        for number, answer in inquiry.served.items():
            if confirm is Confirmation.WANTED and not isinstance(answer, NoContract):
                return Agreed(value=answer, by=(number,))
        return None

    async def _settle(
        self, inquiry: ParallelQuery[T | NoContract], differ: Callable[[T, T], str], confirm: Confirmation
    ) -> Agreed[T | NoContract] | None:
        """Ask as many at once as can settle it, and the rest where one fails, is slow, or contradicts.

        Where one may decide alone, those that were slow a moment ago are asked, and not waited for.
        """
        alone, known_slow = confirm is Confirmation.WANTED, self._rests.slow
        spare = [endpoint for endpoint in self._order() if endpoint.number not in inquiry.done_with]
        enough = max(PAIR, len(self.endpoints) - 1)
        asked = enough - len(inquiry.served)
        inquiry.start(spare[:asked])
        del spare[:asked]
        patient = False
        while inquiry.running:
            slow = not await inquiry.step(patient=patient)
            if slow:
                self._rests.tire(inquiry.waiting, slow=True)
            if found := settled(inquiry.served, differ, inquiry.running + len(spare)):
                return found
            opposed = contradictory(inquiry.served, differ)
            slow = slow or (alone and bool(inquiry.served) and inquiry.waiting <= known_slow)
            if slow and not spare:
                if patient or alone or (len(inquiry.served) >= PAIR and not opposed):
                    break
                patient = True
            if slow or opposed or len(inquiry.served) + inquiry.running < enough:
                inquiry.start(spare)
                spare.clear()
        return settled(inquiry.served, differ, 0)

    @contextmanager
    def _insisting(self, confirm: Confirmation, *, last: bool) -> Iterator[None]:
        """Have endpoints that ask for fewer requests waited for, where nobody else is left or time is bounded."""
        insist = last or LAST_RESORT.get() or (confirm is Confirmation.WANTED and len(self.endpoints) <= PAIR)
        token = LAST_RESORT.set(insist)
        try:
            yield
        finally:
            LAST_RESORT.reset(token)

    async def _attempt(self, work: Work[T], endpoint: Endpoint) -> T:
        """Return what `work` makes with an endpoint. Raises NodeFault."""
        try:
            made = await endpoint.verified(work)
        except NodeFault as fault:
            if fault.kind in _TIRING:
                self._rests.tire([endpoint.number], slow=fault.late)
            raise
        except CallFailed as failed:
            raise NodeFault(ChainFault.BAD_ANSWER, failed.failure.value) from None
        self._rests.serves(endpoint.number)
        return made

    def _worth_another_round(self, inquiry: ParallelQuery[T], confirm: Confirmation, weary: set[int]) -> bool:
        """Return whether those that failed may serve if they are asked again.

        Where one may decide alone, nobody waits a second time for one that failed for a while.
        """
        if inquiry.running:
            return False
        sure = confirm is Confirmation.WANTED and inquiry.served
        return any(_may_pass(fault) and not (sure and number in weary) for number, fault in inquiry.faults.items())

    def _tell_of_others(self, by: tuple[int, ...], served: Mapping[int, object]) -> None:
        for number in sorted(served.keys() - set(by)):
            _log.warning("endpoint %s of chain %s contradicts endpoints %s, which agree", number, self.chain, by)

    async def _first(self, work: Work[T]) -> Agreed[T]:
        faults: dict[int, NodeFault] = {}
        for last in (False, True):
            for endpoint in self._order():
                if endpoint.number in faults and faults[endpoint.number].late:
                    continue
                try:
                    with self._insisting(Confirmation.NOT_NEEDED, last=last):
                        return Agreed(value=await self._attempt(work, endpoint), by=(endpoint.number,))
                except NodeFault as fault:
                    faults[endpoint.number] = fault
            if last or not any(map(_may_pass, faults.values())):
                break
            await self._sleep(_PAUSE)
        absent = [fault for fault in faults.values() if isinstance(fault, NoContract)]
        raise absent[0] if absent and len(absent) == len(self.endpoints) else self._unavailable(faults)

    def _order(self) -> list[Endpoint]:
        weary = self._rests.weary
        return sorted(self.endpoints, key=lambda endpoint: endpoint.number in weary)

    def _unavailable(self, faults: dict[int, NodeFault]) -> ChainUnavailable:
        if not faults:
            return ChainUnavailable(self.chain, ChainFault.NOT_CONFIGURED, "it has no endpoint")
        first = faults[min(faults)]
        if len(self.endpoints) == 1:
            return ChainUnavailable(self.chain, first.kind, first.detail)
        detail = "; ".join(f"endpoint {number}: {fault.detail}" for number, fault in sorted(faults.items()))
        return ChainUnavailable(self.chain, first.kind, detail)


def _may_pass(fault: NodeFault) -> bool:
    """Return whether it may serve a moment later: not one that hung, for which nobody waits twice."""
    return fault.kind in _PASSING and not fault.late and not isinstance(fault, NoContract)
