"""Answers calls of one contract with arbitrary calldata, through one endpoint, in few requests."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bot.chain.batch.adaptive_chunks import in_pieces
from bot.chain.batch.batch_query import GAS, Malformed, Place, data
from bot.chain.batch.batch_reader import BatchReader
from bot.chain.batch.multicall import aggregate_calls, aggregated_calls
from bot.chain.batch.plain_calls import Result, plainly, proved_by
from bot.chain.batch.read_methods import prove
from bot.chain.rpc.endpoint import Call, Endpoint
from bot.chain.rpc.endpoint_capabilities import ExpiringCache
from bot.chain.rpc.rpc_faults import CallFailed, Failure, NodeFault, WrongBlock
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Address

Given = list[bytes | None]
"""What each call returned; None if it failed or returned nothing."""
_MOST, _MOST_BYTES, FEW = 250, 200_000, 3
"""`FEW` calls of a contract are asked plainly, and as many of more are held against plain ones."""


async def aggregated(endpoint: Endpoint, place: Place, target: Address, asked: Sequence[bytes]) -> Given:
    """Ask in one `aggregate3`, the block's time along with it; a call that failed may have been short of gas.

    Raises:
        Malformed, CallFailed: it does not work like this here.
        NodeFault: the endpoint could not serve, or answered from another block.

    """
    call = {"to": place.multicall, "data": aggregate_calls(target, asked, place.multicall), "gas": hex(GAS)}
    time, *answers = aggregated_calls(await endpoint.call("eth_call", call, place.where), len(asked) + 1)
    if time is None:
        raise Malformed
    prove(int.from_bytes(time, "big"), place)
    proved_by(endpoint, "multicall")
    return answers


async def alone(endpoint: Endpoint, place: Place, target: Address, asked: Sequence[bytes]) -> Given:
    """Ask by plain calls that prove their block; bulk answers are compared with them. Raises as `plainly`."""
    return (await _plainly(endpoint, place, [(target, asked)]))[0]


async def _plainly(endpoint: Endpoint, place: Place, asked: Sequence[tuple[Address, Sequence[bytes]]]) -> list[Given]:
    calls = [_call(place, target, one) for target, some in asked for one in some]
    results = iter([_plain(result) for result in await plainly(endpoint, place, calls)])
    return [[next(results) for _ in some] for _, some in asked]


class Caller:
    """Asks in bulk, and repeats by plain calls what may differ then: empty or zero answers, and a sample of others.

    A contract that answers Multicall otherwise than a plain call is asked by plain calls for a while.
    """

    def __init__(self, endpoint: Endpoint, batch_reader: BatchReader) -> None:
        self._endpoint, self._batch_reader = endpoint, batch_reader
        self._proved: ExpiringCache[Address, bool] = ExpiringCache()
        self._works: ExpiringCache[str, bool] = ExpiringCache()

    async def ask(self, target: Address, asked: Sequence[bytes], place: Place) -> Given:
        """Answer each call in order.

        Raises:
            NodeFault: the endpoint could not serve.
            NoContract: nothing answers because no contract stands at the target.

        """
        try:
            answers = await self._in_bulk(target, asked, place)
            if answers is None:
                answers = await alone(self._endpoint, place, target, asked)
        except CallFailed as failed:
            raise NodeFault(ChainFault.BAD_ANSWER, f"plain calls fail: {failed.failure.value}") from None
        if all(answer is None for answer in answers):
            await self._batch_reader.stands(target, place)
        return answers

    async def ask_few(self, asked: Sequence[tuple[Address, Sequence[bytes]]], place: Place) -> list[Given]:
        """Answer at most `FEW` calls of each of several contracts, all in one batch. Raises as `ask`."""
        try:
            answers = await _plainly(self._endpoint, place, asked)
        except CallFailed as failed:
            raise NodeFault(ChainFault.BAD_ANSWER, f"plain calls fail: {failed.failure.value}") from None
        silent = [target for (target, _), given in zip(asked, answers, strict=True) if set(given) == {None}]
        if silent:
            await self._batch_reader.all_stand(silent, place)
        return answers

    async def _in_bulk(self, target: Address, asked: Sequence[bytes], place: Place) -> Given | None:
        """Answer by Multicall; None if it does not work, or disagrees with plain calls."""
        proved = self._proved.get(target)
        if len(asked) <= FEW or proved is False or self._works.get("") is False:
            return None
        answers: Given = [None] * len(asked)

        async def some(start: int, end: int) -> int:
            answers[start:end] = await aggregated(self._endpoint, place, target, asked[start:end])
            return end - start

        try:
            name, within = f"calls of {target}", partial(_within, asked)
            await in_pieces(self._endpoint, name, len(asked), _MOST, some, within=within)
        except WrongBlock:
            raise
        except (NodeFault, CallFailed) as failure:
            if isinstance(failure, NodeFault) and failure.late:
                raise
            self._works.put("", False)
            return None
        said = [at for at, answer in enumerate(answers) if answer and any(answer)]
        again = sorted({*range(len(asked))} - {*said} | ({*said[:: len(said) // FEW or 1]} if not proved else set()))
        for at, answer in zip(
            again, await alone(self._endpoint, place, target, [asked[at] for at in again]), strict=True
        ):
            if answers[at] is not None and answers[at] != answer:
                self._proved.put(target, False)
                return None
            answers[at] = answer
        if said:
            self._proved.put(target, True)
        return answers


def _within(asked: Sequence[bytes], start: int, end: int) -> int:
    """Return where a request that begins at `start` ends, so that it is not too long."""
    size = 0
    for at in range(start, end):
        size += len(asked[at])
        if size > _MOST_BYTES and at > start:
            return at
    return end


def _call(place: Place, target: Address, asked: bytes) -> Call:
    return "eth_call", ({"to": target, "data": "0x" + asked.hex()}, place.where)


def _plain(result: Result) -> bytes | None:
    if isinstance(result, CallFailed):
        if result.failure is Failure.REFUSED:
            raise result
        return None
    return data(result) or None
