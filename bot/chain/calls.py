"""Answers calls of one contract with whatever calldata, through one endpoint, in as few requests as it takes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from bot.chain.endpoint import IN_FLIGHT, Call, Endpoint
from bot.chain.faults import CallFailed, Failure, NodeFault
from bot.chain.ladder import Ladder, unfit, wants_less
from bot.chain.multicall import aggregate_calls, aggregated_calls
from bot.chain.question import Malformed, Place, data
from bot.chain.rungs import GAS, prove
from bot.chain.together import together
from bot.chain.transport import Json
from bot.domain.errors import ChainFault
from bot.domain.types import Address

Given = list[bytes | None]
"""What each call gave; None where it fails, or says nothing."""
Way = Callable[[Endpoint, Place, Address, Sequence[bytes]], Awaitable[Given]]
"""One way to ask. Raises Malformed or CallFailed where it does not work, NodeFault where the endpoint does not."""
_MOST, _MOST_BYTES, _SAMPLE = 250, 200_000, 3


async def aggregated(endpoint: Endpoint, place: Place, target: Address, asked: Sequence[bytes]) -> Given:
    """Ask in one `aggregate3`, the block's time along with it; a call that failed may have been short of gas."""
    call = {"to": place.multicall, "data": aggregate_calls(target, asked, place.multicall), "gas": hex(GAS)}
    time, *answers = aggregated_calls(await endpoint.call("eth_call", call, place.where), len(asked) + 1)
    if time is None:
        raise Malformed
    prove(int.from_bytes(time, "big"), place)
    doubtful = [at for at, answer in enumerate(answers) if answer is None]
    if doubtful:
        for at, answer in zip(
            doubtful, await plainly(endpoint, place, target, [asked[at] for at in doubtful]), strict=True
        ):
            answers[at] = answer
    return answers


async def batched(endpoint: Endpoint, place: Place, target: Address, asked: Sequence[bytes]) -> Given:
    """Ask by plain calls in one JSON-RPC batch."""
    return [_plain(result) for result in await endpoint.batch([_call(place, target, one) for one in asked])]


async def single(endpoint: Endpoint, place: Place, target: Address, asked: Sequence[bytes]) -> Given:
    """Ask by a plain call each: what every other way is proved against."""
    answers: Given = []
    for one in asked:
        method, params = _call(place, target, one)
        try:
            result = await endpoint.call(method, *params)
        except CallFailed as failed:
            result = failed
        answers.append(_plain(result))
    return answers


async def plainly(endpoint: Endpoint, place: Place, target: Address, asked: Sequence[bytes]) -> Given:
    """Ask by plain calls, in a batch where the endpoint takes one."""
    try:
        return await batched(endpoint, place, target, asked)
    except CallFailed:
        return await single(endpoint, place, target, asked)


WAYS: tuple[Way, ...] = (aggregated, batched, single)


class Caller:
    """The ways of one endpoint; the first that says what plain calls say is remembered, until it fails in form."""

    def __init__(self, endpoint: Endpoint, ladder: Ladder) -> None:
        self._endpoint, self._ladder = endpoint, ladder
        self._proved: Way | None = None
        self._proving = asyncio.Lock()

    async def ask(self, target: Address, asked: Sequence[bytes], place: Place) -> Given:
        """Answer each call in order.

        Raises:
            NodeFault: the endpoint could not serve.
            NoContract: nothing answers because no contract stands at the target.

        """
        async with self._proving:
            way = self._proved or await self._prove(target, asked, place)
        try:
            answers = await self._all(way, target, asked, place)
        except (Malformed, CallFailed):
            self._proved = None
            raise NodeFault(ChainFault.BAD_ANSWER, "it no longer takes requests that it took") from None
        if all(answer is None for answer in answers):
            await self._ladder.stands(target, place)
        return answers

    async def _prove(self, target: Address, asked: Sequence[bytes], place: Place) -> Way:
        sample = list(dict.fromkeys((asked[0], asked[len(asked) // 2], asked[-1])))[:_SAMPLE]
        try:
            truth = await single(self._endpoint, place, target, sample)
        except CallFailed as failed:
            raise NodeFault(ChainFault.BAD_ANSWER, f"plain calls fail: {failed.failure.value}") from None
        conclusive = any(answer is not None for answer in truth)
        for way in WAYS:
            try:
                if await way(self._endpoint, place, target, sample) != truth:
                    continue
            except (Malformed, CallFailed):
                continue
            except NodeFault as fault:
                if not unfit(fault):
                    raise
                continue
            if conclusive:
                self._proved = way
            return way
        raise NodeFault(ChainFault.BAD_ANSWER, "it answers the same call differently from one time to the next")

    async def _all(self, way: Way, target: Address, asked: Sequence[bytes], place: Place) -> Given:
        answers: Given = [None] * len(asked)
        pending = deque(_pieces(asked))

        async def work() -> None:
            while pending:
                start, end = pending.popleft()
                try:
                    answers[start:end] = await way(self._endpoint, place, target, asked[start:end])
                except (NodeFault, CallFailed) as failure:
                    if not wants_less(failure) or end - start == 1:
                        raise
                    middle = (start + end) // 2
                    pending.extend([(start, middle), (middle, end)])

        await together(work() for _ in range(min(IN_FLIGHT, len(pending))))
        return answers


def _pieces(asked: Sequence[bytes]) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    start = size = 0
    for at, one in enumerate(asked):
        if at > start and (at - start == _MOST or size + len(one) > _MOST_BYTES):
            pieces.append((start, at))
            start, size = at, 0
        size += len(one)
    return [*pieces, (start, len(asked))]


def _call(place: Place, target: Address, asked: bytes) -> Call:
    return "eth_call", ({"to": target, "data": "0x" + asked.hex(), "gas": hex(GAS)}, place.where)


def _plain(result: Json | CallFailed) -> bytes | None:
    if isinstance(result, CallFailed):
        if result.failure is Failure.REFUSED:
            raise result
        return None
    return data(result) or None
