"""One chain: its endpoints, and reads pinned to one of its blocks."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bot.chain.batch.batch_query import Place
from bot.chain.events.event_reader import EventReader
from bot.chain.rpc.endpoint import Endpoint, Sleep
from bot.chain.rpc.endpoint_pool import PATIENCE, Pool
from bot.chain.rpc.http_transport import Transport
from bot.chain.rpc.network import Network
from bot.chain.rpc.same_endpoint import different, fingerprint
from bot.chain.signatures.contract_queries import ContractQueries
from bot.chain.strategy_reads import StrategyReads
from bot.domain.power.chain_reads import Answers, Read
from bot.domain.shared.endpoint_confirmation import Alone, Confirmation
from bot.domain.shared.types import Block, Timestamp

T = TypeVar("T")

_REMEMBERED, _SURE = 1_024, 600.0
"""Moments whose block is remembered, and for how many seconds: a chain may go back beyond what it called final."""


class Moments:
    """Remembers the last final blocks of moments for a while, in seconds by `elapsed`."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._known: dict[Timestamp, tuple[Block, float]] = {}

    def get(self, moment: Timestamp) -> Block | None:
        """Return the block of a moment; None if it is not remembered any more."""
        block, until = self._known.get(moment, (None, 0.0))
        return block if self._elapsed() < until else None

    def put(self, moment: Timestamp, block: Block) -> None:
        """Remember the block of a moment."""
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[moment] = block, self._elapsed() + _SURE


class Chain:
    """Reads one chain through whichever of its endpoints serves."""

    def __init__(
        self,
        network: Network,
        transport: Callable[[str], Transport],
        sleep: Sleep,
        *,
        patience: float = PATIENCE,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self.network = network
        urls = different(network.rpc_urls)
        endpoints = [
            Endpoint(number, network.id, transport(url), patient=len(urls) == 1, sleep=sleep)
            for number, url in urls.items()
        ]
        self.pool = Pool(network.id, endpoints, sleep=sleep, patience=patience)
        self.events = EventReader(self.pool, {number: fingerprint(url) for number, url in urls.items()})
        self.moments = Moments(elapsed)
        self._strategy_reads = {endpoint.number: StrategyReads(endpoint) for endpoint in endpoints}
        self.contract_queries = {endpoint.number: ContractQueries(endpoint) for endpoint in endpoints}
        """Who puts questions to wallets that are contracts, by the number of the endpoint."""

    async def at(
        self,
        block: Block,
        work: Callable[[Endpoint, Place], Awaitable[T]],
        *,
        differ: Callable[[T, T], str],
        confirm: Confirmation = Confirmation.REQUIRED,
        alone: Alone | None = None,
    ) -> T:
        """Return what `work` makes of endpoints that have `block`, and have it still when the work is done.

        `differ` says how two answers differ, empty if they do not. If one endpoint alone answered, the chain is
        added to `alone`. Raises as `Pool.agreed`.
        """

        async def pinned(endpoint: Endpoint) -> T:
            return await endpoint.at(
                block, lambda where: work(endpoint, Place(block=block, where=where, multicall=self.network.multicall))
            )

        agreed = await self.pool.agreed(pinned, differ, confirm)
        if alone is not None and not agreed.confirmed:
            alone.add(self.network.id)
        return agreed.value

    async def answers(
        self, reads: Sequence[Read], block: Block, *, confirm: Confirmation, alone: Alone | None = None
    ) -> list[Answers]:
        """Answer reads of this chain at `block`, in order. Raises as `Pool.agreed`."""

        async def all_of_them(endpoint: Endpoint, place: Place) -> list[Answers]:
            return await self._strategy_reads[endpoint.number].answers(reads, place)

        return await self.at(block, all_of_them, differ=_difference, confirm=confirm, alone=alone)


def _difference(one: list[Answers], other: list[Answers]) -> str:
    """Say how many answers two endpoints give differently."""
    if one == other:
        return ""
    pairs = [pair for these, those in zip(one, other, strict=True) for pair in zip(these, those, strict=True)]
    count = sum(this != that for this, that in pairs)
    return f"{count} of {len(pairs)} answers" if count else ""
