"""Plain calls, as anybody would make them, together with the time of the block that answered them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eth_hash.auto import keccak

from bot.chain.batch.adaptive_chunks import in_pieces
from bot.chain.batch.batch_query import WORD, Place
from bot.chain.batch.evm_programs import assemble
from bot.chain.concurrency import gather_all
from bot.chain.rpc.endpoint import Call, Endpoint
from bot.chain.rpc.http_transport import Json
from bot.chain.rpc.json_rpc import data_of
from bot.chain.rpc.rpc_faults import CallFailed, NodeFault, WrongBlock
from bot.domain.shared.addresses import ZERO
from bot.domain.shared.errors import ChainFault

Result = Json | CallFailed
_MOST = 500
"""Nodes take 1,000 in a batch, some fewer."""
_BATCHES, _CLOCK = "batches", "clock"
_CODE = "0x" + assemble(f"TIMESTAMP 0 MSTORE {WORD} 0 RETURN").hex()
_GET_TIME = "0x" + keccak(b"getCurrentBlockTimestamp()")[:4].hex()
CLOCKS: dict[str, Callable[[Place], Call]] = {
    "multicall": lambda place: ("eth_call", ({"to": place.multicall, "data": _GET_TIME}, place.where)),
    "creation": lambda place: ("eth_call", ({"data": _CODE}, place.where)),
    "override": lambda place: ("eth_call", ({"to": ZERO, "data": "0x"}, place.where, {ZERO: {"code": _CODE}})),
}
"""The methods to ask for the time of a block by the same kind of call: of Multicall, or of a program of ours."""


class Unproven(NodeFault):
    """Nothing at this endpoint tells which block answers plain calls."""

    def __init__(self, number: int) -> None:
        super().__init__(
            ChainFault.BAD_ANSWER, f"nothing there proves that its answers are of block {number}, so they are not taken"
        )


async def plainly(endpoint: Endpoint, place: Place, calls: Sequence[Call]) -> list[Result]:
    """Return the results of calls at the block of `place`, in order, with proof that they are of that block.

    They go in batches with the proof, or, where the endpoint takes none, one by one with proofs before and after.

    Raises:
        WrongBlock: they are of another block.
        Unproven: nobody can tell.
        NodeFault, CallFailed: the endpoint could not serve.

    """
    known = endpoint.learned.get(_CLOCK)
    for clock in [*([known] if known else ()), *(one for one in CLOCKS if one != known)]:
        try:
            return await _asked(endpoint, place, calls, clock)
        except Unproven:
            endpoint.learned.forget(_CLOCK)
    raise Unproven(place.block.number)


def proved_by(endpoint: Endpoint, clock: str) -> None:
    """Remember a method to ask for the time that has worked."""
    if endpoint.learned.get(_CLOCK) is None:
        endpoint.learned.put(_CLOCK, clock)


async def unproved(endpoint: Endpoint, calls: Sequence[Call]) -> list[Result]:
    """Return the results of calls, whatever the block: in batches, or one by one where the endpoint takes none.

    Raises NodeFault.
    """
    if len(calls) > 1 and endpoint.learned.get(_BATCHES) is not False:
        results: list[Result] = [None] * len(calls)

        async def some(start: int, end: int) -> int:
            results[start:end] = await endpoint.batch(calls[start:end])
            return end - start

        try:
            await in_pieces(endpoint, "batches", len(calls), _MOST, some)
        except CallFailed:
            results = await one_by_one(endpoint, calls)
            endpoint.learned.put(_BATCHES, False)
        except NodeFault as fault:
            if fault.late:
                raise
            results = await one_by_one(endpoint, calls)
        return results
    return await one_by_one(endpoint, calls)


async def one_by_one(endpoint: Endpoint, calls: Sequence[Call]) -> list[Result]:
    """Return the results of calls, each sent by itself, without any proof. Raises NodeFault."""

    async def one(method: str, params: Sequence[Json]) -> Result:
        try:
            return await endpoint.call(method, *params)
        except CallFailed as failed:
            return failed

    return await gather_all(one(*call) for call in calls)


async def _asked(endpoint: Endpoint, place: Place, calls: Sequence[Call], clock: str) -> list[Result]:
    if endpoint.learned.get(_BATCHES) is not False:
        try:
            return await _in_batches(endpoint, place, calls, clock)
        except WrongBlock:
            raise
        except (NodeFault, CallFailed) as failure:
            if isinstance(failure, NodeFault) and failure.late:
                raise
    results = await _singly(endpoint, place, calls, clock)
    endpoint.learned.put(_BATCHES, False)
    return results


async def _in_batches(endpoint: Endpoint, place: Place, calls: Sequence[Call], clock: str) -> list[Result]:
    results: list[Result] = [None] * len(calls)

    async def some(start: int, end: int) -> int:
        time, *found = await endpoint.batch([CLOCKS[clock](place), *calls[start:end]])
        _prove(endpoint, place, clock, time)
        results[start:end] = found
        return end - start

    await in_pieces(endpoint, "batches", len(calls), _MOST, some)
    return results


async def _singly(endpoint: Endpoint, place: Place, calls: Sequence[Call], clock: str) -> list[Result]:
    method, params = CLOCKS[clock](place)

    async def time() -> list[Result]:
        try:
            return [await endpoint.call(method, *params)]
        except (CallFailed, NodeFault):
            return [None]

    before, results, after = await gather_all((time(), one_by_one(endpoint, calls), time()))  # the last is sent last
    for (told,) in (before, after):
        _prove(endpoint, place, clock, told)
    return results


def _prove(endpoint: Endpoint, place: Place, clock: str, told: Result) -> None:
    """Raise unless the clock tells the time of the block."""
    raw = None if isinstance(told, CallFailed) else data_of(told)
    if raw is None or len(raw) != WORD:
        raise Unproven(place.block.number)
    if int.from_bytes(raw, "big") != place.block.timestamp:
        raise WrongBlock(place.block.number)
    proved_by(endpoint, clock)
