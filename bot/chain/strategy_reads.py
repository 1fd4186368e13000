"""Answers the reads of strategies through one endpoint, with similar reads grouped."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any

from bot.chain.batch.batch_query import BatchQuery, Place, word
from bot.chain.batch.batch_reader import BatchReader
from bot.chain.batch.contract_calls import FEW, Caller
from bot.chain.batch.joint.joint_reader import JointReader
from bot.chain.batch.plain_calls import plainly
from bot.chain.concurrency import gather_all
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.rpc_faults import CallFailed, Failure
from bot.domain.power.chain_reads import (
    Answers,
    Calls,
    Delegations,
    Earlier,
    Events,
    NativeBalances,
    PerWallet,
    Read,
    View,
)
from bot.domain.shared.types import Address

Places = list[tuple[int, Answers]]
"""Answers with the position of their read."""


class StrategyReads:
    """Answers at one endpoint, and remembers which read methods proved themselves there."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._batch_reader = BatchReader(endpoint)
        self._joint = JointReader(endpoint, self._batch_reader)
        self._caller = Caller(endpoint, self._batch_reader)

    async def answers(self, reads: Sequence[Read], place: Place) -> list[Answers]:
        """Answer in order.

        Raises:
            NodeFault, CallFailed: the endpoint could not serve.
            NoContract: nothing answers because no contract stands at a target.

        """
        asked: dict[int, tuple[BatchQuery, tuple[Address, ...]]] = {}
        views: dict[int, View] = {}
        calls: dict[int, Calls] = {}
        for at, read in enumerate(reads):
            match read:
                case NativeBalances():
                    asked[at] = BatchQuery(), read.wallets
                case PerWallet():
                    selector = read.selector + read.head
                    asked[at] = BatchQuery(target=read.target, selector=selector, tail=read.tail), read.wallets
                case View():
                    views[at] = read
                case Calls():
                    calls[at] = read
                case Delegations() | Events() | Earlier():
                    raise TypeError("events are answered from their index, and what was earlier at its own block")
        few = {at: read for at, read in calls.items() if len(read.data) <= FEW}
        work: list[Coroutine[Any, Any, Places]] = [
            *([self._numbers(asked, place)] if asked else ()),
            *([self._viewed(views, place)] if views else ()),
            *([self._called_together(few, place)] if few else ()),
            *(self._called(at, read, place) for at, read in calls.items() if at not in few),
        ]
        found = dict(pair for pairs in await gather_all(work) for pair in pairs)
        return [found[at] for at in range(len(reads))]

    async def _numbers(self, asked: dict[int, tuple[BatchQuery, tuple[Address, ...]]], place: Place) -> Places:
        return list(zip(asked, await self._joint.ask(list(asked.values()), place), strict=True))

    async def _viewed(self, views: dict[int, View], place: Place) -> Places:
        calls = [
            ("eth_call", ({"to": view.target, "data": "0x" + view.data.hex()}, place.where)) for view in views.values()
        ]
        answers: list[int | None] = []
        for result in await plainly(self._endpoint, place, calls):
            if isinstance(result, CallFailed) and result.failure is Failure.REFUSED:
                raise result
            answers.append(None if isinstance(result, CallFailed) else word(result))
        silent = [view.target for view, answer in zip(views.values(), answers, strict=True) if answer is None]
        if silent:
            await self._batch_reader.all_stand(silent, place)
        return [(at, [answer]) for at, answer in zip(views, answers, strict=True)]

    async def _called_together(self, few: dict[int, Calls], place: Place) -> Places:
        asked = [(read.target, read.data) for read in few.values()]
        return list(zip(few, await self._caller.ask_few(asked, place), strict=True))

    async def _called(self, at: int, read: Calls, place: Place) -> Places:
        return [(at, await self._caller.ask(read.target, read.data, place))]
